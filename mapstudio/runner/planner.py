"""From evaluated records to a plan: one path for a whole read, and for the one record that the studio shows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from mapstudio.mapping.format import Mode
from mapstudio.model import FieldChange, JsonValue, Lookalike, Reason, Record, SourceRecord, Verb
from mapstudio.model.exact_json import dumps
from mapstudio.model.paths import get_path
from mapstudio.runner.associations import settle_sole_labels
from mapstudio.runner.candidate import Candidate
from mapstudio.runner.collapse import collapse, set_keys
from mapstudio.runner.comparing import (
    association_changes,
    changes,
    cleared_required,
    kept,
    missing_to_create,
    nested,
    unchanged,
    wrong_together,
)
from mapstudio.runner.lines import line_changes, plan_lines
from mapstudio.runner.matching import Match, Matcher
from mapstudio.runner.plan import PlannedRecord
from mapstudio.runner.planned_line import PlannedLine
from mapstudio.runner.progress import ProgressCallback
from mapstudio.runner.recovery import Recovered
from mapstudio.runner.references import resolve_associations, resolve_lines, resolve_references
from mapstudio.runner.refusals import hold_back
from mapstudio.runner.reviewing import ReviewBook, review_book
from mapstudio.runner.state import Doubt, StateStore
from mapstudio.runner.steps import step_changes, steps_due
from mapstudio.runner.task import Task


async def plan_candidates(
    task: Task,
    state: StateStore,
    candidates: Sequence[Candidate],
    *,
    recovered: Recovered,
    progress: ProgressCallback,
    retry: bool = False,
) -> list[PlannedRecord]:
    """Return what an apply would do with each candidate, in the same order.

    With ``retry`` also what the destination refused a short time ago would be sent again; what a person has to look at
    is not.
    """
    book = review_book(task, state, recovered)
    for item in candidates:
        if item.meant and book.left_out(item.source_id):
            item.skipped, item.note = True, "a person left it out: mapstudio review"
    await resolve_references(task, candidates)
    await resolve_lines(task, candidates)
    await resolve_associations(task, candidates)
    settle_sole_labels(task, candidates)
    set_keys(task, candidates)
    collapse(candidates)
    matches = await Matcher(task, state, recovered.links, book, progress).match(candidates)
    unfinished = _unfinished(task, state, recovered.links)
    planned = {
        item.source_id: _planned(task, item, matches[item.source_id], book, unfinished=item.source_id in unfinished)
        for item in candidates
        if item.alive
    }
    records = [planned.get(item.source_id) or _left_out(task, item, planned) for item in candidates]
    return records if retry else hold_back(task, state, records)


def _unfinished(task: Task, state: StateStore, recovered: Mapping[str, str]) -> Collection[str]:
    """Return the source ids that ``insert`` may have to complete: created, but perhaps not to the end."""
    if not (task.associations or task.actions) or task.mapping.destination.mode is not Mode.INSERT:
        return ()
    return {*recovered, *state.dead_letters.open_sources(task.mapping.name, task.scope)}


def _left_out(task: Task, item: Candidate, planned: Mapping[str, PlannedRecord]) -> PlannedRecord:
    if item.skipped:
        return _record(task, item, Verb.SKIPPED, note=item.note)
    if item.meant:
        return _record(task, item, Verb.WAIT, reasons=item.waits, note=item.note)
    if item.winner is None:
        return _record(task, item, Verb.REJECT, reasons=item.reasons)
    winner = item.winner.source_id
    found = planned[winner].destination_id if winner in planned else None
    waits = " and waits" if item.winner.waits else ""
    note = f"has the same key as {winner}, which stands for it{waits}"
    return _record(task, item, Verb.DUPLICATE, destination_id=found, note=note, winner=winner)


def _planned(task: Task, item: Candidate, match: Match, book: ReviewBook, *, unfinished: bool) -> PlannedRecord:
    note = f"the record {match.gone} that it was linked to is gone; matched by key" if match.gone else ""
    found = match.found
    if match.doubt is not None:
        planned = _record(task, item, Verb.REVIEW, reasons=(match.doubt,), gone=match.gone, note=note)
        return replace(planned, found=match.lookalikes)
    mode = task.mapping.destination.mode
    held = book.held(item.source_id, item.key)
    if held is not None and _in_doubt(mode, match):
        planned = _record(task, item, Verb.REVIEW, reasons=held.reasons, gone=match.gone, note=note)
        return replace(planned, found=_lookalikes(held, found))
    if found is None:
        return replace(_new(task, item, match, note), others=tuple(sorted(book.declined(item.source_id))))
    if mode is Mode.INSERT:
        if match.linked:
            missing = association_changes(task, item, found.data) if unfinished else ()
            steps = steps_due(task, item, found.data) if unfinished else ()
            verb = Verb.UPDATE if missing or steps else Verb.UNCHANGED
            return _record(task, item, verb, destination_id=found.id, fields=missing, steps=steps, note=note)
        exists = Reason("key", f"insert only, but a record with this key exists: {found.id}", _shown_key(task, item))
        return _record(task, item, Verb.REJECT, reasons=(exists,), gone=match.gone, note=note)
    return _update(task, item, match, found, note)


def _in_doubt(mode: Mode, match: Match) -> bool:
    """Return whether a record that may have been created already would be created, or taken for another one's."""
    if match.found is None:
        return mode is not Mode.UPDATE
    return mode is Mode.INSERT and not match.linked


def _lookalikes(held: Doubt, found: SourceRecord | None) -> tuple[Lookalike, ...]:
    known = {item.id for item in held.found}
    new = (Lookalike(found.id, "has its key now"),) if found is not None and found.id not in known else ()
    return (*held.found, *new)


def _update(task: Task, item: Candidate, match: Match, found: SourceRecord, note: str) -> PlannedRecord:
    lines = plan_lines(task, item, found.data)
    if lines.doubt is not None:
        return _record(task, item, Verb.REVIEW, reasons=(lines.doubt,), gone=match.gone, note=note)
    fields = changes(task, item, found.data)
    refused = cleared_required(task, fields) or wrong_together(task, fields, found.data)
    refused = (*refused, *lines.reasons)
    if refused:
        return _record(task, item, Verb.REJECT, destination_id=found.id, reasons=refused, gone=match.gone)
    steps = steps_due(task, item, found.data)
    verb = Verb.UPDATE if fields or lines.lines or steps else Verb.UNCHANGED
    stays = (*kept(task, item, found.data), *lines.kept)
    note = "; ".join([*([note] if note else []), *(_stays(change) for change in stays)])
    planned = _record(
        task,
        item,
        verb,
        destination_id=found.id,
        fields=fields,
        lines=lines.lines,
        steps=steps,
        gone=match.gone,
        note=note,
    )
    same = unchanged(task, item, found.data) if fields else {}
    return replace(planned, kept=tuple(change.name for change in stays), same=same)


def _stays(change: FieldChange) -> str:
    return f"{change.name} stays {dumps(change.old)}: the destination would not go back to {dumps(change.new)}"


def _new(task: Task, item: Candidate, match: Match, note: str) -> PlannedRecord:
    if task.mapping.destination.mode is Mode.UPDATE:
        none = Reason("key", "update only, but no record has this key", _shown_key(task, item))
        return _record(task, item, Verb.REJECT, reasons=(none,), gone=match.gone, note=note)
    fields = changes(task, item, None)
    lines = plan_lines(task, item, None)
    refused = (*missing_to_create(task, item), *wrong_together(task, fields, None), *lines.reasons)
    if refused:
        return _record(task, item, Verb.REJECT, reasons=refused, gone=match.gone, note=note)
    steps = steps_due(task, item, None)
    return _record(task, item, Verb.CREATE, fields=fields, lines=lines.lines, steps=steps, gone=match.gone, note=note)


def _record(
    task: Task,
    item: Candidate,
    verb: Verb,
    *,
    destination_id: str | None = None,
    fields: tuple[FieldChange, ...] = (),
    lines: tuple[PlannedLine, ...] = (),
    steps: tuple[str, ...] = (),
    reasons: tuple[Reason, ...] = (),
    note: str = "",
    winner: str | None = None,
    gone: str | None = None,
) -> PlannedRecord:
    return PlannedRecord(
        source_id=item.source_id,
        verb=verb,
        key=_key(task, item.values),
        destination_id=destination_id,
        fields=(*fields, *line_changes(lines), *step_changes(steps)),
        reasons=reasons,
        note=note,
        canonical_key=item.key or (),
        values=nested(fields),
        output=item.values,
        record=item.source.data,
        winner=winner,
        drops_link=gone is not None,
        lines=lines,
        steps=steps,
    )


def _key(task: Task, values: Record) -> tuple[JsonValue, ...]:
    key = tuple(get_path(values, name) for name in task.key)
    return () if _all_null(key) else key


def _shown_key(task: Task, item: Candidate) -> JsonValue:
    key = _key(task, item.values)
    return key[0] if len(key) == 1 else [*key]


def _all_null(values: Iterable[JsonValue]) -> bool:
    return all(value is None for value in values)
