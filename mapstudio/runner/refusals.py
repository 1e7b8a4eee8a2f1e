"""What the destination has just refused is not sent again: the same values would be refused the same way.

It is sent again once something of it has changed: a value, the record that it would go to, the destination's schema. A
refusal may have been mended at the destination, which nobody tells us: so it counts for some hours only, and ``retry``
asks at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from mapstudio.mapping.definition import associated_object
from mapstudio.model import FieldChange, JsonValue, Reason, Verb
from mapstudio.model.exact_json import dumps
from mapstudio.runner.associations import links_of
from mapstudio.runner.plan import PlannedRecord
from mapstudio.runner.state import Refusal, StateStore
from mapstudio.runner.task import Task, digest_of

_SENT = frozenset({Verb.CREATE, Verb.UPDATE})


def fingerprint(task: Task, record: PlannedRecord) -> str:
    """Return what tells a record to be sent from another one: its values, where it goes, and the schema."""
    values: list[JsonValue] = [[change.name, _sent(change)] for change in record.fields]
    return digest_of(dumps([task.schema_digest, record.destination_id, values]))


def hold_back(task: Task, state: StateStore, records: Sequence[PlannedRecord]) -> list[PlannedRecord]:
    """Return the records, those rejected that the destination refused a short time ago with the same values."""
    sent = [record.source_id for record in records if record.verb in _SENT]
    refused = state.refusals.recent(task.mapping.name, task.scope, sent)
    return [
        _held(record, refusal)
        if record.verb in _SENT
        and (refusal := refused.get(record.source_id)) is not None
        and refusal.fingerprint == fingerprint(task, record)
        else record
        for record in records
    ]


def left_of(record: PlannedRecord) -> PlannedRecord:
    """Return what a record that was written in part still lacks: that is what the next plan will want to send."""
    rows = {reason.row for reason in record.reasons}
    left = tuple(change for change in record.fields if change.name in rows)
    return replace(record, fields=left)


def _sent(change: FieldChange) -> JsonValue:
    if associated_object(change.name) is None:
        return change.new
    # Whom a record belongs to has no order.
    return [[identity, [*sorted(labels)]] for identity, labels in sorted(links_of(change.new).items())]


def _held(record: PlannedRecord, refusal: Refusal) -> PlannedRecord:
    first, *others = refusal.reasons
    moment = datetime.fromisoformat(refusal.refused_at).astimezone(UTC)
    text = f"refused at {moment:%Y-%m-%d %H:%M} UTC with the same values: {first.reason}; --retry sends it at once"
    reasons = (Reason(first.row, text, first.value), *others)
    return replace(record, verb=Verb.REJECT, reasons=reasons, fields=(), values={}, lines=(), steps=())
