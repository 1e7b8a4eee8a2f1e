"""What goes wrong on the way to the hotel, in its own words; the ledger tells what was stored."""

from __future__ import annotations

import httpx
import pytest

from tests.sandbox.cloudbeds.conftest import Client
from tests.sandbox.cloudbeds.happenings import book


def bookings(client: Client) -> int:
    return len([line for line in client.written() if line["object"] == "reservations"])


def test_a_booking_whose_answer_is_lost_was_made(client: Client) -> None:
    client.control("POST", "/faults", {"kind": "drop-after", "count": 1, "path": "*/postReservation"})
    with pytest.raises(httpx.RemoteProtocolError):
        book(client)
    assert bookings(client) == 1
    book(client)
    assert bookings(client) == 2


def test_too_many_requests_have_no_body_to_speak_of(client: Client) -> None:
    client.control("POST", "/faults", {"kind": "429", "count": 1, "retry_after": 3})
    answer = client.http.get("getHotels")
    assert (answer.status_code, answer.json(), answer.headers["Retry-After"]) == (429, {}, "3")
    assert client.http.get("getHotels").status_code == 200


def test_a_reset_brings_back_the_first_day(client: Client) -> None:
    before = client.get("getReservations")["total"]
    book(client)
    client.send("POST", "postCustomField", name="Placas", shortcode="placas")
    client.control("POST", "/reset")
    assert client.get("getReservations")["total"] == before
    assert client.get("getCustomFields", shortcode="placas")["data"] == []
