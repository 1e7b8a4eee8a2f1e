from __future__ import annotations

import httpx
import pytest

from tests.sandbox.cloudbeds.conftest import Client
from tests.sandbox.cloudbeds.happenings import CUSTOM_ITEM, book
from tests.sandbox.cloudbeds.receiver import Receiver, receiving

QUIET = {"duplicates": 0, "reorder": False, "retry": 60}


def subscribe(client: Client, receiver: Receiver, *events: str) -> list[str]:
    ids = []
    for event in events:
        entity, action = event.split("/")
        answer = client.send("POST", "postWebhook", object=entity, action=action, endpointUrl=receiver.url)
        ids.append(answer["data"]["subscriptionID"])
    return ids


def noted(client: Client) -> int:
    """Return of how many deliveries the sandbox knows the answer."""
    return len(client.control("GET", "/webhooks")["requests"])


def test_a_booking_tells_thinly_of_itself_and_keys_differ_by_event(client: Client) -> None:
    client.control("PUT", "/webhooks", {"manners": QUIET})
    with receiving() as receiver:
        subscribe(client, receiver, "reservation/created", "guest/created")
        number = book(client)
        bodies = {body["event"]: body for body in receiver.until(lambda bodies: len(bodies) == 2)}
    created, guest = bodies["reservation/created"], bodies["guest/created"]
    assert created.keys() == {
        *("version", "event", "timestamp", "propertyID", "propertyID_str", "reservationID", "startDate", "endDate"),
    }
    assert created["reservationID"] == number
    assert isinstance(created["timestamp"], float)
    assert (guest["propertyId"], guest["propertyId_str"]) == (297652, "297652")
    assert guest["guestId_str"] == str(guest["guestId"])
    assert not [name for name in receiver.headers[0] if "signature" in name]


def test_what_is_refused_comes_five_times_a_minute_apart(client: Client) -> None:
    client.control("PUT", "/webhooks", {"manners": QUIET})
    with receiving() as receiver:
        receiver.refuse = 99
        subscribe(client, receiver, "guest/created")
        book(client)
        for tries in range(1, 6):
            # The minute begins when the sandbox has the answer, not when it was given.
            receiver.until(lambda _, tries=tries: noted(client) == tries)  # type: ignore[misc]
            client.control("PUT", "/clock", {"advance": 59})
            assert len(receiver.bodies) == tries
            client.control("PUT", "/clock", {"advance": 2})
        client.control("PUT", "/clock", {"advance": 600})
        assert len(receiver.bodies) == 5
    told = client.control("GET", "/webhooks")
    assert (told["given_up"], told["pending"]) == (1, 0)


def test_events_come_twice_when_the_tester_wants_it(client: Client) -> None:
    client.control("PUT", "/webhooks", {"manners": {**QUIET, "duplicates": 1}})
    with receiving() as receiver:
        subscribe(client, receiver, "guest/created")
        book(client)
        first, second = receiver.until(lambda bodies: len(bodies) == 2)
    assert first == second


def test_only_what_was_subscribed_to_is_told_until_it_ends(client: Client) -> None:
    client.control("PUT", "/webhooks", {"manners": QUIET})
    with receiving() as receiver:
        [gone, _] = subscribe(client, receiver, "guest/created", "accounting/transaction")
        assert len(client.get("getWebhooks")["data"]) == 2
        assert client.http.delete("deleteWebhook", params={"subscriptionID": gone}).json() == {"success": True}
        assert client.http.delete("deleteWebhook", params={"subscriptionID": gone}).json()["success"] is False
        number = book(client)
        client.send("POST", "postCustomItem", reservationID=number, **CUSTOM_ITEM)
        item, tax = sorted(
            receiver.until(lambda bodies: len(bodies) == 2), key=lambda body: body["internalTransactionCode"]
        )
    assert (item["internalTransactionCode"], tax["internalTransactionCode"]) == ("4000", "8000")
    assert tax["parentTransactionId"] == item["transactionId"]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"object": "reservation", "action": "eaten"}, "reservation/eaten"),
        ({"endpointUrl": "https://hotel.example/hook"}, "this machine"),
        ({"object": ""}, "object"),
    ],
)
def test_a_wrong_subscription_is_refused(client: Client, form: dict[str, str], told: str) -> None:
    right = {"object": "reservation", "action": "created", "endpointUrl": "http://127.0.0.1:9/x"}
    answer = client.send("POST", "postWebhook", **{**right, **form})
    assert answer["success"] is False
    assert told in answer["message"]


def test_a_key_subscribes_to_what_it_may_read(client: Client) -> None:
    key = client.control("POST", "/keys", {"properties": ["297652"], "scopes": ["read:guest"]})["api_key"]
    form = {"object": "guest", "action": "created", "endpointUrl": "http://127.0.0.1:9/x"}
    headers = {"x-api-key": key}
    assert client.http.post("postWebhook", data=form, headers=headers).json()["success"] is True
    answer = client.http.post("postWebhook", data={**form, "object": "reservation"}, headers=headers)
    assert answer.status_code == httpx.codes.UNAUTHORIZED
