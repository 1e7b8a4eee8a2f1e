"""Leads and opportunities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mapstudio.sandbox.odoo.definitions import Value
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.errors import user_error
from mapstudio.sandbox.odoo.models.mail import notify
from mapstudio.sandbox.odoo.models.partner import normalized_email
from mapstudio.sandbox.odoo.models.product import company_currency
from mapstudio.sandbox.odoo.models.rules import Compute, Method, Rules
from mapstudio.sandbox.odoo.store import Row
from mapstudio.sandbox.odoo.values import round_half_up, to_stored

_FROM_PARTNER = {
    "email_from": "email",
    "phone": "phone",
    "street": "street",
    "street2": "street2",
    "zip": "zip",
    "city": "city",
    "state_id": "state_id",
    "country_id": "country_id",
    "website": "website",
    "function": "function",
}


def _prorated(env: Environment, record: int) -> float:
    revenue = env.value("crm.lead", record, "expected_revenue") or 0.0
    return round_half_up(revenue * (env.value("crm.lead", record, "probability") or 0.0) / 100, 2)


def _won_status(env: Environment, record: int) -> str:
    if not env.value("crm.lead", record, "active"):
        return "lost"
    return "won" if env.follow("crm.lead", record, ["stage_id", "is_won"]) else "pending"


def _company_name(env: Environment, partner: int) -> Value:
    above = env.follow("res.partner", partner, ["parent_id", "name"])
    own = env.value("res.partner", partner, "name") if env.value("res.partner", partner, "is_company") else None
    return above or own


class Lead(Rules):
    """``crm.lead``."""

    model = "crm.lead"
    order = "priority desc, id desc"
    searched = ("name", "partner_name", "email_from", "contact_name")
    computed: ClassVar[Mapping[str, Compute]] = {
        "prorated_revenue": _prorated,
        "company_currency": company_currency,
        "email_normalized": lambda env, record: normalized_email(env.value("crm.lead", record, "email_from")),
        "phone_sanitized": lambda env, record: env.value("crm.lead", record, "phone"),
        "won_status": _won_status,
    }

    def defaults(self, env: Environment) -> Row:
        """A new opportunity in the first stage."""
        return {
            "type": "opportunity",
            "priority": "0",
            "stage_id": 1,
            "team_id": 1,
            "user_id": env.uid,
            "probability": 10.0,
            "date_open": env.database.now[:19],
            "date_last_stage_update": env.database.now[:19],
        }

    def prepare(self, env: Environment, row: Row, record: int | None) -> None:
        """What the customer tells is taken over; a won stage is certain."""
        partner = row.get("partner_id")
        if partner is not None:
            for name, source in _FROM_PARTNER.items():
                if not row.get(name) and (record is None or not env.value(self.model, record, name)):
                    row[name] = env.value("res.partner", partner, source)
            row.setdefault("partner_name", _company_name(env, partner))
            if record is None and not row.get("name"):
                row["name"] = f"{env.value('res.partner', partner, 'name')}'s opportunity"
        stage = row.get("stage_id")
        if stage is not None and (record is None or env.value(self.model, record, "stage_id") != stage):
            row["date_last_stage_update"] = env.database.now[:19]
            if env.value("crm.stage", stage, "is_won"):
                row.update({"probability": 100.0, "date_closed": env.database.now[:19]})
            elif record is not None and env.follow(self.model, record, ["stage_id", "is_won"]):
                row.update({"probability": 10.0, "date_closed": None})
        if row.get("active") is False and not env.words.new:
            row["probability"] = 0.0

    def written(self, env: Environment, record: int, row: Row, *, new: bool) -> None:  # noqa: ARG002
        """The team is told of a new one."""
        if new:
            notify(env, self.model, record, "Opportunity Created")

    def methods(self) -> Mapping[str, Method]:
        """Won and lost."""
        return {"action_set_won": _won, "action_set_lost": _lost, "toggle_active": _reopen, "action_unarchive": _reopen}


def _won(env: Environment, records: list[int]) -> bool:
    stage = next(stage for stage, row in env.rows("crm.stage").items() if row.get("is_won"))
    for record in records:
        if env.value("crm.lead", record, "stage_id") != stage:
            notify(env, "crm.lead", record, "Opportunity Won")
        _close(env, record, {"stage_id": stage, "probability": 100.0, "active": True})
    return True


def _lost(env: Environment, records: list[int], **values: Value) -> None:
    """A lost one is archived; the answer is nothing at all."""
    fields = env.models["crm.lead"]
    told = {name: to_stored(env, "crm.lead", fields[name], value) for name, value in values.items()}
    if env.words.new and any(_won_status(env, record) == "won" for record in records):
        raise user_error("A lead in a Won stage cannot be lost. Move it to another stage first.")
    for record in records:
        notify(env, "crm.lead", record, "Opportunity Lost")
        _close(env, record, {**told, "probability": 0.0, "active": False})


def _close(env: Environment, record: int, values: Row) -> None:
    stamp = {"date_closed": env.database.now[:19], "write_date": env.database.now, "write_uid": env.uid}
    env.database.update("crm.lead", record, {**values, **stamp})
    env.database.wrote("crm.lead", "update", record, dict(values), values)


def _reopen(env: Environment, records: list[int]) -> None:
    """Take back what was lost."""
    for record in records:
        values = {"active": True, "probability": 10.0, "lost_reason_id": None, "date_closed": None}
        env.database.update("crm.lead", record, {**values, "write_date": env.database.now, "write_uid": env.uid})
        env.database.wrote("crm.lead", "update", record, {"active": True}, ["active"])
