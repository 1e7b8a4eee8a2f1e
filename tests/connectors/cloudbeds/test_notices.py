"""Webhooks of Cloudbeds: what they concern, whatever case their keys have, and reading just that again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio.connectors.cloudbeds import CloudbedsConnector
from mapstudio.connectors.cloudbeds.notices import EVENTS, TOLD
from mapstudio.connectors.exchange import Among, ReadRequest
from mapstudio.connectors.notices import MalformedDeliveryError, Notice
from mapstudio.model import PreconditionError, SourceRecord
from mapstudio.sandbox.cloudbeds.hooks import EVENTS as SENT
from tests.connectors.cloudbeds.conftest import Hotel
from tests.connectors.deliveries import delivery

HOUSE = "297652"
BOOKING, GUEST, ROW = "6184920377150", "84510021", "54741224788110"
DETAILS = {
    "version": "1.0",
    "event": "guest/details_changed",
    "timestamp": 1795304924.431234,
    "propertyId": int(HOUSE),
    "propertyId_str": HOUSE,
    "guestId": int(GUEST),
    "guestId_str": GUEST,
}


def told(body: Any) -> list[Notice]:
    settings = {"property": HOUSE, "api_key": "cbat_any", "url": "http://127.0.0.1:1"}
    return [*CloudbedsConnector.open("hotel", settings).notices(delivery(body))]


def concerns(body: Mapping[str, Any]) -> set[tuple[str, str | None, str | None]]:
    [notice] = told(body)
    return {(item.object, item.value, item.field) for item in notice.concerns}


def test_a_guests_event_concerns_the_guest_and_what_is_on_it() -> None:
    assert concerns(DETAILS) == {
        ("guests", GUEST, None),
        ("reservations", GUEST, "guestID"),
        ("guest_profiles", None, None),
        ("guest_notes", GUEST, "guestID"),
    }
    [notice] = told(DETAILS)
    assert notice.event == "guest/details_changed"
    assert notice.happened_at is not None
    assert notice.happened_at.isoformat() == "2026-11-21T23:48:44.431234+00:00"


def test_a_bookings_event_concerns_the_booking_and_its_guests() -> None:
    body = {"event": "reservation/status_changed", "timestamp": 1.5, "propertyID": 297652, "reservationID": BOOKING}
    assert concerns(body) == {
        ("reservations", BOOKING, None),
        ("guests", BOOKING, "reservationID"),
        ("guest_profiles", None, None),
    }
    notes = {**body, "event": "reservation/notes_changed"}
    assert concerns(notes) == {("reservations", BOOKING, None), ("reservation_notes", BOOKING, "reservationID")}


def test_a_transaction_is_named_and_the_night_audit_names_none() -> None:
    base = {"timestamp": 1.5, "propertyId": 297652}
    assert concerns({**base, "event": "accounting/transaction", "transactionId": ROW}) == {("transactions", ROW, None)}
    assert concerns({**base, "event": "night_audit/completed"}) == {("transactions", None, None)}


def test_every_event_that_is_understood_is_sent_and_all_others_concern_nothing() -> None:
    assert EVENTS.keys() <= SENT
    for event in (*SENT - EVENTS.keys(), "something/new"):
        assert concerns({"event": event, "timestamp": 1.5, "propertyId": 297652, "roomId": "1"}) == set()


@pytest.mark.reference
def test_every_event_of_the_facts_is_understood(reference_folder: Path) -> None:
    payloads = json.loads((reference_folder / "cloudbeds/examples/webhook_payloads.json").read_text())
    for event, body in payloads.items():
        assert {name for name, _, _ in concerns(body)} == {rule.object for rule in EVENTS[event]}
        assert all(value for name, value, _ in concerns(body) if name not in {"guest_profiles", "transactions"})


@given(st.data())
def test_the_case_of_keys_changes_nothing(data: st.DataObject) -> None:
    event = data.draw(st.sampled_from(sorted(EVENTS)))
    ids = {"propertyId": 297652, "reservationId": BOOKING, "guestId": int(GUEST), "transactionId": ROW}
    body: dict[str, Any] = {"event": event, "timestamp": 1795304924.431234, **ids}
    mixed: dict[str, Any] = {}
    for name, value in body.items():
        upper = data.draw(st.lists(st.booleans(), min_size=len(name), max_size=len(name)))
        own = "".join(letter.upper() if up else letter.lower() for letter, up in zip(name, upper, strict=True))
        mixed[own] = value
        if name.endswith("Id") and data.draw(st.booleans()):
            mixed[f"{own}_str"] = str(value)
    plain, [notice] = told(body)[0], told(mixed)
    assert (notice.event, set(notice.concerns), notice.happened_at) == (
        plain.event,
        set(plain.concerns),
        plain.happened_at,
    )


def test_a_repetition_is_the_same_event_and_a_later_one_is_another() -> None:
    first, again = told(DETAILS)[0], told({name: DETAILS[name] for name in reversed(DETAILS)})[0]
    assert first.identity is not None
    assert first.identity == again.identity
    assert told({**DETAILS, "timestamp": 1795304924.431235})[0].identity != first.identity
    assert told({**DETAILS, "event": "guest/created"})[0].identity != first.identity
    assert told({**DETAILS, "timestamp": None})[0].identity is None


def test_an_event_of_another_property_is_refused() -> None:
    with pytest.raises(PreconditionError, match="297653"):
        told({**DETAILS, "propertyId": 297653, "propertyId_str": "297653"})


@pytest.mark.parametrize(
    "body",
    [
        b"no json",
        b"",
        b"[" * 5000,
        3,
        [3],
        {},
        {"event": 3, "propertyId": 297652},
        {"event": "guest/created"},
        {"event": "guest/created", "propertyId": True},
        {"event": "guest/created", "propertyId": "29 7652/.."},
    ],
)
def test_what_is_no_event_is_refused(body: Any) -> None:
    with pytest.raises(MalformedDeliveryError):
        told(body)


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.dictionaries(st.text(), inner))
)
def test_nothing_that_a_stranger_sends_breaks_it(value: Any) -> None:
    for body in (value, {**DETAILS, "guestId": value, "guestId_str": value, "timestamp": value}):
        try:
            told(body)
        except MalformedDeliveryError:
            continue


def test_an_id_that_is_none_is_never_asked_for() -> None:
    odd = {**DETAILS, "guestId": "../../1", "guestId_str": "../../1"}
    assert ("guests", None, None) in concerns(odd)


def check_out(hotel: Hotel, reservation: str) -> None:
    form = {"propertyID": HOUSE, "reservationID": reservation, "status": "checked_out"}
    headers = {"x-api-key": hotel.access["api_key"]}
    assert httpx.put(f"{hotel.access['url']}/api/v1.3/putReservation", data=form, headers=headers).json()["success"]


async def records(connector: CloudbedsConnector, request: ReadRequest) -> dict[str, SourceRecord]:
    return {record.id: record async for page in connector.read(request) for record in page.records}


@pytest.mark.parametrize(
    ("name", "paths"),
    [
        ("guests", {"guestEmail", "guestLastName"}),
        ("guests", {"guestEmail", "status", "reservations[].startDate", "customFields"}),
        ("guests", None),
        ("reservations", {"guestEmail", "status", "balance"}),
        ("reservations", None),
        ("transactions", None),
    ],
)
async def test_records_that_are_read_again_are_those_of_a_whole_read(
    hotel: Hotel, name: str, paths: set[str] | None
) -> None:
    asked = None if paths is None else frozenset(paths)
    async with hotel.connector() as connector:
        every = await records(connector, ReadRequest(name, asked))
        chosen = [*every][::97][:4]
        again = await records(connector, ReadRequest(name, asked, among=Among(frozenset({*chosen, "99999999"}))))
    assert again.keys() == set(chosen)
    for identity, record in again.items():
        whole = every[identity].data
        fields = set(whole) if paths is None else {path.split("[")[0] for path in paths}
        assert {field: record.data.get(field) for field in fields} == {field: whole.get(field) for field in fields}


async def test_notes_and_guests_are_read_by_what_they_are_on(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        every = await records(connector, ReadRequest("reservations", frozenset({"guestID", "guestList"})))
        [booking] = [record for record in every.values() if len(record.data["guestList"]) > 1][:1]  # type: ignore[arg-type]
        guests = await records(
            connector,
            ReadRequest("guests", frozenset({"guestEmail"}), among=Among(frozenset({booking.id}), "reservationID")),
        )
        notes = await records(connector, ReadRequest("guest_notes", frozenset({"guestNote", "guestID"})))
        owner = str(next(iter(notes.values())).data["guestID"])
        mine = await records(
            connector, ReadRequest("guest_notes", frozenset({"guestNote"}), among=Among(frozenset({owner}), "guestID"))
        )
    assert set(guests) == {guest["guestID"] for guest in booking.data["guestList"]}  # type: ignore[union-attr,index,call-overload]
    assert mine.keys() == {identity for identity, note in notes.items() if note.data["guestID"] == owner}


async def test_a_few_are_read_again_with_few_calls(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        every = [*await records(connector, ReadRequest("reservations", frozenset({"status"})))]
        await connector.whoami()
        check_out(hotel, every[3])
        before = hotel.recorder.count("getReservations")
        request = ReadRequest("reservations", frozenset({"status"}), among=Among(frozenset({every[3]})))
        assert [*await records(connector, request)] == [every[3]]
    assert hotel.recorder.count("getReservations") - before == 1


async def test_an_address_is_subscribed_once_and_only_to_what_is_wanted(hotel: Hotel) -> None:
    address = "http://127.0.0.1:9/secret"
    async with hotel.connector() as connector:
        assert await connector.subscribe(address, {"transactions"}) == [
            "accounting/transaction",
            "night_audit/completed",
        ]
        assert await connector.subscribe(address, {"transactions"}) == []
        assert len(await connector.subscribe(address, {"guests"})) > 3
        assert len(await connector.subscribe(f"{address}2", {"transactions"})) == 2
        ended = await connector.unsubscribe(address)
        assert {"accounting/transaction", "guest/created"} <= set(ended)
        assert await connector.unsubscribe(address) == []
        assert len(await connector.unsubscribe(f"{address}2")) == 2


def test_only_objects_with_events_are_told_of() -> None:
    connector = CloudbedsConnector.open("hotel", {"property": HOUSE, "api_key": "k", "url": "http://127.0.0.1:1"})
    assert connector.told_objects(["guests", "rooms", "transactions"]) == {"guests", "transactions"}
    assert "guest_profiles" in TOLD
