"""``mapstudio plan``: what an apply would do; nothing is written to any system."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from mapstudio.cli import output
from mapstudio.cli.options import (
    engine_option,
    environments_options,
    json_option,
    project_option,
    reading_options,
    retry_option,
    verbose_option,
)
from mapstudio.cli.plan_view import show_plan
from mapstudio.cli.running import wait_for
from mapstudio.cli.runs import Work, running, work_of
from mapstudio.model.errors import UsageError

if TYPE_CHECKING:
    from mapstudio.mapping.reading import LoadedMapping
    from mapstudio.runner import Environments, Plan


@click.command("plan")
@click.argument("mapping")
@reading_options
@retry_option
@click.option("-o", "--save", type=click.Path(path_type=Path, dir_okay=False), help="Keep the plan for apply --plan.")
@click.option("--all", "everything", is_flag=True, help="Show every record that would change.")
@environments_options
@engine_option
@json_option
@project_option
@verbose_option
def command(
    *,
    mapping: str,
    limit: int | None,
    since: Literal["last"] | None,
    retry: bool,
    save: Path | None,
    everything: bool,
    environment: str,
    source_environment: str,
    engine: str,
    project_folder: Path | None,
    as_json: bool,
) -> None:
    """Show what an apply of MAPPING (or of a folder of them) would do. Uses the network, writes to no system.

    Reads the source, maps it, and compares with what the destination holds now: equal values are not sent.
    """
    from mapstudio.runner import Environments

    work = work_of(mapping, project_folder)
    if save and work.is_folder:
        raise UsageError("--save keeps the plan of one mapping.", remedy="Name one mapping.")
    environments = Environments(source_environment, environment)
    plans = [wait_for(_plan(work, item, environments, limit, since, engine, retry=retry)) for item in work.mappings]
    if save:
        plans[0].save(save)
        output.talk(f"Saved {save}: mapstudio apply --plan {save}")
    if as_json:
        print_plans(plans, is_folder=work.is_folder)
        return
    for plan in plans:
        show_plan(plan, everything=everything)


def print_plans(plans: list[Plan], *, is_folder: bool) -> None:
    """Print plans as JSON: one as it is, those of a folder under ``mappings`` with their names."""
    if is_folder:
        output.json_data({"mappings": [{"name": plan.mapping, **plan.to_json()} for plan in plans]})
    else:
        output.json_data(plans[0].to_json())


async def _plan(
    work: Work,
    mapping: LoadedMapping,
    environments: Environments,
    limit: int | None,
    since: Literal["last"] | None,
    engine: str,
    *,
    retry: bool,
) -> Plan:
    async with running(work.project, mapping, environments, engine=engine) as (runner, show):
        return await runner.plan(limit, since, show, retry=retry)
