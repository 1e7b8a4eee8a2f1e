"""Numbers of things in sentences."""

from __future__ import annotations


def number_of(count: int, one: str, many: str = "") -> str:
    """Return ``1 record`` or ``1,204 records``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
