"""How far each mapping of the project is, in the numbers that the map itself would show; no system is asked."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mapstudio.mapping.definition import Mapping
from mapstudio.mapping.examples import ExampleResult, run_examples
from mapstudio.mapping.reading import read_mapping
from mapstudio.model import JsonValue, MapstudioError, Schema
from mapstudio.project import Project, load_snapshot, state_folder
from mapstudio.project.mapped_objects import MappedObjects
from mapstudio.runner import Environments, RunReader, RunRow, StateStore
from mapstudio.studio.phrases import cause_of
from mapstudio.studio.session.cache import SideCache
from mapstudio.studio.session.problems import ProblemLine, problem_lines
from mapstudio.studio.session.rows import Status
from mapstudio.studio.session.view import MapView, ViewInputs, build_view


@dataclass(frozen=True)
class Overview:
    """One mapping.

    Attributes:
        path: Its file.
        name: Its name.
        folder: Its folder below the project's root; empty for the root.
        view: The map as it stands in the file, on the sample that was last read; ``None`` when it cannot be read.
        problems: What needs work, the most urgent first.
        run: Its newest run.
        rejected: Records that were rejected and have not passed since.
        causes: For how many reasons.
        reviews: Records of which a person is to say what they are.
        error: Why the file cannot be read.
    """

    path: Path
    name: str
    folder: str
    view: MapView | None = None
    problems: tuple[ProblemLine, ...] = ()
    run: RunRow | None = None
    rejected: int = 0
    causes: int = 0
    reviews: int = 0
    error: str = ""

    @property
    def reference(self) -> str:
        """What names it in a command."""
        return f"{self.folder}/{self.name}" if self.folder else self.name

    @property
    def mapping(self) -> Mapping | None:
        """What the file says."""
        return self.view.mapping if self.view is not None else None

    @property
    def mapped(self) -> int:
        """How many fields need no decision any more."""
        return self.view.mapped if self.view is not None else 0

    @property
    def of(self) -> int:
        """Of how many."""
        return len(self.view.rows) if self.view is not None else 0

    def count(self, *statuses: Status) -> int:
        """Return how many rows are in one of the states; problems beyond rows count as what they are."""
        return sum(line.status in statuses for line in self.problems)

    @property
    def required(self) -> tuple[int, int] | None:
        """How many of the required fields are fed, and how many there are; ``None`` when the schema is not known."""
        if self.view is None or self.view.inputs.destination is None:
            return None
        required = [row for row in self.view.rows if row.required]
        return sum(row.status is not Status.UNFED for row in required), len(required)

    @property
    def worst(self) -> Status:
        """The state of the whole."""
        if self.error or self.mapping is None:
            return Status.BLOCKS
        if not self.view or not self.view.rows or all(row.row is None for row in self.view.rows):
            return Status.DRAFT
        return min((line.status for line in self.problems), key=lambda status: status.urgency, default=Status.FINE)


class OverviewReader:
    """Reads overviews; to be used beside the screen's loop, on one thread.

    Args:
        project: The project.
        environments: Whose schemas and samples are looked at.
        state: The books.
    """

    def __init__(self, project: Project, environments: Environments, state: StateStore) -> None:
        self._project = project
        self._environments = environments
        self._state = state
        self._cache = SideCache(state.folder)
        self._mapped = MappedObjects(project)

    def all(self) -> list[Overview]:
        """Return all mappings, by folder and name."""
        found = [self.one(item.path, item.name, item.folder) for item in self._project.mappings()]
        return sorted(found, key=lambda item: (item.folder, item.path))

    def one(self, path: Path, name: str = "", folder: str = "") -> Overview:
        """Return one mapping."""
        if not name:
            known = next((item for item in self._project.mappings() if item.path == path), None)
            name, folder = (known.name, known.folder) if known is not None else (path.stem, "")
        try:
            view = self._view(path)
        except MapstudioError as error:
            return Overview(path, name, folder, error=error.message)
        reader = RunReader(self._state)
        runs = reader.runs(mapping=name, limit=1)
        letters = reader.dead_letters(mapping=name)
        causes = {(letter.reasons[0].row, cause_of(letter.reasons[0].reason)) for letter in letters if letter.reasons}
        return Overview(
            path=path,
            name=name,
            folder=folder,
            view=view,
            problems=tuple(problem_lines(view)),
            run=runs[0] if runs else None,
            rejected=len(letters),
            causes=len(causes),
            reviews=self._state.reviews.waiting().get(name, 0),
        )

    def _view(self, path: Path) -> MapView:
        loaded = read_mapping(path)
        mapping = loaded.mapping
        if mapping is None:
            return build_view(ViewInputs(loaded))
        source, destination = mapping.source, mapping.destination
        bindings: dict[str, JsonValue] = {}
        with contextlib.suppress(MapstudioError):
            connection = self._project.connection(destination.connection)
            bindings = dict(connection.environment(self._environments.destination).bindings)
        return build_view(
            ViewInputs(
                loaded,
                self._schema(source.connection, self._environments.source, source.object),
                self._schema(destination.connection, self._environments.destination, destination.object),
                self._cache.sample(source.connection, self._environments.source, source.object),
                bindings,
                self._mapped,
            )
        )

    def _schema(self, connection: str, environment: str, object_name: str) -> Schema | None:
        known = self._cache.schema(connection, environment, object_name)
        if known is None:
            with contextlib.suppress(MapstudioError):
                known = load_snapshot(self._project, connection, object_name)
        return known


def read_overviews(project: Project, environments: Environments) -> list[Overview]:
    """Return all mappings of the project.

    Raises:
        MapstudioError: The books cannot be opened.
    """
    with StateStore.open(state_folder(project)) as state:
        return OverviewReader(project, environments, state).all()


def read_overview(project: Project, environments: Environments, path: Path) -> Overview:
    """Return one mapping.

    Raises:
        MapstudioError: The books cannot be opened.
    """
    with StateStore.open(state_folder(project)) as state:
        return OverviewReader(project, environments, state).one(path)


def run_overview_examples(overview: Overview) -> Sequence[ExampleResult]:
    """Run a mapping's examples, as ``mapstudio test`` does.

    Raises:
        MappingError: It has errors.
    """
    if overview.view is None or overview.mapping is None:
        return ()
    mapping = overview.view.inputs.loaded.require()
    return run_examples(mapping, schema=overview.view.inputs.destination)
