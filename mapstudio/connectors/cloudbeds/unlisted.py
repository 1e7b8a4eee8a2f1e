"""What the API sends beyond our own list of fields: it grows without notice, and records keep what they get.

Nobody tells the types of such fields, so that the schema shows them as guesses from the records that were read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from zoneinfo import ZoneInfo

from mapstudio.connectors.cloudbeds.fields import specs
from mapstudio.connectors.cloudbeds.left_out import LEFT_OUT
from mapstudio.connectors.cloudbeds.values import local_time
from mapstudio.model import Field, JsonValue, Record
from mapstudio.model.guessing import guess_fields
from mapstudio.model.paths import join_path, split_path

_CUSTOM = "customFields"
_SECRET = frozenset({"card", "cards", "cvv", "cvc", "iban", "password", "secret", "token"})
"""Words in the name of what is never read, such as ``cardsOnFile``."""

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def unlisted(object_name: str, wire: Record, zone: ZoneInfo, below: str = "") -> Record:
    """Return what a row of a list holds beside our own fields, in the form in which those are.

    Args:
        object_name: The object.
        wire: The row, or an element of a list in it.
        zone: The hotel's time zone.
        below: The list that holds the element, as in ``guestNotes[].``.
    """
    known = _known_names(object_name, below)
    if wire.keys() <= known:
        return {}
    return {name: _plain(value, zone) for name, value in wire.items() if name not in known and not _is_secret(name)}


def guessed_fields(object_name: str, records: Sequence[Record]) -> list[Field]:
    """Return the fields that records show beyond our own."""
    listed = {spec.field.name for spec in specs(object_name)}
    holders = {parent for name in listed for parent in _parents(name)}
    found: dict[str, Field] = {}
    for item in guess_fields(records):
        parent = next(iter(_parents(item.name)), "")
        is_ours = item.name in listed or item.name in holders or item.name == _CUSTOM
        if not is_ours and (not parent or parent in found or parent in holders):
            found[item.name] = item
    return [*found.values()]


def _parents(name: str) -> list[str]:
    """Return the fields that a field stands below, the nearest first."""
    parts = split_path(name)
    return [join_path(parts[:length]).removesuffix("[]") for length in range(len(parts) - 1, 0, -1)]


@cache
def _known_names(object_name: str, below: str) -> frozenset[str]:
    """Return all names under which a row may hold one of our fields, however another method spells it."""
    names = {_CUSTOM, *LEFT_OUT.get((object_name, below), ())}
    for spec in specs(object_name):
        if spec.field.name.startswith(below):
            own, _, inner = spec.field.name.removeprefix(below).partition(".")
            names.add(own.removesuffix("[]"))
            if not inner:
                names |= {name for name in (spec.listed, spec.detailed, spec.written, spec.created) if name}
    return frozenset(names)


@cache
def _is_secret(name: str) -> bool:
    return not _SECRET.isdisjoint(word.lower() for word in _WORD.findall(name))


def _plain(value: JsonValue, zone: ZoneInfo) -> JsonValue:
    """Return a value without the wire's ways: blanks are null, and so is ``[]``, which PHP writes for an empty map."""
    if isinstance(value, dict):
        return {name: _plain(inner, zone) for name, inner in value.items() if not _is_secret(name)}
    if isinstance(value, list):
        return [_plain(inner, zone) for inner in value] or None
    return None if value == "" else local_time(value, zone)
