"""The tables of facts beside this file, with tabs between their columns."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files


def rows_of(name: str) -> Iterator[list[str]]:
    """Yield the columns of each line of a table that is no remark.

    Args:
        name: Of the file.
    """
    for line in (files(__package__) / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")
