"""What functions may see beside the record: the mapping's value maps, the present day, and the links."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum, StrEnum
from typing import Final, Literal, Protocol, TypeAlias

from mapstudio.expressions.errors import UnresolvedLinkError
from mapstudio.expressions.values import NumberRangeError, is_number, number_text
from mapstudio.model import JsonScalar, JsonValue
from mapstudio.model.exact_json import dumps


class Engine(StrEnum):
    """What evaluates expressions; both give the same values and errors."""

    COMPILED = "compiled"
    """Generated code, the interpreter where that meets an error."""
    INTERPRETED = "interpreted"
    """The interpreter alone: slow, and the reference that the code is compared with."""


class _Miss(Enum):
    MISS = "miss"

    def __repr__(self) -> str:
        return "MISS"


MISS: Final = _Miss.MISS
"""What a table answers for a key that it does not have (null is an answer)."""
Miss: TypeAlias = Literal[_Miss.MISS]


class ValueTable:
    """A value map. Keys are compared by their text: 1, 1.0 and ``"1"`` are one key, ``true`` and ``"true"`` too.

    Args:
        entries: Values by key.

    Raises:
        ValueError: Two keys have one text, or a key has none (null, a list).
    """

    __slots__ = ("_entries",)

    def __init__(self, entries: Mapping[str, JsonValue] | Mapping[JsonScalar, JsonValue]) -> None:
        self._entries: dict[str, JsonValue] = {}
        for key, value in entries.items():
            text = key_text(key)
            if text is None:
                raise ValueError(f"{key!r} cannot be a key of a value map")
            if text in self._entries:
                raise ValueError(f'two keys of a value map have the text "{text}"')
            self._entries[text] = value

    def lookup(self, value: JsonValue) -> JsonValue | Miss:
        """Return the value of a key, or ``MISS``; null, lists and objects are never found."""
        text = key_text(value)
        return self._entries.get(text, MISS) if text is not None else MISS

    def keys(self) -> tuple[str, ...]:
        """Return the keys' texts, in the order of the file."""
        return tuple(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"ValueTable({self._entries!r})"


def key_text(value: JsonValue) -> str | None:
    """Return the text by which a key is compared, ``None`` for what can be no key."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_number(value):
        try:
            return number_text(value)
        except NumberRangeError:
            return None
    return None


def utc_today() -> date:
    """Return the present day in UTC."""
    return datetime.now(UTC).date()


class Links(Protocol):
    """Which destination record a source record became, as ``link`` asks it."""

    def __call__(self, object_name: str, source_id: str, to: str | None) -> str:
        """Return the destination record's id.

        Args:
            object_name: The source record's object.
            source_id: Its id there.
            to: The destination object that is meant; ``None``: the only one that it became.

        Raises:
            UnresolvedLinkError: It has not been mapped yet.
            EvaluationError: It became records of several objects, and nothing says which is meant.
        """


def no_links(object_name: str, source_id: str, to: str | None) -> str:  # noqa: ARG001 - as all links are asked
    """Stand in for the links where there are none to ask: every one stays open."""
    # Quoted as all values of records are in reasons: that is what is masked, and left out of a cause.
    reason = f"what {object_name} {dumps(source_id)} became is known to plan and apply only"
    raise UnresolvedLinkError(reason, object_name, source_id, asked=False)


@dataclass(frozen=True, slots=True)
class Environment:
    """What the functions of one evaluation may see; all of them are pure otherwise.

    Attributes:
        tables: The mapping's value maps by name, for ``lookup``.
        today: The present day, for ``today``; examples fix it by ``at``.
        links: The destination ids of records mapped before, for ``link``.
        link_to: The destination object that the field to be filled refers to, for a ``link`` that does not name one.
        engine: What evaluates.
    """

    tables: Mapping[str, ValueTable] = field(default_factory=dict)
    today: Callable[[], date] = utc_today
    links: Links = no_links
    link_to: str | None = None
    engine: Engine = Engine.COMPILED
