"""Error answers: the envelope, the categories and the odd shape of validation errors (JSON inside the message)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4


@dataclass(frozen=True, slots=True)
class Invalid:
    """One value that was refused; ``code`` is such as ``INVALID_OPTION``."""

    name: str
    code: str
    message: str
    value: str | None = None


@dataclass
class ApiError(Exception):
    """An answer that is not a success.

    Attributes:
        status: The HTTP status.
        category: Such as ``VALIDATION_ERROR``; empty for the limits, which have none.
        message: The sentence of the envelope.
        context: Names what is meant, such as ``{"ids": ["1"]}``.
        extra: More keys of the envelope.
    """

    status: int
    category: str
    message: str
    context: dict[str, list[str]] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)

    def envelope(self) -> dict[str, Any]:
        """Return the body of an answer that is this error."""
        body = {"status": "error", "message": self.message, "correlationId": str(uuid4()), **self.extra}
        context = {"context": self.context} if self.context else {}
        category = {"category": self.category} if self.category else {}
        return {**body, **context, **category}

    def in_batch(self, trace_id: str | None) -> dict[str, Any]:
        """Return the entry of a 207's ``errors``."""
        context = {**self.context, **({"objectWriteTraceId": [trace_id]} if trace_id else {})}
        entry = {"status": "error", "category": self.category, "message": self.message, "context": context}
        return {**entry, "errors": self.extra.get("errors", []), "links": {}}


def bad_request(message: str) -> ApiError:
    """Return a 400 for a request that makes no sense."""
    return ApiError(400, "VALIDATION_ERROR", message)


def not_found(singular: str = "", ids: Sequence[str] = ()) -> ApiError:
    """Return a 404; with ids the words of a batch."""
    if not ids:
        return ApiError(404, "OBJECT_NOT_FOUND", "resource not found")
    message = (
        f"Could not get some {singular.upper()} objects, they may be deleted or not exist. Check that ids are valid."
    )
    return ApiError(404, "OBJECT_NOT_FOUND", message, {"ids": [*ids]})


def conflict(singular: str, existing: int | None) -> ApiError:
    """Return the 409 of a record that is there already; an earlier input of the same batch has no id yet."""
    known = f". Existing ID: {existing}" if existing is not None else ""
    return ApiError(409, "CONFLICT", f"{singular.capitalize()} already exists{known}")


def missing_values(singular: str, names: Sequence[str], verb: str = "creating") -> ApiError:
    """Return the 400 of a record that lacks what is required of it, as recorded in public code of 2026."""
    message = f"Error {verb} {singular.upper()}. Some required properties were not set."
    return ApiError(400, "VALIDATION_ERROR", message, {"properties": [*names]})


def exists(what: str) -> ApiError:
    """Return the 409 of a definition that is there already."""
    return ApiError(409, "OBJECT_ALREADY_EXISTS", f"{what} already exists")


def unset(names: Sequence[str]) -> ApiError:
    """Return the 400 of a body without fields that it needs."""
    message = f"Invalid input JSON on line 1, column 2. Some required fields were not set: [{', '.join(names)}]"
    return bad_request(message)


def invalid_values(portal: int, problems: Sequence[Invalid]) -> ApiError:
    """Return the 400 of refused values.

    The message holds a JSON array; ``errors`` repeats it in structure, as recorded in a public issue of 2025.
    """
    inside = [
        {
            "isValid": False,
            "message": problem.message,
            "error": problem.code,
            "name": problem.name,
            "localizedErrorMessage": problem.message,
            **({"propertyValue": problem.value} if problem.value is not None else {}),
            "portalId": portal,
        }
        for problem in problems
    ]
    message = f"Property values were not valid: {json.dumps(inside, ensure_ascii=False, separators=(',', ':'))}"
    details = [
        {"message": problem.message, "code": problem.code, "context": {"propertyName": [problem.name]}}
        for problem in problems
    ]
    return ApiError(400, "VALIDATION_ERROR", message, extra={"errors": details})
