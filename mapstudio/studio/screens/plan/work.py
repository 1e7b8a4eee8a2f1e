"""What the plan screen waits for: a plan, an apply, and whether the plan is still that of the file."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mapstudio.connectors.declarations import Account, Capabilities, Enforcement
from mapstudio.mapping.definition import Row
from mapstudio.mapping.reading import read_mapping
from mapstudio.model import Verb
from mapstudio.model.paths import has_path
from mapstudio.project import Project, state_folder
from mapstudio.runner import Environments, Plan, PlannedRecord, ProgressCallback, Report, Runner, confirm_needed
from mapstudio.runner.sides import Connect
from mapstudio.runner.task import Task, digest_of
from mapstudio.studio.session.cache import SideCache


@dataclass(frozen=True)
class Proposal:
    """A plan with what the screen says about it.

    Attributes:
        plan: The plan.
        seconds: How long it took.
        account: Whom an apply would write to.
        capabilities: What the destination can do.
        key: The fields by which records are found.
        rows: Number and row of each destination field.
        sends: The destination fields that the mapping says something about.
    """

    plan: Plan
    seconds: float
    account: Account
    capabilities: Capabilities
    key: tuple[str, ...]
    rows: Mapping[str, tuple[int, Row]] = field(default_factory=dict)
    sends: tuple[str, ...] = ()

    @property
    def confirmed_by_name(self) -> bool:
        """Whether an apply asks for the connection's name."""
        return confirm_needed(self.plan.destination.environment, self.account)

    @property
    def batches(self) -> int:
        """How many batches an apply would send."""
        size = max(1, self.capabilities.batch_size)
        counts = self.plan.counts
        return sum(-(-counts[verb] // size) for verb in (Verb.CREATE, Verb.UPDATE))

    @property
    def enforced(self) -> bool:
        """Whether the destination itself keeps a repeated create from doubling a record."""
        return self.capabilities.create is not Enforcement.NONE

    def equal_fields(self, record: PlannedRecord) -> int:
        """Return how many fields of the record's output are not sent, because they are there already."""
        given = sum(has_path(record.output, name) for name in self.sends)
        return max(given - record.changed, 0)


@dataclass(frozen=True, slots=True)
class Request:
    """Whose plan is wanted.

    Attributes:
        project: The project.
        path: The mapping file.
        environments: Which environment each side uses.
        connect: Gives the connectors.
    """

    project: Project
    path: Path
    environments: Environments
    connect: Connect

    def runner(self) -> Runner:
        """Return a runner of the file as it is now."""
        return Runner(self.project, self.path, self.environments, connect_to=self.connect)


async def make_plan(request: Request, progress: ProgressCallback) -> Proposal:
    """Plan as ``mapstudio plan`` does.

    Raises:
        MapstudioError: Whatever keeps the mapping from being planned.
    """
    began = time.monotonic()
    async with request.runner() as runner:
        _remember_schemas(request.project, runner.task)
        plan = await runner.plan(progress=progress)
        return _proposal(runner.task, plan, time.monotonic() - began)


async def apply_plan(
    request: Request,
    plan: Plan,
    progress: ProgressCallback,
    confirmed: str | None,
    entered: Callable[[Runner], object],
) -> Report:
    """Apply as ``mapstudio apply --plan`` does: what the plan rests on is compared again before the first write.

    Args:
        request: Whose.
        plan: What to do.
        progress: Told after each batch.
        confirmed: The destination's name, as it was typed.
        entered: Told the runner, so that it can be asked to stop.

    Raises:
        MapstudioError: Nothing was written.
    """
    async with request.runner() as runner:
        entered(runner)
        return await runner.apply(plan, progress, confirmed=confirmed)


def is_of_file(plan: Plan, path: Path) -> bool:
    """Return whether the plan was made from the file as it is now.

    Raises:
        UsageError: The file cannot be read.
    """
    return digest_of(read_mapping(path).document.text) == plan.digest


def _remember_schemas(project: Project, task: Task) -> None:
    """Keep the schemas for the screens that ask no system; that they cannot be kept harms nothing."""
    cache = SideCache(state_folder(project))
    for side in (task.source, task.destination):
        with contextlib.suppress(OSError):
            cache.keep_schema(side.environment, side.schema)


def _proposal(task: Task, plan: Plan, seconds: float) -> Proposal:
    return Proposal(
        plan=plan,
        seconds=seconds,
        account=task.destination.account,
        capabilities=task.destination.capabilities,
        key=task.key,
        rows={row.field: (number, row) for number, row in enumerate(task.mapping.rows, 1)},
        sends=task.compiled.destination_fields,
    )
