"""Association rows: whom the destination record belongs to, and by which labels.

Their value is what a connector reads of associations: a list of ``{id, labels}``. With ``by`` an entry holds that field
in place of the id until the runner has found the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from mapstudio.expressions.values import is_number
from mapstudio.mapping.cast import Caster, CastError, make_caster, shown
from mapstudio.mapping.definition import Row, is_placeholder
from mapstudio.mapping.numbers import plain_number, whole
from mapstudio.mapping.schema_fields import find_field
from mapstudio.model import JsonScalar, JsonValue, Schema
from mapstudio.model.suggest import did_you_mean

ID = "id"
LABELS = "labels"
_LABEL = "label"


@dataclass(frozen=True, slots=True)
class RowAssociation:
    """A row that associates, ready to be carried out.

    Attributes:
        field: The row.
        object: The object that is associated.
        by: The field of its records that the row gives; ``None``: the row gives ids.
        replace: Whether associations that the row does not give are removed.
    """

    field: str
    object: str
    by: str | None
    replace: bool


def association_of(row: Row) -> RowAssociation | None:
    """Return what a row associates, ``None`` for any other row."""
    name = row.association
    return RowAssociation(row.field, name, row.by, row.replace) if name is not None else None


def row_caster(row: Row, schema: Schema | None, *, placeholders: bool) -> Caster | None:
    """Return the cast of a row's values; ``None`` where the schema does not tell.

    Args:
        row: The row.
        schema: The destination's.
        placeholders: A binding without a value passes.
    """
    item = find_field(schema, row.field)
    if item is None:
        return None
    if row.association is None:
        return make_caster(item, by=row.by, placeholders=placeholders)
    return partial(_cast, row, known_labels(row, schema), placeholders)


def known_labels(row: Row, schema: Schema | None) -> frozenset[str] | None:
    """Return the labels that the association can have, ``None`` when nobody knows.

    A schema that lists what is associated and no labels of it says that there are none.
    """
    item = find_field(schema, f"{row.field}[].{LABELS}")
    if item is not None:
        return frozenset(option.value for option in item.options) or None
    return frozenset() if find_field(schema, f"{row.field}[].{ID}") is not None else None


def unknown_label(row: Row, label: str, known: frozenset[str] | None) -> str:
    """Return why a label cannot be used; empty when it can, or nobody knows."""
    if known is None or label in known:
        return ""
    return f'"{label}" is no label of {row.field}{_or_else(label, known)}'


def _or_else(label: str, known: frozenset[str]) -> str:
    if not known:
        return ", which has none"
    near = did_you_mean(label, known)
    return f"; {near}" if near else f"; it has {', '.join(sorted(known))}"


def _cast(row: Row, known: frozenset[str] | None, placeholders: bool, value: JsonValue) -> JsonValue:
    if placeholders and is_placeholder(value):
        return value
    labels: dict[JsonScalar, set[str]] = {}
    passed: list[JsonValue] = []
    for element in value if isinstance(value, list) else [value]:
        if placeholders and is_placeholder(element):
            passed.append(element)
        elif element is not None:
            identity, own = _entry(row, known, element)
            labels.setdefault(identity, set()).update(own)
    entries: list[JsonValue] = [{row.by or ID: identity, LABELS: [*sorted(own)]} for identity, own in labels.items()]
    return [*passed, *entries]


def _entry(row: Row, known: frozenset[str] | None, element: JsonValue) -> tuple[JsonScalar, set[str]]:
    name, labels = row.by or ID, {row.label} if row.label else set()
    if isinstance(element, dict):
        others = sorted(element.keys() - {name, LABELS, _LABEL})
        if others or element.get(name) is None:
            raise CastError(f"{shown(element)} is no association of {row.field}: it takes {name} and labels", element)
        labels = _labels(row, known, element) or labels
        element = element[name]
    return _identity(row, element), labels


def _labels(row: Row, known: frozenset[str] | None, element: Mapping[str, JsonValue]) -> set[str]:
    listed = element.get(LABELS)
    given = [*(listed if isinstance(listed, list) else [listed]), element.get(_LABEL)]
    found: set[str] = set()
    for label in given:
        if label is None:
            continue
        if not isinstance(label, str) or not label:
            raise CastError(f"{shown(label)} is no label", label)
        if reason := unknown_label(row, label, known):
            raise CastError(reason, label)
        found.add(label)
    return found


def _identity(row: Row, value: JsonValue) -> JsonScalar:
    if isinstance(value, str) and value.strip() and (row.by is not None or plain_number(value) is None):
        return value.strip()
    if row.by is not None and is_number(value):
        return value
    number = plain_number(value) if isinstance(value, str) else value
    identity = whole(number) if is_number(number) else None
    if identity is None or identity <= 0:
        hint = f"; take its {row.by or ID}" if isinstance(value, dict) else ""
        raise CastError(f"{shown(value)} names no record of {row.association}{hint}", value)
    return str(identity)
