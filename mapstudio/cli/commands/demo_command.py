"""``mapstudio demo``: everything at once, on sandboxes that cost and break nothing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mapstudio.cli import output
from mapstudio.cli.options import Theme, json_option, look_options, verbose_option
from mapstudio.model.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from mapstudio.cli.demo.headless import Walk
    from mapstudio.cli.demo.sandboxes import Access
    from mapstudio.project import Project


@click.command("demo")
@click.option(
    "--project",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="The working folder; by default mapstudio-demo in this one. An existing project is kept and used.",
)
@click.option("--headless", is_flag=True, help="No studio: check, test, plan, apply, apply again, and a summary.")
@click.option("--no-limits", is_flag=True, help="Serve without the vendors' rate limits.")
@click.option("--ledger", type=click.Path(path_type=Path, dir_okay=False), help="As of sandbox serve.")
@look_options
@json_option
@verbose_option
def command(
    *,
    folder: Path | None,
    headless: bool,
    no_limits: bool,
    ledger: Path | None,
    theme: Theme | None,
    ascii_only: bool,
    as_json: bool,
) -> int:
    """Try everything: local sandboxes, a sample project, the studio. Uses the network of this machine only.

    Copies the sample project into a working folder, serves the sandboxes on free ports while the demo runs, and opens
    the studio. With --headless exit code 0 means that all examples pass and the second apply sent nothing; --json
    prints the counts.
    """
    from mapstudio.cli.demo.sample import working_copy
    from mapstudio.cli.demo.sandboxes import local_sandboxes

    if as_json and not headless:
        raise UsageError("--json belongs to --headless.")
    if not headless and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("The studio needs a terminal.", remedy="Run it in one, or give --headless.")
    project, copied = working_copy(folder)
    output.talk(f"{'Copied the sample project to' if copied else 'Using the project in'} {project.root}")
    output.talk("Starting the local sandboxes ...")
    with local_sandboxes(project, limits=not no_limits, ledger=ledger) as access:
        _say(access)
        if headless:
            return _headless(project, as_json=as_json)
        from mapstudio.studio.app import run_studio

        run_studio(project, theme=theme, ascii=ascii_only)
    output.talk(f"The project stays in {project.root}; mapstudio demo --project {project.root} opens it again.")
    return ExitCode.DONE


def _say(access: Access) -> None:
    for name, told in access.items():
        output.talk(f"  {name:<10} {told['url']}")


def _headless(project: Project, *, as_json: bool) -> int:
    from mapstudio.cli.demo.headless import show, walk
    from mapstudio.cli.mappings import load

    walks: list[Walk] = []
    output.talk("")
    for reference in project.mappings():
        done = walk(project, load(reference.path))
        walks.append(done)
        if not as_json:
            show(done)
    if as_json:
        output.json_data({"mappings": [done.to_json() for done in walks]})
    return _verdict(walks, as_json=as_json)


def _verdict(walks: list[Walk], *, as_json: bool) -> int:
    for done in walks:
        for report in (done.first, done.second):
            if report.error is not None:
                output.error(report.error.message, report.error.remedy)
                return report.error.exit_code
    loud = [done.loaded.require().name for done in walks if not done.quiet]
    if loud:
        output.error(f"The second apply of {', '.join(loud)} sent something.", "It should send nothing.")
        return ExitCode.REJECTED
    failing = [done.loaded.require().name for done in walks if not all(example.passed for example in done.examples)]
    if failing:
        output.error(f"Examples of {', '.join(failing)} fail.", f"mapstudio test {failing[0]} says which.")
        return ExitCode.REJECTED
    if not as_json:
        seconds = sum(done.seconds for done in walks)
        output.talk(f"{len(walks)} mappings in {seconds:.0f} s; the second apply sent nothing.")
    return ExitCode.DONE
