"""What a new mapping is picked with: the steps, the line with its list, and what the work tells the screen."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from mapstudio.model import MapstudioError
from mapstudio.studio.screens.home.choices import KeyChoice, Offer
from mapstudio.studio.widgets.drawn import Drawn
from mapstudio.studio.widgets.pick_list import PickList
from mapstudio.studio.widgets.text_input import TextInput


class Step(IntEnum):
    """What is chosen, in order."""

    SOURCE = 0
    DESTINATION = 1
    KEY = 2
    NAME = 3


TITLES = {
    Step.SOURCE: "Read from",
    Step.DESTINATION: "Write to",
    Step.KEY: "Find records by",
    Step.NAME: "Call it",
}


class PickerLine(TextInput):
    """The line; enter takes what the list is at."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "submit", "go on", id="new.choose", tooltip="take what is under the cursor; at last write the file"
        ),
    ]


class Picker(Drawn):
    """A line to type in, and the list that it narrows."""

    DEFAULT_CSS = """
    Picker { layout: vertical; }
    Picker TextInput { margin: 0 1 0 0; }
    Picker PickList { background: $bg; margin: 1 0 0 0; }
    """

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield PickerLine(prompt="type to find")
        yield PickList(label_width=30, ground="bg")


class Offered(Message):
    """A connection told its objects."""

    def __init__(self, offers: list[Offer]) -> None:
        super().__init__()
        self.offers = offers


class NotOffered(Message):
    """A connection does not answer."""

    def __init__(self, connection: str, error: MapstudioError) -> None:
        super().__init__()
        self.connection = connection
        self.error = error


class KeysKnown(Message):
    """The destination told its fields."""

    def __init__(self, offer: Offer, keys: list[KeyChoice]) -> None:
        super().__init__()
        self.offer = offer
        self.keys = keys


class Refused(Message):
    """Something did not work; nothing was written."""

    def __init__(self, error: MapstudioError) -> None:
        super().__init__()
        self.error = error


class Begun(Message):
    """The file is written."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
