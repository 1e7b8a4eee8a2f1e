"""Webhooks of HubSpot: nothing unsigned, nothing of another account, and what is told is read again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from mapstudio.connectors.exchange import Among, ReadRequest
from mapstudio.connectors.hubspot import HubSpotConnector
from mapstudio.connectors.hubspot.signature import SignatureVersion, signature_of
from mapstudio.connectors.notices import Delivery, MalformedDeliveryError, Notice
from mapstudio.model import AuthenticationError, PreconditionError, Record, UsageError
from tests.connectors.deliveries import NOW, URI, delivery
from tests.connectors.hubspot.conftest import Connect

SECRET = "the-secret-of-the-app"
PORTAL = "44129110"
EVENT = {
    "eventId": 1000000001,
    "subscriptionId": 3300101,
    "portalId": int(PORTAL),
    "appId": 7700451,
    "occurredAt": 1795304924431,
    "subscriptionType": "contact.propertyChange",
    "attemptNumber": 0,
    "objectId": 61000501,
    "propertyName": "email",
    "propertyValue": "a@b.example",
    "changeSource": "CRM_UI",
}


def connector(**settings: str) -> HubSpotConnector:
    given = {"url": "http://127.0.0.1:1", "token": "any", "portal": PORTAL, "webhook_secret": SECRET}
    return HubSpotConnector.open("crm", {**given, **settings})


def signed(body: Any, *, secret: str = SECRET, age: timedelta = timedelta(0)) -> Delivery:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    timestamp = str(int((NOW - age).timestamp() * 1000))
    value = signature_of(SignatureVersion.V3, secret, body=content, method="POST", uri=URI, timestamp=timestamp)
    return delivery(content, {"x-hubspot-signature-v3": value, "x-hubspot-request-timestamp": timestamp})


def told(*events: Any) -> list[Notice]:
    return [*connector().notices(signed([*events]))]


def concerns(**changed: Any) -> set[tuple[str, str | None]]:
    [notice] = told({**EVENT, **changed})
    return {(item.object, item.value) for item in notice.concerns}


def test_a_list_of_events_tells_of_each() -> None:
    first, second = told(EVENT, {**EVENT, "eventId": 2, "objectId": 7, "subscriptionType": "deal.creation"})
    assert first.event == "contact.propertyChange"
    assert [(item.object, item.value, item.field) for item in first.concerns] == [("contacts", "61000501", None)]
    assert [(item.object, item.value) for item in second.concerns] == [("deals", "7")]
    assert first.happened_at is not None
    assert first.happened_at.isoformat() == "2026-11-21T23:48:44.431000+00:00"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"subscriptionType": "company.deletion"}, {("companies", "61000501")}),
        ({"subscriptionType": "object.creation", "objectTypeId": "0-123"}, {("orders", "61000501")}),
        ({"subscriptionType": "object.creation", "objectTypeId": "2-999"}, set()),
        ({"subscriptionType": "conversation.creation"}, set()),
        (
            {"subscriptionType": "contact.merge", "primaryObjectId": 5, "mergedObjectIds": [6, 7], "newObjectId": 5},
            {("contacts", number) for number in ("61000501", "5", "6", "7")},
        ),
        (
            {
                "subscriptionType": "contact.associationChange",
                "objectId": None,
                "associationType": "CONTACT_TO_COMPANY",
                "fromObjectId": 5,
                "toObjectId": 6,
            },
            {("contacts", "5"), ("companies", "6")},
        ),
        ({"objectId": "no number"}, set()),
    ],
)
def test_what_an_event_concerns(changed: Mapping[str, Any], expected: set[tuple[str, str]]) -> None:
    assert concerns(**changed) == expected


def test_another_try_is_the_same_event() -> None:
    first, again, other = told(EVENT, {**EVENT, "attemptNumber": 3}, {**EVENT, "subscriptionId": 3300102})
    assert first.identity == again.identity
    assert first.identity is not None
    assert other.identity != first.identity


@pytest.mark.parametrize(
    "bad",
    [
        delivery([EVENT]),
        delivery([EVENT], {"x-hubspot-signature-v3": "", "x-hubspot-request-timestamp": ""}),
        signed([EVENT], secret="of another app"),
        signed([EVENT], age=timedelta(minutes=6)),
    ],
)
def test_what_the_app_has_not_signed_just_now_is_refused(bad: Delivery) -> None:
    with pytest.raises(AuthenticationError, match="signature"):
        connector().notices(bad)


def test_a_signed_request_that_was_changed_is_refused() -> None:
    good = signed([EVENT])
    with pytest.raises(AuthenticationError):
        connector().notices(Delivery("POST", f"{URI}?more", good.headers, good.body, NOW))
    with pytest.raises(AuthenticationError):
        connector().notices(Delivery("POST", URI, good.headers, good.body.replace(b"61000501", b"61000502"), NOW))


def test_an_event_of_another_account_is_refused_with_all_beside_it() -> None:
    with pytest.raises(PreconditionError, match="hub 5"):
        told(EVENT, {**EVENT, "portalId": 5})


@pytest.mark.parametrize("body", [b"no json", {}, [3], [{"subscriptionType": "contact.creation"}], [{"portalId": 1}]])
def test_what_is_no_list_of_events_is_refused(body: Any) -> None:
    with pytest.raises(MalformedDeliveryError):
        connector().notices(signed(body))


def test_without_the_secret_nobody_listens() -> None:
    assert connector().told_objects(["contacts", "owners"]) == {"contacts"}
    with pytest.raises(AuthenticationError, match="webhook_secret"):
        connector(webhook_secret="").told_objects(["contacts"])


async def test_subscriptions_are_for_a_person_to_make() -> None:
    with pytest.raises(UsageError, match="app") as caught:
        await connector().subscribe("https://x.example/secret", ["contacts"])
    assert "secret" not in str(caught.value).replace("target URL", "")
    with pytest.raises(UsageError):
        await connector().unsubscribe("https://x.example/secret")


async def test_the_account_that_is_reached_is_the_one_whose_events_count(connect: Connect) -> None:
    crm = await connect(webhook_secret=SECRET)
    portal = (await crm.whoami()).id
    [notice] = crm.notices(signed([{**EVENT, "portalId": int(portal)}]))
    assert notice.concerns


async def read(crm: HubSpotConnector, request: ReadRequest) -> dict[str, Record]:
    return {record.id: record.data async for page in crm.read(request) for record in page.records}


@pytest.mark.parametrize("paths", [{"email", "lastname"}, {"email", "associations.companies[].name"}, None])
async def test_records_that_are_read_again_are_those_of_a_whole_read(connect: Connect, paths: set[str] | None) -> None:
    crm = await connect()
    asked = None if paths is None else frozenset(paths)
    every = await read(crm, ReadRequest("contacts", asked))
    chosen = [*every][::61]
    again = await read(crm, ReadRequest("contacts", asked, among=Among(frozenset({*chosen, "999999999"}))))
    assert again == {identity: every[identity] for identity in chosen}


async def test_one_that_was_archived_is_gone_unless_it_is_asked_for(connect: Connect) -> None:
    crm = await connect()
    one, other = [*await read(crm, ReadRequest("contacts", frozenset({"email"})))][:2]
    await crm.archive("contacts", [one])
    among = Among(frozenset({one, other}))
    assert [*await read(crm, ReadRequest("contacts", frozenset({"email"}), among=among))] == [other]
    both = await read(crm, ReadRequest("contacts", frozenset({"email"}), among=among, archived=True))
    assert {identity: data["archived"] for identity, data in both.items()} == {one: True, other: False}
