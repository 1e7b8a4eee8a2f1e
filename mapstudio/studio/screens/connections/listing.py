"""The connections with their environments, one line for each environment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mapstudio.project import PRODUCTION, Project
from mapstudio.studio.paint import MUTED, STRONG, TEXT
from mapstudio.studio.phrases import duration, environment_piece
from mapstudio.studio.probing import Probe, all_environments
from mapstudio.studio.screens.home.side import probe_glyph, probe_words
from mapstudio.studio.text import shown, width_of
from mapstudio.studio.widgets.listing import Cell, Line, Listing, cell, right_cell


class EnvironmentList(Listing):
    """The list."""

    head = 1

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._pairs: Sequence[tuple[str, str]] = ()
        self._project: Project | None = None
        self._probes: Mapping[tuple[str, str], Probe] = {}
        self._testing: frozenset[tuple[str, str]] = frozenset()
        self._lines: list[tuple[str, int | None]] = []

    @property
    def pair(self) -> tuple[str, str] | None:
        """Connection and environment under the cursor."""
        return self._pairs[self.index] if self.index is not None and self._pairs else None

    def show(
        self, project: Project, probes: Mapping[tuple[str, str], Probe], testing: frozenset[tuple[str, str]]
    ) -> None:
        """Show the project's connections; the cursor stays on its environment."""
        before = self.pair
        self._project, self._probes, self._testing = project, dict(probes), testing
        self._pairs = all_environments(project)
        self._lines = []
        for item in project.connections.values():
            self._lines.append((item.name, None))
            self._lines += [(item.name, self._pairs.index((item.name, name))) for name in item.environments]
            self._lines.append(("", None))
        at = self._pairs.index(before) if before in self._pairs else 0
        self.show_items([index for _, index in self._lines], len(self._pairs), at=at)

    def head_line(self, y: int) -> Line:
        """Name the columns."""
        del y
        return (
            cell(self.text_at, "environment", MUTED),
            cell(self._account, "account", MUTED),
            right_cell(-1, "answered in", MUTED),
        )

    def line(self, y: int, *, selected: bool) -> Line:
        """Draw a connection's name, or an environment."""
        name, index = self._lines[y]
        if self._project is None or not name:
            return ()
        if index is None:
            kind = self._project.connections[name].type
            return (Cell(2, [(shown(name), STRONG), (f" {shown(kind)}", MUTED)]),)
        pair = self._pairs[index]
        probe = self._probes.get(pair)
        mark, ink = probe_glyph(probe, self.glyphs)
        text, text_ink = probe_words(probe)
        if pair in self._testing:
            text, text_ink = "asking", MUTED
        word = environment_piece(pair[1]) if pair[1] == PRODUCTION else (shown(pair[1]), STRONG if selected else TEXT)
        took = duration(probe.seconds) if probe is not None and probe.account is not None else ""
        room = max(self.size.width - self._account - width_of(took) - 3, 6)
        return (
            cell(2, mark, ink, 2),
            Cell(self.text_at, [word]),
            cell(self._account, text, text_ink, room),
            right_cell(-1, took, MUTED),
        )

    @property
    def _account(self) -> int:
        widest = max([11, *(width_of(name) for _, name in self._pairs)])
        return self.text_at + min(widest, 20) + 2
