"""One contact for each person who booked twice: the two guest records have one profile, whatever their addresses."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from mapstudio.connectors.cloudbeds import budget
from mapstudio.sandbox.server import sandboxes
from tests.cli.conftest import Call, write_project
from tests.sandbox.running import build, running

PEOPLE = """\
mapstudio: 1
name: people
source:
  connection: hotel
  object: guest_profiles
  where: contains(email || '', '@') && !emailIsAlias
destination: {connection: crm, object: contacts, key: email}
fields:
  email: lower(trim(email))
  firstname: title_case(trim(firstName))
  lastname: title_case(trim(lastName))
  stay_count: length(reservations[?reservationStatus == 'checked_out'])
"""
STAYS = """\
mapstudio: 1
name: stays
source: {connection: hotel, object: reservations}
destination: {connection: crm, object: deals, key: cb_reservation_id}
fields:
  cb_reservation_id: concat(propertyID, '-', reservationID)
  dealname: concat(guestName, ' ', startDate)
  pipeline: {constant: default}
  dealstage: {constant: contractsent}
  associations.contacts: link('guest_profiles', profileID)
"""


@dataclass
class House:
    """A hotel and its CRM, at the command line."""

    call: Call
    hotel: Mapping[str, Any]

    def apply(self, name: str, *options: str) -> dict[str, Any]:
        """Apply a mapping; return its counts."""
        done = self.call("apply", f"{name}.yaml", "--json", *options)
        assert done.code in {0, 1}, done.err
        counts: dict[str, Any] = json.loads(done.out)
        return counts

    def records(self, connection: str, name: str, *fields: str) -> list[dict[str, Any]]:
        """Return all records of an object, with these fields."""
        asked = [word for field in fields for word in ("--field", field)]
        done = self.call("records", connection, name, "--limit", "5000", "--json", *asked)
        assert done.code == 0, done.err
        found: list[dict[str, Any]] = json.loads(done.out)
        return found

    def write_address(self, guest: str, address: str) -> None:
        """Let the front desk write another e-mail address onto one of a person's guest records."""
        answer = httpx.put(
            f"{self.hotel['url']}/api/v1.3/putGuest",
            headers={"x-api-key": self.hotel["api_key"]},
            data={"propertyID": self.hotel["property"], "guestID": guest, "guestEmail": address},
        )
        assert answer.json()["success"] is True

    def several(self) -> dict[str, list[dict[str, Any]]]:
        """Return the guest records of each profile that has several of them, under different addresses."""
        by_profile: dict[str, list[dict[str, Any]]] = {}
        fields = ("guestID", "profileID", "guestEmail", "reservationID", "isMainGuest")
        for row in self.records("hotel", "guests", *fields):
            # Who came along on another's booking has no deal of their own.
            if row["profileID"] and row["isMainGuest"]:
                by_profile.setdefault(row["profileID"], []).append(row)
        return {
            profile: rows
            for profile, rows in by_profile.items()
            if len({(row["guestEmail"] or "").strip().lower() for row in rows}) > 1
        }


@pytest.fixture(name="house")
def _house(folder: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(budget, "REQUESTS", 100_000)
    with running([service for sandbox in sandboxes().values() for service in build(sandbox)]) as access:
        write_project(folder, access, monkeypatch)
        (folder / "people.yaml").write_text(PEOPLE, encoding="utf-8")
        (folder / "stays.yaml").write_text(STAYS, encoding="utf-8")
        yield House(call, access["cloudbeds"])


def contact_of_each_stay(house: House) -> dict[str, str]:
    """Return the one contact of each deal that has one, by reservation."""
    deals = house.records("crm", "deals", "cb_reservation_id", "associations.contacts[].id")
    found = {str(deal["cb_reservation_id"]).rpartition("-")[2]: deal["associations"]["contacts"] for deal in deals}
    assert all(len(people) <= 1 for reservation, people in found.items() if reservation != "None")
    return {reservation: people[0]["id"] for reservation, people in found.items() if people}


def test_two_guest_records_of_one_profile_are_one_contact_with_both_stays(house: House) -> None:
    several = house.several()
    assert len(several) > 40
    first = house.apply("people")
    assert first["create"] + first["update"] + first["unchanged"] > 200
    assert first["duplicate"] == 0  # no two profiles have one address
    house.apply("stays")
    contact = contact_of_each_stay(house)
    mapped = {
        profile: {contact.get(row["reservationID"], "none") for row in rows}
        for profile, rows in several.items()
        if any(row["reservationID"] in contact for row in rows)
    }
    assert len(mapped) > 20
    assert all(len(contacts) == 1 for contacts in mapped.values()), "both stays belong to the one contact"
    assert len({contact for [contact] in mapped.values()}) == len(mapped), "no two people share a contact"
    counts = {row["id"]: row["stay_count"] for row in house.records("crm", "contacts", "id", "stay_count")}
    stays = {
        row["id"]: sum(stay["reservationStatus"] == "checked_out" for stay in row["reservations"])
        for row in house.records("hotel", "guest_profiles", "id", "reservations[].reservationStatus")
    }
    assert all(counts[contact] == stays[profile] for profile, [contact] in mapped.items())
    assert max(stays[profile] for profile in mapped) > 1

    for name in ("people", "stays"):
        again = house.apply(name)
        assert (again["create"], again["update"]) == (0, 0), name


def test_another_address_of_the_same_person_changes_their_contact_and_makes_none(house: House) -> None:
    house.apply("people")
    house.apply("stays")
    contact = contact_of_each_stay(house)
    rows = next(
        rows
        for rows in house.several().values()
        if len(rows) > 1 and all(row["reservationID"] in contact for row in rows)
    )
    known = len(house.records("crm", "contacts", "id"))
    house.write_address(rows[0]["guestID"], "nueva.direccion@example.org")
    for options in (("--since", "last"), ()):
        counts = house.apply("people", *options)
        assert (counts["create"], counts["update"]) == (0, 0 if options == () else 1)
    contacts = {row["id"]: row["email"] for row in house.records("crm", "contacts", "id", "email")}
    assert len(contacts) == known
    assert contacts[contact[rows[0]["reservationID"]]] == "nueva.direccion@example.org"
    house.apply("stays")
    assert {contact_of_each_stay(house)[row["reservationID"]] for row in rows} == {contact[rows[0]["reservationID"]]}
