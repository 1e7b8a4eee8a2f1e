"""What Odoo answers when it refuses, and what that means for the user or for one record.

A fault is understood by the name of the exception's class and by its text (recorded on 16.0 and 19.0), never by a
status or a code: /jsonrpc answers all of them with 200, JSON-2 with 500 for a conflict and for an unknown field alike.
The texts differ between versions, so a field is looked for in all the forms that were seen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from mapstudio.connectors.odoo.fields import OdooField
from mapstudio.model import (
    AuthenticationError,
    ConnectionFailedError,
    JsonValue,
    MapstudioError,
    PreconditionError,
    Reason,
    Record,
    UsageError,
)

NO_FIELD = "record"
"""The row of a refusal that Odoo does not pin to a field."""

_ACCESS = "odoo.exceptions.AccessError"
_DENIED = frozenset({"odoo.exceptions.AccessDenied", "werkzeug.exceptions.Unauthorized"})
_EXPIRED = "odoo.http.SessionExpiredException"
_MISSING = "odoo.exceptions.MissingError"
_CONFLICTS = ("SerializationFailure", "DeadlockDetected", "LockNotAvailable")
_CONFLICT_TEXTS = ("could not serialize access", "deadlock detected", "could not obtain lock")

_NO_MODEL = {
    "odoo.exceptions.UserError": re.compile(r"Object [\w.]+ doesn't exist"),
    "werkzeug.exceptions.NotFound": re.compile(r"the model '[\w.]+' does not exist"),
}
_RECORD = re.compile(r"\(Record: ([\w.]+)\((\d+),")
_IN_PARENTHESES = re.compile(r"\((\w+)\)")
_VALUE = re.compile(r"Wrong value for [\w.]*\.(\w+):")
_CONSTRAINT = re.compile(r"Constraint: (\w+)_fkey")


class Fault(Exception):  # noqa: N818 - the protocol's word
    """One refused call. Never leaves the connector.

    Args:
        name: The exception's dotted name on the server.
        message: Its text, for people.
    """

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name
        self.message = message.strip()

    @property
    def is_access(self) -> bool:
        """The user may not do this."""
        return self.name == _ACCESS

    @property
    def is_denied(self) -> bool:
        """The credentials are not taken (any more)."""
        return self.name in _DENIED

    @property
    def is_about_model(self) -> bool:
        """The user may not do this with any record of the model, not just with some."""
        return self.is_access and self.message.startswith("You are not allowed to")

    @property
    def stops_everything(self) -> bool:
        """No record of this model can be written, whatever it holds."""
        if self.is_access:
            return self.is_about_model
        return self.is_denied or self.name.startswith("psycopg2.OperationalError") or self.is_missing_model

    @property
    def is_conflict(self) -> bool:
        """Another transaction was faster; nothing was written, and the same call may pass now."""
        return any(word in self.name for word in _CONFLICTS) or is_conflict_text(self.message)

    @property
    def is_passing(self) -> bool:
        """The same call may pass now, and has done nothing yet."""
        return self.is_conflict or self.name == _EXPIRED

    @property
    def is_missing_model(self) -> bool:
        """The model is not there: a module is not installed."""
        text = _NO_MODEL.get(self.name)
        return text is not None and text.match(self.message) is not None

    def to_error(self, system: str, connection: str, doing: str) -> MapstudioError:
        """Return the fault as an error for the user.

        Args:
            system: What messages call the system.
            connection: The connection's name, for the remedy.
            doing: What was tried, such as ``read res.partner``.
        """
        if self.is_denied:
            return AuthenticationError(
                f"{system} refused the login.",
                remedy=f"Check db, login and password, or store them again: mapstudio connect {connection}.",
            )
        if self.name == _EXPIRED:
            return AuthenticationError(
                f"{system} takes the session for expired and could not {doing}.",
                remedy="Try again; if it stays, check what stands between this machine and Odoo.",
            )
        if self.is_access:
            return AuthenticationError(
                f"{system}: the user may not {doing}: {first_line(self.message)}",
                remedy="Ask the Odoo administrator for the missing group.",
            )
        if self.name.startswith("psycopg2.OperationalError"):
            return UsageError(
                f"{system} has no such database: {first_line(self.message)}", remedy="Check db of the connection."
            )
        if self.is_conflict:
            return ConnectionFailedError(
                f"{system} could not {doing}: others keep changing the same records.", remedy="Try again."
            )
        return PreconditionError(f"{system} could not {doing}: {first_line(self.message) or self.name}")

    def to_reason(self, model: str, fields: Mapping[str, OdooField], values: Record, record_id: str | None) -> Reason:
        """Return why one record was refused, with the field at fault where Odoo tells it.

        Args:
            model: The record's model.
            fields: Its fields.
            values: What was sent.
            record_id: The record to update, ``None`` for a new one.
        """
        missing = _RECORD.search(self.message) if self.name == _MISSING else None
        if missing is not None:
            if missing.group(1) == model and missing.group(2) == record_id:
                return Reason(NO_FIELD, f"{model} {record_id} does not exist any more")
            row = _pointing_to(missing.group(1), missing.group(2), fields, values)
            if row is not None:
                return Reason(row, f"{missing.group(1)} {missing.group(2)} does not exist", values.get(row))
        row = field_of(self.message, fields) or NO_FIELD
        return Reason(row, sentence(self.message) or self.name, values.get(row))


@dataclass(frozen=True, slots=True)
class LoadMessage:
    """One message of a ``load``: what is wrong with which record."""

    record: int | None
    field: str
    text: str

    @classmethod
    def read(cls, told: JsonValue) -> LoadMessage | None:
        """Read a message; ``None`` for a mere warning."""
        if not isinstance(told, dict) or told.get("type") == "warning":
            return None
        record = told.get("record")
        field = told.get("field")
        return cls(
            record if isinstance(record, int) else None,
            field if isinstance(field, str) else "",
            str(told.get("message") or ""),
        )

    def to_reason(self, fields: Mapping[str, OdooField], values: Record) -> Reason:
        """Return the message as a reason."""
        row = self.field or field_of(self.text, fields) or NO_FIELD
        return Reason(row, sentence(self.text), values.get(row))


def is_conflict_text(text: str) -> bool:
    """Return whether a message of ``load`` tells of a conflict; those are not named, and never retried by Odoo."""
    return any(words in text for words in _CONFLICT_TEXTS)


def field_of(message: str, fields: Mapping[str, OdooField]) -> str | None:
    """Return the field that a message is about."""
    if "require a name" in message and "name" in fields:
        return "name"
    if "arcode" in message and "already assigned" in message and "barcode" in fields:
        return "barcode"
    for match in _VALUE.finditer(message):
        if match.group(1) in fields:
            return match.group(1)
    constraint = _CONSTRAINT.search(message)
    if constraint is not None:
        ending = [name for name in fields if constraint.group(1).endswith(f"_{name}")]
        if ending:
            return max(ending, key=len)
    return next((name for name in _IN_PARENTHESES.findall(message) if name in fields), None)


def sentence(message: str) -> str:
    """Return a message in one line, without the framework's own opening."""
    plain = message.replace("The operation cannot be completed:", "").strip().strip("'")
    return " ".join(plain.split())


def first_line(message: str) -> str:
    """Return the first line of a message."""
    return message.strip().split("\n", maxsplit=1)[0]


def _pointing_to(model: str, number: str, fields: Mapping[str, OdooField], values: Record) -> str | None:
    for name, value in values.items():
        item = fields.get(name)
        if item is None or item.relation != model:
            continue
        ids = value if isinstance(value, list) else [value]
        if number in {str(one.get("id")) if isinstance(one, dict) else str(one) for one in ids}:
            return name
    return None
