"""Home: where the studio begins, and where it comes back to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.widget import Widget

from mapstudio.mapping.examples import ExampleResult
from mapstudio.model import MapstudioError
from mapstudio.studio.lattice import Box
from mapstudio.studio.overview import Overview, read_overviews, run_overview_examples
from mapstudio.studio.paint import ERROR, MUTED, STRONG, TEXT, Piece
from mapstudio.studio.phrases import moment
from mapstudio.studio.probing import Probe, all_environments, probe_all
from mapstudio.studio.screens.base import StudioScreen
from mapstudio.studio.screens.choice import ChoiceScreen
from mapstudio.studio.screens.home import layout
from mapstudio.studio.screens.home.mappings import MappingList
from mapstudio.studio.screens.home.messages import Failed, Looked, Probed, Tested
from mapstudio.studio.screens.home.side import NextList, connection_lines, fact_lines, next_items
from mapstudio.studio.session.shell import quoted
from mapstudio.studio.text import plural, shown
from mapstudio.studio.widgets.frame import Frame
from mapstudio.studio.widgets.header import HeaderModel
from mapstudio.studio.widgets.listing import Line, Listing, Page, words
from mapstudio.studio.widgets.pick_list import Choice

_SENTENCE = "Nothing is written without a plan. Production asks for the name of the connection."

_SHORT_SENTENCE = "Nothing is written without a plan. Production asks for its name."


class HomeScreen(StudioScreen):
    """All mappings of the project."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", "new mapping", id="home.new", tooltip="begin a mapping between two objects"),
        Binding("c", "app.go('connections')", "connections", id="home.connections", tooltip="whom they reach"),
        Binding("p", "open('plan')", "plan", id="home.plan", tooltip="plan the selected mapping; nothing is written"),
        Binding("r", "open('runs')", "runs", id="home.runs", tooltip="the runs of the selected mapping"),
        Binding("t", "test", "test", id="home.test", tooltip="run the examples of the selected mapping"),
        Binding("slash", "find", "find", id="home.find", tooltip="find a mapping by its name"),
        Binding("f5", "look", "read again", show=False, id="home.look", tooltip="read the files and ask the systems"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.overviews: Sequence[Overview] = ()
        self._known = False
        self._next_items = 0
        self._error: MapstudioError | None = None
        self._examples: dict[Path, Sequence[ExampleResult]] = {}

    def compose_content(self) -> Iterable[Widget]:
        """Lay out the panes."""
        yield Frame(
            MappingList(id="mappings"),
            NextList(id="next"),
            Page(id="connections"),
            Page(id="facts"),
            Page(id="message"),
            arrangement=self._arrange,
        )

    def on_mount(self) -> None:
        """Name the panes and ask the connections."""
        self.query_one("#mappings", MappingList).set_pane(title=(("Mappings", STRONG),))
        self.query_one("#next", NextList).set_pane(title=(("Next", STRONG),))
        self.query_one("#connections", Page).set_pane(title=(("Connections", STRONG),))
        self.query_one("#connections", Page).can_focus = False
        self.query_one("#facts", Page).can_focus = False
        self.query_one("#mappings").focus()
        self.footer.show_command("mapstudio status")
        self._show()

    def on_screen_resume(self) -> None:
        """Read the files again: they may be others now."""
        self.action_look(again=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what applies now."""
        del parameters
        if action in {"open", "test", "find"}:
            return bool(self.overviews)
        return True

    def action_look(self, *, again: bool = True) -> None:
        """Read the files, and ask the systems that have not been asked (with ``again``: all of them)."""
        project, probes = self.studio.project, self.studio.workspace.probes
        wanted = [pair for pair in all_environments(project) if again or pair not in probes]
        self.run_worker(self._look, thread=True, group="look", exclusive=True)
        if wanted:
            connect = self.studio.workspace.connect
            self.run_worker(partial(probe_all, project, wanted, connect, self._tell), thread=True, group="probe")

    def action_open(self, target: str) -> None:
        """Open a screen of the mapping under the cursor."""
        overview = self.query_one(MappingList).overview
        if overview is not None:
            self._open(overview, target)

    def action_new(self) -> None:
        """Begin a mapping."""
        from mapstudio.studio.screens.home.new_mapping import NewMappingScreen  # noqa: PLC0415 - a screen of its own

        self.app.push_screen(NewMappingScreen(self.overviews))

    def action_test(self) -> None:
        """Run the examples of the mapping under the cursor."""
        overview = self.query_one(MappingList).overview
        if overview is not None:
            self.footer.show_command(f"mapstudio test {quoted(overview.reference)}")
            self.run_worker(partial(self._test, overview), thread=True, group="test", exclusive=True)

    def action_find(self) -> None:
        """Put the cursor on a mapping by its name."""
        choices = [Choice(str(index), item.name, item.folder) for index, item in enumerate(self.overviews)]
        self.app.push_screen(ChoiceScreen("Find a mapping", choices), self._found)

    # What the work tells

    def on_looked(self, message: Looked) -> None:
        """Show the mappings."""
        self.overviews, self._known, self._error = message.overviews, True, None
        self.query_one(MappingList).show(self.overviews)
        self._show()

    def on_probed(self, message: Probed) -> None:
        """Show whom an environment reaches."""
        self.studio.workspace.probes[message.probe.connection, message.probe.environment] = message.probe
        self._show_sides()

    def on_tested(self, message: Tested) -> None:
        """Show how the examples went."""
        self._examples[message.path] = message.results
        self._show_sides()

    def on_failed(self, message: Failed) -> None:
        """Say what cannot be read."""
        self._error, self._known = message.error, True
        self._show()

    # What the user does in the panes

    def on_listing_moved(self, message: Listing.Moved) -> None:
        """Show the facts of the mapping under the cursor."""
        message.stop()
        self._show_facts()

    def on_listing_opened(self, message: Listing.Opened) -> None:
        """A click on the cursor opens."""
        message.stop()
        if isinstance(message.listing, (MappingList, NextList)):
            message.listing.action_open()

    def on_mapping_list_wanted(self, message: MappingList.Wanted) -> None:
        """Open a mapping."""
        self._open(message.overview, "map")

    def on_next_list_wanted(self, message: NextList.Wanted) -> None:
        """Go where it is done."""
        if message.item.overview is None:
            self.studio.go_to(message.item.target)
        else:
            self._open(message.item.overview, message.item.target)

    def masking_changed(self) -> None:
        """Write reasons anew."""
        self._show_sides()
        super().masking_changed()

    # The work, on threads of their own

    def _open(self, overview: Overview, target: str) -> None:
        try:
            self.studio.open_mapping(overview.path, target)
        except MapstudioError as error:
            # The file is gone or cannot be read any more; the list is read again and says so in its place.
            self.footer.show_note((shown(error.message), ERROR))
            self.action_look(again=False)

    def _tell(self, probe: Probe) -> None:
        self.post_message(Probed(probe))

    def _look(self) -> None:
        try:
            found = read_overviews(self.studio.project, self.studio.workspace.environments)
        except MapstudioError as error:
            self.post_message(Failed(error))
        else:
            self.post_message(Looked(found))

    def _test(self, overview: Overview) -> None:
        try:
            results = run_overview_examples(overview)
        except MapstudioError as error:
            self.post_message(Failed(error))
        else:
            self.post_message(Tested(overview.path, results))

    def _found(self, key: str | None) -> None:
        if key is not None:
            self.query_one(MappingList).go_to(int(key))

    # How it is shown

    @property
    def _is_empty(self) -> bool:
        return not self.overviews

    def _arrange(self, size: Size) -> Sequence[Box]:
        return layout.arrange_message(size) if self._is_empty else layout.arrange(size, self._next_items)

    def _show(self) -> None:
        self._show_header()
        self._show_sides()
        self.query_one("#message", Page).show_lines(self._message())
        self.query_one("#message", Page).set_pane(title=(("Mappings", STRONG),))
        self.query_one(Frame).rearrange()
        self.refresh_bindings()

    def _show_header(self) -> None:
        project = self.studio.project
        facts: list[Piece] = [
            (plural(len(self.overviews), "mapping"), MUTED),
            (f" {self.studio.glyphs.dot} ", MUTED),
            (plural(len(project.connections), "connection"), MUTED),
        ]
        newest = max((item.run.started for item in self.overviews if item.run is not None), default="")
        if newest:
            facts += [(f" {self.studio.glyphs.dot} last run ", MUTED), (moment(newest), TEXT)]
        sentence = _SENTENCE if self.size.width >= len(_SENTENCE) + 2 else _SHORT_SENTENCE
        self.show_header(HeaderModel(project=project.name, facts=tuple(facts), sentence=sentence))

    def _show_sides(self) -> None:
        probes = self.studio.workspace.probes
        page = self.query_one("#connections", Page)
        width = self.query_one(Frame).room("connections").width
        page.show_lines(connection_lines(self.studio.project, probes, self.studio.glyphs, width))
        items = next_items(self.overviews, probes, self.studio.value_format)
        listing = self.query_one(NextList)
        listing.set_pane(fact=((str(len(items)), MUTED),) if items else ())
        listing.show(items)
        if len(items) != self._next_items:
            self._next_items = len(items)
            self.query_one(Frame).rearrange()
        self._show_facts()

    def _show_facts(self) -> None:
        overview = self.query_one(MappingList).overview
        page = self.query_one("#facts", Page)
        page.set_pane(title=((shown(overview.name), STRONG),) if overview is not None else ())
        examples = self._examples.get(overview.path) if overview is not None else None
        page.show_lines(fact_lines(overview, examples, self.studio.glyphs))

    def on_resize(self, event: object) -> None:
        """Fit the lines anew."""
        super().on_resize(event)  # type: ignore[arg-type]
        self._show_header()
        self.call_after_refresh(self._show_sides)

    def _message(self) -> list[Line]:
        if self._error is not None:
            return [
                (),
                (),
                words((shown(self._error.message), STRONG), column=4),
                words((shown(self._error.remedy), TEXT), column=4),
            ]
        if not self._known:
            return []
        return [
            (),
            (),
            words(("There is no mapping yet.", STRONG), column=4),
            words(("A mapping says, field by field, what an object of one system gives to another.", TEXT), column=4),
            (),
            words(
                ("n", STRONG),
                ("   begin a mapping", TEXT),
                ("      reads both schemas, writes one file", MUTED),
                column=4,
            ),
            (),
            words(("c", STRONG), ("   look at the connections", TEXT), column=4),
            (),
            (),
            words(("Nothing you do on this screen writes to a system.", MUTED), column=4),
        ]
