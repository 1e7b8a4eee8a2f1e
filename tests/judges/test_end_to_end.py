"""Every object in every version, from a source record to the second apply, under the eyes of the vendor's documents."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from benchmarks.campaign.source import Hotel
from mapstudio.connectors.contract import Connector
from mapstudio.connectors.exchange import ReadRequest
from mapstudio.connectors.hubspot import HubSpotConnector
from mapstudio.connectors.hubspot.paths import VERSIONS
from mapstudio.mapping.reading import parse_mapping
from mapstudio.model import Record
from mapstudio.project import Connection, Environment, Project
from mapstudio.runner import Plan, Runner, StateStore
from mapstudio.sandbox.hubspot import SANDBOX
from mapstudio.sandbox.ledger import Ledger
from tests.judges.recorder import Recorder
from tests.judges.specification import Specification
from tests.sandbox.running import build, running

pytestmark = [pytest.mark.reference, pytest.mark.slow]

KEY, MOMENT = "mapstudio_key", "concat(day, 'T10:00:00Z')"
ROWS: dict[str, dict[str, str]] = {
    "contacts": {"firstname": "name", "lifecyclestage": "{constant: lead}"},
    "companies": {"name": "name", "numberofemployees": "number"},
    "deals": {
        "dealname": "name",
        "amount": "number",
        "pipeline": "{constant: default}",
        "dealstage": "{constant: closedwon}",
        "closedate": MOMENT,
    },
    "tickets": {"subject": "name", "hs_pipeline": "{constant: '0'}", "hs_pipeline_stage": "{constant: '1'}"},
    "products": {"name": "name", "price": "number"},
    "line_items": {"name": "name", "quantity": "number", "price": "number"},
    "quotes": {"hs_title": "name", "hs_expiration_date": "day"},
    "orders": {"hs_order_name": "name"},
    "invoices": {"hs_currency": "{constant: EUR}"},
    "notes": {"hs_note_body": "name", "hs_timestamp": MOMENT},
    "p4412911_suite": {"suite_name": "name", "beds": "number"},
}
LINKED = {
    "deals": "companies",
    "line_items": "deals",
    "notes": "contacts",
    "tickets": "companies",
    "p4412911_suite": "contacts",
}
"""What else each record belongs to: the first one of that object."""


SUITE = {
    "name": "suite",
    "labels": {"singular": "Suite", "plural": "Suites"},
    "primaryDisplayProperty": "suite_name",
    "requiredProperties": ["suite_name"],
    "searchableProperties": ["suite_name"],
    "secondaryDisplayProperties": [],
    "associatedObjects": ["CONTACT"],
    "properties": [
        {"name": "suite_name", "label": "Name", "type": "string", "fieldType": "text"},
        {"name": "beds", "label": "Beds", "type": "number", "fieldType": "number"},
    ],
}
"""The account's own object."""


def mapping(name: str, other: str | None) -> str:
    """Return the mapping of an object."""
    rows = {**ROWS[name], KEY: "key"}
    if other is not None:
        rows[f"associations.{LINKED[name]}"] = f"{{constant: '{other}'}}"
    fields = "\n".join(f"  {field}: {row}" for field, row in rows.items())
    return (
        f"mapstudio: 1\nname: guests-to-{name.replace('_', '-')}\nsource: {{connection: hotel, object: guests}}\n"
        f"destination: {{connection: crm, object: {name}, key: {KEY}}}\nfields:\n{fields}\n"
    )


@pytest.mark.parametrize("version", VERSIONS)
async def test_planned_applied_and_quiet(
    tmp_path: Path, recorder: Recorder, specification: Specification, version: str
) -> None:
    records: dict[str, Record] = {
        f"g{number}": {"key": f"K-{number}", "name": f"Guest {number}", "number": number + 1, "day": "2026-12-24"}
        for number in range(3)
    }
    project = Project(
        tmp_path,
        "all",
        {name: Connection(name, name, {"sandbox": Environment("sandbox", {})}) for name in ("hotel", "crm")},
    )
    ledger = tmp_path / "ledger.jsonl"
    with (
        Ledger(ledger) as book,
        running(recorder.listen(build(SANDBOX, ledger=book))) as access,
        StateStore.open(tmp_path / "state") as state,
    ):
        settings = {"url": access["hubspot"]["url"], "token": access["hubspot"]["token"], "api_version": version}

        def connect(_: Project, connection: str, __: str) -> Connector:
            return Hotel(records) if connection == "hotel" else HubSpotConnector.open(connection, settings)

        make_suite(settings)
        for name in ROWS:
            async with HubSpotConnector.open("crm", settings) as connector:
                await connector.add_key(name, KEY)
                other = await first(connector, LINKED[name]) if name in LINKED else None
            loaded = parse_mapping(mapping(name, other), f"{name}.yaml")
            for created in (len(records), 0):
                async with Runner(project, loaded, None, state, connect_to=connect) as runner:
                    runner.acquire_lock()
                    plan = await runner.plan()
                    assert (name, plan.counts["create"], plan.counts["update"]) == (name, created, 0), reasons(plan)
                    report = await runner.apply(plan)
                assert (name, report.counts["create"], report.exit_code) == (name, created, 0), report.rejects
    written = Counter((entry["object"], entry["op"]) for entry in map(json.loads, ledger.read_text().splitlines()))
    assert {name: written[name, "create"] for name in ROWS} == dict.fromkeys(ROWS, len(records))
    assert {name: written[name, "associate"] for name in LINKED} == dict.fromkeys(LINKED, len(records))
    assert [str(fault) for fault in specification.faults(recorder.exchanges)] == []


def make_suite(settings: Mapping[str, str]) -> None:
    """Make the account's own object."""
    path = VERSIONS[settings["api_version"]].schemas
    made = httpx.post(settings["url"] + path, json=SUITE, headers={"Authorization": f"Bearer {settings['token']}"})
    assert made.status_code == 201, made.text


def reasons(plan: Plan) -> list[str]:
    """Return why records are not written, for people."""
    return [str(reason) for record in plan.records for reason in record.reasons]


async def first(connector: HubSpotConnector, name: str) -> str:
    """Return the id of the first record of an object."""
    [found] = [record.id async for page in connector.read(ReadRequest(name, limit=1)) for record in page.records]
    return found
