"""The studio: one Textual application over the same core that runs headless."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.filter import LineFilter, Monochrome, NoColor
from textual.scrollbar import ScrollBar

from mapstudio.connectors.opening import open_connector
from mapstudio.project import SANDBOX, Project
from mapstudio.runner import Environments
from mapstudio.runner.sides import Connect
from mapstudio.studio.ascii_filter import AsciiFilter
from mapstudio.studio.glyphs import Glyphs, choose_glyphs
from mapstudio.studio.navigation import OF_A_MAPPING, screen_of, targets
from mapstudio.studio.paint import MUTED, STRONG
from mapstudio.studio.screens.base import Command, StudioScreen
from mapstudio.studio.theme import Palette, ThemeName, choose_palette
from mapstudio.studio.values import ValueFormat
from mapstudio.studio.widgets.scroll_bar import WholeCells
from mapstudio.studio.workspace import Workspace


class MapstudioApp(App[None]):
    """The studio on one project.

    Args:
        project: The project.
        mapping: The mapping to open; without one the studio begins at home.
        environments: Which environment each side of every mapping uses.
        theme: ``dark``, ``light`` or ``ansi``; without one the terminal decides.
        ascii_only: Draw with ASCII; also done where the locale is not UTF-8.
        variables: The process's environment variables; the real ones by default.
        connect: Gives the connectors; tests bring their own.

    Raises:
        UsageError: The mapping cannot be read.
    """

    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    TITLE = "mapstudio"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "go('map')", "map", show=False, id="go.map", tooltip="the map"),
        Binding("5", "go('plan')", "plan", show=False, id="go.plan", tooltip="the plan"),
        Binding("9", "go('runs')", "runs", show=False, id="go.runs", tooltip="the runs"),
        Binding("0", "go('connections')", "connections", show=False, id="go.connections", tooltip="the connections"),
        Binding("h", "go('home')", "home", show=False, id="go.home", tooltip="all mappings of the project"),
        Binding("ctrl+q", "quit", "quit", show=False, priority=True, id="quit", tooltip="leave; edits are kept"),
    ]

    def __init__(
        self,
        project: Project,
        mapping: Path | None = None,
        *,
        environments: Environments | None = None,
        theme: ThemeName | None = None,
        ascii_only: bool = False,
        variables: Mapping[str, str] | None = None,
        connect: Connect = open_connector,
    ) -> None:
        variables = os.environ if variables is None else variables
        ScrollBar.renderer = WholeCells
        super().__init__()
        self.palette: Palette = choose_palette(theme, variables)
        self.glyphs: Glyphs = choose_glyphs(ascii_only=ascii_only, environment=variables)
        self.value_format = ValueFormat(self.glyphs)
        self._ascii_filter = AsciiFilter()
        self._no_color = NoColor()
        self.workspace = Workspace(project, environments or Environments(), connect=connect)
        if mapping is not None:
            self.workspace.open(mapping)
        self.animation_level = "none"
        self._opened: dict[str, StudioScreen] = {}
        self.register_theme(self.palette.theme())
        self.theme = self.palette.theme().name

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what every drawn line passes; in ASCII mode nothing else leaves.

        Textual answers ``NO_COLOR`` with grey tones, which are colours to a terminal; ours is the palette without any.
        """
        filters = [item for item in super().get_line_filters() if not isinstance(item, Monochrome)]
        if not self.palette.colored:
            filters.append(self._no_color)
        if self.glyphs.ascii:
            filters.append(self._ascii_filter)
        return filters

    @property
    def project(self) -> Project:
        """The project."""
        return self.workspace.project

    def on_mount(self) -> None:
        """Open the mapping, or home."""
        self.go_to("map" if self.workspace.mapping is not None else "home")

    def go_to(self, target: str) -> None:
        """Show a screen; one that does not apply now (a map without a mapping) leads home."""
        if target in OF_A_MAPPING and self.workspace.mapping is None:
            target = "home"
        if target not in targets():
            return
        if target not in self._opened:
            self._opened[target] = screen_of(target)()
            self.install_screen(self._opened[target], target)
        if isinstance(self.screen, StudioScreen):
            if self.screen is not self._opened[target]:
                self.switch_screen(target)
        else:
            self.push_screen(target)

    def open_mapping(self, path: Path, target: str = "map") -> None:
        """Open another mapping and show one of its screens."""
        if path != self.workspace.mapping:
            self.workspace.open(path)
            for name in OF_A_MAPPING & self._opened.keys():
                screen = self._opened.pop(name)
                self.uninstall_screen(screen)
        self.go_to(target)

    def commands(self) -> Sequence[Command]:
        """Return what the palette offers on every screen."""
        masked = self.value_format.masked
        return (
            Command(
                "show personal data" if masked else "mask personal data",
                "app.toggle_masking",
                "",
                "until the studio closes" if masked else "e-mails, phone numbers, documents",
            ),
            Command("home", "app.go('home')", "h", "all mappings of the project"),
            Command("quit", "app.quit", "ctrl+q", "unsaved edits are kept"),
        )

    async def action_quit(self) -> None:
        """Leave; unsaved edits are kept and said."""
        for screen in self._opened.values():
            screen.leaving()
        await self.workspace.close()
        self.exit()

    def action_help_quit(self) -> None:
        """Say in the footer what leaves: ctrl+c copies in a line of text, and ends nothing."""
        screen = next((item for item in reversed(self.screen_stack) if isinstance(item, StudioScreen)), None)
        if screen is not None:
            screen.footer.say(("ctrl+q", STRONG), (" leaves; unsaved edits are kept", MUTED))

    def action_go(self, target: str) -> None:
        """Show a screen."""
        self.go_to(target)

    def action_toggle_masking(self) -> None:
        """Mask or show personal data, on every screen."""
        self.value_format = ValueFormat(self.glyphs, masked=not self.value_format.masked)
        for screen in self._opened.values():
            screen.masking_changed()


def run_studio(
    project: Project,
    mapping: Path | None = None,
    environment: str = SANDBOX,
    source_environment: str = SANDBOX,
    theme: ThemeName | None = None,
    ascii: bool = False,  # noqa: A002 - the word of the option
) -> None:
    """Run the studio until the user leaves it.

    Args:
        project: The project.
        mapping: The mapping file to open; without one the studio begins at home.
        environment: The destination's environment.
        source_environment: The source's environment.
        theme: ``dark``, ``light`` or ``ansi``; without one the terminal decides.
        ascii: Draw with ASCII only.
    """
    environments = Environments(source=source_environment, destination=environment)
    app = MapstudioApp(project, mapping, environments=environments, theme=theme, ascii_only=ascii)
    app.run(mouse=True)
    for sentence in app.workspace.parting_words():
        print(sentence)  # noqa: T201 - the studio is gone, the terminal is the user's again
