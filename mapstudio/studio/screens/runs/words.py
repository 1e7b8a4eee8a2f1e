"""The runs in sentences: sums, what stopped a run, whether a cause is mended."""

from __future__ import annotations

from mapstudio.model import MapstudioError, Verb
from mapstudio.runner import RunRow, RunStatus
from mapstudio.studio.glyphs import Glyphs
from mapstudio.studio.paint import ERROR, MUTED, OK, QUESTION, STRONG, TEXT, WARN, Piece
from mapstudio.studio.phrases import between, safe_reason, short_row
from mapstudio.studio.screens.runs.books import Books, Cause, Stuck, error_of, not_done, totals, without_answer
from mapstudio.studio.screens.runs.lists import run_glyph, verdict
from mapstudio.studio.text import grouped, plural, shown
from mapstudio.studio.values import ValueFormat
from mapstudio.studio.widgets.listing import Cell, Line, cell, right_cell, words

_SUM = 24
_VALUE = 10


def sums(books: Books, run: RunRow, glyphs: Glyphs) -> list[Line]:
    """Return what all runs did together, and what the selected one did."""
    of_all = totals(books.runs)
    waiting = books.waiting
    lines: list[Line] = [
        (cell(2, label, MUTED), right_cell(_SUM, grouped(count), ink))
        for label, count, ink in (
            ("records read", of_all["read"], TEXT),
            ("written", of_all["written"], TEXT),
            ("rejected, waiting", waiting, ERROR._replace(bold=True) if waiting else TEXT),
        )
    ]
    return [*lines, (), *_of_run(run, glyphs)]


def _of_run(run: RunRow, glyphs: Glyphs) -> list[Line]:
    counts = run.counts
    mark, ink = run_glyph(run, glyphs)
    did: list[Piece] = [
        (f"{shown(run.id)} ", STRONG),
        (f"{grouped(counts.get('read', 0))} read ", TEXT),
        (f" {glyphs.create} {grouped(counts.get(Verb.CREATE, 0))}", OK),
        (f" {glyphs.update} {grouped(counts.get(Verb.UPDATE, 0))}", WARN),
        (f" {glyphs.unchanged} {grouped(counts.get(Verb.UNCHANGED, 0))}", MUTED),
    ]
    troubles = (
        (Verb.REJECT, glyphs.blocks, ERROR),
        (Verb.REVIEW, glyphs.review, QUESTION),
        (Verb.WAIT, glyphs.wait, WARN),
    )
    for verb, glyph, verb_ink in troubles:
        if count := counts.get(verb, 0):
            did.append((f" {glyph} {grouped(count)}", verb_ink._replace(bold=True)))
    took = between(run.started, run.ended)
    at = 5 if glyphs.ascii else 4
    lines: list[Line] = [
        (cell(2, mark, ink, 2), Cell(at, did)),
        words((shown(run.destination.account), MUTED), (f", {took}" if took else "", MUTED), column=at),
    ]
    return lines if run.status is not RunStatus.STOPPED else [*lines, *_stopped(run, at)]


def _stopped(run: RunRow, column: int) -> list[Line]:
    lines: list[Line] = [words((shown(error_of(run)), TEXT), column=column)]
    if unsure := without_answer(run):
        told = f"{plural(unsure, 'record')} without an answer; the next run finds out"
        lines.append(words((told, WARN), column=column))
    told = f"{plural(not_done(run), 'record')} not sent; running again sends them, nothing twice"
    return [*lines, words((told, MUTED), column=column)]


def now(books: Books, cause: Cause, stuck: Stuck | None, values: ValueFormat) -> list[Line]:
    """Return the row that failed, why, and whether the records of the cause would pass now."""
    glyphs = values.glyphs
    lines: list[Line] = []
    number, row = (books.rows or {}).get(cause.row, (0, None))
    if row is not None:
        lines.append(_fact("row", (f"{number}  ", TEXT), *short_row(row, glyphs)))
    if stuck is not None:
        why = safe_reason(stuck.reason.reason, stuck.reason.row, values)
        also = f" and {plural(stuck.also, 'more reason')}" if stuck.also else ""
        lines.append(_fact("why", (why, TEXT), (also, MUTED)))
    lines.append(_fact("now", *verdict(cause, glyphs, books.problem)))
    return [*lines, (), words(("p", STRONG), (" plans again with what passes; nothing is written yet", MUTED))]


def message(books: Books | None, error: MapstudioError | None) -> list[Line]:
    """Return what stands in place of the runs where there are none."""
    if error is not None:
        return [
            (),
            (),
            words((shown(error.message), STRONG), column=4),
            words((shown(error.remedy), TEXT), column=4),
        ]
    if books is None:
        return []
    about = "A run is one apply: what it wrote, what it rejected and why, kept in the books here."
    return [
        (),
        (),
        words(("There is no run yet.", STRONG), column=4),
        words((about, TEXT), column=4),
        (),
        words(("p", STRONG), ("   plan", TEXT), ("   reads and compares, writes nothing", MUTED), column=4),
        (),
        words(("o", STRONG), ("   open the map", TEXT), column=4),
    ]


def _fact(label: str, *pieces: Piece) -> Line:
    return cell(1, label, MUTED), Cell(_VALUE, pieces)
