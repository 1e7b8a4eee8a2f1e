"""The map screen's panes, and how the session's state is put into them. No work is done here."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual.geometry import Size
from textual.widget import Widget

from mapstudio.model import Field, Schema
from mapstudio.studio.lattice import Box
from mapstudio.studio.moments import clock, day
from mapstudio.studio.navigation import tabs
from mapstudio.studio.paint import DEST, ERROR, MUTED, QUESTION, SOURCE, STRONG, TEXT, WARN, Piece
from mapstudio.studio.screens.base import StudioScreen
from mapstudio.studio.screens.map import layout
from mapstudio.studio.screens.map.middle import MiddlePane
from mapstudio.studio.screens.map.notices import empty_notice, offline_notice
from mapstudio.studio.session.map_session import MapSession, SideState
from mapstudio.studio.session.paths import FieldKey, field_key
from mapstudio.studio.session.problems import problem_lines
from mapstudio.studio.session.rows import RowView, Status
from mapstudio.studio.session.tree import FieldTree
from mapstudio.studio.session.view import MapView
from mapstudio.studio.text import shown
from mapstudio.studio.theme import Ink
from mapstudio.studio.values import field_type_word
from mapstudio.studio.widgets.destination_tree import DestinationTree
from mapstudio.studio.widgets.frame import Frame
from mapstudio.studio.widgets.header import HeaderModel, Side, Tab
from mapstudio.studio.widgets.mapping_table import MappingTable
from mapstudio.studio.widgets.notice import NoticeModel
from mapstudio.studio.widgets.plan_view import PlanModel, PlanView, plan_fact
from mapstudio.studio.widgets.problem_list import ProblemList
from mapstudio.studio.widgets.record_view import RecordView
from mapstudio.studio.widgets.row_editor import RowEditor
from mapstudio.studio.widgets.source_tree import SourceTree

_PANE_TABS = (
    Tab("1", "Map", "map"), Tab("2", "Src", layout.SOURCE), Tab("3", "Dst", layout.DESTINATION),
    Tab("4", "Rec", layout.RECORD),
)


class MapPanes(StudioScreen):
    """The panes and their content."""

    def __init__(self) -> None:
        super().__init__()
        self._tab = layout.MAP
        self._side = layout.SOURCE
        self._below = layout.PLAN
        self._offline = False
        self._trees: tuple[Schema | None, Schema | None] = (None, None)
        self._planned = PlanModel()
        self._reading = ""
        self._picking = ""

    @property
    def session(self) -> MapSession:
        """The open mapping."""
        session = self.studio.workspace.session
        assert session is not None  # noqa: S101 - this screen is opened with a mapping only
        return session

    @property
    def table(self) -> MappingTable:
        """The map itself."""
        return self.query_one(MappingTable)

    @property
    def editor(self) -> RowEditor:
        """The selected row's pane."""
        return self.query_one(RowEditor)

    @property
    def current(self) -> RowView | None:
        """The selected row."""
        return self.table.current

    def compose_content(self) -> Iterable[Widget]:
        """Return the frame with its panes, in reading order."""
        yield Frame(
            SourceTree(), MiddlePane(), DestinationTree(), RecordView(), RowEditor(), PlanView(),
            arrangement=self._arrange,
        )

    def on_resize(self, event: events.Resize) -> None:
        """Give the panes what they need at this size."""
        super().on_resize(event)
        self.query_one(MiddlePane).give_lines(layout.problem_lines(self._body(event.size)))
        self.draw_all()

    def draw_all(self) -> None:
        """Put the present state into all panes."""
        if not self.is_mounted or not self.query(RowEditor):
            return
        view = self.session.view
        self._draw_trees(view)
        narrow = layout.is_narrow(self.size)
        self.table.show(view, self.session.record, problems_first_order=narrow)
        self.query_one(MiddlePane).show_notice(self._notice())
        self.draw_selection()
        self.draw_header()
        self.draw_titles()

    def draw_selection(self) -> None:
        """Light up in all panes what the selected row is about, and show its expression."""
        view, row = self.session.view, self.current
        target = self._target(row)
        self.editor.show_row(row, target, self._record_number)
        lines = tuple(problem_lines(view))
        self.query_one(ProblemList).show(lines, row.field if row is not None else "")
        self._light()
        self.draw_titles()

    def draw_header(self) -> None:
        """Say where we are and what needs work."""
        session, view = self.session, self.session.view
        narrow = layout.is_narrow(self.size)
        # In a narrow terminal the map's own panes are tabs as well.
        others = tuple(tab for tab in tabs() if tab.target != "map")
        self.show_header(
            HeaderModel(
                project=session.project.name,
                folder=self._folder(),
                mapping=session.editor.name,
                source=_side(session.source),
                destination=_side(session.destination),
                mapped=view.mapped,
                of=len(view.rows),
                tabs=(*_PANE_TABS, *others) if narrow else tabs(),
                active=self._tab if narrow else "map",
                needs=tuple(self._needs(view, short=False)),
                needs_short=tuple(self._needs(view, short=True)),
            )
        )

    def draw_titles(self) -> None:
        """Write the titles and facts of the panes."""
        session = self.session
        wide = self.size.width >= layout.WIDE
        sep = f" {self.studio.glyphs.dot} " if wide else " "
        source, destination = session.source, session.destination
        name = f"{shown(source.connection)}.{shown(source.object)}" if wide else shown(source.object)
        self.query_one(SourceTree).set_pane(
            title=(("Source", STRONG), (sep, MUTED), (name, SOURCE)), fact=self._freshness(source)
        )
        name = f"{shown(destination.connection)}.{shown(destination.object)}" if wide else shown(destination.object)
        head: Piece = ("PRODUCTION", ERROR._replace(bold=True)) if destination.production else ("Destination", STRONG)
        self.query_one(DestinationTree).set_pane(
            title=(head, (sep, MUTED), (name, DEST)),
            fact=self._freshness(destination),
            guarded=destination.production,
        )
        self.query_one(MiddlePane).set_pane(title=self._map_title(), fact=self._map_fact())
        self._title_lower(sep)

    def _title_lower(self, sep: str) -> None:
        session, row = self.session, self.current
        title: tuple[Piece, ...] = (("Row", STRONG),)
        if row is not None:
            field = DEST._replace(bold=True)
            title = ((f"Row {row.number}", STRONG), (sep, MUTED), (shown(row.field), field))
        self.editor.set_pane(title=title, fact=self._row_fact(row))
        number = self._record_number
        count = len(session.sample.records) if session.sample is not None else 0
        record = session.current
        ident = shown(record.id) if record is not None else ""
        masked = "masked" if self.studio.value_format.masked else "personal data shown"
        self.query_one(RecordView).set_pane(
            title=((f"Record {number} of {count}" if count else "Record", STRONG),),
            fact=((f"{ident} {self.studio.glyphs.dot} {masked}", MUTED),) if ident else (),
        )
        production = session.destination.production
        plan_title: list[Piece] = [("Plan", STRONG)]
        if production:
            plan_title += [(" in ", STRONG), ("PRODUCTION", ERROR._replace(bold=True))]
        wide = self.size.width >= layout.WIDE
        words = " for this record" if wide and not production else f" record {number}"
        plan_title += [(words, MUTED if not wide or production else STRONG)] if number else []
        if layout.is_narrow(self.size) and ident:
            plan_title.append((f" {self.studio.glyphs.dot} {ident}", MUTED))
        self.query_one(PlanView).set_pane(
            title=tuple(plan_title), fact=self._plan_fact(), guarded=production
        )

    def show_plan(self, model: PlanModel) -> None:
        """Show the plan of the current record."""
        self._planned = model
        self.query_one(PlanView).show(model)
        self.draw_titles()

    @property
    def _record_number(self) -> int:
        return self.session.record + 1 if self.session.current is not None else 0

    def _arrange(self, size: Size) -> list[Box]:
        return layout.arrange(size, tab=self._tab, side=self._side, below=self._below)

    @staticmethod
    def _body(size: Size) -> Size:
        return Size(size.width, max(size.height - 4, 0))

    def _draw_trees(self, view: MapView) -> None:
        session = self.session
        schemas = (view.inputs.source, view.inputs.destination)
        source, destination = self.query_one(SourceTree), self.query_one(DestinationTree)
        if schemas[0] is not self._trees[0] and schemas[0] is not None:
            source.show_tree(FieldTree(session.source.object, schemas[0].fields), frozenset(view.by_source))
        if schemas[1] is not self._trees[1] and schemas[1] is not None:
            destination.show_tree(_destination_tree(session.destination.object, schemas[1], view), frozenset())
        self._trees = schemas
        source.show(view, session.record)
        destination.show(view)

    def _light(self) -> None:
        """Moving in one pane lights up the others."""
        focused = self.focused
        source, destination = self.query_one(SourceTree), self.query_one(DestinationTree)
        view = self.session.view
        rows: list[RowView] = [self.current] if self.current is not None else []
        if focused is source and source.node is not None:
            numbers = set(view.by_source.get(source.node.key, ()))
            rows = [row for row in view.rows if row.number in numbers]
        elif focused is destination and destination.node is not None:
            found = view.by_target.get(destination.node.key)
            rows = [found] if found is not None else []
        leading = focused in {source, destination}
        self.table.light(frozenset(row.field for row in rows) if leading else None)
        reads: frozenset[FieldKey] = frozenset(key for row in rows for key in row.reads)
        source.light(frozenset() if focused is source else reads)
        destination.light(
            frozenset() if focused is destination else frozenset(field_key(row.field) for row in rows)
        )
        record = self.session.current
        lit = frozenset({source.node.key}) if focused is source and source.node is not None else reads
        self.query_one(RecordView).show(
            record.data if record is not None else None, frozenset(view.by_source), lit
        )

    def _notice(self) -> NoticeModel | None:
        session = self.session
        if not self._offline:
            for side in (session.source, session.destination):
                if side.error is not None:
                    width = max(self.query_one(MiddlePane).size.width, 40)
                    return offline_notice(session, side, width, self.studio.glyphs)
        mapping = session.view.mapping
        if mapping is not None and not mapping.rows:
            return empty_notice(session)
        return None

    def _target(self, row: RowView | None) -> Field | None:
        return row.target if row is not None else None

    def _folder(self) -> str:
        session = self.session
        try:
            folder = session.editor.path.parent.relative_to(session.project.root).as_posix()
        except ValueError:
            return ""
        return "" if folder == "." else folder

    def _map_title(self) -> tuple[Piece, ...]:
        title: list[Piece] = [("Map", STRONG)]
        if self._picking:
            title.append((f" {self._picking}", Ink("accent")))
        elif layout.is_narrow(self.size):
            title.append((" problems first", MUTED))
        return tuple(title)

    def _map_fact(self) -> tuple[Piece, ...]:
        session = self.session
        if self._reading:
            return ((self._reading, MUTED),)
        if session.sample is None:
            return (("no sample yet", MUTED),)
        count = len(session.sample.records)
        pieces: list[Piece] = [(f"{count} sample records", MUTED)]
        dot = f" {self.studio.glyphs.dot} "
        if not session.sample_live:
            pieces += [(dot, MUTED), (f"of {day(session.sample.taken)}", MUTED)]
        still = session.view.count(Status.BLOCKS, Status.UNFED, Status.FAILS, Status.QUESTION)
        if still and not layout.is_narrow(self.size):
            pieces += [(dot, MUTED), (str(still), STRONG), (" open", MUTED)]
        return tuple(pieces)

    def _freshness(self, side: SideState) -> tuple[Piece, ...]:
        if side.stale and side.read_at is not None:
            return ((f"as of {day(side.read_at)}, stale", WARN),)
        if side.schema is None and side.error is None:
            return (("reading", MUTED),) if side.connection else ()
        return ()

    def _row_fact(self, row: RowView | None) -> tuple[Piece, ...]:
        if row is None:
            return ()
        target = field_type_word(row.target.type) if row.target is not None else "?"
        if row.row is not None and row.row.draft:
            return ((f"draft {self.studio.glyphs.dot} {target}", MUTED),)
        keys = list(row.reads)
        schema = self.session.view.inputs.source
        types = {field_key(item.name): item.type for item in schema.fields} if schema is not None and keys else {}
        known = {field_type_word(types[key]) for key in keys if key in types}
        if len(known) != 1:
            return ((target, MUTED),)
        return ((f"{known.pop()} {self.studio.glyphs.arrow} {target}", MUTED),)

    def _plan_fact(self) -> tuple[Piece, ...]:
        fact = plan_fact(self._planned.planned, self.studio.glyphs)
        if layout.is_narrow(self.size) and len(self._planned.planned) == 1 and self._planned.planned[0].destination_id:
            fact = (*fact, (f" id {shown(self._planned.planned[0].destination_id)}", MUTED))
        return fact

    def _needs(self, view: MapView, *, short: bool) -> list[Piece]:
        glyphs = self.studio.glyphs
        wide = self.size.width >= layout.WIDE
        session = self.session
        failed = next((side for side in (session.destination, session.source) if side.error is not None), None)
        if failed is not None and failed.failed_at is not None and not short:
            return [
                (f"{glyphs.blocks} ", ERROR), (shown(failed.connection), ERROR._replace(bold=True)),
                (" unreachable since ", MUTED), (clock(failed.failed_at), TEXT),
            ]
        counts = [
            (view.count(Status.BLOCKS) + len(_errors(view)), glyphs.blocks if not short else "x" if glyphs.ascii else
             glyphs.blocks, ERROR, "blocks"),
            (view.count(Status.FAILS, Status.UNFED), glyphs.some_fail, WARN, "to fix"),
            (view.count(Status.QUESTION), glyphs.question, QUESTION, "open"),
        ]
        pieces: list[Piece] = []
        for number, mark, ink, word in counts:
            if not number:
                continue
            bold = ink._replace(bold=True)
            pieces += [(" " if short else "   " if wide else "  ", TEXT)] if pieces else []
            pieces += [(mark, ink), (f"{'' if short else ' '}{number}", bold)]
            pieces += [(f" {word}", MUTED)] if wide else []
        unsaved = session.editor.history.unsaved
        if unsaved:
            pieces += [("   " if wide else "  " if not short else " ", TEXT)] if pieces else []
            pieces += [("unsaved " if not short else "", MUTED), (str(unsaved) if not short else "", STRONG)]
        if session.destination.production and not short:
            pieces += [("   ", TEXT), ("apply asks for ", MUTED), (shown(session.destination.connection), STRONG)]
        if not pieces and not (view.mapping and view.mapping.rows):
            return [("nothing mapped yet", MUTED)]
        return pieces


def _errors(view: MapView) -> list[object]:
    return [problem for problem in view.problems if problem.severity.value == "error"]


def _side(state: SideState) -> Side:
    return Side(state.connection, state.object, state.environment, state.production)


def _destination_tree(title: str, schema: Schema, view: MapView) -> FieldTree:
    """Required fields first, then those that have a row, then the rest; what nobody can write stands below."""
    order = {key: row.number for key, row in view.by_target.items()}

    def place(item: Field) -> tuple[int, int]:
        if item.required:
            return 0, 0
        return (1, order[key]) if (key := field_key(item.name)) in order else (2, 0)

    writable = sorted((item for item in schema.fields if not item.read_only), key=place)
    locked = [item for item in schema.fields if item.read_only]
    return FieldTree(title, writable, (("read only", locked),))
