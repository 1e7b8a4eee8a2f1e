"""Automation rules and their actions (19): what shall happen when a record is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar
from uuid import uuid4

from mapstudio.sandbox.loopback import is_local_url
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.errors import validation_error
from mapstudio.sandbox.odoo.models.rules import Compute, Rules
from mapstudio.sandbox.odoo.store import Row


def actions_of(env: Environment, rule: int) -> list[int]:
    """Return the actions of a rule."""
    return [one for one, row in env.rows("ir.actions.server").items() if row.get("base_automation_id") == rule]


def _address(env: Environment, record: int) -> str | None:
    row = env.rows("base.automation")[record]
    return f"/web/hook/{row['webhook_uuid']}" if row.get("trigger") == "on_webhook" else None


class Automation(Rules):
    """``base.automation``."""

    model = "base.automation"
    computed: ClassVar[Mapping[str, Compute]] = {
        "url": _address,
        "action_server_ids": actions_of,
    }

    def defaults(self, env: Environment) -> Row:  # noqa: ARG002
        """An address of its own, which is secret."""
        return {
            "active": True,
            "webhook_uuid": str(uuid4()),
            "record_getter": "model.env[payload.get('_model')].browse(int(payload.get('_id')))",
        }


class ServerAction(Rules):
    """``ir.actions.server``."""

    model = "ir.actions.server"
    order = "sequence, name, id"

    def defaults(self, env: Environment) -> Row:  # noqa: ARG002
        """Nothing but code."""
        return {"state": "code", "usage": "ir_actions_server", "sequence": 5}

    def check(self, env: Environment, record: int) -> None:
        """A sandbox speaks to its own machine only."""
        url = env.rows(self.model)[record].get("webhook_url")
        if url and not is_local_url(url):
            raise validation_error(f"The local Odoo calls addresses of this machine only (127.0.0.1), not {url}.")
