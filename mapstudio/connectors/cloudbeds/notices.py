"""Webhooks of Cloudbeds: thin, unsigned, with keys in mixed case. What they name is read again.

The same key ends in ``ID`` in one event and in ``Id`` in the next, some come a second time as ``..._str``; so names are
compared in lower case and without that ending. No event has an id of its own: two deliveries are the same event when
everything in them is the same, the time (to the microsecond) included.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from mapstudio.connectors.cloudbeds.property_names import PropertyNames
from mapstudio.connectors.notices import Concern, Delivery, MalformedDeliveryError, Notice, digest_of_body
from mapstudio.model import JsonValue, PreconditionError, Record

_TWIN = "_str"
_ID = re.compile(r"[\w-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Rule:
    """One object that an event concerns.

    Attributes:
        object: The object.
        key: The key of the event, in lower case, that says which records; ``""`` where none does.
        field: What that key is in the records; ``None`` for their id.
    """

    object: str
    key: str = ""
    field: str | None = None


_BOOKING = _Rule("reservations", "reservationid")
_ON_BOOKING = _Rule("guests", "reservationid", "reservationID")
_BOOKING_NOTES = _Rule("reservation_notes", "reservationid", "reservationID")
_GUEST = _Rule("guests", "guestid")
_GUEST_NOTES = _Rule("guest_notes", "guestid", "guestID")
_BOOKINGS_OF = _Rule("reservations", "guestid", "guestID")
_PROFILES = _Rule("guest_profiles")
"""No event names a profile, and what it knows of stays changes with guests and with bookings."""

_STAY = (_BOOKING, _ON_BOOKING, _PROFILES)
_PERSON = (_GUEST, _BOOKINGS_OF, _PROFILES)

EVENTS: Mapping[str, Sequence[_Rule]] = {
    "reservation/created": _STAY,
    "reservation/status_changed": _STAY,
    "reservation/dates_changed": _STAY,
    "reservation/accommodation_changed": _STAY,
    "reservation/accommodation_status_changed": _STAY,
    "reservation/accommodation_type_changed": _STAY,
    "reservation/deleted": (_BOOKING,),
    "reservation/notes_changed": (_BOOKING, _BOOKING_NOTES),
    "reservation/custom_fields_changed": (_BOOKING,),
    "guest/created": _PERSON,
    "guest/assigned": (*_PERSON, _BOOKING),
    "guest/removed": (*_PERSON, _BOOKING),
    "guest/details_changed": (*_PERSON, _GUEST_NOTES),
    "guest/accommodation_changed": _PERSON,
    "accounting/transaction": (_Rule("transactions", "transactionid"),),
    "night_audit/completed": (_Rule("transactions"),),
}
"""What each event concerns; those of rooms, blocks, keys, documents and the app itself concern nothing here."""

TOLD = frozenset(rule.object for rules in EVENTS.values() for rule in rules)
"""The objects of which events tell."""


def events_of(object_names: frozenset[str]) -> list[str]:
    """Return the events that concern one of the objects."""
    return [event for event, rules in EVENTS.items() if any(rule.object in object_names for rule in rules)]


def notices_of(delivery: Delivery, names: PropertyNames, connection: str) -> list[Notice]:
    """Return what a delivery tells of the properties.

    Raises:
        MalformedDeliveryError: It is no event.
        PreconditionError: It is of another property.
    """
    body = delivery.json()
    rows = body if isinstance(body, list) else [body]
    return [_notice(row, names, connection) for row in rows]


def _notice(row: JsonValue, names: PropertyNames, connection: str) -> Notice:
    if not isinstance(row, dict):
        raise MalformedDeliveryError(f'A delivery to "{connection}" is no event: an object with a name is needed.')
    told = _plain(row)
    event, house = told.get("event"), _text(told.get("propertyid"))
    if not isinstance(event, str) or not event or not house:
        raise MalformedDeliveryError(f'A delivery to "{connection}" is no event: it lacks its name or its property.')
    if house not in names.ids:
        raise PreconditionError(
            f'Connection "{connection}" is pinned to property {", ".join(names.ids)}, '
            f"and a delivery tells of property {house}.",
            remedy="It was refused: end that subscription, or listen with the connection of that property.",
        )
    when = _moment(told.get("timestamp"))
    identity = digest_of_body(told) if when is not None else None
    return Notice(event, tuple(_concerns(event, told, lambda own: names.full(house, own))), identity, when)


def _concerns(event: str, told: Record, full: Callable[[str], str]) -> Iterator[Concern]:
    for rule in EVENTS.get(event, ()):
        value = _text(told.get(rule.key)) if rule.key else ""
        if value:
            yield Concern(rule.object, full(value), rule.field)
        elif not rule.key or rule.field is None:
            # The id that it should have is not there: something has changed all the same.
            yield Concern(rule.object)


def _plain(row: Record) -> Record:
    """Return the event with plain names; of a number and its text the text is taken, which is what ids are here."""
    plain: Record = {}
    for name in sorted(row, key=lambda name: name.lower().endswith(_TWIN)):
        plain[name.lower().removesuffix(_TWIN)] = row[name]
    return plain


def _text(value: JsonValue) -> str:
    """Return an id as text, ``""`` for what is none."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    text = str(value).strip()
    return text if _ID.fullmatch(text) else ""


def _moment(value: JsonValue) -> datetime | None:
    """Return the time of an event: seconds with a fraction, sometimes as text."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, str)):
        return None
    try:
        return datetime.fromtimestamp(float(value), tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
