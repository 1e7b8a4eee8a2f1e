"""The mappings by folder: state, both ends, coverage, what is open, and below each its last run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from mapstudio.model import Verb
from mapstudio.runner import RunRow, RunStatus
from mapstudio.studio.overview import Overview
from mapstudio.studio.paint import (
    DEST,
    ERROR,
    MUTED,
    OK,
    SOURCE,
    STRONG,
    TEXT,
    WARN,
    Piece,
)
from mapstudio.studio.phrases import environment_piece, moment
from mapstudio.studio.session.rows import Status
from mapstudio.studio.text import cut_middle, grouped, plural, shown
from mapstudio.studio.theme import Ink
from mapstudio.studio.widgets.listing import Cell, Line, Listing, cell, right_cell
from mapstudio.studio.widgets.statuses import status_mark

_BAR = 6
_LEFT_OF_BAR = 34


class MappingList(Listing):
    """The list; three lines for a mapping: its own, its last run, a blank one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", id="home.open", tooltip="open the mapping"),
    ]
    head = 1

    class Wanted(Message):
        """A mapping is to be opened."""

        def __init__(self, overview: Overview) -> None:
            super().__init__()
            self.overview = overview

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._overviews: Sequence[Overview] = ()
        self._places: list[tuple[str, int]] = []

    @property
    def overview(self) -> Overview | None:
        """The mapping under the cursor."""
        return self._overviews[self.index] if self.index is not None and self._overviews else None

    def show(self, overviews: Sequence[Overview]) -> None:
        """Show these, grouped by folder; the cursor stays on its mapping."""
        before = self.overview
        self._overviews = overviews
        items: list[int | None] = []
        self._places = []
        folder: str | None = None
        grouped_by = len({item.folder for item in overviews}) > 1 or any(item.folder for item in overviews)
        for index, item in enumerate(overviews):
            if grouped_by and item.folder != folder:
                items += [None, None] if items == [] else [None]
                self._places += [("", 0), ("folder", index)] if self._places == [] else [("folder", index)]
            folder = item.folder
            items += [index, index, None]
            self._places += [("mapping", index), ("run", index), ("", 0)]
        at = next((i for i, item in enumerate(overviews) if before is not None and item.path == before.path), 0)
        self.show_items(items, len(overviews), at=at)

    def head_line(self, y: int) -> Line:
        """Name the columns."""
        del y
        line = [cell(self.text_at, "name", MUTED), cell(self._ends, f"from {self.glyphs.arrow} to", MUTED)]
        return [*line, cell(self._coverage, "mapped", MUTED), cell(self._open, "open", MUTED)]

    def line(self, y: int, *, selected: bool) -> Line:
        """Draw a line of a mapping, or a folder's name."""
        kind, index = self._places[y]
        if not kind:
            return ()
        item = self._overviews[index]
        if kind == "folder":
            return (cell(2, shown(item.folder) or "(root)", Ink("strong", bold=True)),)
        return self._mapping(item, selected=selected) if kind == "mapping" else self._last_run(item)

    def action_open(self) -> None:
        """Open the mapping under the cursor."""
        if self.overview is not None:
            self.post_message(self.Wanted(self.overview))

    @property
    def _coverage(self) -> int:
        return self.size.width - _LEFT_OF_BAR

    @property
    def _open(self) -> int:
        return self._coverage + _BAR + 8

    @property
    def _ends(self) -> int:
        return max(26, min(self._coverage // 2, 40))

    def _mapping(self, item: Overview, *, selected: bool) -> Line:
        mark, ink = status_mark(item.worst, self.glyphs)
        name = cut_middle(shown(item.name), self._ends - self.text_at - 1, self.glyphs.ellipsis)
        line = [cell(2, mark, ink, 2), cell(self.text_at, name, STRONG if selected else TEXT)]
        mapping = item.mapping
        if mapping is None:
            return [*line, Cell(self._ends, [("cannot be read", ERROR)])]
        ends = [
            (shown(mapping.source.connection), SOURCE),
            (f" {self.glyphs.arrow} ", MUTED),
            (f"{shown(mapping.destination.connection)} {shown(mapping.destination.object)}", DEST),
        ]
        line.append(Cell(self._ends, ends, max(self._coverage - self._ends - 1, 4)))
        line.append(Cell(self._coverage, self._bar(item)))
        line.append(Cell(self._open, self._needs(item)))
        return line

    def _bar(self, item: Overview) -> list[Piece]:
        done = round(_BAR * item.mapped / item.of) if item.of else 0
        if item.mapped < item.of:
            done = min(done, _BAR - 1)
        ink = OK if item.of and item.mapped == item.of else TEXT
        bar = self.glyphs.bar
        return [
            (bar * done, ink),
            (bar * (_BAR - done), Ink("line")),
            (f" {item.mapped}", TEXT),
            (f"/{item.of}", MUTED),
        ]

    def _needs(self, item: Overview) -> list[Piece]:
        pieces: list[Piece] = []
        for status in (Status.BLOCKS, Status.UNFED, Status.FAILS, Status.QUESTION):
            if count := item.count(status):
                mark, ink = status_mark(status, self.glyphs)
                pieces += [*([(" ", TEXT)] if pieces else []), (f"{mark} ", ink), (str(count), ink._replace(bold=True))]
        return pieces

    def _last_run(self, item: Overview) -> Line:
        run = item.run
        if run is None:
            return (Cell(self.text_at, self._never(item)),)
        counts = run.counts
        where = environment_piece(run.destination.environment)
        line: list[Cell] = [
            cell(self.text_at, "last run", MUTED),
            Cell(self.text_at + 10, [(f"{moment(run.started)} ", TEXT), where]),
        ]
        read = [(grouped(counts.get("read", 0)), TEXT), (" read", MUTED)]
        line.append(Cell(self._coverage - 1, read, right=True))
        column = self._coverage + 6
        for key, mark, ink in (
            (Verb.CREATE, self.glyphs.create, OK),
            (Verb.UPDATE, self.glyphs.update, WARN),
            (Verb.UNCHANGED, self.glyphs.unchanged, MUTED),
        ):
            count = counts.get(key, 0)
            pieces: list[Piece] = [(self.glyphs.unused, Ink("faint"))]
            if count:
                pieces = [(f"{mark} {grouped(count)}", ink)]
            line.append(Cell(column, pieces, right=True))
            column += 9
        line.append(right_cell(-1, *self._ending(run, item)))
        return line

    def _ending(self, run: RunRow, item: Overview) -> Piece:
        if run.status is RunStatus.STOPPED:
            return "stopped", ERROR._replace(bold=True)
        if run.status is RunStatus.RUNNING:
            return "running", MUTED
        if item.rejected:
            return f"{self.glyphs.blocks} {grouped(item.rejected)}", ERROR._replace(bold=True)
        if item.reviews:
            return f"{self.glyphs.review} {grouped(item.reviews)}", WARN._replace(bold=True)
        return self.glyphs.unused, Ink("faint")

    @staticmethod
    def _never(item: Overview) -> list[Piece]:
        if item.error:
            return [(shown(item.error), MUTED)]
        left = item.of - item.mapped
        if left:
            waits = "waits" if left == 1 else "wait"
            return [(f"never run: {left} of {plural(item.of, 'field')} {waits} for a decision", MUTED)]
        return [("never run", MUTED)]
