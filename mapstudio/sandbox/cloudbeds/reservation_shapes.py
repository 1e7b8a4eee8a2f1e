"""The API's shapes for reservations: the flat list, the list with rates, and the whole of one."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from mapstudio.model import JsonValue, Record
from mapstudio.sandbox.cloudbeds.hotel import Hotel
from mapstudio.sandbox.cloudbeds.shapes import coded_fields, guest_status, moment, number, room_status, utc_moment
from mapstudio.sandbox.cloudbeds.store import Folio, Guest, Reservation, RoomStay, Store

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
        "balance": number(store.folio(item).balance),
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
    folio = store.folio(item)
    result: Record = {
        "propertyID": hotel.id,
        "reservationID": item.id,
        "isDeleted": item.deleted,
        "dateCreated": moment(item.created),
        "dateCreatedUTC": utc_moment(item.created, hotel),
        "dateModified": moment(item.modified),
        "dateModifiedUTC": utc_moment(item.modified, hotel),
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
        "balanceDetailed": _balance(folio),
        "detailedRates": _all_rates(item),
        "rooms": [_rates_room(item, room, store, hotel) for room in item.rooms],
        "origin": "",
        "mealPlans": "",
        "thirdPartyIdentifier": item.third_party,
        "estimatedArrivalTime": item.arrival or None,
        "total": number(folio.total),
        "balance": number(folio.balance),
    }
    if item.status == "canceled":
        result["dateCancelled"] = result["dateModified"]
        result["dateCancelledUTC"] = result["dateModifiedUTC"]
    return result


def detail(item: Reservation, store: Store, hotel: Hotel) -> Record:
    """Return the data of ``getReservation``."""
    main = store.guests[item.guests[0]]
    source = hotel.sources[item.source]
    folio = store.folio(item)
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
        "total": number(folio.total),
        "balance": number(folio.balance),
        "balanceDetailed": _balance(folio),
        "assigned": [_detail_room(room, item, store, hotel) for room in item.rooms if room.room_id],
        "unassigned": [_detail_room(room, item, store, hotel) for room in item.rooms if not room.room_id],
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
    main = item.guests[0] == guest.id
    # Only the main guest is known to be in each of the rooms; the others are in the first.
    mine = item.rooms if main else item.rooms[:1]
    given = [room for room in mine if room.room_id]
    first = given[0] if given else None
    return {
        "guestID": guest.id,
        **{name: guest.get(name) for name in _GUEST_NAMES},
        "guestAddress": guest.get("guestAddress1"),
        "guestAddress2": guest.get("guestAddress2"),
        "guestCity": guest.get("guestCity"),
        "guestZip": guest.get("guestZip"),
        "guestState": guest.get("guestState"),
        "guestStatus": guest_status(item.status, item.rooms[0]),
        "guestBirthdate": guest.get("guestBirthDate"),
        "guestDocumentType": guest.get("guestDocumentType"),
        "guestDocumentNumber": guest.get("guestDocumentNumber"),
        "guestDocumentIssueDate": guest.get("guestDocumentIssueDate"),
        "guestDocumentIssuingCountry": guest.get("guestDocumentIssuingCountry"),
        "guestDocumentExpirationDate": guest.get("guestDocumentExpirationDate"),
        "assignedRoom": first is not None,
        "roomID": first.room_id if first else "",
        "roomName": first.room_name if first else "",
        "roomTypeName": store.room_types[first.type_id].name if first else "",
        "isMainGuest": main,
        "isAnonymized": guest.anonymized,
        "taxID": guest.get("guestTaxId"),
        "companyTaxID": guest.get("guestCompanyTaxId"),
        "companyName": guest.get("guestCompanyName"),
        "customFields": coded_fields(hotel, "guest", guest.custom),
        "unassignedRooms": [_place(room, store) for room in mine if not room.room_id],
        "rooms": [{**_place(room, store), "roomID": room.room_id, "roomName": room.room_name} for room in given],
    }


def _place(room: RoomStay, store: Store) -> Record:
    return {
        "reservationRoomID": room.id,
        "roomTypeID": room.type_id,
        "roomTypeName": store.room_types[room.type_id].name,
        "roomTypeIsVirtual": False,
        "subReservationID": room.sub_reservation,
    }


def _detail_room(room: RoomStay, item: Reservation, store: Store, hotel: Hotel) -> Record:
    """Return a room of the whole reservation; one that is only a type yet tells less of itself."""
    room_type = store.room_types[room.type_id]
    source = hotel.sources[item.source]
    told: Record = {
        "reservationRoomID": room.id,
        "roomTypeName": room_type.name,
        "roomTypeIsVirtual": False,
        "roomTypeID": room.type_id,
        "subReservationID": room.sub_reservation,
        "isRoomLocked": False,
        "startDate": room.start.isoformat(),
        "endDate": room.end.isoformat(),
        "adults": str(room.adults),
        "children": str(room.children),
        "dailyRates": [{"date": night, "rate": number(room.rate)} for night in _nights(room)],
        "roomTotal": f"{room.price:.2f}",
    }
    if not room.room_id:
        return told
    return {
        **told,
        "roomTypeNameShort": room_type.short,
        "marketName": source.market,
        "marketCode": source.code,
        "roomName": room.room_name,
        "roomID": room.room_id,
    }


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
        "roomCheckIn": room.start.isoformat(),
        "roomCheckOut": room.end.isoformat(),
        "roomStatus": room_status(item.status, room),
        "detailedRoomRates": {night: number(room.rate) for night in _nights(room)},
        "marketName": source.market,
        "marketCode": source.code,
    }


def _balance(folio: Folio) -> Record:
    return {
        "suggestedDeposit": f"{folio.total / 2:.2f}",
        "subTotal": number(folio.sub_total),
        "additionalItems": number(folio.items),
        "taxesFees": number(folio.taxes),
        "grandTotal": number(folio.total),
        "paid": number(folio.paid),
    }


def _nights(room: RoomStay) -> list[str]:
    return [(room.start + timedelta(days=index)).isoformat() for index in range(room.nights)]


def _all_rates(item: Reservation) -> JsonValue:
    rates: dict[str, Decimal] = {}
    for room in item.rooms:
        for night in _nights(room):
            rates[night] = rates.get(night, Decimal(0)) + room.rate
    return {night: number(rate) for night, rate in sorted(rates.items())}
