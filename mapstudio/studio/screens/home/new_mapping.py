"""A new mapping: source, destination, key, name; what is chosen at the left, what there is to choose at the right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Input

from mapstudio.model import MapstudioError
from mapstudio.studio.background import Job
from mapstudio.studio.lattice import Box
from mapstudio.studio.overview import Overview
from mapstudio.studio.paint import DEST, ERROR, MUTED, SOURCE, STRONG, TEXT, Piece
from mapstudio.studio.screens.base import StudioScreen
from mapstudio.studio.screens.home.choices import (
    KeyChoice,
    Offer,
    ask_offers,
    begin,
    command_of,
    read_keys,
    suggest_folder,
    suggest_name,
)
from mapstudio.studio.screens.home.picking import (
    TITLES,
    Begun,
    KeysKnown,
    NotOffered,
    Offered,
    Picker,
    Refused,
    Step,
)
from mapstudio.studio.text import shown
from mapstudio.studio.theme import Ink
from mapstudio.studio.widgets.frame import Frame
from mapstudio.studio.widgets.header import HeaderModel
from mapstudio.studio.widgets.listing import Cell, Line, Page, cell, words
from mapstudio.studio.widgets.pick_list import Choice, PickList
from mapstudio.studio.widgets.text_input import TextInput

_NO_KEY = "(none yet)"


class NewMappingScreen(StudioScreen):
    """Answers the path of the new mapping's file, ``None`` when there is none.

    Args:
        overviews: The mappings that there are; the new one is put beside those that are like it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "back", id="new.back", tooltip="the choice before, or back home"),
        Binding("down", "move(1)", "down", show=False, id="new.down", tooltip="the one below"),
        Binding("up", "move(-1)", "up", show=False, id="new.up", tooltip="the one above"),
        Binding("pagedown", "move(10)", "down", show=False, id="new.page-down", tooltip="ten down"),
        Binding("pageup", "move(-10)", "up", show=False, id="new.page-up", tooltip="ten up"),
    ]

    def __init__(self, overviews: Sequence[Overview]) -> None:
        super().__init__()
        self._overviews = overviews
        self.step = Step.SOURCE
        self.offers: list[Offer] = []
        self.source: Offer | None = None
        self.destination: Offer | None = None
        self.key: tuple[str, ...] = ()
        self._keys: list[KeyChoice] | None = None
        self._silent: dict[str, MapstudioError] = {}
        self._waiting: set[str] = set()
        self._error: MapstudioError | None = None

    def compose_content(self) -> Iterable[Widget]:
        """Lay out the panes."""
        yield Frame(Page(id="chosen"), Picker(id="picker"), arrangement=_arrange)

    def on_mount(self) -> None:
        """Ask all connections what they have."""
        self.query_one("#chosen", Page).can_focus = False
        self.query_one("#chosen", Page).set_pane(title=(("New mapping", STRONG),))
        workspace = self.studio.workspace
        wanted = self._environments()
        self._waiting = {name for name, _ in wanted}
        work = partial(ask_offers, workspace.project, wanted, workspace.connect, self._found, self._failed)
        self.run_worker(work, thread=True, group="offers")
        self._begin_step(Step.SOURCE)

    # What the work tells

    def on_offered(self, message: Offered) -> None:
        """Add what a connection has."""
        self._waiting -= {offer.connection for offer in message.offers}
        order = list(self.studio.project.connections)
        self.offers = sorted([*self.offers, *message.offers], key=lambda offer: order.index(offer.connection))
        self._show_choices()

    def on_not_offered(self, message: NotOffered) -> None:
        """Say which connection does not answer."""
        self._waiting.discard(message.connection)
        self._silent[message.connection] = message.error
        self._show_choices()

    def on_keys_known(self, message: KeysKnown) -> None:
        """Offer the fields that can be the key."""
        if message.offer == self.destination:
            self._keys = message.keys
            self._show_choices()

    def on_refused(self, message: Refused) -> None:
        """Say why."""
        self._error = message.error
        if self.step is Step.KEY and self._keys is None:
            self._keys = []
            self._show_choices()
        self._show()

    def on_begun(self, message: Begun) -> None:
        """Open it."""
        self.app.pop_screen()
        self.studio.open_mapping(message.path)

    # What the user does

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list, or follow the name."""
        event.stop()
        if self.step is Step.NAME:
            self._error = None
            self._show()
        else:
            self.query_one(PickList).narrow(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take what is under the cursor, or write the file."""
        event.stop()
        self.submit()

    def on_pick_list_picked(self, message: PickList.Picked) -> None:
        """Take it and go on."""
        message.stop()
        self._error = None
        match self.step:
            case Step.SOURCE:
                self.source = self._offer(message.choice.key)
                self._begin_step(Step.DESTINATION)
            case Step.DESTINATION:
                self.destination = self._offer(message.choice.key)
                self._ask_keys(self.destination)
                self._begin_step(Step.KEY)
            case Step.KEY:
                self.key = next((item.fields for item in self._keys or () if item.name == message.choice.key), ())
                self._begin_step(Step.NAME)

    def on_pick_list_moved(self, message: PickList.Moved) -> None:
        """Nothing follows the cursor here."""
        message.stop()

    def submit(self) -> None:
        """Take what is under the cursor, or write the file."""
        if self.step is not Step.NAME:
            self.query_one(PickList).action_pick()
        elif self.source is not None and self.destination is not None:
            self._error = None
            work = partial(self._write, self._typed, self.source, self.destination, self.key)
            self.run_worker(work, thread=True, group="write", exclusive=True)

    def action_back(self) -> None:
        """Go one choice back."""
        self._error = None
        if self.step is Step.SOURCE:
            self.app.pop_screen()
        else:
            self._begin_step(Step(self.step - 1))

    def action_move(self, by: int) -> None:
        """Move in the list while typing."""
        self.query_one(PickList).action_move(by)

    # The work, on threads of their own

    def _environments(self) -> list[tuple[str, str]]:
        """Return the environment in which each connection is asked: the one in use, else the first that it has."""
        workspace = self.studio.workspace
        wanted = []
        for item in workspace.project.connections.values():
            names = [workspace.environments.source, workspace.environments.destination, *item.environments]
            environment = next((name for name in names if name in item.environments), None)
            if environment is not None:
                wanted.append((item.name, environment))
        return wanted

    def _found(self, offers: list[Offer]) -> None:
        self.post_message(Offered(offers))

    def _failed(self, connection: str, error: MapstudioError) -> None:
        self.post_message(NotOffered(connection, error))

    def _ask_keys(self, offer: Offer) -> None:
        self._keys = None
        workspace = self.studio.workspace
        job = Job(
            partial(read_keys, workspace.project, offer, workspace.connect),
            lambda keys: self.post_message(KeysKnown(offer, keys)),
            lambda error: self.post_message(Refused(error)),
        )
        self.run_worker(job.run, thread=True, group="keys", exclusive=True)

    def _write(self, where: str, source: Offer, destination: Offer, key: Sequence[str]) -> None:
        try:
            path = begin(self.studio.project, where, source, destination, key)
        except MapstudioError as error:
            self.post_message(Refused(error))
        else:
            self.post_message(Begun(path))

    # How it is shown

    @property
    def _typed(self) -> str:
        return self.query_one(TextInput).value.strip()

    def _offer(self, key: str) -> Offer:
        return next(offer for offer in self.offers if offer.name == key)

    def _begin_step(self, step: Step) -> None:
        self.step = step
        line = self.query_one(TextInput)
        with self.prevent(Input.Changed):
            line.value = ""
        if step is Step.NAME and self.source is not None and self.destination is not None:
            folder = suggest_folder(self.source, self.destination, self._overviews)
            name = suggest_name(self.source, self.destination)
            with self.prevent(Input.Changed):
                line.value = f"{folder}/{name}" if folder else name
            line.cursor_position = len(line.value)
        line.placeholder = "folder/name" if step is Step.NAME else "type to find"
        line.focus()
        self._show_choices()
        self._show()

    def _show_choices(self) -> None:
        picks = self.query_one(PickList)
        picks.display = self.step is not Step.NAME
        picks.set_choices(self._choices(), keep=True)
        typed = self._typed
        if typed and self.step is not Step.NAME:
            picks.narrow(typed)
        self._show()

    def _choices(self) -> list[Choice]:
        match self.step:
            case Step.SOURCE:
                return [_choice(offer, SOURCE) for offer in self.offers if offer.info.readable]
            case Step.DESTINATION:
                same = self.source.name if self.source is not None else ""
                return [_choice(offer, DEST) for offer in self.offers if offer.can_be_written and offer.name != same]
            case Step.KEY:
                keys = [
                    Choice(item.name, item.name, item.label if item.label != item.name else "", item.why, ink=DEST)
                    for item in self._keys or ()
                ]
                none = Choice(_NO_KEY, "none yet", "plan and apply need one", ink=Ink("muted"))
                return [*keys, none] if self._keys is not None else []
        return []

    def _show(self) -> None:
        picker = self.query_one("#picker", Picker)
        picker.set_pane(title=((TITLES[self.step], STRONG),), fact=self._fact())
        self.query_one("#chosen", Page).show_lines(self._chosen())
        sentence = "One file is written; nothing is written to a system."
        self.show_header(HeaderModel(project=self.studio.project.name, sentence=sentence))
        if self.source is not None and self.destination is not None:
            where = self._typed if self.step is Step.NAME else suggest_name(self.source, self.destination)
            key = self.key if self.step > Step.KEY else ()
            self.footer.show_command(command_of(where, self.source, self.destination, key))

    def _fact(self) -> tuple[Piece, ...]:
        if self.step in {Step.SOURCE, Step.DESTINATION} and self._waiting:
            return ((f"asking {', '.join(sorted(self._waiting))}", MUTED),)
        if self.step is Step.KEY and self._keys is None and self.destination is not None:
            return ((f"asking {self.destination.connection}", MUTED),)
        return ()

    def _chosen(self) -> list[Line]:
        values: dict[Step, Piece] = {
            Step.SOURCE: (self.source.name, SOURCE) if self.source else ("", TEXT),
            Step.DESTINATION: (self.destination.name, DEST) if self.destination else ("", TEXT),
            Step.KEY: (" + ".join(self.key) or "none yet", DEST if self.key else MUTED),
            Step.NAME: (f"{self._typed}.yaml", STRONG),
        }
        lines: list[Line] = [()]
        for step, title in TITLES.items():
            now = step is self.step
            text, ink = values[step] if step < self.step or (now and step is Step.NAME) else ("", TEXT)
            mark = self.studio.glyphs.cursor if now else self.studio.glyphs.fine if step < self.step else ""
            mark_ink = Ink("accent") if now else Ink("ok")
            lines.append(
                (
                    cell(1, mark, mark_ink, 2),
                    cell(4, title.lower(), STRONG if now else MUTED),
                    Cell(21, [(shown(text), ink)]),
                )
            )
            lines.append(())
        if self._error is not None:
            lines.append(words((f"{self.studio.glyphs.blocks} ", ERROR), (shown(self._error.message), STRONG)))
            lines.append(words((shown(self._error.remedy), TEXT), column=3))
        elif self.step is Step.NAME:
            lines.append(words(("enter", STRONG), (" writes the file and opens the map", TEXT), column=4))
        for name, error in self._silent.items():
            lines += [
                (),
                words((f"{self.studio.glyphs.blocks} ", ERROR), (shown(name), STRONG)),
                words((shown(error.message), TEXT), column=3),
            ]
        return lines


def _choice(offer: Offer, ink: Ink) -> Choice:
    label = offer.info.label if offer.info.label != offer.info.name else ""
    return Choice(offer.name, shown(offer.name), shown(label), f"{offer.type} {offer.environment}", ink=ink)


def _arrange(size: Size) -> list[Box]:
    width, height = size
    left = 54 if width >= 100 else 36
    return [Box("chosen", 0, 0, left, height), Box("picker", left, 0, width - left, height)]
