"""``mapstudio explain``: why a row of a mapping gives what it gives on one record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mapstudio.cli import output
from mapstudio.cli.mappings import load, one_mapping, snapshots_for
from mapstudio.cli.options import json_option, project_if_any, project_option, verbose_option
from mapstudio.model.errors import ExitCode, UsageError
from mapstudio.model.suggest import did_you_mean

if TYPE_CHECKING:
    from mapstudio.cli.json_input import Item
    from mapstudio.mapping.compiled import CompiledMapping
    from mapstudio.mapping.definition import Example, Mapping, Row
    from mapstudio.mapping.row_trace import RecordTrace
    from mapstudio.model import Record, Schema

_FILE = click.Path(path_type=Path, dir_okay=False, allow_dash=True)


@click.command("explain")
@click.argument("mapping")
@click.argument("field")
@click.argument("source", required=False, type=_FILE, metavar="[FILE]")
@click.option("--line", type=click.IntRange(min=1), help="The record on this line; by default the first one.")
@click.option("--where", metavar="EXPRESSION", help="The first record for which the expression is true.")
@click.option("--example", metavar="NAME", help="The record, day and links of one of the mapping's examples.")
@click.option(
    "--schema", "schema_file", type=_FILE, help="The destination's schema; by default the project's snapshot."
)
@json_option
@project_option
@verbose_option
def command(
    *,
    mapping: str,
    field: str,
    source: Path | None,
    line: int | None,
    where: str | None,
    example: str | None,
    schema_file: Path | None,
    project_folder: Path | None,
    as_json: bool,
) -> int:
    """Show why the row of FIELD in MAPPING gives what it gives on one record of FILE. Does not use the network.

    FILE (- or a pipe) holds records as mapstudio records prints them, lines of a --rejects file, or a dead letter as
    mapstudio dead-letters show --json prints it. The tree begins with what is sent and goes back through cast, default
    and value map to the parts of the expression: "!" marks what failed, "-" what was left out or not evaluated. Exit
    code 1 when the row rejects the record.
    """
    if sum(item is not None for item in (line, where, example)) > 1 or (example is not None and source is not None):
        raise UsageError("More than one record is meant.", remedy="Give one of --line, --where and --example.")
    path = one_mapping(mapping, project_if_any(project_folder))
    loaded = load(path)
    known = loaded.mapping or loaded.require()
    row = _row(known, field)
    compiled = known.compile(schema=_schema(path, schema_file))
    if example is not None:
        from mapstudio.mapping.examples import in_example

        chosen = _example(known, example)
        compiled, record, place = in_example(compiled, chosen), chosen.given, f"example {chosen.name}"
    else:
        record, place = _record(source, line, where)
    return _show(compiled, row, record, place, as_json=as_json)


def _row(mapping: Mapping, field: str) -> Row:
    row = mapping.row(field)
    if row is None:
        near = did_you_mean(field, mapping.by_field)
        raise UsageError(f'{mapping.name} has no row "{field}".', remedy=near or "List them with mapstudio map ls.")
    if row.parent is not None:
        raise UsageError(
            f"{field} is read once for each line.",
            remedy=f"Explain {row.parent}, which holds it, or try the expression with mapstudio eval.",
        )
    return row


def _schema(path: Path, schema_file: Path | None) -> Schema | None:
    from mapstudio.project import read_schema

    return read_schema(schema_file) if schema_file is not None else snapshots_for(path, load(path))[1]


def _example(mapping: Mapping, name: str) -> Example:
    known = {example.name: example for example in mapping.examples}
    if name not in known:
        near = did_you_mean(name, known)
        there = near or (f"There are: {', '.join(known)}." if known else "It has none yet.")
        raise UsageError(f'{mapping.name} has no example "{name}".', remedy=there)
    return known[name]


def _record(source: Path | None, line: int | None, where: str | None) -> tuple[Record, str]:
    """Return the record that is wanted and where it stands."""
    from mapstudio.cli.json_input import read_items
    from mapstudio.cli.streams import reading

    wanted = _condition(where) if where is not None else None
    with reading(source) as stream:
        for item in read_items(stream):
            if line is not None and item.line < line:
                continue
            if line is not None and item.line > line:
                break
            if item.problem:
                if wanted is not None:
                    continue
                raise UsageError(f"line {item.line}: {item.problem}.")
            record = _unwrapped(item)
            if wanted is None or wanted(record):
                return record, f"line {item.line}"
    which = f"on line {line}" if line is not None else f"for which {where} is true" if where else "in it"
    raise UsageError(f"There is no record {which}.")


def _condition(text: str) -> Callable[[Record], bool]:
    from mapstudio.expressions import EvaluationError, compile_expression
    from mapstudio.expressions.values import is_false

    expression = compile_expression(text)

    def holds(record: Record) -> bool:
        try:
            return not is_false(expression.search(record))
        except EvaluationError:
            return False

    return holds


def _unwrapped(item: Item) -> Record:
    """Return the record of a reject or a dead letter, else the record itself."""
    inner = item.record.get("record")
    return inner if isinstance(inner, dict) and "reasons" in item.record else item.record


def _show(compiled: CompiledMapping, row: Row, record: Record, place: str, *, as_json: bool) -> int:
    from mapstudio.cli.trace_view import record_lines, show_lines
    from mapstudio.mapping.explaining import explain_row

    trace = explain_row(compiled, row.field, record)
    if as_json:
        output.json_data({"mapping": compiled.mapping.name, "field": row.field, "record": place, **trace.to_json()})
    else:
        output.data(f"{compiled.mapping.name}: {row.field}, {place}{': ' if trace.ending else ''}{trace.ending}")
        show_lines(list(record_lines(trace)))
        if compiled.schema is None and trace.rows:
            side = compiled.mapping.destination
            output.talk(f"No schema of {side.connection} {side.object} is known: nothing is cast.")
    return ExitCode.REJECTED if _rejects(trace) else ExitCode.DONE


def _rejects(trace: RecordTrace) -> bool:
    from mapstudio.mapping.evaluation import RowState

    return bool(trace.reasons) or any(row.result.state is RowState.ERROR for row in trace.rows)
