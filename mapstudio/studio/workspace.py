"""What the screens share: the project, the open mapping, and the words for the user when the studio is left."""

from __future__ import annotations

from pathlib import Path

from mapstudio.connectors.opening import open_connector
from mapstudio.project import PRODUCTION, Project
from mapstudio.runner import Environments
from mapstudio.runner.sides import Connect


class Workspace:
    """The project and what is open of it.

    Args:
        project: The project.
        environments: Which environment each side of every mapping uses.
        mapping: The mapping to begin with.
        connect: Gives the connectors; tests bring their own.
    """

    def __init__(
        self,
        project: Project,
        environments: Environments,
        mapping: Path | None = None,
        *,
        connect: Connect = open_connector,
    ) -> None:
        self.project = project
        self.connect = connect
        self.environments = environments
        self.mapping: Path | None = None
        if mapping is not None:
            self.open(mapping)

    def open(self, path: Path) -> None:
        """Make a mapping the open one."""
        self.mapping = path.resolve()

    def parting_words(self) -> list[str]:
        """Return what to tell the user when the studio has closed."""
        return []

    @property
    def to_production(self) -> bool:
        """Whether the destination is production."""
        return self.environments.destination == PRODUCTION
