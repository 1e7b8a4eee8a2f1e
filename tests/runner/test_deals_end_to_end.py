"""Reservations become deals of their guest and of companies, over HTTP: written once, and true to the ledger."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mapstudio.connectors.exchange import ReadRequest
from mapstudio.connectors.opening import open_connector
from mapstudio.model import Verb
from mapstudio.project import variable_name
from mapstudio.runner import StateStore
from mapstudio.sandbox.control import PREFIX
from tests.runner.test_end_to_end import Systems, open_systems

DEALS = """\
mapstudio: 1
name: reservations-to-deals
source: {connection: hotel, object: reservations, where: guestEmail}
destination: {connection: crm, object: deals, key: cb_reservation_id}
fields:
  cb_reservation_id: reservationID
  dealname: concat('Stay ', reservationID)
  amount: total
  pipeline: {constant: default}
  dealstage: {constant: closedwon}
  associations.contacts: {from: guestEmail, by: email}
  associations.companies: {constant: ["52000102", {id: "52000103", labels: [Primary]}]}
"""
BY_LINK = DEALS.replace("{from: guestEmail, by: email}", "\"link('guests', guestID)\"")
pytestmark = pytest.mark.slow


@pytest.fixture
def systems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Systems]:
    """Return all sandboxes with a project that maps reservations."""
    with open_systems(tmp_path, monkeypatch) as opened:
        (opened.project.root / "hotel" / "reservations-to-deals.yaml").write_text(DEALS, encoding="utf-8")
        yield opened


async def associations(systems: Systems) -> dict[str, Any]:
    """Return what each deal that was mapped belongs to, by the reservation."""
    paths = frozenset({"cb_reservation_id", "associations.contacts[].email", "associations.companies[].id"})
    found: dict[str, Any] = {}
    async with open_connector(systems.project, "crm", "sandbox") as connector:
        async for page in connector.read(ReadRequest("deals", paths)):
            found |= {str(item.data["cb_reservation_id"]): item.data["associations"] for item in page.records}
    return found


async def test_deals_belong_to_their_guest_and_company_and_the_second_apply_is_quiet(systems: Systems) -> None:
    plan, report = await systems.apply("reservations-to-deals")

    assert report.counts["create"] == plan.counts["create"] > 0
    assert {item.reasons[0].row for item in report.rejects} <= {"associations.contacts"}
    written = [entry for entry in systems.written("hubspot") if entry["object"] == "deals"]
    created = [entry["id"] for entry in written if entry["op"] == "create"]
    assert len(created) == report.counts["create"]
    made = [(entry["id"], entry["values"]["to"]) for entry in written if entry["op"] == "associate"]
    assert len(made) == len(set(made)) == report.associated == 3 * len(created)

    belongs = await associations(systems)
    for record in plan.records:
        if record.verb is Verb.CREATE:
            there = belongs[str(record.output["cb_reservation_id"])]
            assert [entry["email"] for entry in there["contacts"]] == [str(record.record["guestEmail"]).strip().lower()]
            assert {entry["id"] for entry in there["companies"]} == {"52000102", "52000103"}
            [primary] = [entry["id"] for entry in there["companies"] if "Primary" in entry["labels"]]
            assert primary == "52000103"

    _, second = await systems.apply("reservations-to-deals")
    assert second.quiet
    assert second.associated == 0
    assert len(systems.written("hubspot")) == len(written)


async def test_a_deal_waits_until_its_guest_is_mapped(systems: Systems) -> None:
    (systems.project.root / "hotel" / "reservations-to-deals.yaml").write_text(BY_LINK, encoding="utf-8")
    _, report = await systems.apply("reservations-to-deals")
    assert report.counts["create"] == 0
    assert report.counts["wait"] > 0

    await systems.apply("guests-to-contacts")
    _, report = await systems.apply("reservations-to-deals")
    assert report.counts["create"] > 0
    assert report.associated == 3 * report.counts["create"]
    assert (await systems.apply("reservations-to-deals"))[1].quiet


async def test_a_lost_state_store_doubles_no_association(systems: Systems, tmp_path: Path) -> None:
    await systems.apply("reservations-to-deals")
    before = len(systems.written("hubspot"))
    with StateStore.open(tmp_path / "another") as state:
        _, report = await Systems(systems.project, state, systems.ledger).apply("reservations-to-deals")
    assert report.quiet
    assert len(systems.written("hubspot")) == before


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("drop-after", "*/batch/associate/default"),
        ("drop-after", "*/associations/*/batch/create"),
        ("drop-before", "*/associations/*/batch/create"),
        ("truncate", "*/batch/associate/default"),
    ],
)
async def test_a_fault_amid_associations_leaves_none_missing_and_none_twice(
    systems: Systems, kind: str, path: str
) -> None:
    control = f"{os.environ[variable_name('crm', 'sandbox', 'url')]}{PREFIX}"
    async with httpx.AsyncClient(base_url=control, trust_env=False) as client:
        (await client.post("/faults", json={"kind": kind, "path": path, "count": 1})).raise_for_status()

        _, report = await systems.apply("reservations-to-deals", 60)

        [fault] = (await client.get("/faults")).json()["faults"]
    assert fault["struck"] == 1
    entries = [entry for entry in systems.written("hubspot") if entry["object"] == "deals"]
    made = {(entry["id"], entry["values"]["to"]) for entry in entries if entry["op"] == "associate"}
    created = [entry["id"] for entry in entries if entry["op"] == "create"]
    assert report.counts["create"] == len(created) > 0
    assert report.associated == len(made) == 3 * len(created)
    assert (await systems.apply("reservations-to-deals", 60))[1].quiet
