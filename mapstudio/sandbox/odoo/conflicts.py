"""Conflicts on request: calls that lose against another session that changes the same rows all the time."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from mapstudio.sandbox.odoo.errors import ServerError, database_error

_WORDS = "could not serialize access due to concurrent update\n"
_READS = frozenset(["read", "search", "search_read", "search_count", "name_search", "fields_get"])


class ConflictSpec(BaseModel):
    """Which calls lose.

    Attributes:
        count: How many of them; none at all ends it.
        skip: How many fitting calls pass before.
        model: A pattern for the model's name.
        method: A pattern for the method's name; reading methods never lose.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    count: int = Field(default=1, ge=0)
    skip: int = Field(default=0, ge=0)
    model: str = "*"
    method: str = "*"


class Conflicts:
    """The conflicts that one server is to have."""

    def __init__(self) -> None:
        self._spec = ConflictSpec(count=0)
        self._seen = 0
        self._struck = 0

    def ask(self, spec: ConflictSpec) -> None:
        """Have these conflicts from now on, and no others."""
        self._spec = spec
        self._seen = self._struck = 0

    def strikes(self, model: str, method: str) -> bool:
        """Count a call and return whether it loses."""
        spec = self._spec
        if self._struck >= spec.count or method in _READS:
            return False
        if not (fnmatchcase(model, spec.model) and fnmatchcase(method, spec.method)):
            return False
        self._seen += 1
        if self._seen <= spec.skip:
            return False
        self._struck += 1
        return True

    def to_json(self) -> dict[str, Any]:
        """Return what was asked for and how often it happened."""
        return {**self._spec.model_dump(), "struck": self._struck}


def serialization_failure() -> ServerError:
    """What a call is told that lost five times."""
    return database_error("errors.SerializationFailure", _WORDS)


def load_failure() -> dict[str, Any]:
    """What ``load`` answers in its place: it catches the error and tells it as a message."""
    message = {"rows": {"from": 0, "to": 0}, "record": 0, "type": "error", "message": _WORDS}
    return {"ids": False, "messages": [message], "nextrow": 0}
