"""The API's shapes for guests: the same guest under the names that each method uses.

Three spellings of one field are the API's own: ``guestBirthDate`` in lists and writes, ``guestBirthdate`` inside a
reservation, ``birthDate`` in ``getGuest``. Missing texts are ``""``; missing dates are null in lists, ``""`` elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from mapstudio.model import JsonValue, Record
from mapstudio.sandbox.cloudbeds.hotel import CustomField, Hotel
from mapstudio.sandbox.cloudbeds.store import Guest, Note, Row

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


def modified_row(row: Row, hotel: Hotel) -> Record:
    """Return a row of ``getGuestsModified``: one per room, with the room's dates as date-times."""
    guest, reservation = row.guest, row.reservation
    policy = hotel.facts["propertyPolicy"]
    room = reservation.rooms[0]
    return {
        "guestID": guest.id,
        "reservationID": reservation.id,
        "roomTypeID": room.type_id,
        "roomID": room.room_id,
        "roomName": room.room_name,
        **_info(guest),
        "guestEmail": guest.get("guestEmail"),
        "guestBirthDate": guest.get("guestBirthDate"),
        "guestDocumentIssueDate": guest.get("guestDocumentIssueDate"),
        "guestDocumentExpirationDate": guest.get("guestDocumentExpirationDate"),
        "startDate": f"{reservation.start} {policy['propertyCheckInTime']}",
        "endDate": f"{reservation.end} {policy['propertyCheckOutTime']}",
        "customFields": named_fields(hotel, "guest", guest.custom),
        "dateModified": moment(row.modified),
        "isAnonymized": guest.anonymized,
        "guestOptIn": guest.opt_in,
        "isMerged": bool(guest.merged_into),
        "newGuestID": guest.merged_into,
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
