"""The runs of the open mapping: counts, rejected records by cause, and whether they pass with the mapping now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from mapstudio.model import MapstudioError
from mapstudio.runner import RunRow, RunStatus
from mapstudio.studio.headers import mapping_header
from mapstudio.studio.lattice import Box
from mapstudio.studio.paint import DEST, ERROR, MUTED, STRONG, Piece
from mapstudio.studio.phrases import environment_piece, moment, safe_reason
from mapstudio.studio.screens.base import StudioScreen
from mapstudio.studio.screens.runs import layout, words
from mapstudio.studio.screens.runs.books import Books, Cause, read_books, read_causes
from mapstudio.studio.screens.runs.lists import CauseList, RunList, StuckList
from mapstudio.studio.text import grouped, plural, shown
from mapstudio.studio.widgets.frame import Frame
from mapstudio.studio.widgets.listing import Listing, Page, wrapped
from mapstudio.studio.widgets.mapping_table import MappingTable

_NOTHING = {
    RunStatus.DONE: "Every record of this run was written, or was there already.",
    RunStatus.STOPPED: "Nothing was rejected up to where the run stopped.",
    RunStatus.RUNNING: "Nothing was rejected so far.",
}


class BooksRead(Message):
    """The runs are known."""

    def __init__(self, books: Books) -> None:
        super().__init__()
        self.books = books


class CausesRead(Message):
    """What a run rejected is known."""

    def __init__(self, run: str, causes: tuple[Cause, ...]) -> None:
        super().__init__()
        self.run = run
        self.causes = causes


class BooksFailed(Message):
    """The books cannot be read."""

    def __init__(self, error: MapstudioError) -> None:
        super().__init__()
        self.error = error


class RunsScreen(StudioScreen):
    """The runs of the open mapping."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "into", "look into", id="runs.into", tooltip="go on to its causes, then to its records"),
        Binding(
            "p",
            "app.go('plan')",
            "plan",
            id="runs.plan",
            tooltip="plan again: what passes now would be written; nothing is yet",
        ),
        Binding("o", "open_map", "open in map", id="runs.map", tooltip="mend the row of the selected cause"),
        Binding(
            "d", "letter", "dead letter", id="runs.letter", tooltip="the command that shows all of the selected record"
        ),
        Binding("f5", "look", "read again", show=False, id="runs.look", tooltip="read the books again"),
        Binding("escape", "back", "back", id="runs.back", tooltip="back to the runs, then to the map"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.books: Books | None = None
        self._error: MapstudioError | None = None
        self._run = ""

    def compose_content(self) -> Iterable[Widget]:
        """Lay out the panes."""
        yield Frame(
            RunList(id="runs"),
            Page(id="sums"),
            CauseList(id="causes"),
            StuckList(id="stuck"),
            Page(id="now"),
            Page(id="message"),
            arrangement=self._arrange,
        )

    def on_mount(self) -> None:
        """Name the panes."""
        self.query_one("#runs", RunList).set_pane(title=(("Runs", STRONG),))
        self.query_one("#message", Page).set_pane(title=(("Runs", STRONG),))
        for name in ("#sums", "#now"):
            self.query_one(name, Page).can_focus = False
        self.query_one("#runs").focus()
        self._show()

    def on_screen_resume(self) -> None:
        """Read the books: there may be another run."""
        self.action_look()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what applies now."""
        del parameters
        if action == "into":
            return bool(self.books and self.books.runs) and not isinstance(self.focused, StuckList)
        if action == "letter":
            return self.query_one(StuckList).stuck is not None
        return True

    def action_look(self) -> None:
        """Read the books again."""
        self.run_worker(self._look, thread=True, group="look", exclusive=True)

    def action_into(self) -> None:
        """Go one pane further in."""
        if isinstance(self.focused, CauseList):
            self.query_one(StuckList).focus()
        elif self.query_one(CauseList).cause is not None:
            self.query_one(CauseList).focus()

    def action_back(self) -> None:
        """Go one pane back, or to the map."""
        if isinstance(self.focused, StuckList):
            self.query_one(CauseList).focus()
        elif isinstance(self.focused, CauseList):
            self.query_one(RunList).focus()
        else:
            self.studio.go_to("map")

    def action_open_map(self) -> None:
        """Open the map, on the row of the selected cause where it is shown already."""
        cause = self.query_one(CauseList).cause
        self.studio.go_to("map")
        if cause is not None and cause.row:
            self.app.call_after_refresh(self._select_row, cause.row)

    def action_letter(self) -> None:
        """Say which command shows all of a rejected record."""
        stuck = self.query_one(StuckList).stuck
        if stuck is not None:
            self.footer.show_command(f"mapstudio dead-letters show {stuck.source_id}")

    # What the work tells

    def on_books_read(self, message: BooksRead) -> None:
        """Show the runs."""
        self.books, self._error, self._run = message.books, None, ""
        self.query_one(RunList).show(message.books.runs)
        self._show()

    def on_causes_read(self, message: CausesRead) -> None:
        """Show why records of the selected run were not written."""
        run = self.query_one(RunList).run
        if run is not None and run.id == message.run:
            causes = self.query_one(CauseList)
            causes.nothing = _NOTHING[run.status]
            causes.show(message.causes)
            self.query_one(Frame).rearrange()
            self.refresh_bindings()

    def on_books_failed(self, message: BooksFailed) -> None:
        """Say why there is nothing to show."""
        self._error = message.error
        self._show()

    def on_listing_moved(self, message: Listing.Moved) -> None:
        """Follow the cursor: a run shows its causes, a cause its records."""
        message.stop()
        if isinstance(message.listing, RunList):
            self._show_run()
        elif isinstance(message.listing, CauseList):
            self._show_cause()
        elif isinstance(message.listing, StuckList):
            self._show_now()

    def on_listing_opened(self, message: Listing.Opened) -> None:
        """A click on the cursor goes further in."""
        message.stop()
        self.action_into()

    def masking_changed(self) -> None:
        """Write values anew."""
        self._show_now()
        super().masking_changed()

    def _select_row(self, field: str) -> None:
        for table in self.app.screen.query(MappingTable):
            table.select_field(field)

    # The work, on threads of their own

    def _look(self) -> None:
        workspace = self.studio.workspace
        if workspace.mapping is None:
            return
        try:
            books = read_books(workspace.project, workspace.environments, workspace.mapping)
        except MapstudioError as error:
            self.post_message(BooksFailed(error))
        else:
            self.post_message(BooksRead(books))

    def _look_into(self, books: Books, run: RunRow) -> None:
        try:
            causes = read_causes(self.studio.project, books, run)
        except MapstudioError as error:
            self.post_message(BooksFailed(error))
        else:
            self.post_message(CausesRead(run.id, causes))

    # How it is shown

    def _arrange(self, size: Size) -> Sequence[Box]:
        empty = self.books is None or not self.books.runs or self._error is not None
        if empty:
            return layout.arrange_message(size)
        return layout.arrange(size, stuck=self.query_one(CauseList).cause is not None)

    def _show(self) -> None:
        waiting = self.books.waiting if self.books is not None else 0
        mark = self.studio.glyphs.blocks
        needs: tuple[Piece, ...] = ()
        if waiting:
            needs = ((f"{mark} {grouped(waiting)}", ERROR._replace(bold=True)), (" rejected, waiting", MUTED))
        overview = self.books.overview if self.books is not None else None
        self.show_header(mapping_header(self.studio.workspace, overview, "runs", needs))
        self.query_one("#message", Page).show_lines(words.message(self.books, self._error))
        self.query_one(Frame).rearrange()
        self._show_run()
        self.refresh_bindings()

    def _show_run(self) -> None:
        run = self.query_one(RunList).run
        if run is None or self.books is None:
            return
        self.query_one(RunList).set_pane(fact=((grouped(len(self.books.runs)), MUTED),))
        sums = self.query_one("#sums", Page)
        sums.set_pane(title=(("Since ", STRONG), (moment(self.books.runs[-1].started), STRONG)))
        lines = words.sums(self.books, run, self.studio.glyphs)
        sums.show_lines(wrapped(lines, self.query_one(Frame).room("sums").width))
        title: tuple[Piece, ...] = ((f"{shown(run.id)} ", STRONG), (moment(run.started), MUTED))
        causes = self.query_one(CauseList)
        causes.set_pane(title=title, fact=(environment_piece(run.destination.environment),))
        self.footer.show_command(f"mapstudio runs show {run.id}")
        if run.id != self._run:
            self._run = run.id
            causes.nothing = ""
            causes.show(())
            work = partial(self._look_into, self.books, run)
            self.run_worker(work, thread=True, group="causes", exclusive=True)

    def _show_cause(self) -> None:
        cause = self.query_one(CauseList).cause
        records = self.query_one(StuckList)
        if cause is None:
            records.set_pane(title=(), fact=())
        else:
            text = safe_reason(cause.text, cause.row, self.studio.value_format)
            dot = self.studio.glyphs.dot
            records.set_pane(
                title=((shown(cause.row or "destination"), DEST), (f" {dot} ", MUTED), (text, STRONG)),
                fact=((plural(len(cause.records), "record"), MUTED),),
            )
        records.show(cause)
        self._show_now()

    def _show_now(self) -> None:
        cause = self.query_one(CauseList).cause
        page = self.query_one("#now", Page)
        page.set_pane(title=(("Now", STRONG),) if cause is not None else ())
        stuck = self.query_one(StuckList).stuck
        if self.books is None or cause is None:
            page.show_lines(())
        else:
            page.show_lines(words.now(self.books, cause, stuck, self.studio.value_format))
        self.refresh_bindings()
