"""Webhooks (19): posts for what was written, by rules that users made, and the addresses for posts from outside.

A rule without trigger fields fires for the write itself and again for each stored field that is worked out from it,
as on a real server: 13 posts tell of one new contact.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mapstudio.model.exact_json import JsonError, dumps, loads
from mapstudio.sandbox.clock import Clock
from mapstudio.sandbox.contract import ControlAnswer, ControlRoute
from mapstudio.sandbox.deliveries import Deliveries, Habits, Manners
from mapstudio.sandbox.odoo.definitions import FieldDefinition
from mapstudio.sandbox.odoo.domain import compile_domain
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.errors import ServerError
from mapstudio.sandbox.odoo.models.automation import actions_of
from mapstudio.sandbox.odoo.store import Entry, Row
from mapstudio.sandbox.odoo.values import to_wire

_HABITS = Habits(together=1, retries=0, answer_within=1.0)
_FIRES = {
    "create": frozenset({"on_create", "on_create_or_write"}),
    "update": frozenset({"on_write", "on_create_or_write", "on_archive", "on_unarchive"}),
    "archive": frozenset({"on_unlink"}),
}
_HEADERS = {"User-Agent": "python-requests/2.31.0", "Accept": "*/*"}


class Hooks:
    """The rules of one server at work."""

    def __init__(self, root: Environment, clock: Clock) -> None:
        self._env = root
        self._leaving: dict[tuple[str, int], list[tuple[str, dict[str, Any]]]] = {}
        self.deliveries = Deliveries(clock, lambda url, body: _HEADERS, _HABITS)  # noqa: ARG005 - nothing is signed
        self.deliveries.concurrent = 1

    def check(self, model: str) -> None:
        """Refuse a write on a model whose rule sends what not everybody may see.

        Raises:
            ServerError: There is such a rule; nobody can write on the model until it is mended.
        """
        for _, action in self._actions(model):
            secret = [field for field in self._fields(action) if field.groups]
            if secret:
                raise ServerError(
                    "odoo.addons.base.models.ir_actions.ServerActionWithWarningsError",
                    f"Server action {action['name']} has one or more warnings, address them first.",
                )

    def leaving(self, model: str, record: int) -> None:
        """Keep what is to be told of a record that is about to be deleted."""
        found = [
            (str(action["webhook_url"]), self._payload(number, action, model, record))
            for number, (rule, action) in self._numbered(model)
            if rule["trigger"] == "on_unlink" and self._matches(rule, model, record)
        ]
        if found:
            self._leaving[model, record] = found

    def committed(self, entries: Sequence[Entry]) -> None:
        """Send what a call that is done gives cause for."""
        for entry in entries:
            for url, body in self._leaving.pop((entry.model, entry.record), []):
                self.deliveries.put(url, body)
            if self._env.exists(entry.model, entry.record):
                self._tell(entry)
        self._leaving.clear()

    def routes(self) -> list[Route]:
        """Return the routes for others' posts."""
        return [Route("/web/hook/{uuid}", self._incoming, methods=["GET", "POST"])]

    def control(self) -> Sequence[ControlRoute]:
        """Return the routes that tell how posts go and change it."""

        async def told(request: Request) -> ControlAnswer:  # noqa: ARG001 - the shape of all handlers
            return {"manners": self.deliveries.manners.model_dump(), **self.deliveries.to_json()}

        async def change(request: Request) -> ControlAnswer:
            self.deliveries.behave(Manners.model_validate_json(await request.body()))
            return await told(request)

        return [("GET", "/webhooks", told), ("PUT", "/webhooks", change)]

    def _tell(self, entry: Entry) -> None:
        for number, (rule, action) in self._numbered(entry.model):
            times = self._times(rule, entry)
            if times and self._matches(rule, entry.model, entry.record):
                body = self._payload(number, action, entry.model, entry.record)
                for _ in range(times):
                    self.deliveries.put(str(action["webhook_url"]), body)

    def _times(self, rule: Row, entry: Entry) -> int:
        trigger = rule["trigger"]
        if trigger not in _FIRES[entry.operation]:
            return 0
        if trigger in {"on_archive", "on_unarchive"}:
            active = self._env.value(entry.model, entry.record, "active")
            return int("active" in entry.changed and bool(active) is (trigger == "on_unarchive"))
        rows = self._env.rows("ir.model.fields")
        wanted = {rows[one]["name"] for one in rule.get("trigger_field_ids") or () if one in rows}
        if wanted:
            return int(not wanted.isdisjoint(entry.changed))
        derived = [
            field
            for field in self._env.models[entry.model].values()
            if field.store and field.extra.get("depends") and not field.related
        ]
        if entry.operation == "create":
            return max(1, len(derived))
        following = [field for field in derived if _follows(field, entry.values)]
        return 1 + len(following)

    def _matches(self, rule: Row, model: str, record: int) -> bool:
        try:
            domain = ast.literal_eval(rule.get("filter_domain") or "[]")
            return bool(compile_domain(self._env, model, domain)(record))
        except (ServerError, SyntaxError, ValueError, TypeError):
            return False

    def _payload(self, number: int, action: Row, model: str, record: int) -> dict[str, Any]:
        told: dict[str, Any] = {"_action": f"{action['name']}(#{number})", "_id": record, "_model": model, "id": record}
        for field in self._fields(action):
            value = self._env.value(model, record, field.name)
            exact = field.type == "datetime" and value
            told[field.name] = value if exact else to_wire(self._env, field, value, names=False)
        return dict(sorted(told.items()))

    def _fields(self, action: Row) -> list[FieldDefinition]:
        rows = self._env.rows("ir.model.fields")
        chosen = [rows[one] for one in action.get("webhook_field_ids") or () if one in rows]
        return [self._env.models[row["model"]][row["name"]] for row in chosen]

    def _actions(self, model: str) -> Iterator[tuple[Row, Row]]:
        for _, pair in self._numbered(model):
            yield pair

    def _numbered(self, model: str) -> Iterator[tuple[int, tuple[Row, Row]]]:
        env = self._env
        for number, rule in env.rows("base.automation").items():
            if not rule.get("active") or env.value("base.automation", number, "model_name") != model:
                continue
            for one in actions_of(env, number):
                action = env.rows("ir.actions.server")[one]
                if action.get("state") == "webhook" and action.get("webhook_url"):
                    yield one, (rule, action)

    async def _incoming(self, request: Request) -> Response:
        uuid = request.path_params["uuid"]
        rules = self._env.rows("base.automation").items()
        rule = next(
            (row for _, row in rules if row.get("webhook_uuid") == uuid and row["trigger"] == "on_webhook"), None
        )
        if rule is None or not rule.get("active"):
            return _status("error", 404)
        try:
            payload: Any = loads(await request.body())
        except JsonError:
            return _status("error", 500)
        known = isinstance(payload, Mapping) and self._meant(rule, payload)
        return _status("ok", 200) if known else _status("error", 500)

    def _meant(self, rule: Row, payload: Mapping[str, Any]) -> bool:
        """Return whether the record of a post is there; how a rule finds it is code, of which ids are understood."""
        model = self._env.value("ir.model", rule["model_id"], "model")
        named = [payload[name] for name in ("id", "_id") if name in str(rule["record_getter"]) and payload.get(name)]
        return bool(named) and str(named[0]).isdigit() and self._env.exists(model, int(named[0]))


def _follows(field: FieldDefinition, values: Mapping[str, Any]) -> bool:
    return field.name not in values and any(path in values for path in field.extra["depends"])


def _status(word: str, status: int) -> Response:
    headers = {"Server": "Werkzeug/2.2.2 Python/3.11.2", "X-Content-Type-Options": "nosniff"}
    return Response(dumps({"status": word}), status, headers, "application/json; charset=utf-8")
