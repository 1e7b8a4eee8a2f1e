"""The two lines above every screen: where am I, and what needs work."""

from __future__ import annotations

from dataclasses import dataclass, field

from textual import events
from textual.message import Message
from textual.strip import Strip

from mapstudio.studio.paint import DEST, MUTED, SOURCE, STRONG, TEXT, Piece, Pieces, Row, pieces_width
from mapstudio.studio.text import shown, width_of
from mapstudio.studio.theme import Ink
from mapstudio.studio.widgets.drawn import Drawn

_BAR = 14
_ROOMY = 140
_NARROW = 100
_ON_PRODUCTION = Ink("on_production")
_ON_PRODUCTION_BOLD = Ink("on_production", bold=True)


@dataclass(frozen=True, slots=True)
class Tab:
    """A screen (or at 80 columns a pane) that a digit opens."""

    digit: str
    label: str
    target: str


@dataclass(frozen=True, slots=True)
class Side:
    """One end of a mapping as the header names it."""

    connection: str
    object: str
    environment: str
    production: bool = False


@dataclass(frozen=True, slots=True)
class HeaderModel:
    """What the header says.

    Attributes:
        project: The project's name.
        folder: The mapping's folder.
        mapping: The mapping's name; empty outside of a mapping.
        mapped: How many fields are mapped.
        of: Of how many; 0 hides the bar.
        tabs: In order.
        active: The target of the tab that is shown.
        needs: What asks for work, for the right of the tabs; ``needs_short`` under 100 columns.
        facts: The right of the first line where there is no mapping.
        sentence: Stands in place of the tabs where there are none.
    """

    project: str = ""
    folder: str = ""
    mapping: str = ""
    source: Side | None = None
    destination: Side | None = None
    mapped: int = 0
    of: int = 0
    tabs: tuple[Tab, ...] = ()
    active: str = ""
    needs: tuple[Piece, ...] = ()
    needs_short: tuple[Piece, ...] = ()
    facts: tuple[Piece, ...] = ()
    sentence: str = ""


@dataclass
class _Hits:
    spans: list[tuple[int, int, str]] = field(default_factory=list)


class Header(Drawn):
    """The header."""

    DEFAULT_CSS = """
    Header { dock: top; height: 2; width: 1fr; }
    """

    class TabChosen(Message):
        """A tab was clicked."""

        def __init__(self, target: str) -> None:
            super().__init__()
            self.target = target

    def __init__(self) -> None:
        super().__init__(id="header")
        self._model = HeaderModel()
        self._hits = _Hits()

    def show(self, model: HeaderModel) -> None:
        """Draw this."""
        if model != self._model:
            self._model = model
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw a line."""
        return (self._first() if y == 0 else self._second()).strip(self.palette)

    def on_click(self, event: events.Click) -> None:
        """Open the tab under the mouse."""
        for start, end, target in self._hits.spans:
            if event.y == 1 and start <= event.x < end:
                self.post_message(self.TabChosen(target))

    @property
    def _production(self) -> bool:
        return any(side is not None and side.production for side in (self._model.source, self._model.destination))

    def _first(self) -> Row:
        production = self._production
        row = self.row(ground="production" if production else "raised")
        right = self._right()
        limit = row.width - 1 - (pieces_width(right) + 1 if right else 0)
        for pieces in self._left_variants():
            if 1 + pieces_width(pieces) <= limit:
                break
        row.put(1, [] if not pieces else self._plain(pieces), width=limit - 1)
        if production and row.column < limit:
            self._tags(row)
        return row.put_right(row.width - 1, self._plain(right)) if right else row

    def _plain(self, pieces: Pieces) -> list[Piece]:
        """On the production bar there are two inks only."""
        if not self._production:
            return list(pieces)
        return [(text, _ON_PRODUCTION_BOLD if ink.bold else _ON_PRODUCTION) for text, ink in pieces]

    def _tags(self, row: Row) -> None:
        for side in (self._model.source, self._model.destination):
            if side is not None and side.production:
                row.put_on(row.column + 1, f" {side.environment.upper()} ", Ink("production", bold=True), "tag")

    def _left_variants(self) -> list[list[Piece]]:
        """Return what could stand at the left, the fullest first: app name, project and objects go in this order."""
        model = self._model
        app: list[Piece] = [("mapstudio", STRONG), ("   ", TEXT)]
        if not model.mapping:
            return [[*app, (shown(model.project), STRONG)], [(shown(model.project), STRONG)]]
        name: list[Piece] = [(shown(model.mapping), STRONG)]
        path = [(f"{shown(model.folder)} / ", STRONG), *name] if model.folder else name
        full = [(f"{shown(model.project)} / ", MUTED), *path]
        ends = [("   ", TEXT), *self._ends(objects=True)]
        short = [("   ", TEXT), *self._ends(objects=False)]
        if self.size.width < _NARROW:
            return [[*name, *short]]
        fullest = [[*app, *full, *ends]] if self.size.width >= _ROOMY else []
        return [*fullest, [*app, *path, *ends], [*path, *ends], [*name, *ends], [*name, *short]]

    def _ends(self, *, objects: bool) -> list[Piece]:
        model = self._model
        if model.source is None or model.destination is None:
            return []
        gap = "  " if self.size.width >= _NARROW else " "
        arrow: Piece = (f"{gap}{self.glyphs.arrow}{gap}", MUTED)
        return [
            *self._side(model.source, SOURCE, objects=objects),
            arrow,
            *self._side(model.destination, DEST, objects=objects),
        ]

    @staticmethod
    def _side(side: Side, ink: Ink, *, objects: bool) -> list[Piece]:
        name = f"{shown(side.connection)} {shown(side.object)}" if objects else shown(side.connection)
        if side.production:
            return [(name, ink._replace(bold=True))]
        return [(name, ink), (f" {shown(side.environment)}", MUTED)]

    def _right(self) -> list[Piece]:
        model = self._model
        if not model.of:
            return list(model.facts)
        if self.size.width < _NARROW:
            return [(str(model.mapped), STRONG), (f"/{model.of}", MUTED)]
        count: list[Piece] = [(str(model.mapped), STRONG), (f" of {model.of} mapped", MUTED)]
        if self._production:
            return count
        done = round(_BAR * model.mapped / model.of)
        bar = self.glyphs.bar
        return [(bar * done, Ink("ok")), (bar * (_BAR - done), Ink("line")), ("  ", TEXT), *count]

    def _second(self) -> Row:
        model = self._model
        row = self.row(ground="raised")
        self._hits.spans.clear()
        if model.sentence:
            row.put(1, model.sentence, MUTED)
        column = 1
        for tab in model.tabs:
            label = f" {tab.digit} {tab.label} "
            if tab.target == model.active:
                row.put_on(column, label, Ink("on_accent", bold=True), "accent")
            else:
                row.put(column, [(f" {tab.digit} ", MUTED), (f"{tab.label} ", TEXT)])
            self._hits.spans.append((column, column + width_of(label), tab.target))
            column += width_of(label) + (1 if row.width >= _ROOMY else 0)
        needs = model.needs if row.width >= _NARROW or not model.needs_short else model.needs_short
        return row.put_right(row.width - 1, list(needs)) if needs else row
