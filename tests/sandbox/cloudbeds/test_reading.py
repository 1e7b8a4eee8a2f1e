from __future__ import annotations

import re

import pytest

from tests.sandbox.cloudbeds.conftest import Client

SPEC = {"options": {"dialect": "spec"}}
LOCAL = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def test_the_guest_list_has_a_row_for_each_guest_of_each_reservation(client: Client) -> None:
    rows = client.rows("getGuestList")
    reservations = client.rows("getReservations", includeGuestsDetails="true")
    pairs = {(row["guestID"], row["reservationID"]) for row in rows}
    assert len(pairs) == len(rows)
    assert pairs == {(guest, item["reservationID"]) for item in reservations for guest in item["guestList"]}
    assert len({row["guestID"] for row in rows}) >= 300
    assert len(reservations) >= 500


def test_count_is_the_page_and_total_the_query(client: Client) -> None:
    page = client.get("getGuestList", pageSize=30, pageNumber=2)
    assert page["count"] == len(page["data"]) == 30
    last = client.get("getGuestList", pageSize=100, pageNumber=1 + page["total"] // 100)
    assert last["count"] == page["total"] % 100
    assert client.get("getGuestList", pageNumber=999) == {
        "success": True,
        "data": [],
        "count": 0,
        "total": page["total"],
    }


def test_info_is_given_on_request_only(client: Client) -> None:
    assert "guestCellPhone" not in client.get("getGuestList", pageSize=1)["data"][0]
    assert "guestCellPhone" in client.get("getGuestList", pageSize=1, includeGuestInfo="true")["data"][0]


def test_lists_can_be_filtered(client: Client) -> None:
    rows = client.rows("getGuestList")
    named = next(row for row in rows if "@" in row["guestEmail"])
    by_email = client.rows("getGuestList", guestEmail=named["guestEmail"].upper())
    assert named["guestID"] in {row["guestID"] for row in by_email}
    assert len(by_email) < 20
    main = client.rows("getGuestList", excludeSecondaryGuests="true")
    assert len(main) == sum(row["isMainGuest"] for row in rows) == 520
    canceled = client.rows("getGuestList", status="canceled,no_show")
    assert {row["status"] for row in canceled} == {"canceled", "no_show"}
    of_guest = client.rows("getReservations", guestID=named["guestID"])
    assert {row["reservationID"] for row in of_guest} == {
        row["reservationID"] for row in rows if row["guestID"] == named["guestID"]
    }


def test_modification_bounds_hold_for_guests_and_reservations(client: Client) -> None:
    rows = client.rows("getReservations", modifiedFrom="2026-05-01 00:00:00", modifiedTo="2026-06-30 23:59:59")
    assert rows
    assert all("2026-05" <= row["dateModified"] < "2026-07" for row in rows)
    since = client.rows("getGuestList", resultsFrom="2026-11-18 00:00:00")
    assert 0 < len(since) < len(client.rows("getGuestList")) / 4


def test_times_are_local_texts_and_money_is_exact(client: Client) -> None:
    row = client.get("getReservationsWithRateDetails", pageSize=1)["data"][0]
    assert LOCAL.fullmatch(row["dateCreated"])
    assert row["dateCreatedUTC"] != row["dateCreated"]
    balance = row["balanceDetailed"]
    assert row["total"] == balance["grandTotal"] == pytest.approx(balance["subTotal"] + balance["taxesFees"])
    listed = client.get("getReservations", pageSize=1)["data"][0]
    assert isinstance(listed["adults"], str)


def test_only_the_specifications_dialect_maps_guests_by_id(client: Client) -> None:
    assert isinstance(client.get("getGuestList")["data"], list)
    assert isinstance(client.get("getHotels")["data"][0]["propertyCurrency"], dict)


@pytest.mark.parametrize("client", [SPEC], indirect=True)
def test_the_specifications_dialect(client: Client) -> None:
    page = client.get("getGuestList", pageSize=100, sortBy="creation")
    assert isinstance(page["data"], dict)
    assert all(key == row["guestID"] for key, row in page["data"].items())
    assert page["count"] == 100
    assert client.get("getGuestList", guestEmail="nobody@example.invalid")["data"] == []
    assert isinstance(client.get("getHotels")["data"][0]["propertyCurrency"], list)


def test_one_guest_by_id_or_by_reservation(client: Client) -> None:
    row = client.rows("getGuestList", excludeSecondaryGuests="true")[0]
    by_id = client.get("getGuest", guestID=row["guestID"])["data"]
    assert by_id == client.get("getGuest", reservationID=row["reservationID"])["data"]
    assert {entry.keys() == {"customFieldName", "customFieldValue"} for entry in by_id["customFields"]} <= {True}


def test_the_world_is_as_untidy_as_a_real_one(client: Client) -> None:
    rows = client.rows("getGuestList", includeGuestInfo="true")
    emails = [row["guestEmail"] for row in rows]
    phones = [row["guestCellPhone"] for row in rows] + [row["guestPhone"] for row in rows]
    assert sum(email.endswith("@guest.booking.com") for email in emails) > 30
    assert emails.count("") > 50
    assert any(email != email.strip() for email in emails)
    assert any(email.isupper() for email in emails)
    assert {"n/a", "000"} & set(phones)
    assert any(phone.startswith("00") and len(phone) > 8 for phone in phones)
    assert any(phone.startswith("(0") for phone in phones)
    assert any(phone.isdecimal() and len(phone) > 9 for phone in phones)
    assert any(row["guestFirstName"].isupper() for row in rows)
    assert any(not row["guestCountry"] for row in rows if row["isMainGuest"])
    assert any(row["isAnonymized"] and not row["guestName"] for row in rows)
    merged = [row for row in rows if row["isMerged"]]
    known = {row["guestID"] for row in rows}
    assert merged
    assert all(row["newGuestID"] in known and row["newGuestID"] != row["guestID"] for row in merged)


def test_a_person_may_have_several_guest_records(client: Client) -> None:
    profiles: dict[str, set[str]] = {}
    for row in client.rows("getReservations"):
        profiles.setdefault(row["profileID"], set()).add(row["guestID"])
    assert sum(len(ids) > 1 for ids in profiles.values()) > 20
    assert any(len(ids) == 1 for ids in profiles.values())


def test_the_same_seed_gives_the_same_hotel_and_another_seed_another(client: Client) -> None:
    from mapstudio.sandbox.cloudbeds.hotel import casa_palma
    from mapstudio.sandbox.cloudbeds.seed import seed_store
    from mapstudio.sandbox.world import World

    assert seed_store(World(7), casa_palma()).guests == seed_store(World(7), casa_palma()).guests
    assert seed_store(World(7), casa_palma()).guests != seed_store(World(8), casa_palma()).guests


def test_rooms_are_grouped_by_property(client: Client) -> None:
    [group] = client.get("getRooms", pageSize=100)["data"]
    assert group["propertyID"] == "297652"
    types = {item["roomTypeID"] for item in client.get("getRoomTypes")["data"]}
    assert {room["roomTypeID"] for room in group["rooms"]} == types
