"""The methods on the property itself: hotel, custom field definitions, rooms."""

from __future__ import annotations

from mapstudio.model import Record
from mapstudio.sandbox.cloudbeds.envelope import Reply
from mapstudio.sandbox.cloudbeds.queries import Call
from mapstudio.sandbox.cloudbeds.store import RoomType

LIST_SIZE = 20
"""Rooms and hotels come twenty to a page unless asked otherwise."""


def get_hotels(call: Call) -> Reply:
    """The hotels of the key; the currency is an object on the wire, a list in the specification."""
    facts = call.hotel.facts
    if call.text("propertyName").casefold() not in facts["propertyName"].casefold():
        return call.page([], str, default_size=LIST_SIZE)
    currency = {name: facts["currency"][name] for name in ("currencyCode", "currencySymbol", "currencyPosition")}
    hotel: Record = {
        "propertyID": facts["propertyID"],
        "organizationID": facts["organizationID"],
        "propertyName": facts["propertyName"],
        "propertyImage": "",
        "propertyDescription": "",
        "propertyTimezone": facts["propertyTimezone"],
        "propertyCurrency": [currency] if call.spec else currency,
    }
    return call.page([hotel], lambda item: item, default_size=LIST_SIZE)


def get_hotel_details(call: Call) -> Reply:
    """The hotel's own page; it has no time zone."""
    facts = call.hotel.facts
    same = ("propertyID", "organizationID", "propertyName", "propertyType")
    after = ("propertyPhone", "propertyEmail", "propertyAddress", "propertyPolicy", "propertyAmenities")
    return Reply(
        {
            **{name: facts[name] for name in same},
            "propertyImage": [],
            "propertyDescription": "",
            "propertyCurrency": facts["currency"],
            "propertyPrimaryLanguage": facts["propertyPrimaryLanguage"],
            "propertyAdditionalPhotos": [],
            **{name: facts[name] for name in after},
            "taxID": facts["taxID"],
            "taxID2": "",
            "companyLegalName": facts["companyLegalName"],
        }
    )


def get_custom_fields(call: Call) -> Reply:
    """The custom field definitions: the only live schema that the API has."""
    shortcode, identity = call.text("shortcode"), call.text("customFieldID")
    return Reply(
        [
            {"propertyID": call.hotel.id, **item.facts}
            for item in call.hotel.custom_fields
            if shortcode in {"", item.shortcode} and identity in {"", item.id}
        ]
    )


def get_rooms(call: Call) -> Reply:
    """All rooms, grouped by property; ``count`` and ``total`` count properties."""
    wanted = {word for word in call.text("roomTypeID").split(",") if word}
    rooms: list[Record] = [
        {
            "roomID": room_id,
            "roomName": name,
            "dormRoomName": "",
            "roomDescription": "",
            "maxGuests": 3,
            "isPrivate": True,
            "isVirtual": False,
            "roomBlocked": False,
            "roomTypeID": item.id,
            "roomTypeName": item.name,
            "roomTypeNameShort": item.short,
            "doorlockID": "",
        }
        for item in call.store.room_types.values()
        if not wanted or item.id in wanted
        for room_id, name in item.rooms
    ]
    shown = call.page(rooms, lambda room: room, default_size=LIST_SIZE)
    return Reply([{"propertyID": call.hotel.id, "rooms": shown.data}], 1, 1)


def get_room_types(call: Call) -> Reply:
    """The room types."""
    wanted = {word for word in call.text("roomTypeIDs").split(",") if word}
    found = [item for item in call.store.room_types.values() if not wanted or item.id in wanted]
    return call.page(found, lambda item: _room_type(item, call), default_size=LIST_SIZE)


def _room_type(item: RoomType, call: Call) -> Record:
    return {
        "roomTypeID": item.id,
        "propertyID": call.hotel.id,
        "roomTypeName": item.name,
        "roomTypeNameShort": item.short,
        "roomTypeDescription": "",
        "isPrivate": True,
        "maxGuests": 3,
        "adultsIncluded": 2,
        "childrenIncluded": 0,
        "roomTypePhotos": [],
        "roomTypeFeatures": [],
        "roomTypeUnits": len(item.rooms),
    }
