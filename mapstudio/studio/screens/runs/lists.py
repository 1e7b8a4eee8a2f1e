"""The lists of the runs screen: runs, causes, and the records of a cause."""

from __future__ import annotations

from collections.abc import Sequence

from mapstudio.model import Verb
from mapstudio.runner import RunRow, RunStatus
from mapstudio.studio.glyphs import Glyphs
from mapstudio.studio.paint import DEST, ERROR, MUTED, OK, SOURCE, STRONG, TEXT, WARN, Piece
from mapstudio.studio.phrases import moment, safe_reason
from mapstudio.studio.screens.runs.books import Cause, Stuck
from mapstudio.studio.text import grouped, plural, shown
from mapstudio.studio.theme import Ink
from mapstudio.studio.widgets.listing import Cell, Line, Listing, cell, right_cell
from mapstudio.studio.widgets.statuses import verb_mark

_FAINT = Ink("faint")
_RUN_NAME = 16
_MOST_ROW = 22


def run_glyph(run: RunRow, glyphs: Glyphs) -> Piece:
    """Return the mark of a run."""
    if run.status is RunStatus.STOPPED:
        return glyphs.blocks, ERROR
    if run.status is RunStatus.RUNNING:
        return glyphs.wait, WARN
    return (glyphs.some_fail, WARN) if run.counts.get(Verb.REJECT) else (glyphs.fine, OK)


class RunList(Listing):
    """The runs, the newest first."""

    head = 1

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._runs: Sequence[RunRow] = ()

    @property
    def run(self) -> RunRow | None:
        """The run under the cursor."""
        return self._runs[self.index] if self.index is not None and self._runs else None

    def show(self, runs: Sequence[RunRow]) -> None:
        """Show these; the cursor stays on its run."""
        before = self.run
        self._runs = runs
        at = next((index for index, run in enumerate(runs) if before is not None and run.id == before.id), 0)
        self.show_items(range(len(runs)), len(runs), at=at)

    def head_line(self, y: int) -> Line:
        """Name the columns."""
        del y
        line = [cell(self.text_at, "run", MUTED), cell(self.text_at + _RUN_NAME, "when", MUTED)]
        return [*line, right_cell(-16, "+", MUTED), right_cell(-10, "~", MUTED), right_cell(-1, "rejected", MUTED)]

    def line(self, y: int, *, selected: bool) -> Line:
        """Draw a run."""
        run = self._runs[y]
        mark, ink = run_glyph(run, self.glyphs)
        rejected = run.counts.get(Verb.REJECT, 0)
        end: Piece = (grouped(rejected), ERROR._replace(bold=True)) if rejected else (self.glyphs.unused, _FAINT)
        if run.status is not RunStatus.DONE:
            end = (str(run.status), ERROR._replace(bold=True) if run.status is RunStatus.STOPPED else MUTED)
        when = self.size.width - self.text_at - _RUN_NAME - 22
        return (
            cell(2, mark, ink, 2),
            cell(self.text_at, shown(run.id), STRONG if selected else TEXT, _RUN_NAME - 1),
            cell(self.text_at + _RUN_NAME, moment(run.started), TEXT, max(when, 5)),
            right_cell(-16, *self._number(run.counts.get(Verb.CREATE, 0))),
            right_cell(-10, *self._number(run.counts.get(Verb.UPDATE, 0))),
            right_cell(-1, *end),
        )

    def _number(self, count: int) -> Piece:
        return (grouped(count), TEXT) if count else (self.glyphs.unused, _FAINT)


class CauseList(Listing):
    """Why records of the run were not written."""

    head = 1

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.nothing = ""
        """What is said when there is no cause."""
        self._causes: Sequence[Cause] = ()

    @property
    def cause(self) -> Cause | None:
        """The cause under the cursor."""
        return self._causes[self.index] if self.index is not None and self._causes else None

    def show(self, causes: Sequence[Cause]) -> None:
        """Show these."""
        self._causes = causes
        self.show_items(range(len(causes)), len(causes))

    def head_line(self, y: int) -> Line:
        """Name the columns."""
        del y
        if not self._causes:
            return (cell(1, self.nothing, MUTED),)
        return cell(self.text_at, "row", MUTED), cell(self._text_at, "why", MUTED), right_cell(-1, "records", MUTED)

    def line(self, y: int, *, selected: bool) -> Line:
        """Draw a cause."""
        cause = self._causes[y]
        mark, ink = verb_mark(cause.verb, self.glyphs)
        passing = sum(stuck.passes and stuck.open for stuck in cause.records)
        note = f"{grouped(passing)} pass now" if passing else ""
        room = max(self.size.width - self._text_at - len(note) - 10, 10)
        return (
            cell(2, mark, ink, 2),
            cell(
                self.text_at,
                shown(cause.row or "destination"),
                DEST._replace(bold=selected),
                self._text_at - self.text_at - 1,
            ),
            cell(self._text_at, safe_reason(cause.text, cause.row, self.values), STRONG if selected else TEXT, room),
            right_cell(-7, note, OK),
            right_cell(-1, grouped(len(cause.records)), ink._replace(bold=True)),
        )

    @property
    def _text_at(self) -> int:
        widest = max([6, *(len(cause.row) for cause in self._causes)])
        return self.text_at + min(widest, _MOST_ROW) + 2


class StuckList(Listing):
    """The records of a cause."""

    head = 1

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._cause: Cause | None = None

    @property
    def stuck(self) -> Stuck | None:
        """The record under the cursor."""
        records = self._cause.records if self._cause is not None else ()
        return records[self.index] if self.index is not None and records else None

    def show(self, cause: Cause | None) -> None:
        """Show the records of a cause."""
        self._cause = cause
        count = len(cause.records) if cause is not None else 0
        self.show_items(range(count), count)

    def head_line(self, y: int) -> Line:
        """Name the columns."""
        del y
        if self._cause is None:
            return ()
        return (
            cell(self.text_at, "source", MUTED),
            cell(self._value_at, "value", MUTED),
            right_cell(self._tries, "tries", MUTED),
            cell(self.size.width + self._tries + 3, "now", MUTED),
        )

    def line(self, y: int, *, selected: bool) -> Line:
        """Draw a record."""
        assert self._cause is not None  # noqa: S101 - there are no lines without one
        stuck = self._cause.records[y]
        value: Piece = ("", TEXT)
        if stuck.reason.value is not None:
            value = self.values.json(stuck.reason.value, stuck.reason.row)
        now_at = self.size.width + self._tries + 3
        return (
            cell(
                self.text_at, shown(stuck.source_id), SOURCE._replace(bold=selected), self._value_at - self.text_at - 1
            ),
            Cell(self._value_at, [value], max(now_at - self._value_at - 10, 6)),
            right_cell(self._tries, grouped(stuck.tries) if stuck.tries else "", TEXT),
            Cell(now_at, self._now(stuck)),
        )

    @property
    def _value_at(self) -> int:
        widest = max([8, *(len(stuck.source_id) for stuck in self._cause.records[:200])]) if self._cause else 8
        return self.text_at + min(widest, 16) + 2

    @property
    def _tries(self) -> int:
        return -33 if self.size.width >= 66 else -22

    def _now(self, stuck: Stuck) -> list[Piece]:
        if not stuck.open:
            return [(f"{self.glyphs.fine} ", OK), ("passed since", MUTED)]
        if stuck.now is None:
            return [("a plan tells", MUTED)]
        if not stuck.now:
            return [(f"{self.glyphs.fine} ", OK), ("passes", TEXT)]
        first = stuck.now[0]
        if first.row == stuck.reason.row:
            return [(f"{self.glyphs.blocks} ", ERROR), ("fails as before", TEXT)]
        return [(f"{self.glyphs.blocks} ", ERROR), (f"fails in {shown(first.row)}", TEXT)]


def verdict(cause: Cause, glyphs: Glyphs, problem: str) -> list[Piece]:
    """Return whether the records of a cause would pass now, in one line."""
    waiting = [stuck for stuck in cause.records if stuck.open]
    tried = [stuck for stuck in waiting if stuck.now is not None]
    if not waiting:
        return [(f"{glyphs.fine} ", OK), ("all of them have passed since", TEXT)]
    if not tried:
        gone = cause.verb is Verb.REJECT and all(stuck.record is None for stuck in waiting)
        told = "the records are not kept any more" if gone else "only a plan can tell: the mapping did not fail"
        if cause.verb is Verb.WAIT:
            told = "every run tries again, with what is mapped by then"
        return [(problem or told, MUTED)]
    passing = sum(stuck.passes for stuck in tried)
    mark: Piece = (f"{glyphs.fine} ", OK) if passing else (f"{glyphs.blocks} ", ERROR)
    ink = (OK if passing else ERROR)._replace(bold=True)
    return [
        mark,
        (f"{grouped(passing)} of {plural(len(tried), 'record')} ", ink),
        ("pass with the mapping as it is now" if passing != 1 else "passes with the mapping as it is now", TEXT),
    ]
