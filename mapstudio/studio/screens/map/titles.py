"""What the map's header, rules and footer say: where one is, what needs work, how fresh it is."""

from __future__ import annotations

from dataclasses import dataclass

from textual.geometry import Size

from mapstudio.mapping.check_types import CODE as TYPE
from mapstudio.mapping.problems import Severity
from mapstudio.model import Field
from mapstudio.studio.glyphs import Glyphs
from mapstudio.studio.moments import age, clock, day
from mapstudio.studio.navigation import tabs
from mapstudio.studio.paint import DEST, ERROR, MUTED, QUESTION, SOURCE, STRONG, TEXT, WARN, Piece
from mapstudio.studio.screens.map import layout
from mapstudio.studio.session.map_session import MapSession, SideState
from mapstudio.studio.session.rows import RowView, Status
from mapstudio.studio.session.types import TypeFacts
from mapstudio.studio.session.view import MapView
from mapstudio.studio.text import plural, shown
from mapstudio.studio.theme import Ink
from mapstudio.studio.values import field_type_word, given_words
from mapstudio.studio.widgets.header import HeaderModel, Side, Tab

_PANE_TABS = (
    Tab("1", "Map", "map"),
    Tab("2", "Src", layout.SOURCE),
    Tab("3", "Dst", layout.DESTINATION),
    Tab("4", "Rec", layout.RECORD),
)
_PRODUCTION: Piece = ("PRODUCTION", ERROR._replace(bold=True))
_OPEN = (Status.BLOCKS, Status.UNFED, Status.FAILS, Status.QUESTION)


@dataclass(frozen=True, slots=True)
class Titles:
    """The words around the panes, at one size.

    Attributes:
        session: The open mapping.
        size: The terminal's.
        glyphs: The marks.
        masked: Whether personal data are masked.
    """

    session: MapSession
    size: Size
    glyphs: Glyphs
    masked: bool

    @property
    def wide(self) -> bool:
        """Whether there is room for words beside the marks."""
        return self.size.width >= layout.WIDE

    @property
    def narrow(self) -> bool:
        """Whether the panes are tabs."""
        return layout.is_narrow(self.size)

    @property
    def number(self) -> int:
        """The current record's number, from 1; 0 without a sample."""
        return self.session.record + 1 if self.session.current is not None else 0

    @property
    def between(self) -> Piece:
        """What stands between a title and its name."""
        return (f" {self.glyphs.dot} " if self.wide else " "), MUTED

    def header(self, tab: str) -> HeaderModel:
        """Return the header; in a narrow terminal the map's own panes are tabs as well."""
        session, view = self.session, self.session.view
        others = tuple(item for item in tabs() if item.target != "map")
        return HeaderModel(
            project=session.project.name,
            folder=self._folder(),
            mapping=session.editor.name,
            source=_side(session.source),
            destination=_side(session.destination),
            mapped=view.mapped,
            of=len(view.rows) if view.mapping is None or view.mapping.rows else 0,
            tabs=(*_PANE_TABS, *others) if self.narrow else tabs(),
            active=tab if self.narrow else "map",
            needs=tuple(self._needs(view)),
            needs_short=tuple(self._counts(view, short=True)),
        )

    def source(self) -> tuple[Piece, ...]:
        """Return the source pane's title."""
        return ("Source", STRONG), self.between, (self._object(self.session.source), SOURCE)

    def destination(self) -> tuple[Piece, ...]:
        """Return the destination pane's title; production is said in it."""
        side = self.session.destination
        head: Piece = _PRODUCTION if side.production else ("Destination", STRONG)
        return head, self.between, (self._object(side), DEST)

    def freshness(self, side: SideState) -> tuple[Piece, ...]:
        """Return what stands at the right of a side's title: nothing while all is well."""
        if side.stale and side.read_at is not None:
            return ((f"as of {day(side.read_at)}, stale", WARN),)
        if side.schema is None and side.error is None and side.connection:
            return (("reading", MUTED),)
        return ()

    def map(self, picking: str) -> tuple[Piece, ...]:
        """Return the map's title, with what is being picked."""
        if picking:
            return ("Map", STRONG), (f" {picking}", Ink("accent"))
        return (("Map", STRONG), (" problems first", MUTED)) if self.narrow else (("Map", STRONG),)

    def map_fact(self, reading: str) -> tuple[Piece, ...]:
        """Return how large and old the sample is, and how many rows are open."""
        session = self.session
        if reading:
            return ((reading, MUTED),)
        if session.sample is None:
            return (("no sample yet", MUTED),)
        dot = f" {self.glyphs.dot} "
        pieces: list[Piece] = [(plural(len(session.sample.records), "sample record"), MUTED)]
        if not session.sample_live:
            pieces.append((f"{dot}of {day(session.sample.taken)}", MUTED))
        still = session.view.count(*_OPEN)
        if still and not self.narrow:
            pieces += [(dot, MUTED), (str(still), STRONG), (" open", MUTED)]
        return tuple(pieces)

    def row(self, row: RowView | None) -> tuple[Piece, ...]:
        """Return the editor's title."""
        if row is None:
            return (("Row", STRONG),)
        return (f"Row {row.number}", STRONG), self.between, (shown(row.field), DEST._replace(bold=True))

    def row_fact(self, row: RowView | None, facts: TypeFacts | None = None) -> tuple[Piece, ...]:
        """Return the types that the row joins: ``text | null → text *`` where the destination requires a value.

        Args:
            row: The row.
            facts: What is known of the text that is being typed for it; ``None``: of the row as it is kept.
        """
        if row is None:
            return ()
        required = row.target is not None and row.target.required and not row.target.read_only
        target = f"{field_type_word(row.target)}{' *' if required else ''}" if row.target is not None else "?"
        if row.row is not None and row.row.draft:
            return ((f"draft {self.glyphs.dot} {target}", MUTED),)
        given, nullable = (row.given, row.nullable) if facts is None else (facts.given, facts.nullable)
        if not given:
            return ((target, MUTED),)
        words = f"{given_words(given)}{' | null' if nullable and required and given != 'null' else ''}"
        problems = row.problems if facts is None else facts.problems
        severities = {item.severity for item in problems if item.code == TYPE}
        ink = ERROR if Severity.ERROR in severities else WARN if severities else MUTED
        return ((f"{words} {self.glyphs.arrow} {target}", ink),)

    def record(self) -> tuple[Piece, ...]:
        """Return the record's title."""
        count = len(self.session.sample.records) if self.session.sample is not None else 0
        return ((f"Record {self.number} of {count}" if count else "Record", STRONG),)

    def record_fact(self) -> tuple[Piece, ...]:
        """Return the record's id, and whether personal data are masked."""
        record = self.session.current
        masked = "masked" if self.masked else "unmasked"
        return ((f"{shown(record.id)} {self.glyphs.dot} {masked}", MUTED),) if record is not None else ()

    def plan(self) -> tuple[Piece, ...]:
        """Return the plan's title; production is said in it."""
        production = self.session.destination.production
        pieces: list[Piece] = [("Plan", STRONG)]
        if production:
            pieces += [(" in ", STRONG), _PRODUCTION]
        if self.number:
            full = self.wide and not production
            pieces.append((" for this record", STRONG) if full else (f" record {self.number}", MUTED))
        record = self.session.current
        if self.narrow and record is not None:
            pieces.append((f" {self.glyphs.dot} {shown(record.id)}", MUTED))
        return tuple(pieces)

    def note(self, pointed: Field | None = None) -> tuple[Piece, ...]:
        """Return what stands at the right of the command.

        That is production's account, or that the field under the cursor is a guess, or how fresh everything is.
        """
        session = self.session
        side = session.destination
        if side.production and side.account is not None and side.read_at is not None:
            return _PRODUCTION, (f" {shown(side.account.name)}, checked {clock(side.read_at)}", MUTED)
        if pointed is not None and pointed.guessed:
            return ((f"{field_type_word(pointed)} guessed from {plural(pointed.guessed_from, 'record')}", MUTED),)
        if not self.wide or session.sample is None or side.read_at is None:
            return ()
        return ((f"sample {day(session.sample.taken)}   schema {age(side.read_at)}", MUTED),)

    def _object(self, side: SideState) -> str:
        return f"{shown(side.connection)}.{shown(side.object)}" if self.wide else shown(side.object)

    def _folder(self) -> str:
        session = self.session
        try:
            folder = session.editor.path.parent.relative_to(session.project.root).as_posix()
        except ValueError:
            return ""
        return "" if folder == "." else folder

    def _needs(self, view: MapView) -> list[Piece]:
        session = self.session
        gap: Piece = ("   " if self.wide else "  "), TEXT
        failed = next((side for side in (session.destination, session.source) if side.error is not None), None)
        if failed is not None and failed.failed_at is not None:
            name: Piece = (shown(failed.connection), ERROR._replace(bold=True))
            since: Piece = (clock(failed.failed_at), TEXT)
            return [(f"{self.glyphs.blocks} ", ERROR), name, (" unreachable since ", MUTED), since]
        if view.mapping is not None and not view.mapping.rows:
            return [("nothing mapped yet", MUTED)]
        pieces = self._counts(view, short=False)
        unsaved = session.editor.history.unsaved
        if unsaved:
            pieces += [*([gap] if pieces else []), ("unsaved ", MUTED), (str(unsaved), STRONG)]
        if session.destination.production:
            asks: list[Piece] = [("apply asks for ", MUTED), (shown(session.destination.connection), STRONG)]
            pieces += [*([gap] if pieces else []), *asks]
        return pieces

    def _counts(self, view: MapView, *, short: bool) -> list[Piece]:
        glyphs = self.glyphs
        errors = sum(problem.severity is Severity.ERROR for problem in view.problems)
        counts = [
            (view.count(Status.BLOCKS) + errors, "x" if short and glyphs.ascii else glyphs.blocks, ERROR, "blocks"),
            (view.count(Status.FAILS, Status.UNFED), glyphs.some_fail, WARN, "to fix"),
            (view.count(Status.QUESTION), glyphs.question, QUESTION, "open"),
        ]
        pieces: list[Piece] = []
        for number, mark, ink, word in counts:
            if not number:
                continue
            gap = " " if short else "   " if self.wide else "  "
            pieces += [(gap, TEXT)] if pieces else []
            pieces += [(mark, ink), (str(number) if short else f" {number}", ink._replace(bold=True))]
            pieces += [(f" {word}", MUTED)] if self.wide else []
        return pieces


def _side(state: SideState) -> Side:
    return Side(state.connection, state.object, state.environment, state.production)
