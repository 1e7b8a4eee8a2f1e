"""Messages, notes and activities on records."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any, ClassVar

from mapstudio.sandbox.odoo import access
from mapstudio.sandbox.odoo.definitions import Value
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.markup import sanitize
from mapstudio.sandbox.odoo.models.rules import Compute, Rules
from mapstudio.sandbox.odoo.store import Row

_SUBTYPES = {"mail.mt_note": "Note", "mail.mt_comment": "Discussions", "mail.mt_activities": "Activities"}


def post_message(env: Environment, model: str, record: int, body: str, values: Mapping[str, Value]) -> int:
    """Put a message on a record and return its id; 19 takes the text as text, 16 as markup."""
    subtype = values.get("subtype_id")
    if not subtype:
        subtype = subtype_of(env, _SUBTYPES.get(str(values.get("subtype_xmlid")), "Note"))
    author = values.get("author_id") or env.value("res.users", env.uid, "partner_id")
    row = {
        "model": model,
        "res_id": record,
        "body": _body(env, body),
        "subject": values.get("subject") or None,
        "message_type": values.get("message_type") or "notification",
        "subtype_id": subtype,
        "author_id": author,
        "email_from": env.value("res.partner", author, "email_formatted") if author else None,
        "date": str(values.get("date") or env.database.now)[:19],
        "is_internal": True,
        **_stamp(env),
    }
    message = env.database.insert("mail.message", row)
    env.database.wrote("mail.message", "create", message, {"body": body, **values}, ["body", *values])
    return message


def notify(env: Environment, model: str, record: int, subtype: str) -> None:
    """Put the server's own note about something on a record, unless the client wants none."""
    if env.context.get("tracking_disable") or env.context.get("mail_notrack"):
        return
    author = env.value("res.users", env.uid, "partner_id")
    row = {"model": model, "res_id": record, "body": "", "message_type": "notification", "author_id": author,
           "subtype_id": subtype_of(env, subtype), "date": env.database.now[:19], **_stamp(env)}  # fmt: skip
    env.database.insert("mail.message", row)


def subtype_of(env: Environment, name: str) -> int | None:
    """Return the kind of message of that name."""
    return next((one for one, row in env.rows("mail.message.subtype").items() if row["name"] == name), None)


def _body(env: Environment, body: str) -> str:
    if env.words.new:
        return f"<p>{html.escape(body, quote=False)}</p>" if body else ""
    return sanitize(body)


def _stamp(env: Environment) -> Row:
    now = env.database.now
    return {"create_uid": env.uid, "create_date": now, "write_uid": env.uid, "write_date": now}


class Message(Rules):
    """``mail.message``."""

    model = "mail.message"
    order = "id desc"
    title = "subject"
    computed: ClassVar[Mapping[str, Compute]] = {
        "record_name": lambda env, one: _target_name(env, "mail.message", one, "model"),
        "preview": lambda env, one: env.value("mail.message", one, "body"),
    }

    def display_name(self, env: Environment, record: int) -> str:
        """The subject, or what it is about."""
        return str(env.value(self.model, record, "subject") or _target_name(env, self.model, record, "model") or "")

    def defaults(self, env: Environment) -> Row:
        """A note of the user's."""
        return {
            "message_type": "comment" if env.words.new else "email",
            "author_id": env.value("res.users", env.uid, "partner_id"),
            "date": env.database.now[:19],
        }

    def prepare(self, env: Environment, row: Row, record: int | None) -> None:
        """A message is about a record that one may change."""
        if record is None and row.get("model") in env.models:
            access.require(env, row["model"], "read")


def _state(env: Environment, record: int) -> str:
    due, today = env.value("mail.activity", record, "date_deadline"), env.database.now[:10]
    return "today" if due == today else "overdue" if due < today else "planned"


class Activity(Rules):
    """``mail.activity``."""

    model = "mail.activity"
    order = "date_deadline, id"
    title = "summary"
    computed: ClassVar[Mapping[str, Compute]] = {
        "res_name": lambda env, one: _target_name(env, "mail.activity", one, "res_model"),
        "state": _state,
    }

    def defaults(self, env: Environment) -> Row:
        """For the user, today."""
        return {"user_id": env.uid, "date_deadline": env.database.now[:10], "activity_type_id": 1}

    def prepare(self, env: Environment, row: Row, record: int | None) -> None:  # noqa: ARG002
        """The model by name and by record are the same."""
        if row.get("res_model_id") is not None:
            row["res_model"] = env.value("ir.model", row["res_model_id"], "model")
        elif row.get("res_model"):
            models = env.rows("ir.model").items()
            row["res_model_id"] = next((one for one, held in models if held["model"] == row["res_model"]), None)


class Attachment(Rules):
    """``ir.attachment``."""

    model = "ir.attachment"
    order = "id desc"

    def defaults(self, env: Environment) -> Row:  # noqa: ARG002
        """A file."""
        return {"type": "binary", "company_id": 1, "mimetype": "application/octet-stream"}

    def prepare(self, env: Environment, row: Row, record: int | None) -> None:  # noqa: ARG002
        """Size and kind follow from the content."""
        content: Any = row.get("datas")
        if content:
            row["file_size"] = len(str(content)) * 3 // 4 - str(content).count("=")
            if str(row.get("name")).endswith(".txt"):
                row["mimetype"] = "text/plain"


def _target_name(env: Environment, model: str, record: int, field: str) -> str | None:
    row = env.rows(model)[record]
    target, number = str(row.get(field)), row.get("res_id")
    return env.display_name(target, number) if target in env.models and number and env.exists(target, number) else None
