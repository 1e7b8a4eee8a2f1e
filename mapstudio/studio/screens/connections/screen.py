"""The connections of the project: each environment tested by itself, with everything but the secret said about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from mapstudio.connectors.registry import connector_types
from mapstudio.project import PRODUCTION, SANDBOX
from mapstudio.studio.lattice import Box
from mapstudio.studio.navigation import tabs
from mapstudio.studio.paint import ERROR, MUTED, STRONG, TEXT, WARN, Piece
from mapstudio.studio.phrases import environment_piece
from mapstudio.studio.probing import Probe, all_environments, probe_all
from mapstudio.studio.screens.base import StudioScreen
from mapstudio.studio.screens.choice import ChoiceScreen
from mapstudio.studio.screens.connections.facts import connect_command, fact_lines
from mapstudio.studio.screens.connections.listing import EnvironmentList
from mapstudio.studio.session.shell import quoted
from mapstudio.studio.text import plural, shown
from mapstudio.studio.widgets.frame import Frame
from mapstudio.studio.widgets.header import HeaderModel
from mapstudio.studio.widgets.listing import Line, Listing, Page, words, wrapped
from mapstudio.studio.widgets.pick_list import Choice


class Probed(Message):
    """An environment answered, or did not."""

    def __init__(self, probe: Probe) -> None:
        super().__init__()
        self.probe = probe


class ConnectionsScreen(StudioScreen):
    """The connections."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "test", "test", id="connections.test", tooltip="ask the system whom the selected one reaches"),
        Binding("T", "test_all", "test all", id="connections.test-all", tooltip="ask every system"),
        Binding(
            "e", "set_up", "how to set", id="connections.set-up", tooltip="the command and the variables that set it up"
        ),
        Binding("n", "new", "new", id="connections.new", tooltip="the command that adds a connection"),
        Binding("escape", "app.go('home')", "home", id="connections.back", tooltip="all mappings"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._testing: frozenset[tuple[str, str]] = frozenset()
        self._setting_up = False
        self._new_type = ""

    def compose_content(self) -> Iterable[Widget]:
        """Lay out the panes."""
        yield Frame(EnvironmentList(id="environments"), Page(id="facts"), Page(id="message"), arrangement=self._arrange)

    def on_mount(self) -> None:
        """Name the panes."""
        self.query_one(EnvironmentList).set_pane(title=(("Connections", STRONG),))
        self.query_one("#message", Page).set_pane(title=(("Connections", STRONG),))
        self.query_one(EnvironmentList).focus()
        self.footer.show_command("mapstudio connections")

    def on_screen_resume(self) -> None:
        """Ask those that were not asked yet."""
        known = self.studio.workspace.probes
        self._test([pair for pair in all_environments(self.studio.project) if pair not in known])
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what applies now."""
        del parameters
        if action in {"test", "test_all", "set_up"}:
            return self.query_one(EnvironmentList).pair is not None
        return True

    def action_test(self) -> None:
        """Ask the system of the environment under the cursor."""
        pair = self.query_one(EnvironmentList).pair
        if pair is not None:
            self.footer.show_command(f"mapstudio connect {quoted(pair[0])} --env {quoted(pair[1])} --test")
            self._test([pair])

    def action_test_all(self) -> None:
        """Ask every system."""
        self.footer.show_command("mapstudio connect --test")
        self._test(all_environments(self.studio.project))

    def action_set_up(self) -> None:
        """Say how to set what the environment needs."""
        pair = self.query_one(EnvironmentList).pair
        if pair is not None:
            self._setting_up, self._new_type = True, ""
            self.footer.show_command(connect_command(*pair))
            self._show_facts()

    def action_new(self) -> None:
        """Say how to add a connection of a type."""
        self.run_worker(self._types, thread=True, group="types", exclusive=True)

    def on_probed(self, message: Probed) -> None:
        """Show whom an environment reaches."""
        pair = (message.probe.connection, message.probe.environment)
        self.studio.workspace.probes[pair] = message.probe
        self._testing -= {pair}
        self._show()

    def on_listing_moved(self, message: Listing.Moved) -> None:
        """Show the facts of the environment under the cursor."""
        message.stop()
        self._show_facts()

    def on_listing_opened(self, message: Listing.Opened) -> None:
        """A click on the cursor tests."""
        message.stop()
        self.action_test()

    def on_resize(self, event: events.Resize) -> None:
        """Break the sentences anew."""
        super().on_resize(event)
        self.call_after_refresh(self._show_facts)

    def _test(self, pairs: Sequence[tuple[str, str]]) -> None:
        wanted = [pair for pair in pairs if pair not in self._testing]
        if not wanted:
            return
        self._testing |= set(wanted)
        workspace = self.studio.workspace
        work = partial(probe_all, workspace.project, wanted, workspace.connect, self._tell)
        self.run_worker(work, thread=True, group="probe")
        self._show()

    def _tell(self, probe: Probe) -> None:
        self.post_message(Probed(probe))

    def _types(self) -> None:
        types = connector_types()
        self.app.call_from_thread(self._ask_type, types)

    def _ask_type(self, types: Sequence[str]) -> None:
        choices = [Choice(name, name) for name in types]
        self.app.push_screen(ChoiceScreen("Add a connection to which kind of system", choices), self._chosen)

    def _chosen(self, connector_type: str | None) -> None:
        if connector_type is not None:
            self._new_type, self._setting_up = connector_type, False
            self.footer.show_command(connect_command("NAME", SANDBOX, connector_type))
            self._show_facts()

    # How it is shown

    def _arrange(self, size: Size) -> Sequence[Box]:
        width, height = size
        if not all_environments(self.studio.project):
            return [Box("message", 0, 0, width, height)]
        if width < 100:
            upper = min(max(height // 2, 8), 4 + 2 * len(all_environments(self.studio.project)))
            return [Box("environments", 0, 0, width, upper), Box("facts", 0, upper, width, height - upper)]
        left = 76 if width >= 140 else 58
        return [Box("environments", 0, 0, left, height), Box("facts", left, 0, width - left, height)]

    def _show(self) -> None:
        probes = self.studio.workspace.probes
        self.query_one(EnvironmentList).show(self.studio.project, probes, self._testing)
        self.query_one("#message", Page).show_lines(self._message())
        self._show_header()
        self._show_facts()
        self.refresh_bindings()

    def _show_header(self) -> None:
        probes = self.studio.workspace.probes
        glyphs = self.studio.glyphs
        failing = sum(probe.error is not None and not probe.lacks_secret for probe in probes.values())
        waiting = sum(probe.lacks_secret for probe in probes.values())
        needs: list[Piece] = []
        if failing:
            needs.append((f"{glyphs.blocks} {failing}", ERROR._replace(bold=True)))
        if waiting:
            needs += [("  ", TEXT), (f"{glyphs.unfed} {waiting}", WARN)]
        project = self.studio.project
        shown_tabs = tabs() if self.studio.workspace.mapping is not None else ()
        self.show_header(
            HeaderModel(
                project=project.name,
                facts=((plural(len(project.connections), "connection"), MUTED),),
                tabs=shown_tabs,
                active="connections",
                needs=tuple(needs),
                sentence="" if shown_tabs else "Secrets are never shown: only whether there is one, and where from.",
            )
        )

    def _show_facts(self) -> None:
        page = self.query_one("#facts", Page)
        pair = self.query_one(EnvironmentList).pair
        if self._new_type:
            page.set_pane(title=(("New connection", STRONG),), guarded=False)
            page.show_lines(_how_to_add(self._new_type))
            return
        if pair is None:
            page.show_lines(())
            return
        probe = self.studio.workspace.probes.get(pair, Probe(*pair))
        page.set_pane(title=((f"{shown(pair[0])} ", STRONG), environment_piece(pair[1])), guarded=pair[1] == PRODUCTION)
        lines = fact_lines(self.studio.project, probe, self.studio.glyphs, setting_up=self._setting_up)
        page.show_lines(wrapped(lines, self.query_one(Frame).room("facts").width))

    @staticmethod
    def _message() -> list[Line]:
        return [
            (),
            (),
            words(("There is no connection yet.", STRONG), column=4),
            words(("A connection is one system of the client, with an entry for each environment.", TEXT), column=4),
            (),
            words(("n", STRONG), ("   shows the command that adds one", TEXT), column=4),
        ]


def _how_to_add(connector_type: str) -> list[Line]:
    return [
        (),
        words(("In a shell, in the project's folder", MUTED)),
        words(("$ ", MUTED), (connect_command("NAME", SANDBOX, connector_type), STRONG), column=3),
        (),
        words(("It asks for what the system needs, keeps the secret in the keyring,", TEXT)),
        words(("writes mapstudio.toml, and says whom it reaches.", TEXT)),
        (),
        words(("y", STRONG), (" copies it. Start the studio again then.", MUTED)),
    ]
