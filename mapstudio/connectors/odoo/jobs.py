"""What a batch of writes becomes before it is sent: values in Odoo's form, or the reasons why a record is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from mapstudio.connectors.exchange import Child, Write
from mapstudio.connectors.odoo.anchors import Anchors
from mapstudio.connectors.odoo.catalogue import Catalogue
from mapstudio.connectors.odoo.encoding import RefusedValueError, encode
from mapstudio.connectors.odoo.faults import NO_FIELD
from mapstudio.connectors.odoo.fields import OdooField
from mapstudio.connectors.odoo.values import external_reference
from mapstudio.model import JsonValue, Reason, Record, UsageError

PROPERTIES = "properties"
"""Odoo's type of a field whose own fields are defined by another record, such as a lead's by its team."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields that a batch writes.

    Attributes:
        model: The model.
        fields: Those of the record.
        lines: Those of its lines, by list field.
    """

    model: str
    fields: Mapping[str, OdooField]
    lines: Mapping[str, Mapping[str, OdooField]]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a record that is to change.

    Attributes:
        field: The list field.
        child: What was asked for.
        values: What goes to Odoo, by field.
    """

    field: str
    child: Child
    values: Record

    @property
    def row(self) -> str:
        """The line's row in reasons."""
        return f"{self.field}[{self.child.key}]"


@dataclass(frozen=True, slots=True)
class Job:
    """One record that passed our own checks.

    Attributes:
        place: Where its outcome stands.
        write: What was asked for.
        values: What goes to Odoo, by field.
        lines: Its lines that change.
        properties: By field: the properties to set, not in Odoo's form yet, as only the record tells what it has.
    """

    place: int
    write: Write
    values: Record
    lines: tuple[Line, ...] = ()
    properties: Mapping[str, Record] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The record to update."""
        return int(str(self.write.destination_id))


async def shape_of(catalogue: Catalogue, model: str, writes: Sequence[Write]) -> Shape:
    """Return the fields that the writes name.

    Raises:
        UsageError: A field that the model, or the model of its lines, does not have.
    """
    named = dict.fromkeys(name for write in writes for name in write.values)
    fields = {name: await catalogue.field(model, name) for name in named}
    lines: dict[str, dict[str, OdooField]] = {}
    for write in writes:
        for name, children in write.children.items():
            item = await catalogue.field(model, name)
            if item.type != "one2many":
                raise UsageError(f"{model}.{name} holds no lines in Odoo.", remedy="Give its row a plain expression.")
            known = lines.setdefault(name, {})
            for inner in {inner for child in children for inner in child.values} - known.keys():
                known[inner] = await catalogue.field(item.relation, inner)
    return Shape(model, fields, lines)


async def with_ids(anchors: Anchors, shape: Shape, writes: Sequence[Write]) -> Sequence[Write]:
    """Replace external ids in references by ids; one that names nothing stays, and is refused with its row."""
    asked: dict[str, set[str]] = {}
    for items, values in _all_values(shape, writes):
        for name, value in values.items():
            if items[name].relation and (text := external_reference(value)) is not None:
                asked.setdefault(items[name].relation, set()).add(text)
    if not asked:
        return writes
    named = {relation: await anchors.by_external_id(relation, texts) for relation, texts in asked.items()}

    def resolved(items: Mapping[str, OdooField], values: Record) -> Record:
        ids = {name: named.get(items[name].relation, {}) for name in values}
        return {
            name: ids[name][value][0] if isinstance(value, str) and value in ids[name] else value
            for name, value in values.items()
        }

    return [
        replace(
            write,
            values=resolved(shape.fields, write.values),
            children={
                name: [replace(child, values=resolved(shape.lines[name], child.values)) for child in children]
                for name, children in write.children.items()
            },
        )
        for write in writes
    ]


def prepare(shape: Shape, place: int, write: Write) -> Job | tuple[Reason, ...]:
    """Return the job that a write is, or why it cannot be sent."""
    creating = write.destination_id is None
    reasons: list[Reason] = []
    if write.destination_id is not None and not write.destination_id.isdigit():
        reasons.append(Reason(NO_FIELD, f'"{write.destination_id}" is no id of Odoo'))
    properties = {name: value for name, value in write.values.items() if shape.fields[name].type == PROPERTIES}
    plain = {name: value for name, value in write.values.items() if name not in properties}
    values = _encoded(shape.fields, plain, "", reasons, creating=creating)
    reasons += [
        Reason(name, "not an object of properties", value)
        for name, value in properties.items()
        if not isinstance(value, dict)
    ]
    lines = [
        _line(name, shape.lines[name], child, reasons)
        for name, children in write.children.items()
        for child in children
    ]
    if reasons:
        return tuple(reasons)
    given = {name: value for name, value in properties.items() if isinstance(value, dict) and value}
    return Job(place, write, values, tuple(lines), given)


def _line(name: str, items: Mapping[str, OdooField], child: Child, reasons: list[Reason]) -> Line:
    if child.id is not None and not child.id.isdigit():
        reasons.append(Reason(f"{name}[{child.key}]", f'"{child.id}" is no id of Odoo'))
    adding = child.id is None
    # What a new line is not given, Odoo works out from the product; given as nothing it would stay empty.
    given = {inner: value for inner, value in child.values.items() if not (adding and value is None)}
    values = {} if child.remove else _encoded(items, given, f"{name}[{child.key}].", reasons, creating=adding)
    return Line(name, child, values)


def _encoded(
    items: Mapping[str, OdooField], values: Record, prefix: str, reasons: list[Reason], *, creating: bool
) -> Record:
    found: Record = {}
    for name, value in values.items():
        try:
            found[name] = encode(items[name], value, creating=creating)
        except RefusedValueError as refused:
            reasons.append(Reason(f"{prefix}{name}", str(refused), value))
    return found


def _all_values(
    shape: Shape, writes: Sequence[Write]
) -> Iterator[tuple[Mapping[str, OdooField], Mapping[str, JsonValue]]]:
    for write in writes:
        yield shape.fields, write.values
        for name, children in write.children.items():
            for child in children:
                yield shape.lines[name], child.values
