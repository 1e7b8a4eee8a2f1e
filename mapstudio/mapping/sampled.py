"""The rows of a mapping on the same records one after the other, as a preview evaluates them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, pairwise, repeat
from typing import overload

from mapstudio.mapping.compiled import CompiledMapping
from mapstudio.mapping.evaluation import RowResult
from mapstudio.mapping.pipeline import CompiledRow
from mapstudio.model import Record


class SampledResults(Sequence[tuple[RowResult, ...]]):
    """What one row gave: for each record a tuple, made when it is asked for, as few ever are.

    Args:
        flat: All results, one after the other.
        ends: 0, and after how many of them each record ends.

    Attributes:
        flat: As given.
    """

    __slots__ = ("_ends", "flat")

    def __init__(self, flat: tuple[RowResult, ...], ends: tuple[int, ...]) -> None:
        self.flat = flat
        self._ends = ends

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __iter__(self) -> Iterator[tuple[RowResult, ...]]:
        return (self.flat[start:end] for start, end in pairwise(self._ends))

    @overload
    def __getitem__(self, index: int) -> tuple[RowResult, ...]: ...
    @overload
    def __getitem__(self, index: slice) -> list[tuple[RowResult, ...]]: ...
    def __getitem__(self, index: int | slice) -> tuple[RowResult, ...] | list[tuple[RowResult, ...]]:
        if isinstance(index, slice):
            return list(self)[index]
        at = range(len(self))[index]
        return self.flat[self._ends[at] : self._ends[at + 1]]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SampledResults):
            return NotImplemented
        return self._ends == other._ends and self.flat == other.flat

    __hash__ = None  # type: ignore[assignment] # values of records are no keys


class SampledRows:
    """What rows are evaluated on: found once, since it is the same for all of them.

    Args:
        compiled: The mapping.
        records: The source records.
    """

    def __init__(self, compiled: CompiledMapping, records: Sequence[Record]) -> None:
        self._compiled = compiled
        inputs = [compiled.row_inputs(record) for record in records]
        counts = [len(elements) for elements in inputs]
        self._ends = (0, *accumulate(counts))
        self._elements = list(chain.from_iterable(inputs))
        self._wholes = list(chain.from_iterable(map(repeat, records, counts)))

    def evaluate(self, row: CompiledRow | str) -> SampledResults:
        """Return for each record what :meth:`CompiledMapping.evaluate_row` does.

        Raises:
            KeyError: There is no row of that name.
        """
        compiled = self._compiled.row(row) if isinstance(row, str) else row
        flat = compiled.evaluate_each(self._elements, self._wholes, self._compiled.environment)
        return SampledResults(tuple(flat), self._ends)
