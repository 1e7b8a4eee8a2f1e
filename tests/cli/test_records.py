"""Every object of every type of connection by the commands that show it: what they print is what the system holds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from mapstudio.connectors.cloudbeds import budget
from mapstudio.model import FieldType
from mapstudio.sandbox.server import sandboxes
from tests.cli.conftest import Call, write_project
from tests.connectors.typed_values import fits, values_at
from tests.sandbox.running import build, running

HOTEL = {
    "guests": 532,
    "guest_profiles": 326,
    "reservations": 520,
    "guest_notes": 46,
    "reservation_notes": 75,
    "transactions": 4812,
    "house_accounts": 3,
    "rooms": 18,
    "room_types": 4,
    "items": 11,
    "hotels": 1,
    "webhooks": 1,
}
CRM = {
    "contacts": 444,
    "companies": 134,
    "deals": 260,
    "tickets": 36,
    "products": 60,
    "line_items": 773,
    "quotes": 36,
    "orders": 47,
    "invoices": 47,
    "notes": 60,
    "owners": 6,
    "pipelines": 3,
}
ERP = {
    "res.partner": 521,
    "crm.lead": 21,
    "sale.order": 160,
    "sale.order.line": 518,
    "account.move": 55,
    "account.move.line": 188,
    "account.payment": 15,
    "product.product": 60,
    "product.template": 60,
    "product.category": 2,
    "product.pricelist": 0,
    "res.partner.category": 6,
    "crm.tag": 2,
    "crm.stage": 4,
    "crm.team": 1,
    "crm.lost.reason": 3,
    "mail.activity": 0,
    "mail.message": 24,
    "res.users": 10,
    "res.company": 1,
    "res.country": 250,
    "res.country.state": 162,
    "res.currency": 8,
    "uom.uom": 2,
    "account.tax": 2,
    "account.journal": 4,
    "account.payment.term": 4,
}
COUNTS = {"hotel": HOTEL, "crm": CRM, "erp": ERP}
"""The objects of each connection that can be read, with what the seeded world holds of them."""
IDS = {
    "guests": "guestID",
    "guest_profiles": "id",
    "reservations": "reservationID",
    "guest_notes": "guestNoteID",
    "reservation_notes": "reservationNoteID",
    "transactions": "id",
    "house_accounts": "accountID",
    "rooms": "roomID",
    "room_types": "roomTypeID",
    "items": "itemID",
    "hotels": "propertyID",
    "webhooks": "id",
}
ENDPOINT = "http://127.0.0.1:9/in/7d1f"
Rows = list[dict[str, Any]]


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let requests go as fast as they can."""
    monkeypatch.setattr(budget, "REQUESTS", 100_000)


@pytest.fixture(scope="module")
def dialect() -> str:
    """In which dialect the hotel answers."""
    return "wire"


@pytest.fixture(scope="module")
def access(dialect: str) -> Iterator[Mapping[str, Any]]:
    """All local systems, the hotel with a subscription to look at; nobody writes to them."""
    services = [
        service
        for name, sandbox in sandboxes().items()
        for service in build(sandbox, options={"dialect": dialect} if name == "cloudbeds" else {})
    ]
    with running(services) as told:
        hotel = told["cloudbeds"]
        answer = httpx.post(
            f"{hotel['url']}/api/v1.3/postWebhook",
            headers={"x-api-key": hotel["api_key"]},
            data={
                "propertyID": hotel["property"],
                "object": "reservation",
                "action": "created",
                "endpointUrl": ENDPOINT,
            },
        )
        assert answer.json()["success"] is True
        yield told


@pytest.fixture(autouse=True)
def project(folder: Path, access: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in a project on these systems."""
    write_project(folder, access, monkeypatch)


Read = Callable[..., Rows]
BOTH = pytest.mark.parametrize("dialect", ["wire", "spec"], scope="module")


@pytest.fixture
def read(call: Call) -> Read:
    """Return a function that gives the records of an object as the command prints them."""

    def reading(connection: str, name: str, *fields: str) -> Rows:
        asked = [word for field in fields for word in ("--field", field)]
        done = call("records", connection, name, "--limit", "100000", *asked)
        rows: Rows = [json.loads(line) for line in done.out.splitlines()]
        assert done.code == 0, done.err
        assert f"{len(rows):,} record{'' if len(rows) == 1 else 's'} of {connection}.{name} (sandbox)." in done.err
        return rows

    return reading


def fields_of(call: Call, connection: str, name: str) -> Sequence[Mapping[str, Any]]:
    """Return the fields of an object as the command prints them."""
    done = call("schema", connection, name, "--json")
    assert done.code == 0, done.err
    found: Sequence[Mapping[str, Any]] = json.loads(done.out)["fields"]
    return found


@pytest.mark.parametrize("connection", COUNTS)
def test_objects_are_listed_with_what_can_be_done(call: Call, connection: str) -> None:
    told = json.loads(call("objects", connection, "--json").out)
    assert [item["name"] for item in told if item["readable"]] == [*COUNTS[connection]]
    assert all(item["label"] for item in told)
    shown = call("objects", connection).out
    assert all(item["name"] in shown and item["label"] in shown for item in told)


@pytest.mark.parametrize(
    ("dialect", "connection", "name"),
    [
        *(("wire", side, name) for side, names in COUNTS.items() for name in names),
        *(("spec", "hotel", name) for name in HOTEL),
    ],
    scope="module",
)
def test_each_object_has_fields_and_records_of_their_types(call: Call, read: Read, connection: str, name: str) -> None:
    fields = fields_of(call, connection, name)
    assert len({item["name"] for item in fields}) == len(fields) > 0
    shown = call("schema", connection, name).out
    assert all(item["name"] in shown for item in fields)
    rows = read(connection, name)
    assert len(rows) == COUNTS[connection][name]
    known = {item["name"].partition(".")[0].removesuffix("[]") for item in fields}
    assert {name for row in rows for name in row} <= known
    for item in fields:
        for value in (value for row in rows[:400] for value in values_at(row, item["name"])):
            assert fits(FieldType(item["type"]), value), f"{item['name']}: {value!r} is no {item['type']}"


@BOTH
@pytest.mark.parametrize("name", HOTEL)
def test_each_record_of_the_hotel_is_told_once(read: Read, name: str) -> None:
    field = IDS[name]
    rows = read("hotel", name, field)
    assert len({row[field] for row in rows}) == len(rows) == HOTEL[name]
    assert all([*row] == [field] and row[field] for row in rows)


def test_a_field_that_is_asked_for_is_all_that_is_printed(read: Read) -> None:
    stays = read("hotel", "reservations", "rooms[].roomTypeName", "balanceDetailed.paid")
    assert {name for stay in stays for name in stay} == {"rooms", "balanceDetailed"}
    assert {(*stay["balanceDetailed"],) for stay in stays} == {("paid",)}
    assert {name for stay in stays for room in stay["rooms"] for name in room} == {"roomTypeName"}
    contacts = read("crm", "deals", "associations.contacts[].email", "dealname")
    assert {name for deal in contacts for name in deal} == {"dealname", "associations"}
    assert {name for deal in contacts for person in deal["associations"]["contacts"] for name in person} == {"email"}


@BOTH
@pytest.mark.parametrize(
    ("name", "field", "other"),
    [
        ("guests", "reservationID", "reservations"),
        ("reservations", "guestID", "guests"),
        ("reservations", "profileID", "guest_profiles"),
        ("guest_notes", "guestID", "guests"),
        ("reservation_notes", "reservationID", "reservations"),
        ("transactions", "rootId", "transactions"),
        ("transactions", "houseAccountID", "house_accounts"),
        ("rooms", "roomTypeID", "room_types"),
    ],
)
def test_what_a_record_of_the_hotel_points_to_is_there(read: Read, name: str, field: str, other: str) -> None:
    named = {row[field] for row in read("hotel", name, field)} - {None}
    there = {row[IDS[other]] for row in read("hotel", other, IDS[other])}
    # A guest that was merged into another is not listed any more, and neither is its profile.
    allowed = 10 if other in {"guests", "guest_profiles"} else 0
    assert named
    assert len(named - there) <= allowed


@BOTH
def test_the_figures_of_the_hotel_agree_with_one_another(read: Read) -> None:
    [stay] = [row for row in read("hotel", "reservations") if row["reservationID"] == "6643393704613"]
    assert (stay["status"], stay["startDate"], stay["endDate"]) == ("checked_out", "2025-09-27", "2025-10-02")
    assert sum(night["rate"] for night in stay["detailedRates"]) == stay["balanceDetailed"]["subTotal"] == 9812.25
    booked = read("hotel", "transactions", "reservationID", "amount", "internalTransactionCode")
    rows = [row for row in booked if row["reservationID"] == stay["reservationID"]]
    paid = -sum(row["amount"] for row in rows if row["internalTransactionCode"].startswith("9"))
    assert round(paid, 2) == stay["balanceDetailed"]["paid"] == stay["total"] == 11382.21


@BOTH
def test_small_objects_of_the_hotel_are_what_they_are_there(read: Read) -> None:
    [hotel] = read("hotel", "hotels")
    assert (hotel["propertyName"], hotel["propertyTimezone"]) == ("Casa Palma Hotel Boutique", "America/Mexico_City")
    assert hotel["propertyCurrency"] == {"currencyCode": "MXN", "currencySymbol": "$"}
    [hook] = read("hotel", "webhooks")
    assert ENDPOINT in json.dumps(hook)
    dinner = next(row for row in read("hotel", "items") if row["sku"] == "REST-DEG")
    assert (dinner["name"], dinner["price"], dinner["totalTaxes"]) == ("Cena degustación", 825, 132)
    assert dinner["grandTotal"] == 957
    note = next(row for row in read("hotel", "guest_notes") if row["guestNoteID"] == "330020")
    assert (note["guestID"], note["guestNote"]) == ("84510119", "Le gusta el café sin azúcar")
    [suite, *_] = [row for row in read("hotel", "rooms") if row["roomName"] == "101"]
    assert (suite["roomTypeName"], suite["maxGuests"], suite["roomBlocked"]) == ("Suite Mar", 3, False)


@BOTH
def test_what_can_only_be_written_says_so_and_has_its_fields(call: Call) -> None:
    fields = {item["name"]: item for item in fields_of(call, "hotel", "custom_items")}
    assert {"referenceID", "reservationID"} <= fields.keys()
    done = call("records", "hotel", "custom_items")
    assert done.code == 2
    assert "custom_items can only be written: what was sold is read as transactions." in done.err
