"""The rows of a mapping on the same records one after the other, as a preview evaluates them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from mapstudio.mapping.compiled import CompiledMapping
from mapstudio.mapping.evaluation import RowResult
from mapstudio.mapping.pipeline import CompiledRow
from mapstudio.model import JsonValue, Record


class SampledRows:
    """What rows are evaluated on: found once, since it is the same for all of them.

    Args:
        compiled: The mapping.
        records: The source records.
    """

    def __init__(self, compiled: CompiledMapping, records: Sequence[Record]) -> None:
        self._compiled = compiled
        inputs = [compiled.row_inputs(record) for record in records]
        self._counts = [len(elements) for elements in inputs]
        self._are_alone = set(self._counts) <= {1}
        self._inputs: list[tuple[JsonValue, JsonValue]] = [
            (element, record) for record, elements in zip(records, inputs, strict=True) for element in elements
        ]

    def evaluate(self, row: CompiledRow | str) -> tuple[tuple[RowResult, ...], ...]:
        """Return for each record what :meth:`CompiledMapping.evaluate_row` does.

        Raises:
            KeyError: There is no row of that name.
        """
        compiled = self._compiled.row(row) if isinstance(row, str) else row
        results = compiled.evaluate_each(self._inputs, self._compiled.environment)
        if self._are_alone:
            return tuple(zip(results))
        return tuple(tuple(islice(results, count)) for count in self._counts)
