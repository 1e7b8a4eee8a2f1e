"""The records of one verb, and the line of counts that chooses the verb."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from mapstudio.model import Verb
from mapstudio.runner import Plan, PlannedRecord, Report
from mapstudio.studio.paint import DEST, MUTED, SOURCE, STRONG, TEXT, WARN, Piece, Row, pieces_width
from mapstudio.studio.phrases import safe_reason
from mapstudio.studio.screens.plan.words import shown_verbs
from mapstudio.studio.text import grouped, shown, width_of
from mapstudio.studio.theme import Ink
from mapstudio.studio.widgets.drawn import Drawn
from mapstudio.studio.widgets.listing import Cell, Line, Listing, cell, draw
from mapstudio.studio.widgets.statuses import verb_mark

_MOST_ID = 16
_MOST_KEY = 34
_LEAST_CHANGES = 10
_ROOMY = 50


class Counts(Drawn):
    """Two sentences and the counts by verb; the chosen one is reversed."""

    class Chosen(Message):
        """A verb was clicked."""

        def __init__(self, verb: Verb) -> None:
            super().__init__()
            self.verb = verb

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._plan: Plan | None = None
        self._report: Report | None = None
        self._verb = Verb.UPDATE
        self._sentences: Sequence[Line] = ()
        self._spans: list[tuple[int, int, Verb]] = []

    def show(self, plan: Plan, verb: Verb, sentences: Sequence[Line], report: Report | None) -> None:
        """Draw the plan's counts, or what a run really did."""
        self._plan, self._verb, self._sentences, self._report = plan, verb, sentences, report
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw a line: the sentences, a blank one where there is room, the counts."""
        row = self.row()
        counts_at = 3 if self.size.height > 3 else max(self.size.height - 1, 0)
        if y == counts_at and self._plan is not None:
            self._draw_counts(row, self._plan)
        elif y < min(len(self._sentences), counts_at):
            draw(row, self._sentences[y])
        return row.strip(self.palette)

    def on_click(self, event: events.Click) -> None:
        """Choose the verb under the mouse."""
        verb = next((verb for start, end, verb in self._spans if start <= event.x < end), None)
        if verb is not None and event.y >= 2:
            self.post_message(self.Chosen(verb))

    def _draw_counts(self, row: Row, plan: Plan) -> None:
        report = self._report
        counts = plan.counts if report is None else report.counts
        read: list[Piece] = [(f"{grouped(counts['read'])} read", MUTED)]
        if report is not None and report.not_done:
            read = [(f"{grouped(report.not_done)} not sent", WARN)]
        items = [(verb, self._pieces(verb, counts[verb])) for verb in shown_verbs(plan)]
        room = row.width - 2 - pieces_width(read) - sum(pieces_width(pieces) + 2 for _, pieces in items)
        gap = max(0, min(4, room // max(len(items), 1)))
        self._spans = []
        column = 1
        for verb, pieces in items:
            width = pieces_width(pieces) + 2
            if column + width + pieces_width(read) + 1 > row.width:
                break
            if verb is self._verb:
                row.put_on(column, f" {''.join(text for text, _ in pieces)} ", Ink("on_accent", bold=True), "accent")
            else:
                row.put(column + 1, pieces)
            self._spans.append((column, column + width, verb))
            column += width + gap
        row.put_right(row.width - 1, read)

    def _pieces(self, verb: Verb, count: int) -> list[Piece]:
        mark, ink = verb_mark(verb, self.glyphs)
        if not count:
            return [(f"{mark} 0 {verb}", MUTED)]
        return [(f"{mark} ", ink), (f"{grouped(count)} ", STRONG), (str(verb), TEXT)]


class RecordList(Listing):
    """The records with the chosen verb."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "right",
            "verb(1)",
            "verb",
            key_display="left/right",
            id="plan.next-verb",
            tooltip="records with the next verb",
        ),
        Binding(
            "left", "verb(-1)", "verb", show=False, id="plan.previous-verb", tooltip="records with the verb before"
        ),
    ]
    head = 1

    class VerbWanted(Message):
        """Another verb is wanted: so many to the right."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._records: Sequence[PlannedRecord] = ()
        self._key: tuple[str, ...] = ()
        self._id_width = self._key_width = 8

    @property
    def record(self) -> PlannedRecord | None:
        """The record under the cursor."""
        return self._records[self.index] if self.index is not None and self._records else None

    def show(self, records: Sequence[PlannedRecord], key: tuple[str, ...]) -> None:
        """Show these records."""
        self._records, self._key = records, key
        some = records[:500]
        self._id_width = min(_MOST_ID, max([6, *(width_of(item.source_id) for item in some)]))
        self._key_width = min(_MOST_KEY, max([8, *(pieces_width(self._key_pieces(item)) for item in some)]))
        self.show_items(range(len(records)), len(records))

    def head_line(self, y: int) -> Line:
        """Name the columns."""
        del y
        line = [cell(self.text_at, "source", MUTED), cell(self._key_at, self._key_title(), MUTED, self._room_for_key)]
        if self._shows_changes:
            verb = self._records[0].verb if self._records else Verb.UPDATE
            word = "sets" if verb is Verb.CREATE else "changes" if verb is Verb.UPDATE else "why"
            line.append(cell(self._changes_at, word, MUTED))
        return line

    def line(self, y: int, *, selected: bool) -> Line:
        """Draw a record."""
        record = self._records[y]
        mark, ink = verb_mark(record.verb, self.glyphs)
        key = self._key_pieces(record)
        line = [
            cell(2, mark, ink, 2),
            cell(self.text_at, shown(record.source_id), SOURCE._replace(bold=selected), self._id_width),
            Cell(self._key_at, [(text, ink._replace(bold=selected)) for text, ink in key], self._room_for_key),
        ]
        if self._shows_changes:
            line.append(Cell(self._changes_at, self._changes(record), max(self.size.width - self._changes_at - 1, 0)))
        return line

    def action_verb(self, step: int) -> None:
        """Ask for another verb."""
        self.post_message(self.VerbWanted(step))

    @property
    def _key_at(self) -> int:
        return self.text_at + self._id_width + 2

    @property
    def _room_for_key(self) -> int:
        title = len("matched by ") + sum(width_of(name) for name in self._key)
        wanted = max(self._key_width, title) if self.size.width >= _ROOMY else self._key_width
        return max(min(wanted, self.size.width - self._key_at - 1), 1)

    @property
    def _changes_at(self) -> int:
        return self._key_at + self._room_for_key + 2

    @property
    def _shows_changes(self) -> bool:
        return self.size.width - self._changes_at > _LEAST_CHANGES

    def _key_title(self) -> str:
        verb = self._records[0].verb if self._records else Verb.UPDATE
        names = " and ".join(shown(name) for name in self._key)
        title = f"matched by {names}" if verb in {Verb.UPDATE, Verb.UNCHANGED} else f"key {names}"
        return title if width_of(title) <= self._room_for_key else names

    def _key_pieces(self, record: PlannedRecord) -> list[Piece]:
        values = record.key or (None,) * len(self._key)
        pieces: list[Piece] = []
        for name, value in zip(self._key, values, strict=False):
            pieces += [*([(" ", TEXT)] if pieces else []), self.values.bare(value, name)]
        return pieces

    def _changes(self, record: PlannedRecord) -> list[Piece]:
        if record.reasons:
            first = record.reasons[0]
            reason = safe_reason(first.reason, first.row, self.values)
            return [(f"{shown(first.row)} ", DEST), (reason, TEXT)]
        if record.note and not record.fields:
            return [(shown(record.note), MUTED)]
        names = ", ".join(shown(change.name) for change in record.fields)
        return [(names, DEST)]
