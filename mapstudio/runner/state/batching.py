"""Many values in one statement, no more at once than SQLite takes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice

_AT_ONCE = 500


def batched(values: Collection[str]) -> Iterator[tuple[str, ...]]:
    """Yield the values in parts for one statement each."""
    remaining = iter(values)
    while some := tuple(islice(remaining, _AT_ONCE)):
        yield some


def marks(values: Collection[str]) -> str:
    """Return a question mark for each value, for ``IN``."""
    return ", ".join("?" * len(values))
