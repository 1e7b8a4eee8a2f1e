"""Webhooks of the local HubSpot: subscriptions, events of all kinds, signatures, and every way of being unreliable."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from mapstudio.sandbox.hubspot.oauth import App
from mapstudio.sandbox.hubspot.signing import signed_headers
from tests.sandbox.hubspot.receiver import Got, Receiver, receiving

APP = App()
CONTACTS = "/crm/objects/2026-03/contacts"
NEW = {"eventType": "contact.creation"}


@pytest.fixture(name="receiver")
def _receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def listen(client: httpx.Client, receiver: Receiver, *subscriptions: dict[str, Any], **more: Any) -> None:
    body = {"target": receiver.url, "subscriptions": subscriptions, **more}
    answer = client.put("/__sandbox__/webhooks", json=body)
    assert answer.status_code == 200, answer.text


def create(client: httpx.Client, email: str = "eva@example.com", **more: str) -> str:
    answer = client.post(CONTACTS, json={"properties": {"email": email, **more}})
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


def create_many(client: httpx.Client, count: int) -> None:
    for start in range(0, count, 100):
        inputs = [{"properties": {"email": f"n{index}@example.com"}} for index in range(start, min(start + 100, count))]
        assert client.post(f"{CONTACTS}/batch/create", json={"inputs": inputs}).status_code == 201


def state(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/__sandbox__/webhooks").json()
    return found


@pytest.mark.parametrize("root", ["/webhooks/2026-03", "/webhooks/v3", "/app-webhooks/2026-09"])
def test_subscriptions_are_made_changed_and_taken_away(client: httpx.Client, receiver: Receiver, root: str) -> None:
    settings, own = f"{root}/{APP.id}/settings", f"{root}/{APP.id}/subscriptions"
    assert client.get(settings).status_code == 404
    body = {"targetUrl": receiver.url, "throttling": {"maxConcurrentRequests": 5}}
    assert client.put(settings, json=body).json().items() >= body.items()
    assert client.get(settings).json().items() >= body.items()
    made = client.post(own, json={"eventType": "deal.propertyChange", "propertyName": "amount", "active": False})
    assert made.status_code == 201
    one = f"{own}/{made.json()['id']}"
    assert client.patch(one, json={"active": True}).json()["active"] is True
    inputs = [{"id": int(made.json()["id"]), "active": False}, {"id": 1, "active": True}]
    batch = client.post(f"{own}/batch/update", json={"inputs": inputs})
    assert (batch.status_code, batch.json()["numErrors"]) == (207, 1)
    assert [item["active"] for item in client.get(own).json()["results"]] == [False]
    assert [client.delete(one).status_code, client.get(one).status_code] == [204, 404]
    assert client.delete(settings).status_code == 204
    assert client.get(f"{root}/1/settings").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"eventType": "contact.exploded", "active": True},
        {"eventType": "contact.propertyChange", "active": True},
        {"eventType": "contact.creation", "propertyName": "email", "active": True},
        {"eventType": "object.creation", "active": True},
        {"eventType": "object.creation", "objectTypeId": "0-99999", "active": True},
        {"eventType": "contact.creation"},
    ],
)
def test_a_subscription_that_makes_no_sense_is_refused(client: httpx.Client, body: dict[str, Any]) -> None:
    assert client.post(f"/webhooks/2026-03/{APP.id}/subscriptions", json=body).status_code == 400


@pytest.mark.parametrize("url", ["https://example.com/hook", "http://127.0.0.1.example.com/", "file:///etc/passwd", 5])
def test_nothing_is_sent_to_another_machine(client: httpx.Client, url: Any) -> None:
    body = {"targetUrl": url, "throttling": {"maxConcurrentRequests": 5}}
    assert client.put(f"/webhooks/2026-03/{APP.id}/settings", json=body).status_code == 400
    assert client.put("/__sandbox__/webhooks", json={"target": url}).status_code == 400


def test_creation_change_and_deletion_are_told_to_whom_they_matter(client: httpx.Client, receiver: Receiver) -> None:
    change = {"eventType": "contact.propertyChange", "propertyName": "firstname"}
    gone = {"eventType": "object.deletion", "objectTypeId": "contacts"}
    listen(client, receiver, NEW, change, gone, {"eventType": "deal.creation"})
    contact = create(client, firstname="Eva", lastname="Sol")
    client.patch(f"{CONTACTS}/{contact}", json={"properties": {"firstname": "", "lastname": "Luna"}})
    client.patch(f"{CONTACTS}/{contact}", json={"properties": {"firstname": ""}})
    client.delete(f"{CONTACTS}/{contact}")
    events = sorted(receiver.events(4), key=lambda event: event["eventId"])
    told = [(event["subscriptionType"], event.get("propertyName"), event.get("propertyValue")) for event in events]
    assert told == [
        ("contact.creation", None, None),
        ("contact.propertyChange", "firstname", "Eva"),
        ("contact.propertyChange", "firstname", ""),
        ("object.deletion", None, None),
    ]
    assert {event["objectId"] for event in events} == {int(contact)}
    assert {event["attemptNumber"] for event in events} == {0}
    assert events[3]["objectTypeId"] == "0-1"
    assert events[0]["changeFlag"] == "CREATED"
    assert events[0].keys() >= {"portalId", "appId", "subscriptionId", "occurredAt", "changeSource", "sourceId"}


def test_an_association_is_told_from_both_sides_when_made_and_when_ended(
    client: httpx.Client, receiver: Receiver
) -> None:
    listen(client, receiver, *({"eventType": f"{name}.associationChange"} for name in ("contact", "company")))
    contact = create(client)
    company = client.post("/crm/v3/objects/companies", json={"properties": {"name": "Sol"}}).json()["id"]
    path = f"/crm/v4/objects/contacts/{contact}/associations"
    assert client.put(f"{path}/default/companies/{company}").status_code == 200
    assert client.put(f"{path}/default/companies/{company}").status_code == 200  # nothing new, nothing told
    assert client.delete(f"{path}/companies/{company}").status_code == 204
    events = sorted(receiver.events(4), key=lambda event: event["eventId"])
    keys = ("associationType", "fromObjectId", "associationRemoved", "isPrimaryAssociation")
    assert [tuple(event[key] for key in keys) for event in events] == [
        ("CONTACT_TO_COMPANY", int(contact), False, True),
        ("COMPANY_TO_CONTACT", int(company), False, True),
        ("CONTACT_TO_COMPANY", int(contact), True, True),
        ("COMPANY_TO_CONTACT", int(company), True, True),
    ]


def test_a_merge_is_told_with_both_ids(client: httpx.Client, receiver: Receiver) -> None:
    listen(client, receiver, {"eventType": "contact.merge"})
    kept, other = create(client), create(client, "eva2@example.com", firstname="Eva")
    body = {"primaryObjectId": kept, "objectIdToMerge": other}
    assert client.post(f"{CONTACTS}/merge", json=body).status_code == 200
    event = receiver.events(1)[0]
    assert (event["primaryObjectId"], event["mergedObjectIds"]) == (int(kept), [int(other)])


def test_at_most_a_hundred_events_come_together_and_none_is_lost(client: httpx.Client, receiver: Receiver) -> None:
    listen(client, receiver, NEW)
    create_many(client, 250)
    requests = receiver.requests(250)
    assert max(len(got.events) for got in requests) <= 100
    assert len(requests) < 50
    assert len({event["objectId"] for got in requests for event in got.events}) == 250


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_requests_are_signed(client: httpx.Client, receiver: Receiver, version: str) -> None:
    listen(client, receiver, NEW, signature=version)
    create(client)
    got = receiver.requests(1)[0]
    uri = receiver.url.replace("%3A", ":")
    assert_signed(got, uri, version)


def assert_signed(got: Got, uri: str, version: str) -> None:
    """Hold the headers against the vendor's rule, written down once more here."""
    stamp = got.headers["x-hubspot-request-timestamp"]
    assert abs(datetime.fromtimestamp(int(stamp) / 1000, UTC) - datetime.now(UTC)).total_seconds() < 60
    source = b"POST" + uri.encode() + got.body
    digest = hmac.new(APP.client_secret.encode(), source + stamp.encode(), hashlib.sha256).digest()
    assert got.headers["x-hubspot-signature-v3"] == b64encode(digest).decode()
    assert got.headers["x-hubspot-signature-version"] == version
    older = APP.client_secret.encode() + (got.body if version == "v1" else source)
    assert got.headers["x-hubspot-signature"] == hashlib.sha256(older).hexdigest()


def test_the_first_versions_vector_is_the_documentations() -> None:
    body = (
        b'[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,'
        b'"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM",'
        b'"changeFlag":"NEW","appId":54321}]'
    )
    headers = signed_headers(
        "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy", "http://localhost/", body, datetime.now(UTC), version="v1"
    )
    assert headers["X-HubSpot-Signature"] == "232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de"


def test_what_is_refused_comes_again_later_with_its_number(client: httpx.Client, receiver: Receiver) -> None:
    receiver.refuse = 2
    client.put("/__sandbox__/clock", json={"freeze": True})
    listen(client, receiver, NEW, manners={"retry": 60})
    create(client)
    for tries, wait in enumerate((61, 121), start=1):
        assert [event["attemptNumber"] for event in receiver.events(tries)] == [*range(tries)]
        until_noted(client, tries)
        client.put("/__sandbox__/clock", json={"advance": wait})
    events = receiver.events(3)
    assert [event["attemptNumber"] for event in events] == [0, 1, 2]
    assert len({event["eventId"] for event in events}) == 1
    assert [request["outcome"] for request in until_quiet(client)["requests"]] == [500, 500, 204]


def test_it_is_given_up_after_ten_retries(client: httpx.Client, receiver: Receiver) -> None:
    receiver.refuse = 1000
    listen(client, receiver, NEW, manners={"retry": 0})
    create(client)
    assert [event["attemptNumber"] for event in receiver.events(11)] == [*range(11)]
    assert until_quiet(client)["given_up"] == 1


def test_duplicates_come_with_the_same_event_id_in_another_request(client: httpx.Client, receiver: Receiver) -> None:
    listen(client, receiver, NEW, manners={"duplicates": 1})
    create_many(client, 20)
    requests = receiver.requests(40)
    counts = Counter(event["eventId"] for got in requests for event in got.events)
    assert set(counts.values()) == {2}
    assert all(len({event["eventId"] for event in got.events}) == len(got.events) for got in requests)


def test_events_come_out_of_order_when_they_should(client: httpx.Client, receiver: Receiver) -> None:
    listen(client, receiver, NEW, manners={"reorder": True})
    create_many(client, 100)
    numbers = [event["eventId"] for event in receiver.events(100)]
    assert numbers != sorted(numbers)
    assert len(set(numbers)) == 100


def test_events_are_held_back_and_lost_when_they_should(client: httpx.Client, receiver: Receiver) -> None:
    client.put("/__sandbox__/clock", json={"freeze": True})
    listen(client, receiver, NEW, manners={"delay": 30, "drop": 0.5})
    create_many(client, 100)
    told = state(client)
    assert told["pending"] + told["lost"] == 100
    assert 20 < told["lost"] < 80
    assert receiver.got == []
    client.put("/__sandbox__/clock", json={"advance": 31})
    assert len(receiver.events(told["pending"])) == told["pending"]


def test_without_a_target_nothing_is_sent_nor_what_waits(client: httpx.Client, receiver: Receiver) -> None:
    receiver.refuse = 1
    listen(client, receiver, NEW, manners={"retry": 60})
    create(client)
    assert len(receiver.events(1)) == 1
    assert client.delete(f"/webhooks/2026-03/{APP.id}/settings").status_code == 204
    assert state(client)["pending"] == 0
    client.put("/__sandbox__/webhooks", json={"target": receiver.url})
    create(client, "later@example.com")
    assert len({event["objectId"] for event in receiver.events(2)}) == 2


def test_a_reset_ends_what_is_on_its_way(client: httpx.Client, receiver: Receiver) -> None:
    listen(client, receiver, NEW, manners={"delay": 1000})
    create(client)
    client.post("/__sandbox__/reset")
    told = state(client)
    assert (told["target"], told["subscriptions"], told["pending"]) == (None, [], 0)
    client.put("/__sandbox__/clock", json={"advance": 2000})
    create(client)
    assert receiver.got == []


def until_noted(client: httpx.Client, requests: int) -> None:
    """Wait until the sandbox has so many answers: only then does it begin to wait itself."""
    for _ in range(500):
        if len(state(client)["requests"]) == requests:
            return
    raise AssertionError(f"still without an answer: {state(client)}")


def until_quiet(client: httpx.Client) -> dict[str, Any]:
    for _ in range(500):
        told = state(client)
        if told["pending"] == 0:
            return told
    raise AssertionError(f"still on its way: {told}")
