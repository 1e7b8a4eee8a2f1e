"""``mapstudio undo``: archives what a run created, once a person has seen what that is."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mapstudio.cli import output
from mapstudio.cli.commands.runs_command import open_reader
from mapstudio.cli.options import json_option, open_project, project_option, verbose_option
from mapstudio.cli.plan_view import SHOWN, side
from mapstudio.cli.progress import Bar
from mapstudio.cli.reaching import reached
from mapstudio.cli.running import wait_for
from mapstudio.cli.stopping import stopping
from mapstudio.model.counting import number_of
from mapstudio.model.errors import ExitCode

if TYPE_CHECKING:
    from mapstudio.project import Project
    from mapstudio.runner import Progress, RunReader, Undo, UndoReport
    from mapstudio.runner.state import RunEntry, RunRow


@click.command("undo")
@click.argument("run")
@click.option("--dry-run", is_flag=True, help="Only show what would be archived.")
@click.option("--all", "everything", is_flag=True, help="Show every record.")
@click.option("--yes", is_flag=True, help="Do not ask; never covers production.")
@click.option(
    "--confirm", "confirmed", metavar="CONNECTION", help="Confirm writing to production, by the destination's name."
)
@json_option
@project_option
@verbose_option
def command(
    *,
    run: str,
    dry_run: bool,
    everything: bool,
    yes: bool,
    confirmed: str | None,
    project_folder: Path | None,
    as_json: bool,
) -> int:
    """Archive what RUN (its id, the beginning of it, or last) created. Uses the network, writes to the destination.

    What the run found there, or changed, is left alone. The links to what is archived are dropped. On a terminal the
    records are shown and asked about first; production needs the connection's name, typed or given with --confirm.
    Running it again changes nothing. Exit code 1 when records could not be archived.
    """
    asks = not (yes or as_json or dry_run) and sys.stdin.isatty() and sys.stderr.isatty()
    project = open_project(project_folder)
    with open_reader(project_folder) as reader:
        found = reader.run(run)
        if dry_run:
            return _show(reader, found, everything=everything, as_json=as_json)
        report = wait_for(_undone(project, reader, found, asks=asks, confirmed=confirmed, everything=everything))
    if report is None:
        output.talk("Nothing was archived.")
        return ExitCode.INTERRUPTED
    if as_json:
        output.json_data(report.to_json())
    else:
        _show_report(found, report)
    if report.error is not None:
        output.error(report.error.message, report.error.remedy)
    return report.exit_code


async def _undone(
    project: Project, reader: RunReader, run: RunRow, *, asks: bool, confirmed: str | None, everything: bool
) -> UndoReport | None:
    """Archive what the run created; ``None`` when the person said no."""
    from mapstudio.runner import Undo, UndoReport, check_confirmation

    target = run.destination
    if not asks:
        # Before anything is connected, since nobody can be asked.
        check_confirmation(target.connection, target.environment, confirmed)
    if not reader.created(run):
        return UndoReport(run.id)
    async with reached(project, target.connection, target.environment) as (connector, account):
        undo = Undo(reader.state, run, connector, account)
        await undo.check()
        if asks:
            _show_records(run, undo.records, everything=everything)
            agreed, confirmed = _ask(undo, confirmed)
            if not agreed:
                return None
        with Bar() as bar, stopping(undo.request_stop):

            def show(progress: Progress) -> None:
                bar.show(str(progress.phase), progress.done, progress.total)

            return await undo.execute(show, confirmed=confirmed)


def _ask(undo: Undo, confirmed: str | None) -> tuple[bool, str | None]:
    from mapstudio.runner import confirm_needed

    target = undo.run.destination
    if not confirm_needed(target.environment, undo.account):
        question = f"Archive {number_of(len(undo.records), 'record')} of {target.connection} ({target.environment})?"
        return click.confirm(question, err=True), None
    if confirmed is not None:
        return True, confirmed
    output.talk(f"This archives in {target.connection} ({target.environment}): {undo.account.name}.")
    return True, str(click.prompt("Type the connection's name to confirm", err=True))


def _show(reader: RunReader, run: RunRow, *, everything: bool, as_json: bool) -> int:
    records = reader.created(run)
    if as_json:
        told = [{"source_id": entry.source_id, "destination_id": entry.destination_id} for entry in records]
        output.json_data({"run": run.id, "records": told})
    else:
        _show_records(run, records, everything=everything)
        output.talk("Dry run: nothing was archived.")
    return ExitCode.DONE


def _show_records(run: RunRow, records: Sequence[RunEntry], *, everything: bool) -> None:
    output.data(f"{run.id}: {run.mapping}, {run.started[:19]} -> {side(run.destination)}")
    for entry in records if everything else records[:SHOWN]:
        key = entry.entry.get("key")
        name = f"{entry.source_id}  {key}" if key is not None else entry.source_id
        output.painted(f"{output.paint('-', 'bold', 'red')} {output.safe(f'archive {entry.destination_id}  {name}')}")
    if len(records) > SHOWN and not everything:
        output.data(f"  ... {len(records) - SHOWN} more to archive; --all shows them")
    count = number_of(len(records), "record")
    output.data(f"{count} to archive" if records else "nothing that is still there was created by it")


def _show_report(run: RunRow, report: UndoReport) -> None:
    for entry, reason in report.refused:
        output.talk(f"not archived: {entry.destination_id} (from {entry.source_id}): {reason.reason}")
    if report.not_done:
        output.warn(f"Not sent: {number_of(report.not_done, 'record')}; running it again goes on.")
    refused = f", {len(report.refused):,} refused" if report.refused else ""
    output.data(f"{run.id}: {len(report.archived):,} archived{refused}")
    if not (report.archived or report.refused or report.not_done):
        output.talk("Nothing that is still there was created by it.")
