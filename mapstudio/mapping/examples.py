"""Running a mapping's examples: its unit tests, on the very path that apply takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as MappingOf
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from mapstudio.expressions.environment import Engine, no_links
from mapstudio.mapping.cast import CastError, shown
from mapstudio.mapping.compiled import CompiledMapping
from mapstudio.mapping.definition import Example, Mapping, placeholder
from mapstudio.mapping.evaluation import Evaluation, Output, RowState
from mapstudio.mapping.lines import CompiledLines
from mapstudio.mapping.pipeline import CompiledRow
from mapstudio.mapping.scalars import same_json
from mapstudio.model import JsonValue, Reason, Record, Schema
from mapstudio.model.paths import get_path, join_path, set_path

Rows: TypeAlias = MappingOf[str, CompiledRow]


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """How one example ended.

    Attributes:
        name: The example's.
        line: Where it begins in the file.
        passed: Whether everything came as expected.
        differences: What did not, one sentence each.
    """

    name: str
    line: int
    passed: bool
    differences: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the result as ``test --json`` prints it."""
        return {"name": self.name, "line": self.line, "passed": self.passed, "differences": list(self.differences)}


def run_examples(
    mapping: Mapping,
    *,
    schema: Schema | None = None,
    only: Iterable[str] | None = None,
    engine: Engine = Engine.COMPILED,
) -> list[ExampleResult]:
    """Run the examples of a mapping; bindings stay placeholders.

    Args:
        mapping: A mapping without errors.
        schema: The destination's; outputs are cast to it, and so is what is expected: an example that passes without a
            schema fails with one only over a value that does not fit.
        only: Names of the examples to run; all by default.
        engine: What evaluates expressions.
    """
    compiled = mapping.compile(schema=schema, engine=engine)
    names = set(only) if only is not None else None
    return [run_example(compiled, example) for example in mapping.examples if names is None or example.name in names]


def run_example(compiled: CompiledMapping, example: Example) -> ExampleResult:
    """Run one example."""
    differences = tuple(_compare(compiled, example, in_example(compiled, example).evaluate(example.given)))
    return ExampleResult(example.name, example.line, not differences, differences)


def in_example(compiled: CompiledMapping, example: Example) -> CompiledMapping:
    """Return the mapping on the example's day, with its links."""
    mapping = compiled if example.at is None else compiled.with_today(example.at)
    return mapping.with_links(partial(_linked, example)) if example.links else mapping


def _linked(example: Example, object_name: str, source_id: str, to: str | None) -> str:
    """Return the id that the example gives; what it does not give stays open, as it does without any."""
    found = example.links.get(object_name, {}).get(source_id)
    return found if found is not None else no_links(object_name, source_id, to)


def _compare(compiled: CompiledMapping, example: Example, result: Evaluation) -> Iterator[str]:
    if example.expect_skip or result.skipped:
        if not result.skipped:
            yield "expected the record to be skipped, but where lets it through"
        elif not example.expect_skip:
            yield "where skips the record"
        return
    reasons = list(_rejections(result))
    if example.expect_error:
        yield from _compare_reasons(example, [*reasons, *_dropped(result)])
    if not any(reason.row in example.expect_error for reason in reasons):
        yield from (f"{reason.row}: rejected, {reason.reason}" for reason in reasons)
    if example.expect is not None and not result.reasons:
        yield from _compare_outputs(compiled, example.expect, result.outputs)


def _rejections(result: Evaluation) -> Iterator[Reason]:
    yield from result.reasons
    for output in result.outputs:
        yield from output.reasons


def _dropped(result: Evaluation) -> Iterator[Reason]:
    for output in result.outputs:
        for row in output.rows.values():
            if row.state is RowState.DROPPED and row.reason is not None:
                yield row.reason
            elif row.state is RowState.VALUE:
                yield from row.also


def _compare_reasons(example: Example, reasons: Sequence[Reason]) -> Iterator[str]:
    for row, part in example.expect_error.items():
        found = [reason.reason for reason in reasons if reason.row == row]
        if not found:
            yield f"{row}: expected an error, but there is none"
        elif not any(part.casefold() in reason.casefold() for reason in found):
            yield f'{row}: expected an error with "{part}", got "{found[0]}"'


def _compare_outputs(compiled: CompiledMapping, expected: JsonValue, outputs: Sequence[Output]) -> Iterator[str]:
    rows = {item.row.field: item for item in compiled.rows}
    if isinstance(expected, list):
        if len(expected) != len(outputs):
            yield f"expected {len(expected)} outputs, got {len(outputs)}"
            return
        for index, (one, output) in enumerate(zip(expected, outputs, strict=True), start=1):
            if isinstance(one, dict):
                yield from _differences(one, output.values, rows, prefix=f"output {index}: ")
            else:
                yield f"output {index}: expected {shown(one)}, which is no record"
    elif len(outputs) != 1:
        yield f"expected one output, got {len(outputs)}"
    elif isinstance(expected, dict):
        yield from _differences(expected, outputs[0].values, rows)


def _differences(
    expected: Record, actual: Record, rows: Rows, path: tuple[str, ...] = (), prefix: str = ""
) -> Iterator[str]:
    for name, wanted in expected.items():
        here = (*path, name)
        got = actual.get(name)
        if isinstance(wanted, dict) and isinstance(got, dict | None) and not _is_binding(wanted, got):
            yield from _differences(wanted, got or {}, rows, here, prefix)
        elif not _is_met(wanted, got, rows.get(join_path(here))):
            yield f"{prefix}{join_path(here)}: expected {shown(wanted)}, got {_shown(actual, name)}"


def _is_met(wanted: JsonValue, got: JsonValue, row: CompiledRow | None) -> bool:
    if same_json(wanted, got) or _is_binding(wanted, got):
        return True
    return row is not None and wanted is not None and same_json(_as_sent(wanted, row), got)


def _as_sent(wanted: JsonValue, row: CompiledRow) -> JsonValue:
    """Return what is expected as the field holds it, just as the output was cast; what does not fit stays as it is."""
    if isinstance(row, CompiledLines):
        lines = wanted if isinstance(wanted, list) else []
        return [_line_as_sent(line, row) if isinstance(line, dict) else line for line in lines]
    try:
        return wanted if row.cast is None else row.cast(wanted)
    except CastError:
        return wanted


def _line_as_sent(line: Record, row: CompiledLines) -> Record:
    result = deepcopy(line)
    for inner in row.inner:
        value = get_path(result, inner.row.own)
        if value is not None:
            set_path(result, inner.row.own, _as_sent(value, inner))
    return result


def _is_binding(wanted: JsonValue, got: JsonValue) -> bool:
    """``{binding: NAME}`` in an example stands for the placeholder, as it does in a row."""
    name = wanted.get("binding") if isinstance(wanted, dict) and len(wanted) == 1 else None
    return isinstance(name, str) and same_json(got, placeholder(name))


def _shown(actual: Record, name: str) -> str:
    return shown(actual[name]) if name in actual else "nothing"
