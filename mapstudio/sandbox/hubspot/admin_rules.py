"""What the portal's admin demands of a record: from version 2026-09 on it binds the API too, not people alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextvars import ContextVar

from pydantic import BaseModel, ConfigDict, Field

_SINCE = "2026-09"
_VERSION = re.compile(r"/(20\d\d-\d\d)(?:/|$)")
_bound: ContextVar[bool] = ContextVar("bound", default=False)
"""Whether the request in hand is bound; each request is a task with a context of its own."""


def bind(path: str) -> None:
    """Note whether the request of this path is bound by the rules."""
    version = _VERSION.search(path)
    _bound.set(version is not None and version.group(1) >= _SINCE)


class Condition(BaseModel):
    """Properties that must hold something when another one has a certain value.

    Attributes:
        property: The one that decides.
        values: Of it; without any every value does.
        require: What must hold something then.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    property: str
    values: list[str] = Field(default_factory=list)
    require: list[str] = Field(min_length=1)

    def applies(self, held: Mapping[str, str | None]) -> bool:
        """Return whether a record is one of those that it is about."""
        value = held.get(self.property)
        return value is not None and (not self.values or value in self.values)


class AdminRules(BaseModel):
    """The demands on the records of one object.

    Attributes:
        required: What a new record must hold, as on the form that people create one with.
        conditional: What depends on other values.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    required: list[str] = Field(default_factory=list)
    conditional: list[Condition] = Field(default_factory=list)

    @property
    def names(self) -> set[str]:
        """All properties that they speak of."""
        return {
            *self.required,
            *(name for condition in self.conditional for name in (condition.property, *condition.require)),
        }

    def missing(self, change: Mapping[str, str | None], held: Mapping[str, str] | None) -> list[str]:
        """Return what a write lacks; nothing when its version is not bound.

        A condition is looked at when the write touches what it speaks of: a record that fell short before the rule was
        made can still be changed elsewhere.

        Args:
            change: What is to be kept.
            held: What the record holds, ``None`` for a new one.
        """
        if not _bound.get():
            return []
        after: dict[str, str | None] = {**(held or {}), **change}
        demanded = [] if held is not None else [*self.required]
        for condition in self.conditional:
            touched = not change.keys().isdisjoint({condition.property, *condition.require})
            if touched and condition.applies(after):
                demanded += condition.require
        return [name for name in dict.fromkeys(demanded) if after.get(name) is None]
