"""What to change in a row, and what the row's keys are afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum
from typing import Final, TypeAlias

from mapstudio.mapping.definition import is_placeholder
from mapstudio.mapping.format import ASSOCIATION, FEEDING
from mapstudio.model import JsonValue


class Unset(Enum):
    """The type of :data:`UNSET`."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET
"""Leave this key as it is (``None`` removes it)."""

TextChange: TypeAlias = "str | Unset | None"

_FLAGS = frozenset({"draft", "replace"})
_ORDER = tuple(key.name for key in ASSOCIATION)
# What says nothing any more once something else feeds the row.
_DROPPED: Mapping[str, frozenset[str]] = {
    "from": frozenset({"owner", "due", "answer"}),
    "constant": frozenset({"owner", "due", "answer", "values", "default", "blank"}),
    "binding": frozenset({"owner", "due", "answer", "values", "default", "blank"}),
    "question": frozenset({"values", "default", "by", "on_null", "on_error", "blank", "draft", "label", "replace"}),
    "ignore": frozenset(
        {
            "values",
            "default",
            "by",
            "on_null",
            "on_error",
            "blank",
            "draft",
            "owner",
            "due",
            "answer",
            "label",
            "replace",
        }
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RowEdit:
    """A change of one row: only what is given is replaced, ``None`` removes a key.

    Giving one of ``expression``, ``constant``, ``binding``, ``question`` and ``ignore`` removes the others, and
    with another kind of row also the keys that would have no meaning in it.

    Attributes:
        expression: The text of ``from``.
        constant: Any JSON value but null.
        binding: A bound value's name.
        question: The question's text.
        ignore: The reason.
        owner: Who answers the question.
        due: Until when.
        answer: What was answered.
        values: A value map's name, or the map itself.
        default: Any JSON value but null; ``{"binding": NAME}`` for a bound one.
        by: The field by which a reference is found.
        on_null: ``skip``, ``clear`` or ``error``.
        on_error: ``skip`` or ``reject``.
        blank: ``keep``.
        draft: Whether the row is a draft; false removes the key.
        note: For people.
        label: The label of an association.
        replace: Whether associations that the row does not give are removed; false removes the key.
    """

    expression: TextChange = UNSET
    constant: JsonValue | Unset = UNSET
    binding: TextChange = UNSET
    question: TextChange = UNSET
    ignore: TextChange = UNSET
    owner: TextChange = UNSET
    due: TextChange = UNSET
    answer: TextChange = UNSET
    values: str | Mapping[str, JsonValue] | Unset | None = UNSET
    default: JsonValue | Unset = UNSET
    by: TextChange = UNSET
    on_null: TextChange = UNSET
    on_error: TextChange = UNSET
    blank: TextChange = UNSET
    draft: bool | Unset | None = UNSET
    note: TextChange = UNSET
    label: TextChange = UNSET
    replace: bool | Unset | None = UNSET

    def given(self) -> dict[str, JsonValue]:
        """Return the keys that are given, by their name in the file."""
        result: dict[str, JsonValue] = {}
        for item in fields(self):
            value = getattr(self, item.name)
            if value is not UNSET:
                name = "from" if item.name == "expression" else item.name
                result[name] = _plain(None if value is False and name in _FLAGS else value)
        return result


def changes(edit: RowEdit, present: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return what the edit sets (or, as ``None``, removes), in the order in which keys are written.

    Args:
        edit: The edit.
        present: The row's keys as they are.
    """
    given = edit.given()
    feeding = [name for name in FEEDING if given.get(name) is not None]
    result = dict(given)
    for name in feeding:
        if name in present:
            continue
        for other in (*FEEDING, *_DROPPED[name]):
            if other in present and other not in given and other != name:
                result[other] = None
    if feeding:
        result |= {other: None for other in FEEDING if other in present and other not in feeding}
    return {name: result[name] for name in _ORDER if name in result}


def _plain(value: JsonValue | Mapping[str, JsonValue]) -> JsonValue:
    """Return the value as the file writes it: a placeholder as ``{binding: NAME}``."""
    if is_placeholder(value if isinstance(value, dict) else None) and isinstance(value, dict):
        return {"binding": next(iter(value.values()))}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return value
