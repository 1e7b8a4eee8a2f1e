"""The product's words as types: schema, record, outcome, errors. Imports nothing of ours."""

from mapstudio.model.errors import (
    AuthenticationError,
    ConnectionFailedError,
    ExitCode,
    LockedError,
    MapstudioError,
    PreconditionError,
    RejectedError,
    UsageError,
)
from mapstudio.model.outcome import FieldChange, Lookalike, Reason, Verb
from mapstudio.model.record import JsonScalar, JsonValue, Record, SourceRecord
from mapstudio.model.rule import Rule, RuleKind
from mapstudio.model.schema import Field, FieldType, Option, Schema

__all__ = [
    "AuthenticationError",
    "ConnectionFailedError",
    "ExitCode",
    "Field",
    "FieldChange",
    "FieldType",
    "JsonScalar",
    "JsonValue",
    "LockedError",
    "Lookalike",
    "MapstudioError",
    "Option",
    "PreconditionError",
    "Reason",
    "Record",
    "RejectedError",
    "Rule",
    "RuleKind",
    "Schema",
    "SourceRecord",
    "UsageError",
    "Verb",
]
