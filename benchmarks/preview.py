"""What the studio's preview costs: all rows on a sample again, and one row at every key."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

from benchmarks.timing import BenchmarkError, Series
from benchmarks.workload import MAPPING, SCHEMA
from benchmarks.workload.records import records
from mapstudio.expressions import compile_expression, infer
from mapstudio.mapping import read_mapping
from mapstudio.mapping.sampled import SampledRows
from mapstudio.model import Field, FieldType, Schema, SourceRecord
from mapstudio.model.exact_json import dumps, loads
from mapstudio.project import read_schema
from mapstudio.studio.session.preview import preview_expression
from mapstudio.studio.session.rows import count_results
from mapstudio.studio.session.sample import Sample
from mapstudio.studio.session.view import MapView, ViewInputs, build_view

SAMPLE = 200
FIELDS = 400
"""Of the source over which a key's types are inferred; a CRM's contact has as many."""
_TYPED = "top_item"
_TIMES = 3


@dataclass(frozen=True, slots=True)
class PreviewCost:
    """Seconds of processor time, in each round.

    Attributes:
        rows: How many rows the mapping has.
        every_row: All rows on the whole sample.
        one_key: One row on the whole sample with its trace, as after a key, the expression not seen before.
        whole_view: The map from the file on: read, checked, compiled, evaluated.
        inference: The types of one expression over a source of many fields, as after a key.
    """

    rows: int
    every_row: Series
    one_key: Series
    whole_view: Series
    inference: Series


class PreviewMeasurement:
    """Measures it in this process, a few times whenever it is asked to.

    Raises:
        BenchmarkError: A row fails on a record.
    """

    def __init__(self) -> None:
        inputs = ViewInputs(read_mapping(MAPPING), destination=read_schema(SCHEMA), sample=_sample())
        view = build_view(inputs)
        if view.failing:
            raise BenchmarkError(f"the preview fails on {len(view.failing)} records")
        text = next(row.row.from_ or "" for row in view.rows if row.row is not None and row.field == _TYPED)
        keys = count()
        self._rows = len(view.rows)
        self._work: tuple[Callable[[], object], ...] = (
            lambda: evaluate_rows(view),
            lambda: preview_expression(view, _TYPED, f"{text} || '{next(keys)}'", 0),
            lambda: build_view(inputs),
            _inference(),
        )
        self._taken: list[list[float]] = [[] for _ in self._work]

    def measure(self) -> None:
        """Measure; the first time fills caches, as opening the map does, and does not count."""
        for number in range(_TIMES + 1):
            for spent, call in zip(self._taken, self._work, strict=True):
                seconds = _cpu(call)
                if number:
                    spent.append(seconds)

    @property
    def cost(self) -> PreviewCost:
        """What was found so far."""
        every_row, one_key, whole_view, inference = (Series(tuple(spent)) for spent in self._taken)
        return PreviewCost(self._rows, every_row, one_key, whole_view, inference)


def evaluate_rows(view: MapView) -> int:
    """Evaluate all rows on the sample as :func:`build_view` does; return how many values they gave."""
    compiled, sample = view.compiled, view.inputs.sample
    assert compiled is not None and sample is not None  # noqa: S101, PT018 - the workload has both
    sampled, values = SampledRows(compiled, sample.data), 0
    for row in compiled.rows:
        counts, _ = count_results(sampled.evaluate(row))
        values += counts.ok
    return values


def _inference() -> Callable[[], object]:
    """Return what infers the types of an expression that was not seen before."""
    fields = tuple(Field(f"field_{number}", f"Field {number}", FieldType.TEXT) for number in range(FIELDS))
    schema = Schema("crm", "contacts", fields)
    texts = (f"coalesce(lower(trim(field_{n})), field_{n + 1} && concat(field_{n}, field_7) || 'x')" for n in count())
    return lambda: infer(compile_expression(next(texts)), schema)


def _sample() -> Sample:
    found: list[SourceRecord] = []
    for record in records(SAMPLE):
        data = loads(dumps(record))
        assert isinstance(data, dict)  # noqa: S101 - the workload's records are objects
        found.append(SourceRecord(str(data["id"]), data))
    return Sample(tuple(found), frozenset(), datetime(2026, 9, 1, tzinfo=UTC))


def _cpu(call: Callable[[], object]) -> float:
    gc.collect()
    start = time.process_time()
    call()
    return time.process_time() - start
