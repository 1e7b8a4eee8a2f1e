"""Errors as the server names them in ``data.name`` of its answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class ServerError(Exception):
    """An error that the client is told of; everything of the call is rolled back.

    Args:
        name: The exception's dotted name, such as ``odoo.exceptions.AccessError``.
        message: ``data.message``.
        arguments: ``data.arguments``; the message alone when not given.
        field: The field at fault, for the messages of ``load``.
        bare: The message without the words that only the RPC layer puts before it; what ``load`` reports.
    """

    def __init__(
        self, name: str, message: str, *, arguments: Sequence[Any] | None = None, field: str = "", bare: str = ""
    ) -> None:
        super().__init__(message)
        self.name = name
        self.message = message
        self.arguments = [message] if arguments is None else list(arguments)
        self.field = field
        self.bare = bare or message


def access_denied() -> ServerError:
    """Wrong credentials of a call."""
    return ServerError("odoo.exceptions.AccessDenied", "Access Denied")


def access_error(message: str) -> ServerError:
    """The user may not do this."""
    return ServerError("odoo.exceptions.AccessError", message)


def user_error(message: str) -> ServerError:
    """The rules of the business forbid it."""
    return ServerError("odoo.exceptions.UserError", message)


def validation_error(message: str, *, field: str = "", bare: str = "") -> ServerError:
    """A constraint is broken."""
    return ServerError("odoo.exceptions.ValidationError", message, field=field, bare=bare)


def missing_error(model: str, record: int, uid: int) -> ServerError:
    """The record does not exist."""
    return ServerError(
        "odoo.exceptions.MissingError",
        f"Record does not exist or has been deleted.\n(Record: {model}({record},), User: {uid})",
    )


def value_error(message: str) -> ServerError:
    """A plain Python ``ValueError`` of the server."""
    return ServerError("builtins.ValueError", message)


def python_error(kind: str, message: str) -> ServerError:
    """Another builtin error of the server, such as ``TypeError``."""
    return ServerError(f"builtins.{kind}", message)


def database_error(kind: str, message: str) -> ServerError:
    """An error of the database driver, such as ``errors.NumericValueOutOfRange``."""
    return ServerError(f"psycopg2.{kind}", message)
