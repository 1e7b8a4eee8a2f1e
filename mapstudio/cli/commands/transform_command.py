"""``mapstudio transform``: records of a file through a mapping, line by line; no network, no project, no state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from mapstudio.cli import output
from mapstudio.cli.mappings import load, one_mapping
from mapstudio.cli.options import engine_option, json_option, project_if_any, project_option, verbose_option
from mapstudio.cli.streams import JsonLines, json_lines, nowhere, reading
from mapstudio.model.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from mapstudio.cli.workers import Lines
    from mapstudio.mapping.compiled import CompiledMapping
    from mapstudio.mapping.definition import Mapping
    from mapstudio.mapping.program import Batch
    from mapstudio.model import Schema

_TOLD = 20
_BLOCK = 1 << 17
_GROUP = 100
_FILE = click.Path(path_type=Path, dir_okay=False, allow_dash=True)


@dataclass
class _Counts:
    read: int = 0
    written: int = 0
    rejected: int = 0
    skipped: int = 0
    missing: dict[str, int] = field(default_factory=dict)


@click.command("transform")
@click.argument("mapping")
@click.argument("source", required=False, type=_FILE, metavar="[INPUT]")
@click.option("-o", "--output", "target", type=_FILE, help="Write the outputs to this file instead of standard output.")
@click.option("--rejects", type=_FILE, help="Write rejected records with their reasons to this file, as JSON lines.")
@click.option("--schema", "schema_file", type=_FILE, help="The destination's schema: cast and validate against it.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that work side by side."
)
@engine_option
@json_option
@project_option
@verbose_option
def command(
    *,
    mapping: str,
    source: Path | None,
    target: Path | None,
    rejects: Path | None,
    schema_file: Path | None,
    workers: int,
    engine: str,
    project_folder: Path | None,
    as_json: bool,
) -> int:
    """Map the records of INPUT (a file, - or a pipe) and print the outputs. Does not use the network.

    INPUT holds JSON lines or one JSON array and is never held in memory as a whole. Outputs are JSON lines. What is
    rejected is told with its reasons; exit code 1 then. With --json the counts are printed as JSON: on standard output
    when the records go to a file, else on standard error. No project is needed.
    """
    from mapstudio.project import read_schema

    path = one_mapping(mapping, project_if_any(project_folder))
    if target is not None and rejects is not None and target.resolve() == rejects.resolve():
        raise UsageError("--output and --rejects name the same file.", remedy="Give each a file of its own.")
    schema = read_schema(schema_file) if schema_file else None
    checked = load(path).require()
    if schema is not None:
        _warn_of_targets(checked, schema)
    make = partial(_compiled, checked, schema, engine)
    counts = _Counts()
    refused = json_lines(rejects, private=True) if rejects else nowhere()
    with reading(source) as stream, json_lines(target) as outputs, refused as rejected:
        for batch, lines in _batches(make, stream, source, workers):
            outputs.write_lines(lines)
            _take(batch, rejected, counts)
    _report(counts, as_json=as_json, to_file=target is not None and str(target) != "-", kept=rejects)
    return ExitCode.REJECTED if counts.rejected else ExitCode.DONE


def _compiled(mapping: Mapping, schema: Schema | None, engine: str) -> CompiledMapping:
    from mapstudio.expressions import Engine

    return mapping.compile(schema=schema, engine=Engine(engine))


def _batches(
    make: Callable[[], CompiledMapping], stream: IO[bytes], path: Path | None, workers: int
) -> Iterator[tuple[Batch, Lines]]:
    """Yield what the input gives, a part after the other, and beside it the outputs."""
    from mapstudio.cli.json_input import JsonInput
    from mapstudio.cli.workers import transform_blocks
    from mapstudio.mapping.program import STRICT_FIRST, BatchTransformer, calm_collector

    source = JsonInput(stream)
    if source.in_lines and workers > 1:
        yield from transform_blocks(make, source, path if path is not None and path.is_file() else None, workers)
        return
    transformer = BatchTransformer(make())
    with calm_collector():
        if source.in_lines:
            for block in source.blocks(_BLOCK, STRICT_FIRST):
                batch = transformer.run(block.lines, block.line)
                yield batch, batch.outputs
            return
        items = ((item.line, item.record, item.problem) for item in source.items())
        while group := list(islice(items, _GROUP)):
            batch = transformer.run_items(group)
            yield batch, batch.outputs


def _warn_of_targets(mapping: Mapping, schema: Schema) -> None:
    """Say which rows the destination would not take: their values are in the outputs as they are."""
    from mapstudio.mapping.check_destination import check_destination
    from mapstudio.mapping.problems import errors_of

    for problem in errors_of(check_destination(mapping, schema)):
        output.warn(str(problem))


def _take(batch: Batch, rejected: JsonLines | None, counts: _Counts) -> None:
    counts.read += batch.read
    counts.written += batch.written
    counts.skipped += batch.skipped
    for name, count in batch.missing.items():
        counts.missing[name] = counts.missing.get(name, 0) + count
    for line, reject in batch.rejects:
        counts.rejected += 1
        _tell(line, reject, rejected, counts)


def _tell(line: int, reject: Any, rejected: JsonLines | None, counts: _Counts) -> None:  # noqa: ANN401 - a Reject
    if rejected is not None:
        rejected.write(reject.to_json())
        return
    if counts.rejected > _TOLD:
        return
    place = f"line {line}" if reject.source == line else f"line {line} (id {reject.source})"
    for reason in reject.reasons:
        row = f"row {reason.row}: " if reason.row else ""
        output.talk(f"rejected: {place}: {row}{reason.reason}")


def _report(counts: _Counts, *, as_json: bool, to_file: bool, kept: Path | None) -> None:
    for name, count in counts.missing.items():
        output.warn(f"{count} outputs lack {name}, which the destination requires of a new record.")
    if counts.rejected > _TOLD and kept is None:
        output.talk(f"... {counts.rejected - _TOLD} more; --rejects FILE keeps all of them.")
    if as_json:
        told = {name: getattr(counts, name) for name in ("read", "written", "rejected", "skipped")}
        told["missing"] = counts.missing
        if to_file:
            output.json_data(told, indent=0)
        else:
            output.talk(output.json_text(told))
        return
    output.talk(f"{counts.read} read, {counts.written} written, {counts.rejected} rejected, {counts.skipped} skipped.")
