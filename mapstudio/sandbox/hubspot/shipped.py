"""What every new portal comes with, read from the data files beside this module."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from mapstudio.sandbox.hubspot.definitions import (
    HUBSPOT_DEFINED,
    AssociationType,
    Group,
    ObjectType,
    Option,
    Property,
)


@cache
def object_types() -> Sequence[ObjectType]:
    """Return the vendor's kinds of record."""
    return [_object_type(entry) for entry in _load("objects.json")]


@cache
def properties(name: str) -> Mapping[str, Property]:
    """Return the definitions of one of the vendor's objects, by name: the vendor's first, then the client's own."""
    own = _load("client.json").get(name, [])
    found = [*((entry, False) for entry in _load(f"{name}.json")), *((entry, True) for entry in own)]
    return _by_name(_property(entry, custom) for entry, custom in found)


@cache
def common_properties(group: str) -> Mapping[str, Property]:
    """Return the definitions that each custom object has from the vendor."""
    return _by_name(_property({**entry, "group": group}, custom=False) for entry in _load("common.json"))


@cache
def groups(name: str) -> Mapping[str, Group]:
    """Return the property groups of one of the vendor's objects, by name."""
    found = [Group(word, label, order) for order, (word, label) in enumerate(_load("groups.json")[name])]
    return {group.name: group for group in found}


@cache
def association_types() -> Sequence[AssociationType]:
    """Return all directed association types between the vendor's objects; the file holds them in pairs."""
    found: list[AssociationType] = []
    for source, target, *rest in _load("association_types.json"):
        (here, name, label), (there, other_name, other_label) = rest[:3], rest[3:]
        found.append(_type(source, target, here, name, label, there))
        if here != there:
            found.append(_type(target, source, there, other_name, other_label, here))
    return found


def pipelines() -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return the pipelines with their stages, by object; a copy of the caller's own."""
    found: Mapping[str, Sequence[Mapping[str, Any]]] = _load("pipelines.json")
    return found


def _object_type(entry: Mapping[str, Any]) -> ObjectType:
    found: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}
    return ObjectType(**found)


def _type(source: str, target: str, number: int, name: str, label: str | None, inverse: int) -> AssociationType:
    return AssociationType(source, target, HUBSPOT_DEFINED, number, label, name, (HUBSPOT_DEFINED, inverse))


def _property(entry: Mapping[str, Any], custom: bool) -> Property:
    return Property(
        name=entry["name"],
        label=entry["label"],
        type=entry["type"],
        field_type=entry["field"],
        group=entry["group"],
        order=entry.get("order", -1),
        flags=frozenset(entry.get("flags", ())),
        references=entry.get("references"),
        hint=entry.get("hint"),
        options=tuple(Option(value, label, order) for order, (value, label) in enumerate(entry.get("options", ()))),
        custom=custom,
    )


def _by_name(found: Iterable[Property]) -> Mapping[str, Property]:
    return {item.name: item for item in found}


def _load(name: str) -> Any:  # noqa: ANN401 - each file has a shape of its own
    return json.loads(files("mapstudio.sandbox.hubspot").joinpath("data", name).read_text("utf-8"))
