"""Which row of a mapping a refusal is about: Odoo tells a field at best, and of a line that it is a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mapstudio.connectors.odoo.faults import NO_FIELD, Fault, LoadMessage, field_of, sentence
from mapstudio.connectors.odoo.fields import OdooField
from mapstudio.connectors.odoo.jobs import Job, Line, Shape
from mapstudio.model import JsonValue, Reason

_GONE = re.compile(r"\(Record: ([\w.]+)\((\d+),")
_QUOTED = re.compile(r"'([^']+)'")


def of_fault(fault: Fault, shape: Shape, job: Job) -> Reason:
    """Return why Odoo refused a record, with the row at fault."""
    gone = _GONE.search(fault.message)
    if gone is not None and job.lines:
        for line, name, value in _links(shape, job, gone.group(1), gone.group(2)):
            return Reason(f"{line.row}.{name}", f"{gone.group(1)} {gone.group(2)} does not exist", value)
        for line in job.lines:
            if line.child.id == gone.group(2):
                return Reason(line.row, "this line does not exist any more", line.child.key)
    reason = fault.to_reason(shape.model, shape.fields, job.write.values, job.write.destination_id)
    return _in_lines(reason, shape, job, fault.message)


def of_message(message: LoadMessage, shape: Shape, job: Job) -> Reason:
    """Return what a message of ``load`` says against a record, with the row at fault."""
    return _in_lines(message.to_reason(shape.fields, job.write.values), shape, job, message.text)


def _in_lines(reason: Reason, shape: Shape, job: Job, message: str) -> Reason:
    """Return the reason with the line it is about, where it can only be one."""
    names = {line.field for line in job.lines}
    inner_names = {inner for items in shape.lines.values() for inner in items}
    if not job.lines or reason.row in job.values or reason.row not in {NO_FIELD, *names, *inner_names}:
        return reason
    text = sentence(message)
    quoted = set(_QUOTED.findall(message))
    for line in job.lines:
        for name, value in line.values.items():
            if value is not False and str(value) in quoted:
                return Reason(f"{line.row}.{name}", text, line.child.values.get(name))
    if reason.row == NO_FIELD and job.values:
        return reason  # the record's own values may be what it is about
    inner = _field_of_lines(message, shape, job)
    if len(job.lines) == 1:
        [line] = job.lines
        return Reason(f"{line.row}.{inner}" if inner else line.row, text, line.child.values.get(inner or ""))
    removed = [line for line in job.lines if line.child.remove]
    if len(removed) == 1 and inner is None:
        return Reason(removed[0].row, text)
    return Reason(min(names), text)


def _field_of_lines(message: str, shape: Shape, job: Job) -> str | None:
    items: Mapping[str, OdooField] = shape.lines.get(job.lines[0].field, {})
    return field_of(message, items)


def _links(shape: Shape, job: Job, model: str, number: str) -> Iterator[tuple[Line, str, JsonValue]]:
    for line in job.lines:
        for name, value in line.values.items():
            if shape.lines[line.field][name].relation == model and str(value) == number:
                yield line, name, line.child.values.get(name)
