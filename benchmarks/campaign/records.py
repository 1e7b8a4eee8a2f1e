"""Invented records, a known share of which the destination must refuse, each for one reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, TypeAlias

Made: TypeAlias = "dict[str, Any]"
Ways: TypeAlias = "Mapping[str, Callable[[Made, int], None]]"
"""How a record can be bad, by the row at which that must be told."""


@dataclass(frozen=True, slots=True)
class Records:
    """The source of one mapping.

    Attributes:
        records: All of them by id.
        bad: The bad ones, with the row at which each must be refused.
    """

    records: Mapping[str, Made]
    bad: Mapping[str, str]

    @property
    def good(self) -> Mapping[str, Made]:
        """Those that must arrive."""
        return {name: record for name, record in self.records.items() if name not in self.bad}


def spoilt(records: Mapping[str, Made], ways: Ways, share: float, draws: Random) -> Records:
    """Return the records after a share of them, anywhere among the others, was made bad: by each way in turn."""
    rows, bad = [*ways], {}
    for place, source_id in enumerate(draws.sample([*records], round(len(records) * share))):
        row = rows[place % len(rows)]
        ways[row](records[source_id], place)
        bad[source_id] = row
    return Records(records, bad)
