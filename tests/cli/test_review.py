"""What only a person can tell, from the lost answer of a booking to the quiet apply after it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from mapstudio.sandbox.ledger import Ledger
from mapstudio.sandbox.server import sandboxes
from tests.cli.conftest import Call, write_project
from tests.sandbox.running import build, running

BOOKINGS = """\
mapstudio: 1
name: bookings
source: {connection: crm, object: contacts, where: email}
destination: {connection: hotel, object: reservations, key: thirdPartyIdentifier, mode: insert}
fields:
  thirdPartyIdentifier: concat('HS-', id)
  startDate: {constant: "2027-03-01"}
  endDate: {constant: "2027-03-04"}
  guestFirstName: firstname || 'Guest'
  guestLastName: lastname || 'Guest'
  guestEmail: email
  guestCountry: {constant: ES}
  guestZip: {constant: "28001"}
  paymentMethod: {constant: cash}
  rooms: {constant: [{roomTypeID: "455010", adults: 2, children: 0}]}
"""


@dataclass(frozen=True)
class Desk:
    """A project on sandboxes of the test's own."""

    url: str
    ledger: Path
    call: Call

    def strike(self, kind: str, **fault: Any) -> None:
        """Let the next booking's answer be lost."""
        told = {"kind": kind, "count": 1, "method": "POST", "path": "*postReservation", **fault}
        httpx.post(f"{self.url}/__sandbox__/faults", json=told).raise_for_status()

    def apply(self, *options: str) -> dict[str, Any]:
        """Apply to the first three contacts."""
        done = self.call("apply", "bookings", "--limit", "3", "--yes", "--json", *options)
        assert done.code == 0, done.err
        told: dict[str, Any] = json.loads(done.out)
        return told

    def booked(self) -> int:
        """Return how many bookings the hotel has noted."""
        lines = [json.loads(line) for line in self.ledger.read_text().splitlines()]
        return sum(line["op"] == "create" and line["object"] == "reservations" for line in lines)

    def reviews(self, *options: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.call("review", "list", "--json", *options).out)
        return found


@pytest.fixture
def desk(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, call: Call) -> Iterator[Desk]:
    path = tmp_path / "ledger.jsonl"
    with Ledger(path) as book:
        services = [service for sandbox in sandboxes().values() for service in build(sandbox, ledger=book)]
        with running(services) as access:
            write_project(folder, access, monkeypatch)
            (folder / "bookings.yaml").write_text(BOOKINGS, encoding="utf-8")
            yield Desk(access["cloudbeds"]["url"], path, call)


def test_a_lost_booking_that_was_made_needs_nobody(desk: Desk) -> None:
    desk.strike("drop-after")
    first = desk.apply()
    assert (first["create"], first["review"], desk.booked()) == (3, 0, 3)
    assert desk.reviews() == []
    assert desk.apply()["unchanged"] == 3


def test_a_lost_booking_waits_for_a_person_who_creates_it(desk: Desk) -> None:
    desk.strike("drop-before")
    first = desk.apply()
    assert (first["create"], first["review"], first["reject"], desk.booked()) == (2, 1, 0, 2)
    [review] = desk.reviews("bookings")
    assert review["sent"]
    [state] = json.loads(desk.call("status", "--json").out)["mappings"]
    assert (state["reviews"], state["dead_letters"]) == (1, 0)
    assert "1 record waits for a person: mapstudio review list" in desk.call("status").err
    assert desk.call("dead-letters", "list", "--json").out.strip() == "[]"

    again = desk.apply("--retry")
    assert (again["create"], again["review"], desk.booked()) == (0, 1, 2)
    shown = json.loads(desk.call("plan", "bookings", "--limit", "3", "--json").out)
    assert [record["reason"] for record in shown["records"] if record["verb"] == "review"] == [review["reason"]]
    assert "mapstudio review list" in desk.call("apply", "bookings", "--limit", "3", "--yes").err
    assert review["id"] in desk.call("review", "list").out
    page = desk.call("review", "show", review["source"]).out
    assert "never sent again by itself" in page
    assert "lost" in page

    told = json.loads(desk.call("review", "create", review["id"], "--json").out)
    assert [item["decision"] for item in told] == ["create"]
    assert (desk.reviews(), len(desk.reviews("--decided"))) == ([], 1)
    assert "for a person" not in desk.call("status").err
    last = desk.apply()
    assert (last["create"], last["review"], desk.booked()) == (1, 0, 3)
    assert (desk.apply()["unchanged"], desk.booked()) == (3, 3)


def test_a_person_links_a_booking_or_leaves_it_out(desk: Desk) -> None:
    desk.strike("drop-before", count=2)
    assert desk.apply()["review"] == 2
    one, other = desk.reviews()
    httpx.delete(f"{desk.url}/__sandbox__/faults")
    stay = json.loads(desk.call("records", "hotel", "reservations", "--limit", "1").out)["reservationID"]

    assert desk.call("review", "link", one["id"], stay).code == 0
    assert desk.call("review", "skip", other["source"]).code == 0
    last = desk.apply()
    assert (last["create"], last["review"], last["skipped"]) == (0, 0, 1)
    assert desk.apply()["unchanged"] == 2
    assert desk.booked() == 1
    states = {item["source"]: (item["decision"], item["chosen"]) for item in desk.reviews("--decided")}
    assert states == {one["source"]: ("link", stay), other["source"]: ("skip", None)}


def test_a_wrong_name_decides_nothing(desk: Desk) -> None:
    desk.strike("drop-before")
    desk.apply()
    [review] = desk.reviews()
    done = desk.call("review", "create", review["id"], "r99")
    assert done.code == 2
    assert 'no review "r99"' in done.err
    assert len(desk.reviews()) == 1
    assert desk.call("review", "link", review["id"], " ").code == 2
    assert desk.call("review", "create").code == 2
