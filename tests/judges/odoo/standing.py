"""What was there before the recording began, made or found in a local sandbox through its API."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from mapstudio.sandbox.control import PREFIX
from tests.judges.odoo.ids import Ids, relations
from tests.sandbox.odoo.client import Client, Refused

# The recording's users, by their ids.
_USERS = {
    "16": {2: "admin", 8: "lowrights", 9: "integration", 10: "portalonly"},
    "19": {2: "admin", 7: "lowrights", 8: "integration", 9: "portalonly"},
}
# The two products of the recorded orders; the demo data of 19 has no tax on them.
_DESK = {
    "list_price": 750.0,
    "invoice_policy": "delivery",
    "taxes_id": [[6, 0, []]],
    "description_sale": "160x80cm, with large legs",
}
_PRODUCTS: Mapping[str, Mapping[int, Mapping[str, Any]]] = {
    "16": {
        41: {"name": "Rec product 445608", "default_code": "SKU-445608", "list_price": 12.345},
        43: {"name": "Rec product dup2 445608", "default_code": "SKU-445608", "list_price": 1.0},
    },
    "19": {
        15: {"name": "Customizable Desk (White, Custom)", "default_code": "DESK0005", **_DESK},
        18: {"name": "Customizable Desk (Black, Custom)", "default_code": "DESK0006", **_DESK},
    },
}
# Fields of contacts that the recorded webhooks name by id.
_FIELDS = {
    1044: "name",
    1008: "email",
    1030: "active",
    1029: "category_id",
    1012: "child_ids",
    1028: "comment",
    1040: "country_id",
    1066: "write_date",
}
_CURRENCIES = {"16": {1: "EUR", 2: "USD"}, "19": {1: "USD", 126: "EUR"}}
_COUNTRIES = {68: "ES", 75: "FR", 233: "US"}
# A company with people under it, which names are looked for in.
_COMPANY = {"16": "Deco Addict", "19": "Acme Corporation"}
_PEOPLE = ("Addison Olson", "Douglas Fletcher", "Floyd Steward")
_BY_CODE = {"res.country": "code", "crm.stage": "name"}
_FIRST = (
    "res.partner.category",
    "crm.tag",
    "crm.team",
    "crm.lost.reason",
    "crm.lead",
    "product.template",
    "account.account",
)


def stand(facts: Path, version: str, client: Client) -> Ids:
    """Return which records stand for those that the recording found; missing ones are made."""
    ids = Ids(relations(facts / "fields" / f"{version}.0"))
    users = {row["login"]: row["id"] for row in client.call("res.users", "search_read", [], ["login"])}
    for recorded, login in _USERS[version].items():
        ids.stands("res.users", recorded, users.get(login, 999999))
    ids.stands("res.company", 1, 1)
    ids.stands("res.partner", 1, client.call("res.company", "read", [1], ["partner_id"])[0]["partner_id"][0])
    ids.stands("res.partner", 3, client.call("res.users", "read", [users["admin"]], ["partner_id"])[0]["partner_id"][0])
    ids.names["Mitchell Admin"] = client.call("res.users", "read", [users["admin"]], ["name"])[0]["name"]
    for recorded, code in _COUNTRIES.items():
        ids.stands("res.country", recorded, client.call("res.country", "search", [["code", "=", code]])[0])
    for recorded, code in _CURRENCIES[version].items():
        ids.stands("res.currency", recorded, client.call("res.currency", "search", [["name", "=", code]])[0])
    for model, field in _BY_CODE.items():
        _by_text(ids, client, model, field, _records(facts, version, model))
    for model in _FIRST:
        for recorded, ours in enumerate(_first(client, model), start=1):
            ids.stands(model, recorded, ours)
    for recorded, values in _PRODUCTS[version].items():
        ids.stands("product.product", recorded, client.call("product.product", "create", dict(values)))
    company = client.call("res.partner", "create", {"name": _COMPANY[version], "is_company": True})
    client.call("res.partner", "create", [{"name": name, "parent_id": company} for name in _PEOPLE])
    _loaded_before(ids, client)
    if version == "19":
        _stand_fields(ids, client)
    _stand_model(ids, client, {"16": 503, "19": 535}[version], "crm.lead")
    _stand_model(ids, client, {"16": 85, "19": 90}[version], "res.partner")
    return ids


def _loaded_before(ids: Ids, client: Client) -> None:
    """Load the contact that the integration user's calls are about; its own loading was not recorded."""
    access = client.access
    integration = Client(access, access["login"], access["password"])
    made = integration.call("res.partner", "load", ["id", "name", "country_id/id"], [["hs.fin3", "Fin 3", "base.es"]])
    ids.stands("res.partner", 47, made["ids"][0], made=True)
    ids.stands("res.partner", 49, made["ids"][0], made=True)


def _records(facts: Path, version: str, model: str) -> Sequence[dict[str, Any]]:
    found: Sequence[dict[str, Any]] = json.loads((facts / "records" / f"{version}.0" / f"{model}.json").read_text())[
        "records"
    ]
    return found


def _by_text(ids: Ids, client: Client, model: str, field: str, records: Sequence[dict[str, Any]]) -> None:
    ours = {
        row[field]: row["id"] for row in client.call(model, "search_read", [], [field], context={"active_test": False})
    }
    for row in records:
        if row.get(field) in ours:
            ids.stands(model, row["id"], ours[row[field]])


def _first(client: Client, model: str) -> list[int]:
    try:
        found: list[int] = client.call(model, "search", [], 0, 3, "id")
    except Refused:
        return []
    return found


def _stand_model(ids: Ids, client: Client, recorded: int, model: str) -> None:
    ids.stands("ir.model", recorded, client.call("ir.model", "search", [["model", "=", model]])[0])


def _stand_fields(ids: Ids, client: Client) -> None:
    for recorded, name in _FIELDS.items():
        try:
            found = client.call("ir.model.fields", "search", [["model", "=", "res.partner"], ["name", "=", name]])
        except Refused:
            found = []
        ids.stands("ir.model.fields", recorded, found[0] if found else 0)


def prepare(name: str, version: str, client: Client, ids: Ids, places: dict[str, str]) -> None:
    """Do what was done in front of an exchange and was not recorded."""
    if name == "child_contact_address":
        company, child = {"16": (73, 15690), "19": (75, 24775)}[version]
        values = {"name": "Child", "parent_id": ids.of("res.partner", company), "street": "Own street"}
        ids.stands("res.partner", child, client.call("res.partner", "create", values), made=True)
    elif name.startswith("webhook_in_"):
        hook = client.call("base.automation", "search_read", [["trigger", "=", "on_webhook"]], ["webhook_uuid"])
        places["<uuid>"] = str(hook[0]["webhook_uuid"])
    elif name == "so_invoice_delivered":
        order = ids.of("sale.order", 30)
        context = {"active_model": "sale.order", "active_ids": [order], "active_id": order}
        values = {"advance_payment_method": "delivered", "sale_order_ids": [[6, 0, [order]]]}
        made = client.call("sale.advance.payment.inv", "create", values, context=context)
        ids.stands("sale.advance.payment.inv", 4, made)
    elif name.endswith("serialization_failure") and name != "load_dot_id_serialization_failure":
        asked = httpx.put(f"{client.access['url']}{PREFIX}/conflicts", json={"count": 1}, trust_env=False)
        asked.raise_for_status()
