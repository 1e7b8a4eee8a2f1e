"""``mapstudio dead-letters``: the records that were rejected, with their reasons and all that was known of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mapstudio.cli import output
from mapstudio.cli.commands.runs_command import open_reader
from mapstudio.cli.options import json_option, project_option, verbose_option
from mapstudio.cli.plan_view import value_text

if TYPE_CHECKING:
    from mapstudio.runner import DeadLetter


@click.group("dead-letters")
def command() -> None:
    """List rejected records, or show one. Does not use the network.

    Each is kept once for its mapping and record, and is closed when the record passes a later run.
    """


@command.command("list")
@click.option("--mapping", metavar="NAME", help="Of this mapping only.")
@click.option("--closed", is_flag=True, help="Also those whose record passed since.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many.")
@json_option
@project_option
@verbose_option
def list_command(
    *, mapping: str | None, closed: bool, limit: int | None, project_folder: Path | None, as_json: bool
) -> None:
    """List the dead letters, last rejected first. Does not use the network."""
    with open_reader(project_folder) as reader:
        letters = reader.dead_letters(mapping=mapping, closed=closed, limit=limit)
    if as_json:
        output.json_data([letter.to_json() for letter in letters])
        return
    if not letters:
        output.talk("No dead letter: every record passed.")
        return
    output.table(
        ("ID", "MAPPING", "SOURCE", "TRIES", "ROW", "REASON"), [_row(letter) for letter in letters], right=(0, 3)
    )


@command.command("show")
@click.argument("letter")
@json_option
@project_option
@verbose_option
def show_command(*, letter: str, project_folder: Path | None, as_json: bool) -> None:
    """Show one LETTER: its number, or the source id of its record. Does not use the network."""
    with open_reader(project_folder) as reader:
        found = reader.dead_letter(letter)
    if as_json:
        output.json_data(found.to_json())
        return
    state = f"closed {found.closed_at[:19]}" if found.closed_at else "open"
    output.data(f"{found.id}: {found.mapping}, record {found.source_id}, {state}")
    output.data(
        f"rejected {found.attempts} times, first {found.first_at[:19]}, last {found.last_at[:19]} (run {found.run})"
    )
    for reason in found.reasons:
        value = f"  {value_text(reason.value)}" if reason.value is not None else ""
        output.data(f"  {reason.row}: {reason.reason}{value}")
    for name, held in (("record", found.record), ("output", found.output)):
        output.data(f"{name}:" if held is not None else f"{name}: removed for its age")
        if held is not None:
            output.block(output.json_text(held, indent=2, terminal=True))


def _row(letter: DeadLetter) -> tuple[str, ...]:
    first, *others = letter.reasons
    more = f" (and {len(others)} more)" if others else ""
    state = " (closed)" if letter.closed_at else ""
    value = f": {value_text(first.value)}" if first.value is not None else ""
    reason = f"{first.reason}{value}{more}{state}"
    return (str(letter.id), letter.mapping, letter.source_id, str(letter.attempts), first.row, reason)
