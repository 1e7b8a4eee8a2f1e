"""``mapstudio apply``: writes what the plan says, and keeps the books."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from mapstudio.cli import output
from mapstudio.cli.commands.plan_command import print_plans
from mapstudio.cli.mappings import load
from mapstudio.cli.options import (
    engine_option,
    environments_options,
    json_option,
    open_project,
    project_option,
    reading_options,
    retry_option,
    verbose_option,
)
from mapstudio.cli.plan_view import show_plan, show_report
from mapstudio.cli.running import wait_for
from mapstudio.cli.runs import Work, running, work_of
from mapstudio.model.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from mapstudio.mapping.reading import LoadedMapping
    from mapstudio.runner import Environments, Plan, Report, Runner


@dataclass(frozen=True)
class _Wish:
    """How an apply is wanted."""

    environments: Environments
    limit: int | None = None
    since: Literal["last"] | None = None
    retry: bool = False
    dry_run: bool = False
    yes: bool = False
    confirmed: str | None = None
    as_json: bool = False
    engine: str = "compiled"
    plan: Plan | None = None

    @property
    def asks(self) -> bool:
        """Whether a person looks at the plan before it is executed."""
        return not (self.yes or self.as_json) and sys.stdin.isatty() and sys.stderr.isatty()


@click.command("apply")
@click.argument("mapping", required=False)
@click.option("--plan", "plan_file", type=click.Path(path_type=Path, dir_okay=False), help="Execute this saved plan.")
@click.option("--dry-run", is_flag=True, help="Only plan; nothing is written.")
@reading_options
@retry_option
@environments_options
@click.option("--yes", is_flag=True, help="Do not ask; never covers production.")
@click.option(
    "--confirm", "confirmed", metavar="CONNECTION", help="Confirm writing to production, by the destination's name."
)
@engine_option
@json_option
@project_option
@verbose_option
def command(
    *,
    mapping: str | None,
    plan_file: Path | None,
    dry_run: bool,
    limit: int | None,
    since: Literal["last"] | None,
    retry: bool,
    environment: str,
    source_environment: str,
    yes: bool,
    confirmed: str | None,
    engine: str,
    project_folder: Path | None,
    as_json: bool,
) -> int:
    """Write what the plan of MAPPING (or of a folder of them) says. Uses the network, writes to the destination.

    On a terminal the plan is shown and asked about first. Production needs the connection's name, typed or given with
    --confirm. Running it again changes nothing. Exit code 1 when records were rejected; dead-letters has all of them.
    """
    from mapstudio.runner import Environments

    if (mapping is None) == (plan_file is None):
        raise UsageError("Give either a MAPPING or --plan FILE.")
    environments = Environments(source_environment, environment)
    wish = _Wish(environments, limit, since, retry, dry_run, yes, confirmed, as_json, engine)
    if plan_file is not None:
        if limit is not None or since is not None or retry:
            raise UsageError("--limit, --since and --retry belong to the plan.", remedy="Make a new plan with them.")
        work, wish = _of_plan(plan_file, project_folder, wish)
    else:
        work = work_of(str(mapping), project_folder)
    for item in work.mappings:
        _refuse_unconfirmed(item, wish)
    if dry_run:
        plans = [wait_for(_dry(work, item, wish)) for item in work.mappings]
        _show_dry(plans, is_folder=work.is_folder, as_json=as_json)
        return ExitCode.DONE
    return _all(work, wish)


def _of_plan(path: Path, folder: Path | None, wish: _Wish) -> tuple[Work, _Wish]:
    from mapstudio.runner import Environments, Plan

    plan = Plan.load(path)
    project = open_project(folder)
    loaded = load(project.mapping_path(plan.mapping))
    loaded.require()
    environments = Environments(plan.source.environment, plan.destination.environment)
    return Work(project, (loaded,), is_folder=False), replace(wish, environments=environments, plan=plan)


def _refuse_unconfirmed(mapping: LoadedMapping, wish: _Wish) -> None:
    """End before anything is connected, where nobody can be asked for the confirmation that is needed."""
    from mapstudio.runner import check_confirmation

    if not (wish.asks or wish.dry_run) or wish.confirmed is not None:
        if wish.dry_run:
            return
        check_confirmation(mapping.require().destination.connection, wish.environments.destination, wish.confirmed)


def _all(work: Work, wish: _Wish) -> int:
    reports: list[Report] = []
    code = int(ExitCode.DONE)
    for item in work.mappings:
        report = wait_for(_apply(work, item, wish))
        if report is None:
            output.talk("Nothing was written.")
            return ExitCode.INTERRUPTED
        reports.append(report)
        code = max(code, int(report.exit_code))
        if not wish.as_json:
            show_report(report)
        if report.error is not None:
            output.error(report.error.message, report.error.remedy)
        if report.exit_code not in (ExitCode.DONE, ExitCode.REJECTED):
            break
    if wish.as_json and work.is_folder:
        output.json_data({"mappings": [{"name": report.mapping, **report.to_json()} for report in reports]})
    elif wish.as_json:
        output.json_data(reports[0].to_json())
    return code


async def _dry(work: Work, mapping: LoadedMapping, wish: _Wish) -> Plan:
    if wish.plan is not None:
        return wish.plan
    async with running(work.project, mapping, wish.environments, engine=wish.engine) as (runner, show):
        return await runner.plan(wish.limit, wish.since, show, retry=wish.retry)


def _show_dry(plans: list[Plan], *, is_folder: bool, as_json: bool) -> None:
    if as_json:
        print_plans(plans, is_folder=is_folder)
        return
    for plan in plans:
        show_plan(plan)
    output.talk("Dry run: nothing was written.")


async def _apply(work: Work, mapping: LoadedMapping, wish: _Wish) -> Report | None:
    """Plan and apply one mapping; ``None`` when the person said no."""
    wanted = running(work.project, mapping, wish.environments, locked=not wish.asks, engine=wish.engine)
    async with wanted as (runner, show):
        plan = wish.plan or await runner.plan(wish.limit, wish.since, show, retry=wish.retry)
        confirmed = wish.confirmed
        if wish.asks:
            show_plan(plan)
            if plan.quiet:
                output.talk("Nothing to send.")
            else:
                agreed, confirmed = _ask(runner, wish)
                if not agreed:
                    return None
        return await runner.apply(plan, show, confirmed=confirmed)


def _ask(runner: Runner, wish: _Wish) -> tuple[bool, str | None]:
    from mapstudio.runner import confirm_needed

    destination = runner.task.destination
    if not confirm_needed(destination.environment, destination.account):
        return click.confirm(f"Write this to {destination.connection} ({destination.environment})?", err=True), None
    if wish.confirmed is not None:
        return True, wish.confirmed
    output.talk(f"This writes to {destination.connection} ({destination.environment}): {destination.account.name}.")
    return True, str(click.prompt("Type the connection's name to confirm", err=True))
