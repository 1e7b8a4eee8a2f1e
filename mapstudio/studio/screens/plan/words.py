"""The plan in sentences. Every number in them is one of the plan's or of the report's."""

from __future__ import annotations

from collections import Counter

from mapstudio.mapping.problems import MappingError
from mapstudio.model import MapstudioError, Verb
from mapstudio.runner import Plan, Report, RunStatus
from mapstudio.runner.state import MAX_AGE
from mapstudio.studio.glyphs import Glyphs
from mapstudio.studio.paint import DEST, ERROR, MUTED, OK, STRONG, TEXT, WARN, Piece, pieces_width
from mapstudio.studio.phrases import between, environment_piece, safe_reason, things
from mapstudio.studio.screens.plan.work import Proposal
from mapstudio.studio.text import grouped, plural, shown
from mapstudio.studio.theme import Ink
from mapstudio.studio.values import ValueFormat
from mapstudio.studio.widgets.listing import Cell, Line, cell, words

_VALUE = 10
_DONE = {Verb.CREATE: "created", Verb.UPDATE: "updated"}
_SHOWN_VERBS = (
    Verb.CREATE,
    Verb.UPDATE,
    Verb.UNCHANGED,
    Verb.REJECT,
    Verb.REVIEW,
    Verb.WAIT,
    Verb.DUPLICATE,
    Verb.SKIPPED,
)
_ALWAYS = frozenset({Verb.CREATE, Verb.UPDATE, Verb.UNCHANGED, Verb.REJECT})
_FIRST = (
    Verb.UPDATE,
    Verb.CREATE,
    Verb.REJECT,
    Verb.REVIEW,
    Verb.WAIT,
    Verb.UNCHANGED,
    Verb.DUPLICATE,
    Verb.SKIPPED,
)


def shown_verbs(plan: Plan) -> list[Verb]:
    """Return the verbs that the line of counts names: the usual ones, and others that there are."""
    counts = plan.counts
    return [verb for verb in _SHOWN_VERBS if verb in _ALWAYS or counts[verb]]


def first_verb(plan: Plan) -> Verb:
    """Return the verb whose records are shown first."""
    counts = plan.counts
    return next((verb for verb in _FIRST if counts[verb]), Verb.UPDATE)


def summary(plan: Plan, width: int) -> tuple[Line, Line]:
    """Return the two lines above the counts: what happens, and what stands out; less where there is little room."""
    return _fitting(_what(plan), width), _fitting(_stands_out(plan), width)


def _fitting(sentences: list[tuple[int, list[Piece]]], width: int) -> Line:
    """Return the sentences in one line; those of the highest number go first when they do not fit."""
    while len(sentences) > 1 and sum(pieces_width(pieces) for _, pieces in sentences) > width - 4:
        sentences.remove(max(reversed(sentences), key=lambda item: item[0]))
    return words(*(piece for _, pieces in sentences for piece in pieces), column=2)


def _what(plan: Plan) -> list[tuple[int, list[Piece]]]:
    counts = plan.counts
    created, updated = counts[Verb.CREATE], counts[Verb.UPDATE]
    changed = created + updated
    noun = things(plan.destination.object, changed)
    if created and updated:
        head: list[Piece] = [
            (f"{grouped(changed)} {noun} change: ", STRONG),
            (_and(_are(created, "created"), _are(updated, "updated")) + ". ", TEXT),
        ]
    elif changed:
        done = "created" if created else "updated"
        head = [(f"{grouped(changed)} {noun}", STRONG), (f" {'is' if changed == 1 else 'are'} {done}. ", TEXT)]
    else:
        head = [("Nothing changes. ", STRONG)]
    same = counts[Verb.UNCHANGED]
    stay = "stays as it is" if same == 1 else "stay as they are"
    sentences = [(0, head), (2, [(f"{grouped(same)} {stay}. ", TEXT)] if same else [])]
    trouble = [
        (f"{grouped(count)} {one if count == 1 else many}", ink._replace(bold=True))
        for count, one, many, ink in (
            (counts[Verb.REJECT], "is rejected", "are rejected", ERROR),
            (counts[Verb.REVIEW], "needs your eye", "need your eye", WARN),
            (counts[Verb.WAIT], "waits", "wait", WARN),
        )
        if count
    ]
    pieces = [piece for part in trouble for piece in (part, (", ", TEXT))][:-1]
    return [*sentences, (1, [*pieces, (".", TEXT)] if trouble else [])]


def _are(count: int, done: str) -> str:
    return f"{grouped(count)} {'is' if count == 1 else 'are'} {done}" if count else ""


def _and(first: str, second: str) -> str:
    if first and second:
        return f"{first}, {second.replace(' are ', ' ').replace(' is ', ' ')}"
    return first or second


def _stands_out(plan: Plan) -> list[tuple[int, list[Piece]]]:
    updates = [record for record in plan.records if record.verb is Verb.UPDATE]
    fields = Counter(change.name for record in updates for change in record.fields)
    sentences: list[tuple[int, list[Piece]]] = [(0, [(f"{shown(note)}. ", WARN)]) for note in plan.notes]
    if fields:
        name, count = fields.most_common(1)[0]
        on = f" on {grouped(count)} {things(plan.destination.object, count)}. "
        sentences.append((2, [("The largest change is ", MUTED), (shown(name), DEST), (on, MUTED)]))
    emptied = sum(change.new is None and change.old is not None for record in updates for change in record.fields)
    if emptied:
        sentences.append((1, [(f"{plural(emptied, 'value')} {'is' if emptied == 1 else 'are'} emptied. ", WARN)]))
    elif updates:
        sentences.append((3, [("No field is emptied. ", MUTED)]))
    counts = plan.counts
    if skipped := counts[Verb.SKIPPED]:
        sentences.append((4, [(f"{grouped(skipped)} {'is' if skipped == 1 else 'are'} left out by where. ", MUTED)]))
    if same := counts[Verb.DUPLICATE]:
        has = "has" if same == 1 else "have"
        sentences.append((5, [(f"{grouped(same)} {has} the key of another. ", MUTED)]))
    return sentences


def before_writing(proposal: Proposal, glyphs: Glyphs, saved: str, unsaved: int) -> list[Line]:
    """Return what is to be known before anything is written.

    Args:
        proposal: The plan.
        glyphs: The marks.
        saved: The file that the plan was saved to; empty when it was not.
        unsaved: How many edits of the map are in no file yet, and so not in the plan.
    """
    plan = proposal.plan
    if plan.quiet:
        return _quiet(proposal, glyphs)
    told = f"{plural(unsaved, 'unsaved edit')} of the map {'is' if unsaved == 1 else 'are'} not in this plan"
    return [
        *([_fact("note", (f"{glyphs.some_fail} {told}; the saved file is what is applied", WARN))] if unsaved else []),
        _fact("cost", *_cost(proposal)),
        _fact("guard", *_guards(proposal, glyphs)),
        _fact("undo", *_undo(proposal, saved)),
        _fact("check", ("what it rests on is compared again before the first write", TEXT)),
        _fact("stop", ("s", STRONG), (" after any batch; running again goes on and doubles nothing", TEXT)),
    ]


def _quiet(proposal: Proposal, glyphs: Glyphs) -> list[Line]:
    counts = proposal.plan.counts
    lines = [_fact("cost", ("nothing is sent", TEXT)), _fact("guard", *_guards(proposal, glyphs))]
    if asked := counts[Verb.REVIEW]:
        lines.append(_asks(asked, glyphs))
    if waiting := counts[Verb.WAIT]:
        lines.append(_waits(waiting, glyphs))
    if rejected := counts[Verb.REJECT]:
        told = f" {'waits' if rejected == 1 else 'wait'} for a change of the mapping or of the source; "
        lines.append(_fact("kept", (plural(rejected, "record"), ERROR), (told, TEXT), ("9", STRONG), (" Runs", TEXT)))
    return lines


def _waits(count: int, glyphs: Glyphs) -> Line:
    told = f" {'links' if count == 1 else 'link'} to what has not been mapped yet; every run tries again"
    return _fact("wait", (f"{glyphs.wait} {plural(count, 'record')}", WARN), (told, TEXT))


def _asks(count: int, glyphs: Glyphs) -> Line:
    told = f" {'is' if count == 1 else 'are'} not sent until you say what {'it is' if count == 1 else 'they are'}: "
    return _fact(
        "review", (f"{glyphs.review} {plural(count, 'record')}", WARN), (told, TEXT), ("mapstudio review list", STRONG)
    )


def _cost(proposal: Proposal) -> list[Piece]:
    size = grouped(proposal.capabilities.batch_size)
    counts = proposal.plan.counts
    sent = counts[Verb.CREATE] + counts[Verb.UPDATE]
    return [
        (f"{plural(proposal.batches, 'batch', 'batches')}", STRONG),
        (f" of up to {size} for {plural(sent, 'record')}", TEXT),
    ]


def _guards(proposal: Proposal, glyphs: Glyphs) -> list[Piece]:
    destination = proposal.plan.destination
    guards = [f"account {shown(proposal.account.name)}"]
    if proposal.plan.counts[Verb.CREATE] and proposal.enforced:
        guards.append(f"{shown(destination.connection)} keeps creates from doubling")
    pieces: list[Piece] = []
    for guard in guards:
        pieces += [(f"{glyphs.fine} ", OK), (f"{guard}   ", TEXT)]
    return pieces


def _undo(proposal: Proposal, saved: str) -> list[Piece]:
    counts = proposal.plan.counts
    keeps = f"log keeps old values {MAX_AGE.days} days"
    if counts[Verb.CREATE] and proposal.capabilities.archive:
        old = f"; old values are in {shown(saved)}" if saved else f"; the {keeps}"
        return [("mapstudio undo", STRONG), (f" archives creates{old if counts[Verb.UPDATE] else ''}", TEXT)]
    if counts[Verb.UPDATE] or saved:
        return [(f"by hand: old values are in {shown(saved)}" if saved else f"by hand: the run's {keeps}", TEXT)]
    return [("by hand: the run's log names every record", TEXT)]


def after_writing(report: Report, glyphs: Glyphs) -> list[Line]:
    """Return what a run did, and what is safe when it was stopped."""
    took = between(report.started, report.ended)
    done = report.status is RunStatus.DONE
    mark: Piece = (f"{glyphs.fine} ", OK) if done else (f"{glyphs.blocks} ", ERROR)
    head = "done" if done else "stopped"
    lines = [_fact("run", mark, (f"{report.run} ", STRONG), (f"{head} in {took}" if took else head, TEXT))]
    if report.error is not None:
        lines.append(_fact("why", (shown(report.error.message), ERROR), (f" {shown(report.error.remedy)}", TEXT)))
    if not done:
        lines.append(_fact("safe", *_safe(report)))
    if report.unknown:
        told = f"{plural(len(report.unknown), 'record')} without an answer; the next run finds out"
        lines.append(_fact("unsure", (told, WARN)))
    rejected = report.counts[Verb.REJECT]
    if rejected:
        lines.append(
            _fact(
                "kept",
                (plural(rejected, "rejected record"), ERROR),
                (" with reasons, in ", TEXT),
                ("9", STRONG),
                (" Runs", TEXT),
            )
        )
    if asked := report.counts[Verb.REVIEW]:
        lines.append(_asks(asked, glyphs))
    if waiting := report.counts[Verb.WAIT]:
        lines.append(_waits(waiting, glyphs))
    following = " plans again: a second apply sends nothing" if done else " plans what is left"
    lines.append(_fact("next", ("p", STRONG), (following, TEXT), ("   9", STRONG), (" shows the run", TEXT)))
    return lines


def _safe(report: Report) -> list[Piece]:
    written = report.counts[Verb.CREATE] + report.counts[Verb.UPDATE]
    return [
        (f"{grouped(written)} written and noted", TEXT),
        (f", {grouped(report.not_done)} not sent", STRONG if report.not_done else TEXT),
        ("; running again sends those, and nothing twice", TEXT),
    ]


def refused(error: MapstudioError, values: ValueFormat) -> list[Line]:
    """Return why nothing was written; what is quoted of records is masked."""
    glyphs = values.glyphs
    mark: Piece = (f"{glyphs.blocks} ", ERROR)
    column = 4 if glyphs.ascii else 3
    if isinstance(error, MappingError):
        head = f"The mapping has {plural(len(error.problems), 'problem')}; nothing was read or written."
        lines: list[Line] = [words(mark, (head, STRONG), column=1), ()]
        for problem in error.problems:
            place = problem.row or f"line {problem.line}"
            told = f"{problem.message}{'; ' if problem.remedy else ''}{problem.remedy}"
            lines.append(words((f"{shown(place)}  ", DEST), (shown(told), TEXT), column=column))
        return lines
    lines = [words(mark, (safe_reason(error.message, "", values), STRONG), column=1)]
    if error.remedy:
        lines.append(words((shown(error.remedy), TEXT), column=column))
    return lines


def reported(report: Report, destination: str, noun: str, environment: str) -> tuple[Line, Line]:
    """Return the two lines above the counts once a run has ended."""
    counts = report.counts
    written = counts[Verb.CREATE] + counts[Verb.UPDATE]
    first: list[Piece] = [(f"{grouped(written)} {noun} were written", STRONG)]
    if written == 1:
        first = [(f"1 {things(noun, 1)} was written", STRONG)]
    elif not written:
        first = [("Nothing was written", STRONG)]
    detail = [f"{grouped(counts[verb])} {done}" for verb, done in _DONE.items() if counts[verb]]
    first += [(f": {', '.join(detail)}." if detail else ".", TEXT)]
    if counts[Verb.REJECT]:
        first.append((f" {grouped(counts[Verb.REJECT])} rejected.", Ink("error", bold=True)))
    ended = "It ended by itself" if report.status is RunStatus.DONE else "It was stopped before its end"
    second: list[Piece] = [(f"{ended}, in ", MUTED), (shown(destination), MUTED), (" ", MUTED)]
    return words(*first, column=2), words(*second, environment_piece(environment), (".", MUTED), column=2)


def _fact(label: str, *pieces: Piece) -> Line:
    return cell(2, label, MUTED), Cell(_VALUE, pieces)
