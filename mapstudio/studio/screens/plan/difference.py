"""One record of the plan, field by field: the old value, the new one, and the row that it comes from."""

from __future__ import annotations

from mapstudio.model import FieldChange, Reason, Verb
from mapstudio.runner import PlannedRecord
from mapstudio.studio.glyphs import Glyphs
from mapstudio.studio.paint import DEST, ERROR, MUTED, OK, STRONG, TEXT, WARN, Piece
from mapstudio.studio.phrases import safe_reason, short_row
from mapstudio.studio.screens.plan.work import Proposal
from mapstudio.studio.text import plural, shown
from mapstudio.studio.values import ValueFormat
from mapstudio.studio.widgets.listing import Cell, Line, cell, words
from mapstudio.studio.widgets.statuses import verb_mark

_TOGETHER_UNDER = 12


def heading(record: PlannedRecord, glyphs: Glyphs) -> tuple[Piece, ...]:
    """Return the title of the pane: the source record and the one that it becomes."""
    source: tuple[Piece, ...] = (("record ", MUTED), (shown(record.source_id), STRONG))
    if record.destination_id:
        return (*source, (f" {glyphs.arrow} ", MUTED), (f"id {shown(record.destination_id)}", DEST))
    if record.verb is Verb.CREATE:
        return (*source, (f" {glyphs.arrow} ", MUTED), ("new", DEST))
    return source


def fact(record: PlannedRecord, proposal: Proposal) -> tuple[Piece, ...]:
    """Return how much of it changes."""
    if record.verb is Verb.UPDATE:
        of = len(record.fields) + proposal.equal_fields(record)
        return ((f"{len(record.fields)} of {plural(of, 'field')} change", MUTED),)
    if record.verb is Verb.CREATE:
        return ((f"sets {plural(len(record.fields), 'field')}", MUTED),)
    return ((str(record.verb), MUTED),)


def lines_of(record: PlannedRecord, proposal: Proposal, values: ValueFormat, *, width: int, height: int) -> list[Line]:
    """Return the record's lines, closer together where there is little room."""
    glyphs = values.glyphs
    tight = height < _TOGETHER_UNDER
    lines: list[Line] = [] if tight else [()]
    for reason in record.reasons:
        lines += _reason(reason, proposal, values, record.verb)
        lines += [] if tight else [()]
    for change in record.fields:
        if record.verb is Verb.CREATE:
            lines.append(_created(change, proposal, values, width))
        else:
            lines += _changed(change, proposal, values)
            lines += [] if tight else [()]
    if record.verb is Verb.CREATE and not tight:
        lines.append(())
    equal = proposal.equal_fields(record) if record.verb in {Verb.UPDATE, Verb.UNCHANGED} else 0
    if equal:
        told = f"{plural(equal, 'equal field')} {'is' if equal == 1 else 'are'} not sent"
        lines.append(words((f"{glyphs.unchanged} ", MUTED), (told, MUTED), column=1))
    if record.note:
        lines += [(), words(("! ", WARN), (shown(record.note), TEXT))]
    if record.verb is Verb.SKIPPED and not record.note:
        lines.append(words(("where leaves this record out", MUTED)))
    return lines


def _reason(reason: Reason, proposal: Proposal, values: ValueFormat, verb: Verb) -> list[Line]:
    mark, ink = verb_mark(verb, values.glyphs)
    lines: list[Line] = [
        (
            cell(1, mark, ink),
            cell(4, shown(reason.row or "destination"), DEST._replace(bold=True)),
            _from_row(reason.row, proposal, values.glyphs),
        ),
        words((safe_reason(reason.reason, reason.row, values), TEXT), column=4),
    ]
    if reason.value is not None:
        text, ink = values.json(reason.value, reason.row)
        lines.append(words(("value ", MUTED), (text, ink), column=4))
    return lines


def _changed(change: FieldChange, proposal: Proposal, values: ValueFormat) -> list[Line]:
    glyphs = values.glyphs
    old, _ = values.json(change.old, change.name, deep=True)
    new, ink = values.json(change.new, change.name, deep=True)
    old_ink = MUTED
    if change.new is None:
        ink = WARN
    return [
        (
            cell(1, glyphs.update, WARN),
            cell(3, shown(change.name), DEST._replace(bold=True)),
            _from_row(change.name, proposal, glyphs),
        ),
        words((f"{glyphs.removed} ", ERROR), (_bare(old), old_ink), column=3),
        words((f"{glyphs.create} ", OK), (_bare(new), ink), column=3),
    ]


def _created(change: FieldChange, proposal: Proposal, values: ValueFormat, width: int) -> Line:
    new, ink = values.json(change.new, change.name, deep=True)
    value_at = min(28, width // 2)
    return (
        cell(1, values.glyphs.create, OK),
        cell(3, shown(change.name), DEST, value_at - 4),
        Cell(value_at, [(_bare(new), ink)], max(width - value_at - 22, 12)),
        _from_row(change.name, proposal, values.glyphs),
    )


def _bare(text: str) -> str:
    """A text without its quotes, unless they tell something: that it is empty, or begins or ends with a space."""
    if len(text) > 2 and text[0] == text[-1] == '"' and text[1:-1].strip() == text[1:-1]:
        return text[1:-1]
    return text


def _from_row(field: str, proposal: Proposal, glyphs: Glyphs) -> Cell:
    # A line is named order_line[SKU-1], and fed by the row order_line.
    name = field if field in proposal.rows else field.partition("[")[0]
    number, row = proposal.rows.get(name, (0, None))
    if row is None:
        return cell(1, "")
    return Cell(-1, [(f" row {number}  ", MUTED), *short_row(row, glyphs)], right=True)
