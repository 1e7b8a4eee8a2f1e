"""The API's shapes for reservations: the flat list, the list with rates, and the whole of one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from mapstudio.model import JsonValue, Record
from mapstudio.sandbox.cloudbeds.hotel import Hotel
from mapstudio.sandbox.cloudbeds.shapes import GUEST_STATUS, coded_fields, moment, number
from mapstudio.sandbox.cloudbeds.store import Guest, Reservation, RoomStay, Store

_GUEST_NAMES = (
    "guestFirstName",
    "guestLastName",
    "guestGender",
    "guestEmail",
    "guestPhone",
    "guestCellPhone",
    "guestCountry",
)


def list_row(item: Reservation, store: Store, hotel: Hotel) -> Record:
    """Return a row of ``getReservations`` without its options; counts are texts."""
    main = store.guests[item.guests[0]]
    source = hotel.sources[item.source]
    return {
        "propertyID": hotel.id,
        "reservationID": item.id,
        "dateCreated": moment(item.created),
        "dateModified": moment(item.modified),
        "status": item.status,
        "guestID": main.id,
        "profileID": main.profile,
        "guestName": main.name,
        "startDate": item.start.isoformat(),
        "endDate": item.end.isoformat(),
        "adults": str(sum(room.adults for room in item.rooms)),
        "children": str(sum(room.children for room in item.rooms)),
        "balance": number(item.total - item.paid),
        "sourceName": source.name,
        "sourceID": source.id,
        "thirdPartyIdentifier": item.third_party,
        "allotmentBlockCode": None,
        "origin": "",
        "mealPlans": "",
    }


def rates_row(item: Reservation, store: Store, hotel: Hotel) -> Record:
    """Return a row of ``getReservationsWithRateDetails``: UTC twins, money, rooms."""
    main = store.guests[item.guests[0]]
    source = hotel.sources[item.source]
    policy = hotel.facts["propertyPolicy"]
    result: Record = {
        "propertyID": hotel.id,
        "reservationID": item.id,
        "isDeleted": False,
        "dateCreated": moment(item.created),
        "dateCreatedUTC": _utc(item.created, hotel),
        "dateModified": moment(item.modified),
        "dateModifiedUTC": _utc(item.modified, hotel),
        "status": item.status,
        "reservationCheckIn": f"{item.start} {policy['propertyCheckInTime']}",
        "reservationCheckOut": f"{item.end} {policy['propertyCheckOutTime']}",
        "guestID": main.id,
        "profileID": main.profile,
        "guestName": main.name,
        "guestCountry": main.get("guestCountry"),
        "sourceName": source.name,
        "source": {
            "name": source.name,
            "paymentCollect": "hotel",
            "sourceID": source.id,
            "category": source.category,
        },
        "sourceCategory": source.category,
        "sourceReservationID": item.third_party or None,
        "propertyCurrency": hotel.facts["currency"]["currencyCode"],
        "balanceDetailed": _balance(item),
        "detailedRates": _rate_map(item, sum((room.rate for room in item.rooms), Decimal(0))),
        "rooms": [_rates_room(item, room, store, hotel) for room in item.rooms],
        "origin": "",
        "mealPlans": "",
        "thirdPartyIdentifier": item.third_party,
        "estimatedArrivalTime": item.arrival or None,
        "total": number(item.total),
        "balance": number(item.total - item.paid),
    }
    if item.status == "canceled":
        result["dateCancelled"] = result["dateModified"]
        result["dateCancelledUTC"] = result["dateModifiedUTC"]
    return result


def detail(item: Reservation, store: Store, hotel: Hotel) -> Record:
    """Return the data of ``getReservation``."""
    main = store.guests[item.guests[0]]
    source = hotel.sources[item.source]
    return {
        "propertyID": hotel.id,
        "guestName": main.name,
        "guestEmail": main.get("guestEmail"),
        "isAnonymized": main.anonymized,
        "guestList": guest_map(item, store, hotel),
        "reservationID": item.id,
        "dateCreated": moment(item.created),
        "dateModified": moment(item.modified),
        "estimatedArrivalTime": item.arrival,
        "source": source.name,
        "sourceID": source.id,
        "thirdPartyIdentifier": item.third_party,
        "status": item.status,
        "total": number(item.total),
        "balance": number(item.total - item.paid),
        "balanceDetailed": _balance(item),
        "assigned": [_detail_room(item, room, store, hotel) for room in item.rooms if room.room_id],
        "unassigned": [_detail_room(item, room, store, hotel) for room in item.rooms if not room.room_id],
        "cardsOnFile": [],
        "customFields": coded_fields(hotel, "reservation", item.custom),
        "startDate": item.start.isoformat(),
        "endDate": item.end.isoformat(),
        "allotmentBlockCode": None,
        "orderId": "",
        "origin": "",
        "mealPlans": "",
    }


def guest_map(item: Reservation, store: Store, hotel: Hotel, *, named: bool = False) -> JsonValue:
    """Return the reservation's guests by id; an empty PHP array is ``[]``. The lists add ``guestName``."""
    result: Record = {}
    for guest_id in item.guests:
        guest = _reservation_guest(store.guests[guest_id], item, store, hotel)
        result[guest_id] = {**guest, "guestName": store.guests[guest_id].name} if named else guest
    return result or []


def room_rows(item: Reservation, store: Store, hotel: Hotel) -> JsonValue:
    """Return the ``rooms`` of a list row with ``includeAllRooms``: assigned and unassigned together."""
    rows = []
    for room in item.rooms:
        row = _rates_room(item, room, store, hotel)
        for name in ("rateID", "rateName", "detailedRoomRates"):
            del row[name]
        rows.append(row)
    return [*rows]


def _reservation_guest(guest: Guest, item: Reservation, store: Store, hotel: Hotel) -> Record:
    room = item.rooms[0]
    place: Record = {
        "reservationRoomID": room.id,
        "roomTypeID": room.type_id,
        "roomTypeName": store.room_types[room.type_id].name,
        "roomTypeIsVirtual": False,
        "subReservationID": room.sub_reservation,
    }
    assigned = bool(room.room_id)
    return {
        "guestID": guest.id,
        **{name: guest.get(name) for name in _GUEST_NAMES},
        "guestAddress": guest.get("guestAddress1"),
        "guestAddress2": guest.get("guestAddress2"),
        "guestCity": guest.get("guestCity"),
        "guestZip": guest.get("guestZip"),
        "guestState": guest.get("guestState"),
        "guestStatus": GUEST_STATUS.get(item.status, "not_checked_in"),
        "guestBirthdate": guest.get("guestBirthDate"),
        "guestDocumentType": guest.get("guestDocumentType"),
        "guestDocumentNumber": guest.get("guestDocumentNumber"),
        "guestDocumentIssueDate": guest.get("guestDocumentIssueDate"),
        "guestDocumentIssuingCountry": guest.get("guestDocumentIssuingCountry"),
        "guestDocumentExpirationDate": guest.get("guestDocumentExpirationDate"),
        "assignedRoom": assigned,
        "roomID": room.room_id,
        "roomName": room.room_name,
        "roomTypeName": store.room_types[room.type_id].name if assigned else "",
        "isMainGuest": item.guests[0] == guest.id,
        "isAnonymized": guest.anonymized,
        "taxID": guest.get("guestTaxId"),
        "companyTaxID": guest.get("guestCompanyTaxId"),
        "companyName": guest.get("guestCompanyName"),
        "customFields": coded_fields(hotel, "guest", guest.custom),
        "unassignedRooms": [] if assigned else [place],
        "rooms": [{**place, "roomID": room.room_id, "roomName": room.room_name}] if assigned else [],
    }


def _detail_room(item: Reservation, room: RoomStay, store: Store, hotel: Hotel) -> Record:
    room_type = store.room_types[room.type_id]
    source = hotel.sources[item.source]
    result: Record = {
        "reservationRoomID": room.id,
        "roomTypeName": room_type.name,
        "roomTypeNameShort": room_type.short,
        "roomTypeIsVirtual": False,
        "roomTypeID": room.type_id,
        "subReservationID": room.sub_reservation,
        "isRoomLocked": False,
        "startDate": item.start.isoformat(),
        "endDate": item.end.isoformat(),
        "adults": str(room.adults),
        "children": str(room.children),
        "dailyRates": [{"date": night, "rate": number(room.rate)} for night in _nights(item)],
        "roomTotal": f"{room.rate * item.nights:.2f}",
        "marketName": source.market,
        "marketCode": source.code,
    }
    if room.room_id:
        result["roomName"] = room.room_name
        result["roomID"] = room.room_id
    return result


def _rates_room(item: Reservation, room: RoomStay, store: Store, hotel: Hotel) -> Record:
    source = hotel.sources[item.source]
    main = store.guests[item.guests[0]]
    return {
        "roomTypeID": room.type_id,
        "roomTypeIsVirtual": False,
        "roomTypeName": store.room_types[room.type_id].name,
        "subReservationID": room.sub_reservation,
        "isRoomLocked": False,
        "guestID": main.id,
        "guestName": main.name,
        "rateID": "1180044",
        "rateName": "Mejor tarifa disponible",
        "adults": str(room.adults),
        "children": str(room.children),
        "reservationRoomID": room.id,
        "roomID": room.room_id,
        "roomName": room.room_name,
        "roomCheckIn": item.start.isoformat(),
        "roomCheckOut": item.end.isoformat(),
        "roomStatus": GUEST_STATUS.get(item.status, "not_checked_in"),
        "detailedRoomRates": _rate_map(item, room.rate),
        "marketName": source.market,
        "marketCode": source.code,
    }


def _balance(item: Reservation) -> Record:
    return {
        "suggestedDeposit": f"{item.total / 2:.2f}",
        "subTotal": number(item.sub_total),
        "additionalItems": 0,
        "taxesFees": number(item.taxes),
        "grandTotal": number(item.total),
        "paid": number(item.paid),
    }


def _nights(item: Reservation) -> list[str]:
    return [(item.start + timedelta(days=index)).isoformat() for index in range(item.nights)]


def _rate_map(item: Reservation, rate: Decimal) -> Record:
    return {night: number(rate) for night in _nights(item)}


def _utc(value: datetime, hotel: Hotel) -> str:
    return moment(value.replace(tzinfo=hotel.zone).astimezone(UTC))
