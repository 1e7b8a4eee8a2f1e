"""Plays recorded requests to the local sandbox, with the recording's ids replaced by those that the sandbox gave."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

# What the first depth leaves to later issues: grouping, exports, other languages, invoices, custom fields,
# properties, automation, the web client's own routes, users with few rights, attachments, activities, messages.
_LATER = [
    "read_group", "formatted_read_group", "export_", "fields_get_fr", "_lang_fr", "lang_en", "invoice_", "payment",
    "so_invoice", "so_set_delivered", "so_read_final", "custom_field", "properties_", "automation", "web_", "access_",
    "company_dependent", "onchange", "copy", "attachment", "activity", "lead_message", "webhook_", "http_", "json2_",
    "xmlrpc_", "serialization", "lead_create_lead_type", "lead_set_lost", "lead_read_lost",
]  # fmt: skip

# These need an answer that only the recorded database gives: its users, its demo data, another run of the recording.
_ELSEWHERE = frozenset(
    [
        "authenticate_after_many_failures",
        "authenticate_api_key_as_password",
        "authenticate_api_key_of_another_user",
        "partner_search_email_ilike",
        "partner_search_email_normalized",
        "child_contact_address",
        "parent_write_propagates",
        "child_after_parent_write",
        "recursion_parent",
        "write_many2one_wrong_id_plain",
        "read_created",
        "so_change_partner_confirmed",
        "unlink_partner_with_user",
        "so_other_currency",
        "so_other_currency_read",
        "check_object_reference_as_integration_user",
        "get_external_id_as_integration_user",
        "get_metadata_as_integration_user",
        "load_id_only_as_integration_user",
        "unlink_as_integration_user",
        "read_lang_fr_product",
        "search_lang_fr",
    ]
)
_RECORD_METHODS = frozenset(["read", "write", "unlink", "get_external_id", "get_metadata", "has_access"])
_VENDOR_PROSE = frozenset({"help", "domain"})
_POINTS_TO = {"parent_id": "res.partner", "partner_id": "res.partner", "order_line": "sale.order.line"}


@dataclass(frozen=True)
class Exchange:
    """One recorded request with its answer."""

    name: str
    body: dict[str, Any]
    status: int
    answer: Any

    @property
    def params(self) -> dict[str, Any]:
        """Service, method and arguments."""
        found: dict[str, Any] = self.body["params"]
        return found


def main_run(folder: Path) -> Iterator[Exchange]:
    """Yield the exchanges of one version that the sandbox covers, in the order in which they were recorded."""
    found = []
    for path in sorted(folder.glob("*.json")):
        told = json.loads(path.read_text())
        request = told.get("request")
        if not request or request["path"] != "/jsonrpc" or not isinstance(request["body"], dict):
            continue
        if any(word in path.stem for word in _LATER) or path.stem in _ELSEWHERE or path.stem.startswith("cursor_"):
            continue
        answer = told["response"]
        found.append(Exchange(path.stem, request["body"], answer["status"], answer["body"]))
    yield from sorted(found, key=lambda one: (one.name.endswith("as_integration_user"), one.body["id"]))


@dataclass
class Replay:
    """One sandbox that a recording is played to.

    Attributes:
        access: The ready line's entry.
        ids: For each model: recorded id -> ours.
    """

    access: Mapping[str, Any]
    ids: dict[str, dict[int, int]] = field(default_factory=dict)

    def play(self, exchange: Exchange) -> httpx.Response:
        """Send the request and learn the new ids from the answer."""
        params = json.loads(json.dumps(exchange.params))
        args = params["args"]
        if params["service"] == "object":
            self._localize(exchange, args)
        elif args and args[0] in {"odoo16", "odoo19"}:
            args[0] = self.access["db"]
        response = httpx.post(self.access["url"] + "/jsonrpc", json={**exchange.body, "params": params}, timeout=20)
        if (
            params["service"] == "object"
            and len(args) > 5
            and response.headers["Content-Type"].startswith("application")
        ):
            self._learn(args[3], args[4], exchange.answer, response.json())
        return response

    def _localize(self, exchange: Exchange, args: list[Any]) -> None:
        if args[0] != "nosuchdb":
            args[0] = self.access["db"]
        if str(args[2]).startswith("<api-key"):
            args[1:3] = [self.uid(), self.access["api_key"]]
        if len(args) > 5:
            args[5] = self._arguments(args[3], args[4], args[5])

    def uid(self) -> int:
        """Return the integration user's id."""
        call = {
            "service": "common",
            "method": "login",
            "args": [self.access[key] for key in ("db", "login", "password")],
        }
        answer = httpx.post(self.access["url"] + "/jsonrpc", json={"jsonrpc": "2.0", "id": 1, "params": call})
        found: int = answer.json()["result"]
        return found

    def _arguments(self, model: str, method: str, positional: list[Any]) -> list[Any]:
        own = self.ids.get(model, {})
        if positional and (method in _RECORD_METHODS or method.startswith("action_")):
            first = positional[0]
            ids = [own.get(one, one) for one in first] if isinstance(first, list) else own.get(first, first)
            return [ids, *(self._values(one) for one in positional[1:])]
        if method.startswith("search") and positional:
            return [[self._leaf(own, leaf) for leaf in positional[0]], *positional[1:]]
        return [self._values(one) for one in positional]

    def _leaf(self, own: Mapping[int, int], leaf: Any) -> Any:
        if isinstance(leaf, list) and leaf and leaf[0] == "id" and isinstance(leaf[2], list):
            return [leaf[0], leaf[1], [own.get(one, one) for one in leaf[2]]]
        return leaf

    def _values(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._values(one) for one in value]
        if not isinstance(value, dict):
            return value
        changed: dict[str, Any] = {}
        for name, one in value.items():
            known = self.ids.get(_POINTS_TO.get(name, ""), {})
            if isinstance(one, int) and not isinstance(one, bool):
                changed[name] = known.get(one, one)
            elif name == "order_line":
                changed[name] = [[known.get(part, part) if at == 1 else part for at, part in enumerate(c)] for c in one]
            else:
                changed[name] = self._values(one)
        return changed

    def _learn(self, model: str, method: str, recorded: Any, ours: Any) -> None:
        was, now = recorded.get("result"), ours.get("result")
        known = self.ids.setdefault(model, {})
        if method == "load" and was and now and was["ids"] and now["ids"]:
            known.update(zip(was["ids"], now["ids"], strict=False))
        if method == "create" and was and now:
            pairs = zip(was, now, strict=True) if isinstance(was, list) else [(was, now)]
            known.update(pairs)
        if method == "read" and model == "sale.order" and was and now and "order_line" in was[0]:
            lines = self.ids.setdefault("sale.order.line", {})
            lines.update(zip(was[0]["order_line"], now[0]["order_line"], strict=True))


def shape(value: Any) -> Any:
    """Return what an answer looks like: its keys and types; lists by their first element."""
    if isinstance(value, dict):
        if value and all(re.fullmatch(r"\d+", key) for key in value):
            return {"#": shape(next(iter(value.values())))}
        return {key: shape(one) for key, one in value.items() if key not in _VENDOR_PROSE}
    if isinstance(value, list):
        if len(value) == 2 and isinstance(value[0], int) and isinstance(value[1], str):
            return "reference"
        return [shape(value[0])] if value else []
    if isinstance(value, bool) or value is None:
        return "bool"
    return "number" if isinstance(value, (int, float)) else "text"


def same_shape(was: Any, now: Any) -> bool:
    """Return whether two shapes agree; ``false`` stands for any empty value, an empty list for any list."""
    if was == now or "bool" in (was, now):
        return True
    if isinstance(was, dict) and isinstance(now, dict):
        return was.keys() == now.keys() and all(same_shape(was[key], now[key]) for key in was)
    if isinstance(was, list) and isinstance(now, list):
        return not was or not now or same_shape(was[0], now[0])
    return False


def without_ids(text: str) -> str:
    """Return the first line of a message with all numbers replaced; names of groups and users follow behind it."""
    first = text.strip().split("\n", maxsplit=1)[0]
    return re.sub(r"\[[^\]]*\] ", "", re.sub(r"\d+", "#", first))
