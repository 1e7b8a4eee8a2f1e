"""The lines of a record: what is there, what shall be there, and what of it has to be sent.

A line is known by its key in the destination's canonical form. It is called by what the mapping gave for its key, since
that is what people read: ``order_line[SKU-1].price_unit``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mapstudio.connectors.exchange import Child
from mapstudio.mapping.definition import INNER
from mapstudio.mapping.identity import identity_text
from mapstudio.mapping.lines import CompiledLines, inner_name
from mapstudio.mapping.required import required_of_lines
from mapstudio.model import FieldChange, JsonValue, Reason, Record
from mapstudio.model.exact_json import dumps
from mapstudio.model.paths import get_path, has_path, set_path
from mapstudio.runner.candidate import Candidate
from mapstudio.runner.comparing import equal, keeps
from mapstudio.runner.planned_line import PlannedLine
from mapstudio.runner.task import Task

ID = "id"
NAME = "name"


@dataclass(frozen=True, slots=True)
class LinePlan:
    """What becomes of the lines of one record.

    Attributes:
        lines: What is to be sent.
        kept: The fields whose values the destination would not let go.
        reasons: Why the record is rejected.
        doubt: Why nobody but a person can tell which line is meant.
    """

    lines: tuple[PlannedLine, ...] = ()
    kept: tuple[FieldChange, ...] = ()
    reasons: tuple[Reason, ...] = ()
    doubt: Reason | None = None


def plan_lines(task: Task, item: Candidate, present: Record | None) -> LinePlan:
    """Compare the lines that the mapping gives with those that are there.

    Args:
        task: What is being planned.
        item: The record, references resolved.
        present: Its present values; ``None`` to create it.
    """
    found = LinePlan()
    for name, of in task.lines.items():
        given = get_path(item.values, name)
        if isinstance(given, list) and name in item.sent:
            plan = _Comparison(task, of, _labels(item, of)).compare(given, lines_of(present, name))
            found = LinePlan(
                (*found.lines, *plan.lines),
                (*found.kept, *plan.kept),
                (*found.reasons, *plan.reasons),
                found.doubt or plan.doubt,
            )
    return found


def lines_of(present: Record | None, name: str) -> list[Record]:
    """Return the lines that a record has."""
    value = get_path(present, name) if present is not None else None
    return [line for line in value if isinstance(line, dict)] if isinstance(value, list) else []


def key_of(task: Task, of: CompiledLines, line: Record) -> str | None:
    """Return a line's key as the destination compares it; ``None`` for a line without one."""
    canonical = task.destination.canonical(f"{of.row.field}{INNER}{of.key}", get_path(line, of.key))
    return None if canonical is None else canonical if isinstance(canonical, str) else dumps(canonical)


def line_changes(lines: Iterable[PlannedLine]) -> Iterator[FieldChange]:
    """Yield what changes of lines as a plan tells it."""
    for line in lines:
        if line.old is None or line.new is None:
            yield FieldChange(inner_name(line.field, line.label), _whole(line.old), _whole(line.new))
            continue
        for own, value in line.new.items():
            yield FieldChange(inner_name(line.field, line.label, own), line.old.get(own), value)


def children_of(lines: Iterable[PlannedLine]) -> Mapping[str, Sequence[Child]]:
    """Return what a connector is to change, by list field."""
    found: dict[str, list[Child]] = {}
    for line in lines:
        new, same = _whole(line.new) or {}, _whole(line.same) or {}
        child = Child(line.label, new, line.id, remove=line.new is None, same=same)
        found.setdefault(line.field, []).append(child)
    return found


def _whole(values: Record | None) -> Record | None:
    """Return a line's values as a record; they are kept by path."""
    if values is None:
        return None
    line: Record = {}
    for own, value in values.items():
        set_path(line, own, value)
    return line


def _labels(item: Candidate, of: CompiledLines) -> list[str]:
    """Return what the mapping gave as the key of each line, before references were resolved."""
    result = item.rows.get(of.row.field)
    value = result.value if result is not None else None
    lines = value if isinstance(value, list) else []
    return [label_of(get_path(line, of.key)) if isinstance(line, dict) else "" for line in lines]


def label_of(value: JsonValue) -> str:
    """Return a key's value as people read it; of a reference its name."""
    if isinstance(value, dict):
        value = value.get(NAME) or value.get(ID)
    return identity_text(value) or dumps(value)


@dataclass
class _Comparison:
    """One list of one record."""

    task: Task
    of: CompiledLines
    labels: Sequence[str]

    def compare(self, given: Sequence[JsonValue], present: Sequence[Record]) -> LinePlan:
        known: dict[str, list[Record]] = {}
        for there in present:
            known.setdefault(key_of(self.task, self.of, there) or f"#{there.get(ID)}", []).append(there)
        plan = LinePlan()
        seen: dict[str, str] = {}
        for number, element in enumerate(given):
            line: Record = element if isinstance(element, dict) else {}
            label = self.labels[number] if number < len(self.labels) else ""
            key = key_of(self.task, self.of, line)
            if key is None:
                plan = _with(plan, reason=Reason(self._name, f"line {number + 1} has no {self.of.key}", line))
            elif key in seen:
                why = f'the lines "{seen[key]}" and "{label}" have the same {self.of.key}'
                plan = _with(plan, reason=Reason(self._name, why, get_path(line, self.of.key)))
            elif len(known.get(key, ())) > 1:
                ids = ", ".join(str(one.get(ID)) for one in known[key])
                plan = replace(plan, doubt=Reason(self._name, f"the record has several lines {label}: {ids}", label))
            else:
                seen[key] = label
                plan = self._line(plan, key, label, line, next(iter(known.get(key, ())), None))
        gone = [(key, line) for key, lines in known.items() if key not in seen for line in lines]
        return replace(plan, lines=(*plan.lines, *(self._removed(key, line) for key, line in gone)))

    @property
    def _name(self) -> str:
        return self.of.row.field

    def _line(self, plan: LinePlan, key: str, label: str, line: Record, present: Record | None) -> LinePlan:
        sent = [item.row.own for item in self.of.inner if not item.row.silent and has_path(line, item.row.own)]
        if present is None:
            return self._added(plan, key, label, {own: get_path(line, own) for own in sent})
        old: Record = {}
        new: Record = {}
        same: Record = {}
        for own in sent:
            name, before, after = f"{self._name}{INNER}{own}", get_path(present, own), get_path(line, own)
            if keeps(self.task, name, before, after):
                plan = replace(plan, kept=(*plan.kept, FieldChange(name, before, after)))
            elif equal(self.task, name, before, after):
                same[own] = after
            else:
                old[own], new[own] = before, after
                if self.task.destination.field(name).required and self._is_empty(name, after):
                    why = "required, so an update may not clear it"
                    plan = _with(plan, reason=Reason(inner_name(self._name, label, own), why, before))
        if not new:
            return plan
        identity = str(present.get(ID))
        return replace(plan, lines=(*plan.lines, PlannedLine(self._name, key, label, identity, old, new, same)))

    def _added(self, plan: LinePlan, key: str, label: str, values: Record) -> LinePlan:
        new = {own: value for own, value in values.items() if not self._is_empty(f"{self._name}{INNER}{own}", value)}
        for wanted in required_of_lines(self.task.destination.schema, self._name):
            own = wanted.name.partition(INNER)[2]
            if own not in new:
                why = "required to add a line, but it is empty"
                plan = _with(plan, reason=Reason(inner_name(self._name, label, own), why, None))
        return replace(plan, lines=(*plan.lines, PlannedLine(self._name, key, label, None, None, new)))

    def _removed(self, key: str, line: Record) -> PlannedLine:
        value = get_path(line, self.of.key)
        label = label_of(value) if value is not None else key
        old = {item.row.own: get_path(line, item.row.own) for item in self.of.inner if not item.row.silent}
        return PlannedLine(self._name, key, label, str(line.get(ID)), old, None)

    def _is_empty(self, name: str, value: JsonValue) -> bool:
        return self.task.destination.canonical(name, value) is None


def _with(plan: LinePlan, *, reason: Reason) -> LinePlan:
    return replace(plan, reasons=(*plan.reasons, reason))
