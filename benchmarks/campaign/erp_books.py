"""Customers and orders on their way into an Odoo: the books of all runs against its ledger and what it holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx

from benchmarks.campaign import ledger
from benchmarks.campaign.shop import CENT, CUSTOMERS, ORDERS, Records, make_customers, make_orders, totals
from benchmarks.campaign.source import Hotel
from mapstudio.connectors.contract import Connector
from mapstudio.connectors.odoo import OdooConnector
from mapstudio.mapping.reading import parse_mapping
from mapstudio.model import MapstudioError, Verb
from mapstudio.project import Connection, Environment, Project
from mapstudio.runner import Report, Runner, RunReader, RunStatus, StateStore

MOST_RUNS = 12
_ORDER_FIELDS = ["client_order_ref", "amount_untaxed", "amount_total", "order_line"]


@dataclass(frozen=True, slots=True)
class Size:
    """How many records there are, and which share of them is bad."""

    customers: int
    orders: int
    bad: float


@dataclass
class Part:
    """One mapping with its source.

    Attributes:
        mapping: The file's text.
        object: What the shop calls its records.
        model: What they become.
        key: The field that names them there.
        source: The records.
        failures: Why runs could not even begin.
    """

    mapping: str
    object: str
    model: str
    key: str
    source: Records
    failures: list[MapstudioError] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The mapping's."""
        return parse_mapping(self.mapping, self.object).require().name


@dataclass
class ErpCampaign:
    """A shop on its way into an Odoo.

    Attributes:
        access: Where the Odoo is, as its ready line has it.
        folder: Holds the state.
        ledger: What the Odoo really wrote, a file.
    """

    access: Mapping[str, Any]
    folder: Path
    ledger: Path
    customers: Part
    orders: Part

    @classmethod
    def make(cls, access: Mapping[str, Any], folder: Path, size: Size) -> ErpCampaign:
        """Return the campaign of so many customers and orders, the same ones for the same numbers."""
        people = make_customers(size.customers, size.bad)
        skus = sorted({row["default_code"] for row in ask(access, "product.product", ["default_code"])})
        buying = make_orders(size.orders, size.bad, people, skus)
        return cls(
            access,
            folder,
            folder / "ledger",
            Part(CUSTOMERS, "customers", "res.partner", "ref", people),
            Part(ORDERS, "orders", "sale.order", "client_order_ref", buying),
        )

    async def apply(self, part: Part) -> Report | None:
        """Plan and apply once; ``None`` when the plan already failed."""

        def opened(project: Project, connection: str, environment: str) -> Connector:
            del project, environment
            if connection == "shop":
                return Hotel(part.source.records, part.object, "shop")
            settings = {name: str(self.access[name]) for name in ("url", "db", "login")}
            # A key works with both versions, and 19 then speaks JSON-2.
            return OdooConnector.open(connection, {**settings, "password": str(self.access["api_key"])})

        with StateStore.open(self.folder / "state") as state:
            mapping = parse_mapping(part.mapping, f"{part.object}.yaml")
            runner = Runner(_project(self.folder, self.access), mapping, None, state, connect_to=opened)
            try:
                async with runner:
                    runner.acquire_lock()
                    report = await runner.apply(await runner.plan())
            except MapstudioError as error:
                part.failures.append(error)
                return None
        return report

    async def apply_to_the_end(self, part: Part) -> None:
        """Apply as often as a timer would, until one run comes through."""
        for _ in range(MOST_RUNS):
            report = await self.apply(part)
            if report is not None and report.status is RunStatus.DONE:
                return

    def differences(self, part: Part) -> list[str]:
        """Return everything in which the books of a part differ from what really happened; empty is good."""
        return [*self._written(part), *self._refused(part), *(self._totals() if part is self.orders else ())]

    def entries(self, model: str) -> list[dict[str, Any]]:
        """Return what the Odoo really wrote of a model."""
        return [entry for entry in ledger.entries(self.ledger) if entry["object"] == model]

    def _written(self, part: Part) -> Iterator[str]:
        entries = self.entries(part.model)
        created = [entry for entry in entries if entry["op"] == "create"]
        changed = {entry["id"] for entry in entries if entry["op"] == "update" and entry["changed"]}
        held = Counter(str(row[part.key]) for row in ask(self.access, part.model, [part.key]))
        wanted = {str(record["number"]) for record in part.source.good.values()}
        named = {str(record["number"]) for record in part.source.records.values()}
        there = {name: times for name, times in held.items() if name in named}
        if there.keys() != wanted:
            yield f"{len(wanted - there.keys())} {part.object} are missing, {len(there.keys() - wanted)} too many"
        doubled = [name for name, times in there.items() if times > 1]
        if doubled:
            yield f"{len(doubled)} {part.object} stand twice, such as {doubled[0]}"
        with StateStore.open(self.folder / "state") as state:
            runs = RunReader(state).runs(mapping=part.name, limit=1000)
        if (told := sum(run.counts[Verb.CREATE] for run in runs)) != len(created):
            yield f"the runs say {told} {part.object} created, the ledger {len(created)}"
        if (told := sum(run.counts[Verb.UPDATE] for run in runs)) != len(changed):
            yield f"the runs say {told} {part.object} updated, the ledger {len(changed)}"

    def _refused(self, part: Part) -> Iterator[str]:
        with StateStore.open(self.folder / "state") as state:
            letters = [one for one in RunReader(state).dead_letters() if one.source_id in part.source.records]
        told = {letter.source_id: [reason.row for reason in letter.reasons if reason.reason] for letter in letters}
        if {*told} != {*part.source.bad}:
            yield f"{len(told)} dead letters for {len(part.source.bad)} bad {part.object}"
        wrong = [name for name, row in part.source.bad.items() if row not in told.get(name, [row])]
        if wrong:
            yield f"{len(wrong)} dead letters name another row, such as {wrong[0]}: {told[wrong[0]]}"

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


def _project(root: Path, access: Mapping[str, Any]) -> Project:
    account = f"{httpx.URL(access['url']).netloc.decode()}/{access['db']}"
    erp = Environment("sandbox", {"account": account})
    return Project(
        root,
        "campaign",
        {
            "shop": Connection("shop", "list", {"sandbox": Environment("sandbox", {})}),
            "erp": Connection("erp", "odoo", {"sandbox": erp}),
        },
    )
