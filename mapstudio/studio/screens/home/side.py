"""The panes beside the mappings: whom the connections reach, the facts of the selected mapping, what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from mapstudio.mapping.examples import ExampleResult
from mapstudio.model import AuthenticationError, ConnectionFailedError, PreconditionError
from mapstudio.project import PRODUCTION, Project
from mapstudio.runner import RunStatus
from mapstudio.studio.glyphs import Glyphs
from mapstudio.studio.overview import Overview
from mapstudio.studio.paint import ERROR, MUTED, OK, STRONG, TEXT, WARN, Piece
from mapstudio.studio.phrases import duration, environment_piece, moment, safe_reason
from mapstudio.studio.probing import Probe
from mapstudio.studio.session.rows import Status
from mapstudio.studio.text import plural, shown, width_of
from mapstudio.studio.theme import Ink
from mapstudio.studio.values import ValueFormat
from mapstudio.studio.widgets.listing import Cell, Line, Listing, cell, right_cell
from mapstudio.studio.widgets.statuses import status_mark

_FACT = 14


def probe_glyph(probe: Probe | None, glyphs: Glyphs) -> Piece:
    """Return the mark of an environment: reached, waiting for a secret, or not reached."""
    if probe is None or probe.when is None:
        return glyphs.unused, Ink("faint")
    if probe.account is not None:
        return glyphs.fine, OK
    return (glyphs.unfed, WARN) if probe.lacks_secret else (glyphs.blocks, ERROR)


_SHORT: dict[type, str] = {
    PreconditionError: "refused here",
    AuthenticationError: "secret refused",
    ConnectionFailedError: "does not answer",
}


def probe_words(probe: Probe | None) -> Piece:
    """Return whom an environment reaches, in a few words."""
    if probe is None or probe.when is None:
        return "not tried yet", MUTED
    if probe.account is not None:
        return shown(probe.account.name), TEXT
    if probe.lacks_secret:
        return "no secret yet", WARN
    return _SHORT.get(type(probe.error), "not reached"), ERROR


def connection_lines(
    project: Project, probes: Mapping[tuple[str, str], Probe], glyphs: Glyphs, width: int
) -> list[Line]:
    """Return the connections, each with its environments."""
    lines: list[Line] = [()]
    names = [name for item in project.connections.values() for name in item.environments]
    name_at = 4 if glyphs.ascii else 3
    column = name_at + max([width_of(name) for name in names], default=0) + 1
    for item in project.connections.values():
        lines.append((Cell(1, [(shown(item.name), STRONG), (f" {shown(item.type)}", MUTED)]),))
        for name in item.environments:
            probe = probes.get((item.name, name))
            mark, ink = probe_glyph(probe, glyphs)
            took = duration(probe.seconds) if probe is not None and probe.account is not None else ""
            text, text_ink = probe_words(probe)
            if column + width_of(text) + len(took) + 2 > width:
                took = ""  # whom it reaches matters more than how fast
            room = max(width - column - len(took) - 2, 6)
            word = environment_piece(name) if name == PRODUCTION else (shown(name), TEXT)
            lines.append(
                (
                    cell(1, mark, ink),
                    Cell(name_at, [word]),
                    cell(column, text, text_ink, room),
                    right_cell(-1, took, MUTED),
                )
            )
        if not item.environments:
            lines.append((cell(name_at, "no environment yet", WARN),))
        lines.append(())
    if not project.connections:
        lines += [(cell(1, "No connection yet.", STRONG),), (cell(1, "c shows how to add one", MUTED),)]
    return lines


def fact_lines(item: Overview | None, examples: Sequence[ExampleResult] | None, glyphs: Glyphs) -> list[Line]:
    """Return the facts of the selected mapping."""
    if item is None or item.mapping is None:
        return []
    mapping = item.mapping
    facts: list[tuple[str, list[Piece]]] = [
        (
            "key",
            [(shown(" and ".join(mapping.destination.key)), TEXT)] if mapping.destination.key else [("none yet", WARN)],
        ),
        ("mode", [(str(mapping.destination.mode), TEXT)]),
    ]
    if item.required is not None:
        fed, of = item.required
        facts.append(("required", [(f"{fed} of {of} fed", TEXT if fed == of else WARN)]))
    facts.append(("takes", [(shown(mapping.source.where), TEXT)] if mapping.source.where else [("all", MUTED)]))
    facts.append(("examples", _examples(item, examples, glyphs)))
    if item.rejected:
        facts.append(("rejected", [(plural(item.rejected, "record"), ERROR), (" waiting", MUTED)]))
    if item.reviews:
        facts.append(("review", [(plural(item.reviews, "record"), WARN), (" waiting", MUTED)]))
    if item.run is not None:
        facts.append(("last run", [(shown(item.run.id), TEXT)]))
    lines: list[Line] = [(cell(1, label, MUTED), Cell(_FACT, pieces)) for label, pieces in facts]
    for failed in [example for example in examples or () if not example.passed][:3]:
        lines.append((cell(1, glyphs.blocks, ERROR, 2), cell(4, shown(failed.name), STRONG)))
        lines += [(cell(4, shown(difference), TEXT),) for difference in failed.differences[:2]]
    return lines


def _examples(item: Overview, examples: Sequence[ExampleResult] | None, glyphs: Glyphs) -> list[Piece]:
    count = len(item.mapping.examples) if item.mapping is not None else 0
    if not count:
        return [("none yet", MUTED)]
    if examples is None:
        return [(str(count), TEXT), ("   t tests them", MUTED)]
    passed = sum(example.passed for example in examples)
    if passed == len(examples):
        return [(f"{glyphs.fine} ", OK), (f"{passed} of {passed} pass", TEXT)]
    return [(f"{len(examples) - passed} of {len(examples)} fail", ERROR._replace(bold=True))]


@dataclass(frozen=True, slots=True)
class NextItem:
    """One thing to do.

    Attributes:
        mark: Its glyph.
        text: What it is.
        place: Where.
        overview: Whose; ``None`` for a connection.
        target: The screen on which it is done.
    """

    mark: Piece
    text: str
    place: str
    overview: Overview | None
    target: str


def next_items(
    overviews: Sequence[Overview], probes: Mapping[tuple[str, str], Probe], values: ValueFormat
) -> list[NextItem]:
    """Return what needs work, the most urgent first."""
    glyphs = values.glyphs
    found: list[tuple[int, NextItem]] = []
    for (connection, environment), probe in probes.items():
        if probe.error is not None and not probe.lacks_secret:
            mark = (glyphs.blocks, ERROR)
            text = shown(probe.error.message)
            found.append((-1, NextItem(mark, text, f"{connection} {environment}", None, "connections")))
    for item in overviews:
        if item.error:
            mark = (glyphs.blocks, ERROR)
            found.append((0, NextItem(mark, shown(item.error), item.name, item, "map")))
        found += [(line.status.urgency, _problem(item, index, values)) for index, line in enumerate(item.problems)]
        found += [(Status.FAILS.urgency, run) for run in _of_runs(item, glyphs)]
    return [item for _, item in sorted(found, key=lambda pair: pair[0])]


def _problem(item: Overview, index: int, values: ValueFormat) -> NextItem:
    line = item.problems[index]
    message = safe_reason(line.message, line.field, values)
    text = f"{shown(line.field)} {message}" if line.number else message
    place = f"{item.name} row {line.number}" if line.number else item.name
    if line.status is Status.QUESTION and line.place:
        place = line.place
    return NextItem(status_mark(line.status, values.glyphs), text, place, item, "map")


def _of_runs(item: Overview, glyphs: Glyphs) -> list[NextItem]:
    found = []
    if item.run is not None and item.run.status is RunStatus.STOPPED:
        text = f"the run of {moment(item.run.started)} stopped before its end; running again goes on"
        found.append(NextItem((glyphs.blocks, ERROR), text, item.name, item, "runs"))
    if item.rejected:
        causes = f", for {plural(item.causes, 'cause')}"
        text = f"{plural(item.rejected, 'record')} {'is' if item.rejected == 1 else 'are'} rejected{causes}"
        found.append(NextItem((glyphs.some_fail, WARN), text, f"{item.name} runs", item, "runs"))
    if item.reviews:
        waits = "waits" if item.reviews == 1 else "wait"
        text = f"{plural(item.reviews, 'record')} {waits} for a person: mapstudio review list"
        found.append(NextItem((glyphs.review, WARN), text, f"{item.name} runs", item, "runs"))
    return found


class NextList(Listing):
    """What to do next."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "go there", id="home.next", tooltip="go to where this is done"),
    ]

    class Wanted(Message):
        """Something is to be done."""

        def __init__(self, item: NextItem) -> None:
            super().__init__()
            self.item = item

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._next: Sequence[NextItem] = ()

    def show(self, items: Sequence[NextItem]) -> None:
        """Show these."""
        at = self.index or 0
        self._next = items
        self.show_items(range(len(items)), len(items), at=at)

    def line(self, y: int, *, selected: bool) -> Line:
        """Draw one."""
        item = self._next[y]
        mark, ink = item.mark
        place = shown(item.place)
        room = max(self.size.width - width_of(place) - 7, 10)
        return (
            cell(2, mark, ink, 2),
            cell(self.text_at, item.text, STRONG if selected and self.has_focus else TEXT, room),
            right_cell(-1, place, MUTED),
        )

    def action_open(self) -> None:
        """Go there."""
        if self.index is not None and self._next:
            self.post_message(self.Wanted(self._next[self.index]))
