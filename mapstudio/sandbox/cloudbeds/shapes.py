"""The API's shapes for guests: the same guest under the names that each method uses.

Three spellings of one field are the API's own: ``guestBirthDate`` in lists and writes, ``guestBirthdate`` inside a
reservation, ``birthDate`` in ``getGuest``. Missing texts are ``""``; missing dates are null in lists, ``""`` elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal

from mapstudio.model import JsonValue, Record
from mapstudio.sandbox.cloudbeds.hotel import CustomField, Hotel
from mapstudio.sandbox.cloudbeds.store import Guest, Note, RoomStay, Row

_INFO = (
    "guestFirstName",
    "guestLastName",
    "guestGender",
    "guestPhone",
    "guestCellPhone",
    "guestAddress1",
    "guestAddress2",
    "guestCity",
    "guestState",
    "guestCountry",
    "guestZip",
)
_DOCUMENT = (
    ("guestDocumentType", False),
    ("guestDocumentNumber", False),
    ("guestDocumentIssueDate", True),
    ("guestDocumentIssuingCountry", False),
    ("guestDocumentExpirationDate", True),
)
GUEST_STATUS = {"checked_in": "in_house", "checked_out": "checked_out", "canceled": "cancelled"}


def moment(value: datetime) -> str:
    """Return a date-time as the API writes it: local time of the hotel without an offset."""
    return value.strftime("%Y-%m-%d %H:%M:%S")


def number(value: Decimal) -> JsonValue:
    """Return an amount as PHP prints a float: no trailing zeros."""
    return int(value) if value == value.to_integral_value() else value.normalize()


def guest_row(row: Row, hotel: Hotel, *, info: bool) -> Record:
    """Return a row of ``getGuestList``; its dates are the reservation's, as the specification says."""
    guest, reservation = row.guest, row.reservation
    result: Record = {
        "reservationID": reservation.id,
        "guestName": guest.name,
        "guestEmail": guest.get("guestEmail"),
        "guestID": guest.id,
        "propertyID": hotel.id,
        "dateCreated": moment(reservation.created),
        "dateModified": moment(reservation.modified),
        "isMainGuest": row.main,
        "isAnonymized": guest.anonymized,
    }
    if info:
        result.update(_info(guest))
        result["guestOptIn"] = guest.opt_in
        result["guestNotes"] = [{"ID": note.id, "note": note.text} for note in guest.notes if not note.archived]
    result["status"] = reservation.status
    result["isMerged"] = bool(guest.merged_into)
    result["newGuestID"] = guest.merged_into
    return result


def _info(guest: Guest) -> Record:
    return {
        **{name: guest.get(name) for name in _INFO},
        "guestBirthDate": guest.get("guestBirthDate") or None,
        **{name: guest.get(name) or (None if dated else "") for name, dated in _DOCUMENT},
        "taxID": guest.get("guestTaxId"),
        "companyTaxID": guest.get("guestCompanyTaxId"),
        "companyName": guest.get("guestCompanyName"),
    }


def guest_detail(guest: Guest, hotel: Hotel) -> Record:
    """Return the data of ``getGuest``: names without their prefix, custom fields by display name."""
    return {
        "firstName": guest.get("guestFirstName"),
        "lastName": guest.get("guestLastName"),
        "gender": guest.get("guestGender") or "N/A",
        "email": guest.get("guestEmail"),
        "phone": guest.get("guestPhone"),
        "cellPhone": guest.get("guestCellPhone"),
        "country": guest.get("guestCountry"),
        "address": guest.get("guestAddress1"),
        "address2": guest.get("guestAddress2"),
        "city": guest.get("guestCity"),
        "zip": guest.get("guestZip"),
        "state": guest.get("guestState"),
        "birthDate": guest.get("guestBirthDate"),
        "documentType": guest.get("guestDocumentType"),
        "documentNumber": guest.get("guestDocumentNumber"),
        "documentIssueDate": guest.get("guestDocumentIssueDate"),
        "documentIssuingCountry": guest.get("guestDocumentIssuingCountry"),
        "documentExpirationDate": guest.get("guestDocumentExpirationDate"),
        "customFields": named_fields(hotel, "guest", guest.custom),
        "specialRequests": guest.requests,
        "taxID": guest.get("guestTaxId"),
        "companyTaxID": guest.get("guestCompanyTaxId"),
        "companyName": guest.get("guestCompanyName"),
        "isAnonymized": guest.anonymized,
        "guestOptIn": guest.opt_in,
        "isMerged": bool(guest.merged_into),
        "newGuestID": guest.merged_into,
    }


def modified_row(row: Row, room: RoomStay, hotel: Hotel) -> Record:
    """Return a row of ``getGuestsModified``: one per room, with the room's dates as date-times."""
    guest, reservation = row.guest, row.reservation
    return {
        "guestID": guest.id,
        "reservationID": reservation.id,
        "roomTypeID": room.type_id,
        "roomID": room.room_id,
        "roomName": room.room_name,
        **_texts(guest),
        **_room_dates(room, hotel),
        "customFields": named_fields(hotel, "guest", guest.custom),
        "dateModified": moment(row.modified),
        "isAnonymized": guest.anonymized,
        "guestOptIn": guest.opt_in,
        "isMerged": bool(guest.merged_into),
        "newGuestID": guest.merged_into,
    }


def status_row(row: Row, room: RoomStay, hotel: Hotel) -> Record:
    """Return a row of ``getGuestsByStatus``."""
    return {
        **modified_row(row, room, hotel),
        "subReservationID": room.sub_reservation,
        "reservationCreatedDateTime": moment(row.reservation.created),
        "currentStatus": guest_status(row.reservation.status),
        "statusDate": moment(row.reservation.modified),
        "isDeleted": False,
    }


def filter_row(row: Row, room: RoomStay) -> Record:
    """Return a row of ``getGuestsByFilter``."""
    guest = row.guest
    return {
        "reservationID": row.reservation.id,
        "guestName": guest.name,
        "guestID": guest.id,
        "roomID": room.room_id,
        "roomName": room.room_name,
        "isMainGuest": row.main,
        "isAnonymized": guest.anonymized,
        "guestOptIn": guest.opt_in,
        "isMerged": bool(guest.merged_into),
        "newGuestID": guest.merged_into,
    }


def room_status(reservation_status: str, room: RoomStay | None = None) -> str:
    """Return the status of a guest or a room, whose words are others than a reservation's."""
    if room is not None and room.status and reservation_status in {"confirmed", "not_confirmed", "checked_in"}:
        return room.status
    return GUEST_STATUS.get(reservation_status, "not_checked_in")


def guest_status(reservation_status: str, room: RoomStay | None = None) -> str:
    """Return the status of a guest as most methods spell it: ``canceled`` has one l there."""
    status = room_status(reservation_status, room)
    return "canceled" if status == "cancelled" else status


def _texts(guest: Guest) -> Record:
    """Return what lists of guests show where no value is null."""
    return {name: value or "" for name, value in {**_info(guest), "guestEmail": guest.get("guestEmail")}.items()}


def _room_dates(room: RoomStay, hotel: Hotel) -> Record:
    policy = hotel.facts["propertyPolicy"]
    return {
        "startDate": f"{room.start} {policy['propertyCheckInTime']}",
        "endDate": f"{room.end} {policy['propertyCheckOutTime']}",
    }


def named_fields(hotel: Hotel, apply_to: str, values: Mapping[str, str]) -> JsonValue:
    """Return custom fields as ``getGuest`` does: by display name only, without those that were never set."""
    return [
        {"customFieldName": item.name, "customFieldValue": values[item.shortcode]}
        for item in _set_fields(hotel, apply_to, values)
    ]


def coded_fields(hotel: Hotel, apply_to: str, values: Mapping[str, str]) -> JsonValue:
    """Return custom fields as a reservation does: with id and shortcode."""
    return [
        {
            "customFieldID": item.id,
            "shortcode": item.shortcode,
            "isActive": True,
            "customFieldName": item.name,
            "customFieldValue": values[item.shortcode],
        }
        for item in _set_fields(hotel, apply_to, values)
    ]


def _set_fields(hotel: Hotel, apply_to: str, values: Mapping[str, str]) -> Iterable[CustomField]:
    return (item for item in hotel.custom_fields if item.apply_to == apply_to and item.shortcode in values)


def notes(items: Iterable[Note], prefix: str) -> JsonValue:
    """Return notes as ``getGuestNotes`` (prefix ``guest``) and ``getReservationNotes`` (``reservation``) do."""
    return [
        {
            f"{prefix}NoteID": note.id,
            "userName": note.user,
            "dateCreated": moment(note.created),
            "dateModified": moment(note.modified),
            f"{prefix}Note": note.text,
        }
        for note in items
        if not note.archived
    ]


def utc_text(value: datetime, hotel: Hotel) -> str:
    """Return a date-time of the hotel as the newer generations write it: UTC with a Z."""
    return value.replace(tzinfo=hotel.zone).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def utc_moment(value: datetime, hotel: Hotel) -> str:
    """Return a date-time of the hotel as the classic API writes UTC."""
    return moment(value.replace(tzinfo=hotel.zone).astimezone(UTC))
