"""What plan and apply share: which mappings in which environments, and a runner that shows how far it is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mapstudio.cli.mappings import load
from mapstudio.cli.options import open_project
from mapstudio.cli.progress import Bar
from mapstudio.cli.stopping import stopping

if TYPE_CHECKING:
    from mapstudio.mapping.reading import LoadedMapping
    from mapstudio.project import Project
    from mapstudio.runner import Environments, Progress, ProgressCallback, Runner


@dataclass(frozen=True)
class Work:
    """What is to be run.

    Attributes:
        project: The project of the mappings.
        mappings: In the order in which they run, all of them valid.
        is_folder: A folder was named: there may be any number.
    """

    project: Project
    mappings: tuple[LoadedMapping, ...]
    is_folder: bool


def work_of(reference: str, folder: Path | None) -> Work:
    """Return what the reference names; the project is that of the file where a file is named.

    Raises:
        UsageError: It names nothing.
        MappingError: One of the mappings is invalid: nothing is run then.
    """
    path = Path(reference)
    start = path.resolve() if path.exists() else None
    project = open_project(folder or (start and (start if start.is_dir() else start.parent)))
    paths = project.mapping_paths(reference)
    mappings = tuple(load(item) for item in paths)
    for mapping in mappings:
        mapping.require()
    is_folder = len(paths) != 1 or path.is_dir() or (project.root / reference).is_dir()
    return Work(project, mappings, is_folder)


@asynccontextmanager
async def running(
    project: Project,
    mapping: LoadedMapping,
    environments: Environments,
    *,
    locked: bool = False,
    engine: str = "compiled",
) -> AsyncIterator[tuple[Runner, ProgressCallback]]:
    """Give an open runner and what shows its progress; ctrl+c stops it at the next safe moment.

    Args:
        project: Where connections are looked up.
        mapping: What to run.
        environments: Of both sides.
        locked: Take the run's lock before anything is connected.
        engine: What evaluates expressions.
    """
    from mapstudio.expressions import Engine
    from mapstudio.runner import Runner

    with Bar() as bar:

        def show(progress: Progress) -> None:
            bar.show(str(progress.phase), progress.done, progress.total)

        runner = Runner(project, mapping, environments, engine=Engine(engine))
        if locked:
            runner.acquire_lock()
        async with runner:
            with stopping(runner.request_stop):
                yield runner, show
