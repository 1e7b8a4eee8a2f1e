"""What all screens share: header, footer, keys, the palette, copying the command, the sentence for small terminals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget

from mapstudio.studio.widgets.drawn import Drawn
from mapstudio.studio.widgets.footer import Footer
from mapstudio.studio.widgets.header import Header, HeaderModel
from mapstudio.studio.widgets.too_small import TooSmall

if TYPE_CHECKING:
    from mapstudio.studio.app import MapstudioApp


class Command(NamedTuple):
    """One thing that the palette offers.

    Attributes:
        title: What it does, in lower case.
        action: Textual's action, such as ``screen.save``.
        key: Its key, when it has one.
        help: More about it, in one line.
    """

    title: str
    action: str
    key: str = ""
    help: str = ""


class StudioScreen(Screen[None]):
    """A screen between a header and a footer."""

    CSS_PATH = Path(__file__).with_name("studio.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "y,ctrl+y",
            "copy_command",
            "copies",
            show=False,
            id="command.copy",
            tooltip="copy the shell command of the last action",
        ),
        Binding("colon,ctrl+p", "palette", "palette", show=False, id="palette", tooltip="find any action by its name"),
        Binding("question_mark,f1", "keys", "keys", show=False, id="keys", tooltip="the keys of the focused pane"),
        Binding("tab", "app.focus_next", "next pane", show=False, id="pane.next", tooltip="the next pane"),
        Binding(
            "shift+tab", "app.focus_previous", "pane before", show=False, id="pane.previous", tooltip="the pane before"
        ),
        Binding("ctrl+o", "jump", "jump", show=False, id="jump", tooltip="put a letter on every pane and go to one"),
    ]
    MIN_WIDTH: ClassVar[int] = 80
    MIN_HEIGHT: ClassVar[int] = 24

    def compose(self) -> ComposeResult:
        """Put the screen's own content between header and footer."""
        yield Header()
        yield from self.compose_content()
        yield Footer()
        yield TooSmall()

    def compose_content(self) -> Iterable[Widget]:
        """Return what stands between header and footer."""
        return ()

    @property
    def studio(self) -> MapstudioApp:
        """The application."""
        return cast("MapstudioApp", self.app)

    def show_header(self, model: HeaderModel) -> None:
        """Draw the header."""
        self.query_one(Header).show(model)

    @property
    def footer(self) -> Footer:
        """The footer."""
        return self.query_one(Footer)

    def commands(self) -> Sequence[Command]:
        """Return what the palette offers beside the keys of the focused pane."""
        return ()

    def on_resize(self, event: events.Resize) -> None:
        """Say what size is needed where the screen does not fit."""
        self.set_class(event.size.width < self.MIN_WIDTH or event.size.height < self.MIN_HEIGHT, "-small")

    def leaving(self) -> None:
        """Keep what is not kept yet: the studio closes."""

    def masking_changed(self) -> None:
        """Draw again: personal data are masked or shown now."""
        for widget in self.walk_children():
            if isinstance(widget, Drawn):
                widget.refresh()

    def on_header_tab_chosen(self, message: Header.TabChosen) -> None:
        """Open a tab."""
        self.studio.go_to(message.target)

    def action_copy_command(self) -> None:
        """Copy the footer's command."""
        if self.footer.command:
            self.app.copy_to_clipboard(self.footer.command)

    def action_palette(self) -> None:
        """Open the palette."""
        from mapstudio.studio.screens.palette import PaletteScreen  # noqa: PLC0415 - it is a screen itself

        self.app.push_screen(PaletteScreen(self))

    def action_keys(self) -> None:
        """Show the keys of the focused pane."""
        from mapstudio.studio.screens.keys import KeysScreen  # noqa: PLC0415 - it is a screen itself

        self.app.push_screen(KeysScreen(self))

    def action_jump(self) -> None:
        """Go to a pane by a letter."""
        from mapstudio.studio.screens.jump import JumpScreen  # noqa: PLC0415 - it is a screen itself

        self.app.push_screen(JumpScreen(self))
