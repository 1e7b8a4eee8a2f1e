"""Webhooks of a HubSpot app: signed lists of events, at least once each and in no order."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime

from mapstudio.connectors.hubspot.objects import ObjectKind
from mapstudio.connectors.hubspot.signature import is_signed
from mapstudio.connectors.notices import Concern, Delivery, MalformedDeliveryError, Notice
from mapstudio.model import AuthenticationError, JsonValue, PreconditionError, Record, UsageError

_SIGNATURE = "x-hubspot-signature-v3"
_TIMESTAMP = "x-hubspot-request-timestamp"
_PLURALS = {
    "contact": "contacts",
    "company": "companies",
    "deal": "deals",
    "ticket": "tickets",
    "product": "products",
    "line_item": "line_items",
}
_OBJECT = "object"
_OTHERS = ("fromObjectId", "primaryObjectId", "newObjectId")
"""Where an event of a merge or an association names records of the same object beside its own."""


def check_signature(delivery: Delivery, secret: str, connection: str) -> None:
    """Let pass what the app has signed a short time ago.

    Raises:
        AuthenticationError: There is no signature of version 3, or another one, or an old one.
    """
    signed = is_signed(
        secret,
        delivery.headers.get(_SIGNATURE, ""),
        body=delivery.body,
        method=delivery.method,
        uri=delivery.uri,
        timestamp=delivery.headers.get(_TIMESTAMP, ""),
        now=delivery.received_at,
    )
    if not signed:
        raise AuthenticationError(
            f'A delivery to "{connection}" does not carry the signature (version 3) of the app.',
            remedy="Check webhook_secret, and that --public-url is the address that the app calls.",
        )


def notices_of(delivery: Delivery, portal: str, kinds: Mapping[str, ObjectKind], connection: str) -> list[Notice]:
    """Return what a delivery tells of one account.

    Raises:
        MalformedDeliveryError: It is no list of events.
        PreconditionError: One of them is of another account.
    """
    body = delivery.json()
    if not isinstance(body, list):
        raise MalformedDeliveryError(f'A delivery to "{connection}" is no list of events.')
    names = {kind.type_id: name for name, kind in kinds.items() if kind.type_id}
    return [_notice(event, portal, names, connection) for event in body]


def not_by_api(object_names: Collection[str]) -> UsageError:
    """Return why nobody is subscribed here, and where a person does it."""
    what = ", ".join(sorted(object_names)) or "the objects"
    return UsageError(
        "HubSpot tells of changes by its app, whose webhooks are set in the app itself.",
        remedy=f"Enter the address as the app's target URL, and subscribe to the changes of {what} there.",
    )


def _notice(event: JsonValue, portal: str, names: Mapping[str, str], connection: str) -> Notice:
    kind = event.get("subscriptionType") if isinstance(event, dict) else None
    if not isinstance(event, dict) or not isinstance(kind, str) or "portalId" not in event:
        raise MalformedDeliveryError(f'A delivery to "{connection}" holds an event without its type or its account.')
    if str(event["portalId"]) != portal:
        raise PreconditionError(
            f'Connection "{connection}" reaches hub {portal}, and a delivery tells of hub {event["portalId"]}.',
            remedy="It was refused: the app is installed in several accounts; each needs an address of its own.",
        )
    concerns = tuple(dict.fromkeys(_concerns(event, kind, names)))
    return Notice(kind, concerns, _identity(event), _moment(event.get("occurredAt")))


def _concerns(event: Record, kind: str, names: Mapping[str, str]) -> Iterator[Concern]:
    word, _, _ = kind.partition(".")
    name = names.get(str(event.get("objectTypeId"))) if word == _OBJECT else _PLURALS.get(word)
    if name is not None:
        merged = event.get("mergedObjectIds")
        told = [event.get("objectId"), *(event.get(key) for key in _OTHERS)]
        for value in (*told, *(merged if isinstance(merged, list) else ())):
            if identity := _id(value):
                yield Concern(name, identity)
    # The other side of an association has its own event only where the app has subscribed to it.
    _, _, far = str(event.get("associationType", "")).partition("_TO_")
    other, identity = _PLURALS.get(far.lower()), _id(event.get("toObjectId"))
    if other is not None and identity:
        yield Concern(other, identity)


def _identity(event: Record) -> str | None:
    """Return what tells the event from others. The number of its attempt is not part of it.

    The vendor does not promise that ``eventId`` is unique, so that all that names the event is taken together.
    """
    parts = [event.get(name) for name in ("eventId", "subscriptionId", "objectId", "fromObjectId", "occurredAt")]
    return ":".join(str(part) for part in parts) if parts[0] is not None and parts[-1] is not None else None


def _id(value: JsonValue) -> str:
    text = str(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
    return text if text.isascii() and text.isdecimal() else ""


def _moment(value: JsonValue) -> datetime | None:
    text = _id(value)
    try:
        return datetime.fromtimestamp(int(text) / 1000, tz=UTC) if text else None
    except (ValueError, OverflowError, OSError):
        return None
