"""What the screens share: the project, the open mapping, and the words for the user when the studio is left."""

from __future__ import annotations

import contextlib
from pathlib import Path

from mapstudio.connectors.opening import open_connector
from mapstudio.project import PRODUCTION, Project
from mapstudio.runner import Environments
from mapstudio.runner.sides import Connect
from mapstudio.studio.probing import Probe
from mapstudio.studio.session.map_session import MapSession
from mapstudio.studio.text import plural


class Workspace:
    """The project and what is open of it.

    Args:
        project: The project.
        environments: Which environment each side of every mapping uses.
        connect: Gives the connectors; tests bring their own.
    """

    def __init__(self, project: Project, environments: Environments, *, connect: Connect = open_connector) -> None:
        self.project = project
        self.environments = environments
        self.connect = connect
        self.session: MapSession | None = None
        self.probes: dict[tuple[str, str], Probe] = {}
        """What the last try of each connection and environment gave."""
        self._before: list[MapSession] = []

    @property
    def mapping(self) -> Path | None:
        """The file of the open mapping."""
        return self.session.editor.path if self.session is not None else None

    @property
    def to_production(self) -> bool:
        """Whether the destination is production."""
        return self.environments.destination == PRODUCTION

    def open(self, path: Path) -> MapSession:
        """Make a mapping the open one; edits that an earlier studio left unsaved are taken up.

        Raises:
            UsageError: The file cannot be read.
        """
        session = MapSession(self.project, path.resolve(), self.environments, connect=self.connect)
        session.editor.recover()
        if self.session is not None:
            self._before.append(self.session)
        self.session = session
        return session

    async def close(self) -> None:
        """Keep what is unsaved and close all connections."""
        for session in (*self._before, self.session):
            if session is None:
                continue
            with contextlib.suppress(OSError):
                session.editor.keep()
            await session.close()
        self._before = [session for session in self._before if session.editor.history.unsaved]

    def parting_words(self) -> list[str]:
        """Return what to tell the user when the studio has closed."""
        sessions = [item for item in (*self._before, self.session) if item is not None]
        return [
            f"{plural(session.editor.history.unsaved, 'unsaved edit')} of {session.editor.name} "
            f"{'is' if session.editor.history.unsaved == 1 else 'are'} kept; open it again to go on."
            for session in {item.editor.path: item for item in sessions}.values()
            if session.editor.history.unsaved
        ]
