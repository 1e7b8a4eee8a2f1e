"""Everything that the map shows of a mapping at one moment: made in one go, off the screen's loop, never changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from mapstudio.mapping.check_links import Mapped
from mapstudio.mapping.checking import check_mapping
from mapstudio.mapping.compiled import CompiledMapping
from mapstudio.mapping.definition import Mapping, Row, RowKind, inner_parts
from mapstudio.mapping.evaluation import RowResult
from mapstudio.mapping.paths_read import row_paths
from mapstudio.mapping.problems import MappingError, Problem, Severity
from mapstudio.mapping.reading import LoadedMapping
from mapstudio.mapping.required import required_fields
from mapstudio.mapping.sampled import SampledRows
from mapstudio.mapping.schema_fields import find_field
from mapstudio.model import JsonValue, Schema
from mapstudio.studio.session.paths import FieldKey, field_key
from mapstudio.studio.session.rows import Counts, RowView, Status, count_results, status_of
from mapstudio.studio.session.sample import Sample
from mapstudio.studio.session.types import row_words

_NO_RESULTS = {RowKind.QUESTION, RowKind.IGNORE}


@dataclass(frozen=True)
class ViewInputs:
    """What a view is made of.

    Attributes:
        loaded: The document as it is now.
        source: The source's schema, when known.
        destination: The destination's schema, when known.
        sample: The source records, when they were fetched.
        bindings: The destination environment's bound values.
        mapped: What the mappings of the project map to what.
    """

    loaded: LoadedMapping
    source: Schema | None = None
    destination: Schema | None = None
    sample: Sample | None = None
    bindings: MappingOf[str, JsonValue] = field(default_factory=dict)
    mapped: Mapped | None = None


@dataclass(frozen=True)
class MapView:
    """The map at one moment.

    Attributes:
        inputs: What it was made of.
        mapping: What the document says; ``None`` when it cannot be understood.
        compiled: Ready to run; ``None`` without a mapping, or when a binding has no value.
        rows: All rows, in file order, then the required fields that have none.
        problems: What is wrong beyond single rows.
        skipped: Which records of the sample ``where`` leaves out.
    """

    inputs: ViewInputs
    mapping: Mapping | None = None
    compiled: CompiledMapping | None = None
    rows: tuple[RowView, ...] = ()
    problems: tuple[Problem, ...] = ()
    skipped: frozenset[int] = frozenset()

    @cached_property
    def by_field(self) -> MappingOf[str, RowView]:
        """The rows by their field."""
        return {row.field: row for row in self.rows}

    @cached_property
    def by_target(self) -> MappingOf[FieldKey, RowView]:
        """The rows by the key of their field."""
        found = {field_key(row.field): row for row in self.rows}
        for row in self.rows:
            nested = row.row.nested if row.row is not None else None
            found |= {field_key(inner.field): row for inner in (nested.rows if nested is not None else ())}
        return found

    @cached_property
    def by_source(self) -> MappingOf[FieldKey, tuple[int, ...]]:
        """The numbers of the rows that read each source field."""
        found: dict[FieldKey, list[int]] = defaultdict(list)
        for row in self.rows:
            for key in row.reads:
                found[key].append(row.number)
        return {key: tuple(numbers) for key, numbers in found.items()}

    @cached_property
    def ignored(self) -> MappingOf[FieldKey, str]:
        """The source fields that are left out on purpose, with the reason."""
        return {field_key(item.field): item.reason for item in self.mapping.ignored} if self.mapping else {}

    @cached_property
    def failing(self) -> tuple[int, ...]:
        """The indices of the records on which a row fails."""
        return tuple(sorted({index for row in self.rows for index in row.errors_at}))

    @property
    def mapped(self) -> int:
        """How many rows need no decision any more."""
        return sum(row.status in {Status.FINE, Status.FAILS, Status.IGNORED} for row in self.rows)

    def count(self, *statuses: Status) -> int:
        """Return how many rows are in one of the states."""
        return sum(row.status in statuses for row in self.rows)

    def paths(self) -> frozenset[str]:
        """Return the source paths that the mapping reads."""
        return self.compiled.source_paths if self.compiled is not None else frozenset()


def build_view(inputs: ViewInputs, before: MapView | None = None) -> MapView:
    """Return the view; what a row gave is taken from the one before where nothing it depends on has changed."""
    mapping = inputs.loaded.mapping
    problems = check_mapping(
        inputs.loaded,
        source_schema=inputs.source,
        destination_schema=inputs.destination,
        mapped=inputs.mapped,
    )
    problems = [problem for problem in problems if problem.severity is not Severity.NOTE]
    if mapping is None:
        return MapView(inputs, problems=tuple(problems))
    try:
        compiled: CompiledMapping | None = mapping.compile(
            schema=inputs.destination, source_schema=inputs.source, bindings=inputs.bindings
        )
    except MappingError as error:
        problems += error.problems
        compiled = mapping.compile(schema=inputs.destination, source_schema=inputs.source)
    reusable = _reusable(inputs, mapping, before)
    of_rows: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        of_rows[inner_parts(problem.row)[0] or problem.row].append(problem)
    key = set(mapping.destination.key)
    sampled = SampledRows(compiled, inputs.sample.data) if compiled is not None and inputs.sample is not None else None
    rows = [
        _view(number, row, mapping, sampled, inputs, of_rows.pop(row.field, []), reusable, is_key=row.field in key)
        for number, row in enumerate(mapping.rows, 1)
    ]
    rows += _unfed(mapping, inputs.destination, len(rows), of_rows)
    others = tuple(problem for name, items in of_rows.items() for problem in items if not _told(name, problem))
    return MapView(inputs, mapping, compiled, tuple(rows), others, _skipped(compiled, inputs.sample, before))


def _view(
    number: int,
    row: Row,
    mapping: Mapping,
    sampled: SampledRows | None,
    inputs: ViewInputs,
    problems: list[Problem],
    reusable: MappingOf[str, RowView],
    *,
    is_key: bool,
) -> RowView:
    target = find_field(inputs.destination, row.field)
    required = target is not None and target.required and not target.read_only
    counts: Counts | None = None
    errors_at: tuple[int, ...] = ()
    results: Sequence[tuple[RowResult, ...]] = ()
    known = reusable.get(row.field)
    if known is not None and known.row == row:
        results, counts, errors_at = known.results, known.counts, known.errors_at
    elif sampled is not None and row.kind not in _NO_RESULTS:
        results = found = sampled.evaluate(row.field)
        counts, errors_at = count_results(found)
    given, nullable = row_words(mapping, row, inputs.source)
    return RowView(
        number=number,
        field=row.field,
        row=row,
        target=target,
        status=status_of(row, problems, counts, required=required),
        counts=counts,
        results=results,
        reads=frozenset(field_key(path) for item in _with_inner(row) for path in row_paths(mapping, item)),
        problems=tuple(problems),
        is_key=is_key,
        required=required,
        errors_at=errors_at,
        given=given,
        nullable=nullable,
    )


def _with_inner(row: Row) -> tuple[Row, ...]:
    return (row, *(row.nested.rows if row.nested is not None else ()))


def _unfed(mapping: Mapping, schema: Schema | None, rows: int, of_rows: dict[str, list[Problem]]) -> list[RowView]:
    """Return the required fields that no row writes: they are on the map from the start."""
    if schema is None:
        return []
    missing = [item for item in required_fields(schema) if mapping.row(item.name) is None]
    return [
        RowView(
            number=rows + number,
            field=item.name,
            row=None,
            target=item,
            status=Status.UNFED,
            problems=tuple(of_rows.pop(item.name, [])),
            is_key=item.name in mapping.destination.key,
            required=True,
        )
        for number, item in enumerate(missing, 1)
    ]


def _reusable(inputs: ViewInputs, mapping: Mapping, before: MapView | None) -> MappingOf[str, RowView]:
    """Return the rows of the view before whose results still hold as long as the row itself is the same."""
    if before is None or before.mapping is None:
        return {}
    same = (
        before.inputs.sample is inputs.sample
        and before.inputs.destination is inputs.destination
        and before.inputs.bindings == inputs.bindings
        and before.mapping.values == mapping.values
        and before.mapping.source == mapping.source
    )
    return before.by_field if same else {}


def _skipped(compiled: CompiledMapping | None, sample: Sample | None, before: MapView | None) -> frozenset[int]:
    if compiled is None or sample is None or compiled.where is None:
        return frozenset()
    if before is not None and before.inputs.sample is sample and before.mapping is not None:
        where = before.mapping.source.where
        if where == compiled.mapping.source.where:
            return before.skipped
    return frozenset(i for i, record in enumerate(sample.records) if compiled.evaluate(record.data).skipped)


def _told(row: str, problem: Problem) -> bool:
    """Whether the map says it already in another way."""
    return not row and problem.severity is Severity.NOTE
