"""The recorded exchanges of one version, in an order in which they can be played again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

# What was recorded after the main run, by scripts of their own: what each begins with, in the order of the calls.
_CONFLICTS = ("serialization_failure", "load_serialization_failure", "load_dot_id_serialization_failure")
_MORE = (
    "currency_other", "partner_search_email_ilike", "partner_search_email_normalized", "company_dependent_read",
    "wrong_company_context", "create_with_import_context", "child_contact_address", "parent_write_propagates",
    "child_after_parent_write", "recursion_parent", "vat_invalid", "phone_format", "onchange_only", "web_save",
    "so_other_currency", "so_other_currency_read", "authenticate_after_many_failures",
)  # fmt: skip

GROUPS = (
    "http", "session", "integration user", "main", "xmlrpc", "json2", "write dates", "conflicts", "more",
    "custom fields", "properties", "automation", "webhooks in",
)  # fmt: skip
"""The order in which they are played: what later ones need is there by then."""

_BY_START = {
    "http_": "http",
    "xmlrpc_": "xmlrpc",
    "json2_": "json2",
    "webhook_in_": "webhooks in",
    "cursor_": "write dates",
    "custom_field_": "custom fields",
    "properties_": "properties",
    "automation_": "automation",
}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One recorded request and its answer.

    Attributes:
        name: The file's name.
        group: One of :data:`GROUPS`.
        number: The request's own id, which counts the calls of one run.
        body: JSON where it is JSON, text otherwise, ``None`` where there is none.
        told: The answer's body, in the same way.
    """

    name: str
    group: str
    number: int
    method: str
    path: str
    headers: Mapping[str, str]
    body: Any
    status: int
    told_headers: Mapping[str, str]
    told: Any


@cache
def exchanges(folder: Path) -> Sequence[Exchange]:
    """Return all exchanges with a request, in the order in which they are played."""
    read = (json.loads(path.read_text()) for path in sorted(folder.glob("*.json")))
    found = [_exchange(one) for one in read if "request" in one]
    return sorted(found, key=lambda one: (GROUPS.index(one.group), _place(one), one.number, one.name))


def _exchange(told: Mapping[str, Any]) -> Exchange:
    request, answer = told["request"], told["response"]
    body = request["body"]
    number = body.get("id") if isinstance(body, dict) else None
    return Exchange(
        name=told["name"],
        group=_group(told["name"], request["path"], body),
        number=number if isinstance(number, int) else 0,
        method=request["method"],
        path=request["path"],
        headers=request["headers"],
        body=body,
        status=answer["status"],
        told_headers=answer["headers"],
        told=answer["body"],
    )


def _group(name: str, path: str, body: Any) -> str:
    for start, group in _BY_START.items():
        if name.startswith(start):
            return "conflicts" if name.endswith("serialization_failure") else group
    if name.endswith("serialization_failure"):
        return "conflicts"
    if path.startswith("/web/"):
        return "session"
    if name in _MORE:
        return "more"
    calls_as_integration = isinstance(body, dict) and "<api-key" in json.dumps(body.get("params", {}))
    return "integration user" if calls_as_integration and not name.startswith(("authenticate", "access_")) else "main"


# Scripts that made several files without a number that tells their order: as they need each other.
_ORDER = {
    "xmlrpc": ("xmlrpc_create", "xmlrpc_write_none", "xmlrpc_result_none", "xmlrpc_action_set_won_back"),
    "json2": ("json2_create_one", "json2_create_list", "json2_write", "json2_unlink", "json2_load"),
    "more": _MORE,
    "conflicts": (*_CONFLICTS, "xmlrpc_serialization_failure", "json2_serialization_failure"),
    "properties": (
        "properties_definition_write", "properties_read", "properties_write_dict", "properties_read_after",
        "properties_search", "properties_write_partial_dict", "properties_write_partial_dict_result",
        "properties_write_bad", "properties_write_bad_selection", "properties_read_after_bad",
    ),
    "session": ("web_version_info", "web_version_get", "web_session_authenticate_bad", "web_dataset_call_kw_no_session",
                "web_session_authenticate", "web_dataset_call_kw"),
    "webhooks in": ("webhook_in_ok",),
}  # fmt: skip


def _place(exchange: Exchange) -> int:
    """Return where it stands among those whose order is known; the others come first, harmless as they are."""
    order = _ORDER.get(exchange.group, ())
    return order.index(exchange.name) + 1 if exchange.name in order else 0


def version_of(folder: Path) -> str:
    """Return the major version that a folder is named after."""
    found = re.match(r"\d+", folder.name)
    assert found, folder
    return found[0]
