"""The map screen: its keys and how one moves in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from mapstudio.studio.moments import day
from mapstudio.studio.screens.base import Command
from mapstudio.studio.screens.map import layout
from mapstudio.studio.screens.map.edits import MapEdits
from mapstudio.studio.screens.map.why import WhyScreen
from mapstudio.studio.session import shell
from mapstudio.studio.session.rows import RowView
from mapstudio.studio.text import plural, shown
from mapstudio.studio.widgets.destination_tree import DestinationTree
from mapstudio.studio.widgets.frame import Frame
from mapstudio.studio.widgets.mapping_table import MappingTable
from mapstudio.studio.widgets.notice import Notice
from mapstudio.studio.widgets.problem_list import ProblemList
from mapstudio.studio.widgets.record_view import RecordView
from mapstudio.studio.widgets.scrolled import ScrolledList
from mapstudio.studio.widgets.source_tree import SourceTree
from mapstudio.studio.widgets.why import tree_lines

_PANES = {
    layout.SOURCE: SourceTree,
    layout.MAP: MappingTable,
    layout.DESTINATION: DestinationTree,
    layout.RECORD: RecordView,
}
_EDITING = frozenset(
    {
        "connect",
        "constant",
        "problem",
        "record",
        "ignore",
        "question",
        "undo",
        "failing",
        "sample",
        "below",
        "plan",
        "save",
        "find",
    }
)
"""What does not apply while a notice says that a side does not answer."""


class MapScreen(MapEdits):
    """The map."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "connect", "connect", id="map.connect", tooltip="map this field: pick the one of the other side"),
        Binding("c", "constant", "constant", id="map.constant", tooltip="one value for every record"),
        Binding("n", "problem(1)", "next problem", id="map.next-problem", tooltip="the next row that needs work"),
        Binding(
            "N",
            "problem(-1)",
            "previous problem",
            show=False,
            id="map.previous-problem",
            tooltip="the row before that needs work",
        ),
        Binding(
            "left_square_bracket",
            "record(-1)",
            "record",
            key_display="[ ]",
            id="record.previous",
            tooltip="the record before, the next one",
        ),
        Binding(
            "right_square_bracket",
            "record(1)",
            "next record",
            show=False,
            id="record.next",
            tooltip="the record before, the next one",
        ),
        Binding("ctrl+s", "save", "save", id="map.save", tooltip="write the file: it is what apply runs"),
        Binding("p", "plan", "plan", id="map.plan", tooltip="plan all records"),
        Binding("i", "ignore", "ignore", id="map.ignore", tooltip="leave the field out, with a reason"),
        Binding("q", "question", "question", id="map.question", tooltip="leave the field open, with a question"),
        Binding("u", "undo", "undo", id="map.undo", tooltip="take the last edit back"),
        Binding("ctrl+r", "redo", "redo", show=False, id="map.redo", tooltip="do again what was taken back"),
        Binding(
            "right_curly_bracket,ctrl+n",
            "failing(1)",
            "next failing",
            id="record.next-failing",
            tooltip="the next record on which this row fails",
        ),
        Binding(
            "left_curly_bracket",
            "failing(-1)",
            "previous failing",
            show=False,
            id="record.previous-failing",
            tooltip="the record before on which this row fails",
        ),
        Binding(
            "w,ctrl+t",
            "why",
            "why",
            show=False,
            id="row.why",
            tooltip="why the row gives this: every part of it with its value",
        ),
        Binding("d", "draft", "draft", show=False, id="map.draft", tooltip="make the row a draft, or take that back"),
        Binding("x,delete", "remove", "remove", show=False, id="map.remove", tooltip="remove the row from the file"),
        Binding("s", "sample", "sample", show=False, id="map.sample", tooltip="fetch the sample again, read only"),
        Binding("t", "try_again", "try again", id="map.try-again", tooltip="reach both sides again"),
        Binding("slash", "find", "find", show=False, id="map.find", tooltip="find a destination field"),
        Binding("space", "below", "record or plan", show=False, id="map.below", tooltip="the record or its plan below"),
        Binding("escape", "back", "go on offline", id="map.back", tooltip="stop picking; go on offline"),
        Binding("2", "tab('source')", "source", show=False, id="map.source", tooltip="the source's fields"),
        Binding(
            "3",
            "tab('destination')",
            "destination",
            show=False,
            id="map.destination",
            tooltip="the destination's fields",
        ),
        Binding("4", "tab('record')", "record", show=False, id="map.record", tooltip="the record"),
        Binding("1", "tab('map')", "map", show=False, id="map.map", tooltip="the map"),
    ]

    def on_mount(self) -> None:
        """Show what there is and begin to work."""
        self.footer.show_command(self._check_command())
        self.draw_all()
        self.table.focus()
        self.start_work()
        self._say_recovered()

    def commands(self) -> Sequence[Command]:
        """Return what the palette offers beside the keys."""
        return (
            Command("reload the file", "screen.reload", "", "take it as it is on the disk; edits stay one undo away"),
            Command("reach both sides again", "screen.try_again", "t", "schemas and sample, read only"),
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keep keys that do not apply now out of the footer and without effect."""
        del parameters
        failed = any(side.error is not None for side in (self.session.source, self.session.destination))
        if action in _EDITING and failed and isinstance(self.focused, Notice):
            return action == "save" and bool(self.session.editor.history.unsaved)
        at_table = isinstance(self.focused, MappingTable)
        applies = {
            "try_again": failed,
            "plan": "plan" in self._reachable(),
            "back": bool(self._connecting) or failed or not at_table,
            "draft": at_table,
            "remove": at_table,
        }
        return applies.get(action, True)

    def on_scrolled_list_moved(self, message: ScrolledList.Moved) -> None:
        """Light up the other panes."""
        message.stop()
        self.draw_selection()
        if message.sender is self.table:
            self._preview_row()

    def on_descendant_focus(self) -> None:
        """The pane with the focus leads."""
        self._light()
        self.draw_titles()

    def on_mapping_table_edit(self, message: MappingTable.Edit) -> None:
        """Edit the row: its expression, or what stands in its place."""
        message.stop()
        self._edit(message.row)

    def on_problem_list_chosen(self, message: ProblemList.Chosen) -> None:
        """Go to the row of a problem."""
        message.stop()
        self.table.select_field(message.field)

    def masking_changed(self) -> None:
        """Draw everything again."""
        super().masking_changed()
        self.draw_all()
        self.show_plan(self._planned)

    def show_pane(self, name: str) -> None:
        """Show a pane and put the focus into it."""
        if layout.is_narrow(self.size):
            self._tab = name
        elif name in {layout.SOURCE, layout.DESTINATION}:
            self._side = name
        elif name == layout.RECORD:
            self._below = name
        self.query_one(Frame).rearrange()
        target: Widget = self.query_one(_PANES[name])
        if name == layout.MAP and not target.display:
            target = self.query_one(Notice)
        target.focus()
        self.draw_header()

    def action_tab(self, name: str) -> None:
        """Open a pane: a tab where there is little room."""
        self.show_pane(name)

    def action_below(self) -> None:
        """Show the record or its plan below."""
        self._below = layout.RECORD if self._below == layout.PLAN else layout.PLAN
        self.query_one(Frame).rearrange()
        self._light()

    def action_find(self) -> None:
        """Find a destination field."""
        self.show_pane(layout.DESTINATION)
        self.query_one(DestinationTree).action_find()

    def action_problem(self, step: int) -> None:
        """Go to the next row that needs work, from here on."""
        rows = self.table.rows
        if not any(row.status.is_problem for row in rows):
            self.tell("no row needs work")
            return
        at = self.table.at
        order = [(at + step * offset) % len(rows) for offset in range(1, len(rows) + 1)]
        index = next(index for index in order if rows[index].status.is_problem)
        self.show_pane(layout.MAP)
        self.table.place_cursor(index)

    def action_record(self, step: int) -> None:
        """Make another record the current one."""
        if self.session.go_to_record(self.session.record + step):
            self._record_changed()

    def action_why(self) -> None:
        """Show why the row gives what it gives on the current record."""
        trace = self.editor.why
        if trace is None:
            self.tell("there is no result to explain")
            return
        title = f"Why {shown(self.editor.field)} is what it is, record {self.titles.number}"
        self.app.push_screen(WhyScreen(title, tree_lines(trace, self.studio.value_format)))

    def action_failing(self, step: int) -> None:
        """Go to the next record on which the row fails, or any row when this one never does."""
        row = self.current
        index = self.session.next_failing(step, row.field if row is not None else "")
        if index is None:
            self.tell("no record of the sample fails")
        elif self.session.go_to_record(index):
            self._record_changed()

    def action_sample(self) -> None:
        """Fetch the sample again."""
        session = self.session
        source = f"{session.source.connection} {session.source.object}"
        environment = "" if session.source.environment == "sandbox" else f" --env {session.source.environment}"
        self.footer.show_command(f"mapstudio records {source} --limit 50{environment}")
        self.fetch_sample()

    def action_try_again(self) -> None:
        """Reach both sides again."""
        self._offline = False
        self.open_sides()

    def action_plan(self) -> None:
        """Plan all records."""
        self.studio.go_to("plan")

    def action_back(self) -> None:
        """Stop picking, or go on offline."""
        if self.stop_picking():
            self.show_pane(layout.MAP)
        elif any(side.error is not None for side in (self.session.source, self.session.destination)):
            self._offline = True
            self.draw_all()
        elif not isinstance(self.focused, MappingTable):
            self.show_pane(layout.MAP)

    def action_reload(self) -> None:
        """Take the file as it is on the disk."""
        self.session.editor.read_again()
        self.refresh_view()

    def _edit(self, row: RowView) -> None:
        kind = str(row.row.kind) if row.row is not None else ""
        if kind == "constant":
            self.action_constant()
        elif kind == "binding":
            self.tell("a bound value: change it in mapstudio.toml, or press m or c to feed the row otherwise")
        else:
            self.editor.begin()

    def _record_changed(self) -> None:
        self.draw_all()
        self._preview_row()
        self.plan_current()

    def _reachable(self) -> frozenset[str]:
        from mapstudio.studio.navigation import targets  # noqa: PLC0415 - changes as screens are added

        return targets()

    def _check_command(self) -> str:
        name = shell.quoted(self.session.editor.name)
        if self.session.destination.production:
            return shell.with_environments(f"mapstudio plan {name}", self.session.environments)
        return f"mapstudio check {name}"

    def _say_recovered(self) -> None:
        saved = self.session.editor.recovered
        if saved is None:
            return
        unsaved = self.session.editor.history.unsaved
        words = plural(unsaved, "unsaved edit") if unsaved else "what you were typing"
        verb = "is" if unsaved <= 1 else "are"
        self.tell(f"{words} of {day(saved.when)} {verb} back; u takes back one by one, ctrl+s saves")
        self._resume = (saved.typed_field, saved.typed)
