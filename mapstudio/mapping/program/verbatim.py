"""Numbers that go from a record to an output as the text that they are: whether they really were numbers.

The decoder takes any JSON value as a text, and nobody looks at each: all texts of many records are looked at together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

# Of the grammar of JSON that leaves plain numbers alone, and nothing else.
_PLAIN = b"0123456789-.,"
_DIGITS = bytes(ord("0") if byte in b"0123456789." else byte for byte in range(256))
# Whatever is longer may be out of the range that a number can have.
_TOO_LONG = b"0" * 41


def are_plain_numbers(texts: Sequence[Any]) -> bool:
    """Return whether each is the text of a number without an exponent and not too long.

    Args:
        texts: ``msgspec.Raw`` of valid JSON.
    """
    joined = b",".join(texts)
    return not joined.translate(None, _PLAIN) and _TOO_LONG not in joined.translate(_DIGITS)
