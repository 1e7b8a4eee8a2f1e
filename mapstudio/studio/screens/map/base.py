"""The map screen's panes, and how the session's state is put into them. No work is done here."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual.geometry import Size
from textual.widget import Widget

from mapstudio.model import Field, Schema
from mapstudio.studio.lattice import Box
from mapstudio.studio.paint import MUTED, Piece
from mapstudio.studio.screens.base import StudioScreen
from mapstudio.studio.screens.map import layout
from mapstudio.studio.screens.map.middle import MiddlePane
from mapstudio.studio.screens.map.notices import empty_notice, offline_notice
from mapstudio.studio.screens.map.titles import Titles
from mapstudio.studio.session.map_session import MapSession
from mapstudio.studio.session.paths import FieldKey, field_key
from mapstudio.studio.session.problems import problem_lines
from mapstudio.studio.session.rows import RowView
from mapstudio.studio.session.tree import FieldTree
from mapstudio.studio.session.view import MapView
from mapstudio.studio.text import shown
from mapstudio.studio.widgets.destination_tree import DestinationTree
from mapstudio.studio.widgets.field_tree import FieldTreeView
from mapstudio.studio.widgets.frame import Frame
from mapstudio.studio.widgets.mapping_table import MappingTable
from mapstudio.studio.widgets.notice import NoticeModel
from mapstudio.studio.widgets.plan_view import PlanModel, PlanView, plan_fact
from mapstudio.studio.widgets.problem_list import ProblemList
from mapstudio.studio.widgets.record_view import RecordView
from mapstudio.studio.widgets.row_editor import RowEditor
from mapstudio.studio.widgets.source_tree import SourceTree


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
    def titles(self) -> Titles:
        """The words around the panes."""
        return Titles(self.session, self.size, self.studio.glyphs, self.studio.value_format.masked)

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
            SourceTree(),
            MiddlePane(),
            DestinationTree(),
            RecordView(),
            RowEditor(),
            PlanView(),
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
        if self.editor.editing and (row is None or row.field != self.editor.field):
            # What is being typed stays where it is, whatever a new view does to the table.
            row = view.by_field.get(self.editor.field)
            if row is None:
                return
            self.table.select_field(row.field, tell=False)
        self.editor.show_row(row, row.target if row is not None else None, self.titles.number)
        lines = tuple(problem_lines(view))
        self.query_one(ProblemList).show(lines, row.field if row is not None else "")
        self._light()
        self.draw_titles()

    def draw_header(self) -> None:
        """Say where we are and what needs work."""
        self.show_header(self.titles.header(self._tab))

    def draw_titles(self) -> None:
        """Write the titles and facts of the panes."""
        session, titles = self.session, self.titles
        production = session.destination.production
        self.query_one(SourceTree).set_pane(title=titles.source(), fact=titles.freshness(session.source))
        self.query_one(DestinationTree).set_pane(
            title=titles.destination(), fact=titles.freshness(session.destination), guarded=production
        )
        self.query_one(MiddlePane).set_pane(title=titles.map(self._picking), fact=titles.map_fact(self._reading))
        self.draw_row_title()
        self.query_one(RecordView).set_pane(title=titles.record(), fact=titles.record_fact())
        self.query_one(PlanView).set_pane(title=titles.plan(), fact=self._plan_fact(), guarded=production)
        pointed = self.focused.node if isinstance(self.focused, FieldTreeView) else None
        self.footer.show_note(*titles.note(pointed.field if pointed is not None else None))

    def draw_row_title(self) -> None:
        """Write the editor's title, with the types of what is typed."""
        titles, editor = self.titles, self.editor
        editor.set_pane(title=titles.row(self.current), fact=titles.row_fact(self.current, editor.facts))

    def show_plan(self, model: PlanModel) -> None:
        """Show the plan of the current record."""
        self._planned = model
        self.query_one(PlanView).show(model)
        self.draw_titles()

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
        destination.light(frozenset() if focused is destination else frozenset(field_key(row.field) for row in rows))
        record = self.session.current
        lit = frozenset({source.node.key}) if focused is source and source.node is not None else reads
        self.query_one(RecordView).show(record.data if record is not None else None, frozenset(view.by_source), lit)

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

    def _plan_fact(self) -> tuple[Piece, ...]:
        fact = plan_fact(self._planned.planned, self.studio.glyphs)
        if layout.is_narrow(self.size) and len(self._planned.planned) == 1 and self._planned.planned[0].destination_id:
            fact = (*fact, (f" id {shown(self._planned.planned[0].destination_id)}", MUTED))
        return fact


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
