"""A plan and a run in words: what is created, changed and refused, unchanged things only counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from mapstudio.cli import output
from mapstudio.model import FieldChange, JsonValue, Verb
from mapstudio.model.counting import number_of

if TYPE_CHECKING:
    from mapstudio.runner import Plan, PlannedRecord, Rejection, Report
    from mapstudio.runner.state import SideInfo

SHOWN = 10
"""Records shown for each verb, unless all are wanted."""
_TOLD = 20
_MARKS = {
    Verb.CREATE: ("+", "green"),
    Verb.UPDATE: ("~", "yellow"),
    Verb.REJECT: ("!", "red"),
    Verb.REVIEW: ("?", "yellow"),
    Verb.WAIT: ("…", "cyan"),
}
_LONGEST = 60


def show_plan(plan: Plan, *, everything: bool = False) -> None:
    """Print a plan for people: records by verb, then the counts."""
    output.data(f"{plan.mapping}: {side(plan.source)} -> {side(plan.destination)}")
    for verb, (mark, colour) in _MARKS.items():
        records = [record for record in plan.records if record.verb is verb]
        shown = records if everything else records[:SHOWN]
        for record in shown:
            _show_record(record, mark, colour)
        if len(records) > len(shown):
            output.data(f"  ... {len(records) - len(shown)} more to {verb}; --all shows them")
    for note in plan.notes:
        output.data(f"note: {note}")
    output.data(counted(plan.counts))


def show_report(report: Report) -> None:
    """Print the end of a run for people."""
    for rejection in report.rejects[:_TOLD]:
        how = "written in part" if rejection.in_part else "rejected"
        output.talk(f"{how}: {rejection.source_id}: {reasons(rejection)}")
    if len(report.rejects) > _TOLD:
        output.talk(f"... {len(report.rejects) - _TOLD} more: mapstudio dead-letters list")
    for record in report.reviews[:_TOLD]:
        output.talk(f"to review: {record.source_id}: {_where(record)}{record.reason}")
    for note in report.notes:
        output.talk(f"note: {note}")
    for source_id in report.unknown[:_TOLD]:
        output.warn(f"{source_id}: the answer was lost; running again finds out whether it was written.")
    if report.not_done:
        output.warn(f"Not sent: {number_of(report.not_done, 'record')}; running again goes on.")
    made = f"; {number_of(report.associated, 'association')}" if report.associated else ""
    output.data(f"{report.mapping}: {counted(report.counts)}{made}; run {report.run}")
    if asked := report.counts[Verb.REVIEW]:
        waits = "1 record waits" if asked == 1 else f"{asked:,} records wait"
        output.talk(f"{waits} for a person and {'is' if asked == 1 else 'are'} not sent: mapstudio review list")
    if waiting := report.counts[Verb.WAIT]:
        some = "1 record links" if waiting == 1 else f"{waiting:,} records link"
        output.talk(f"{some} to what has not been mapped yet; every run tries again.")
    elif report.quiet and not asked:
        there = "everything but what was rejected" if report.rejects else "everything already"
        output.talk(f"Nothing to send: the destination has {there}.")


def counted(counts: Mapping[str, int]) -> str:
    """Return the counts in words, zeros left out."""
    parts = [f"{count:,} {verb}" for verb, count in counts.items() if count and verb != "read"]
    return f"{counts.get('read', 0):,} read: {', '.join(parts) or 'nothing to do'}"


def side(info: SideInfo) -> str:
    """Return one end in words, its environment always with it."""
    return f"{info.connection}.{info.object} ({info.environment}, {info.account})"


def reasons(rejection: Rejection) -> str:
    """Return all reasons of a rejection in one line."""
    return "; ".join(f"{item.row}: {item.reason}{_value(item.value)}" for item in rejection.reasons)


def value_text(value: JsonValue) -> str:
    """Return a value as one short line."""
    if value is None:
        return "(empty)"
    text = associated_text(value) or output.json_text(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def associated_text(value: JsonValue) -> str:
    """Return whom a record belongs to, as ``901 (Payer), 902``; empty for any other value."""
    entries = value if isinstance(value, list) else []
    found = [entry for entry in entries if isinstance(entry, dict) and entry.keys() == {"id", "labels"}]
    if not found or len(found) < len(entries):
        return ""
    return ", ".join(f"{entry['id']}{_labels(entry['labels'])}" for entry in found)


def _labels(labels: JsonValue) -> str:
    return f" ({', '.join(str(label) for label in labels)})" if isinstance(labels, list) and labels else ""


def changes(fields: Iterable[FieldChange], verb: Verb) -> Sequence[Sequence[str]]:
    """Return the changed fields as rows of a table."""
    if verb is Verb.CREATE:
        return [(field.name, value_text(field.new)) for field in fields]
    return [(field.name, value_text(field.old), "->", value_text(field.new)) for field in fields]


def _show_record(record: PlannedRecord, mark: str, colour: str) -> None:
    key = ", ".join(str(part) for part in record.key if part is not None)
    name = f"{record.source_id}  {key}" if key else record.source_id
    target = f"  id {record.destination_id}" if record.destination_id else ""
    reason = f"  {_where(record)}{record.reason}{_first_value(record)}" if record.reason else ""
    line = output.safe(f"{record.verb:<7} {name}{target}{reason}")
    output.painted(f"{output.paint(mark, 'bold', colour)} {line}")
    rows = changes(record.fields, record.verb)
    for row in output.layout(rows) if rows else ():
        output.painted(f"      {row}")


def _where(record: PlannedRecord) -> str:
    return f"{record.reasons[0].row}: " if record.reasons and record.reasons[0].row else ""


def _first_value(record: PlannedRecord) -> str:
    return _value(record.reasons[0].value) if record.reasons else ""


def _value(value: JsonValue) -> str:
    return "" if value is None else f" ({value_text(value)})"
