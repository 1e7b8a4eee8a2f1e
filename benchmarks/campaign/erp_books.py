"""Customers and orders on their way into an Odoo: the books of all runs against its ledger and what it holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx

from benchmarks.campaign.books import Campaign, Part, destination
from benchmarks.campaign.records import Made
from benchmarks.campaign.shop import CENT, CUSTOMERS, ORDERS, make_customers, make_orders, totals
from mapstudio.connectors.contract import Connector
from mapstudio.connectors.odoo import OdooConnector

_ORDER_FIELDS = ["client_order_ref", "amount_untaxed", "amount_total", "order_line"]


@dataclass(frozen=True, slots=True)
class Size:
    """How many records there are, and which share of them is bad."""

    customers: int
    orders: int
    bad: float


@dataclass
class ErpCampaign(Campaign):
    """A shop on its way into an Odoo.

    Attributes:
        access: Where the Odoo is, as its ready line has it.
    """

    access: Mapping[str, Any]

    @classmethod
    def make(cls, access: Mapping[str, Any], folder: Path, size: Size) -> ErpCampaign:
        """Return the campaign of so many customers and orders, the same ones for the same numbers."""
        people = make_customers(size.customers, size.bad)
        skus = sorted({row["default_code"] for row in ask(access, "product.product", ["default_code"])})
        buying = make_orders(size.orders, size.bad, people, skus)
        account = f"{httpx.URL(access['url']).netloc.decode()}/{access['db']}"
        parts = (Part(CUSTOMERS, people), Part(ORDERS, buying))
        return cls(folder, destination("erp", "odoo", account), parts, access)

    @property
    def orders(self) -> Part:
        """The part of which every total is looked at."""
        return self.parts[-1]

    def open_destination(self, connection: str) -> Connector:
        """Return a connector to the Odoo; with a key, which works with both versions, 19 speaks JSON-2."""
        settings = {name: str(self.access[name]) for name in ("url", "db", "login")}
        return OdooConnector.open(connection, {**settings, "password": str(self.access["api_key"])})

    def key(self, part: Part, record: Made) -> str:
        """Return the shop's number of a record."""
        del part
        return str(record["number"])

    def arrived(self, part: Part) -> Counter[str]:
        """Return the numbers of the shop that the Odoo holds, whoever wrote them."""
        [field] = part.mapping.destination.key
        named = {self.key(part, record) for record in part.source.records.values()}
        held = (str(row[field]) for row in ask(self.access, part.object, [field]))
        return Counter(name for name in held if name in named)

    def differences(self, part: Part) -> list[str]:
        """Return everything in which the books of a part differ from what really happened; empty is good."""
        return [*super().differences(part), *(self._totals() if part is self.orders else ())]

    def _totals(self) -> Iterator[str]:
        held = {row["client_order_ref"]: row for row in ask(self.access, "sale.order", _ORDER_FIELDS)}
        wrong = []
        for order in self.orders.source.good.values():
            row = held.get(order["number"])
            if row is None:
                continue
            net, total = totals(order, str(self.access["version"]))
            there = [Decimal(str(row[name])).quantize(CENT) for name in ("amount_untaxed", "amount_total")]
            if there != [net, total] or len(row["order_line"]) != len(order["lines"]):
                wrong.append(f"{order['number']}: {there} and {len(row['order_line'])} lines, not {[net, total]}")
        if wrong:
            yield f"{len(wrong)} orders come to another total, such as {wrong[0]}"


def ask(access: Mapping[str, Any], model: str, fields: Sequence[str]) -> list[dict[str, Any]]:
    """Return all records of a model, as the server has them."""

    def call(service: str, method: str, *args: object) -> Any:  # noqa: ANN401 - whatever the method answers
        params = {"service": service, "method": method, "args": args}
        body = {"jsonrpc": "2.0", "method": "call", "id": 1, "params": params}
        told = httpx.post(f"{access['url']}/jsonrpc", json=body, timeout=120, trust_env=False).json()
        return told["result"]

    uid = call("common", "login", access["db"], access["login"], access["password"])
    signed = (access["db"], uid, access["password"])
    found: list[dict[str, Any]] = call(
        "object", "execute_kw", *signed, model, "search_read", [[]], {"fields": [*fields], "order": "id"}
    )
    return found
