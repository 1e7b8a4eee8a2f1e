"""Numbers out of plain decimal text, without touching a decimal value."""

from __future__ import annotations

import re
from decimal import Decimal

from mapstudio.model.exact_json import MAX_INTEGER_DIGITS, parse_number

_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)


def plain_number(text: str) -> int | float | Decimal | None:
    """Return the number that a plain decimal text means, white space around it left out; ``None`` for other text."""
    trimmed = text.strip()
    if len(trimmed) > MAX_INTEGER_DIGITS or not _PLAIN.fullmatch(trimmed):
        return None
    return parse_number(trimmed) if "." in trimmed else int(trimmed)


def whole(value: float | Decimal) -> int | None:
    """Return the number as an integer if it has no fraction."""
    if isinstance(value, int):
        return value
    number = Decimal(str(value))
    if not number.is_finite() or is_huge(number) or number != number.to_integral_value():
        return None
    return int(number)


def is_huge(value: float | Decimal) -> bool:
    """Return whether the number has too many digits, before or behind its point, to be written out."""
    return not isinstance(value, int) and abs(Decimal(str(value)).adjusted()) > MAX_INTEGER_DIGITS
