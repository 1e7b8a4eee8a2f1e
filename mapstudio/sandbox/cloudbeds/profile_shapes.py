"""The shapes of guest profiles, their stays and their statistics."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from mapstudio.model import JsonValue, Record
from mapstudio.sandbox.cloudbeds.estate import Estate, House
from mapstudio.sandbox.cloudbeds.hotel import Hotel, Source
from mapstudio.sandbox.cloudbeds.profiles import STATUSES, Profile
from mapstudio.sandbox.cloudbeds.shapes import number, room_status
from mapstudio.sandbox.cloudbeds.store import Guest, Reservation, RoomStay
from mapstudio.sandbox.world.people import COUNTRIES

_MASK = "*****"
_MASKED = frozenset({"taxId", "companyTaxId", "documentNumber"})
_TEXTS = (
    *("taxId", "companyTaxId", "firstName", "lastName", "email", "phone", "cellPhone", "birthday", "gender"),
    *("companyName", "address1", "address2", "city", "country"),
)
_MORE = ("state", "zip", "documentType", "documentNumber")
_LEFT = frozenset({"checked_in", "checked_out"})
_COUNTRY_NAMES = {country.code: country.name for country in COUNTRIES}


def profile_record(profile: Profile, estate: Estate, stays: int) -> Record:
    """Return a profile; what identifies a person by law is masked whether there is something or not."""
    zone = next(iter(estate.houses.values())).hotel.zone

    def text(name: str) -> str:
        return _MASK if name in _MASKED else profile.values.get(name, "")

    def moment(value: datetime) -> str:
        return value.astimezone(zone).isoformat(timespec="seconds")

    return {
        "id": profile.id,
        "organizationId": estate.organization,
        "photoId": None,
        **{name: text(name) for name in _TEXTS},
        "countryName": _COUNTRY_NAMES.get(profile.values.get("country", ""), ""),
        **{name: text(name) for name in _MORE},
        "isOptIn": profile.opt_in,
        "statuses": [{"id": status, "name": STATUSES[status]} for status in profile.statuses],
        "isMerged": profile.parent is not None,
        "isRepeatGuest": stays > 1,
        "dateCreated": moment(profile.created),
        "dateModified": moment(profile.modified),
        "dateAnonymized": moment(profile.anonymized) if profile.anonymized else None,
        "parentId": profile.parent,
        "isAnonymizationAvailable": profile.anonymized is None,
    }


def stats_of(profile: Profile, house: House, stays: Sequence[Reservation]) -> Record:
    """Return what a person has stayed and spent in one property; only nights that were slept count."""
    slept = [item for item in stays if item.status in _LEFT]
    latest = max(slept, key=lambda item: (item.start, item.id), default=None)
    revenue = sum((house.store.folio(item).total for item in slept), Decimal(0))
    sources = {item.source for item in slept}
    return {
        "profileId": profile.id,
        "propertyId": house.hotel.id,
        "reservations": len(slept),
        "nights": sum(room.nights for item in slept for room in item.rooms),
        "revenue": number(revenue),
        "sources": f"{len(slept)};{len(sources)};{latest.source};{latest.start}" if latest else "",
        "lastVisit": latest.start.isoformat() if latest else None,
    }


def stay_record(house: House, item: Reservation) -> Record:
    """Return a reservation of a person's history."""
    folio, hotel = house.store.folio(item), house.hotel
    adults, children = sum(room.adults for room in item.rooms), sum(room.children for room in item.rooms)
    created, updated = _utc(item.created, hotel), _utc(item.modified, hotel)
    return {
        "id": item.inner,
        "externalId": item.id,
        "thirdPartyId": item.third_party or None,
        "hasBalance": folio.balance != 0,
        "checkInAt": item.start.isoformat(),
        "checkOutAt": item.end.isoformat(),
        "createdAt": created,
        "updatedAt": updated,
        "estimatedArrivalAt": f"{item.start}T{item.arrival}" if item.arrival else None,
        "totals": {
            "nights": (item.end - item.start).days,
            "rooms": len(item.rooms),
            "guests": adults + children,
            "adults": adults,
            "children": children,
        },
        "amounts": {
            "totalRevenue": number(folio.sub_total + folio.items),
            "totalPaidRevenue": number(folio.paid),
            "totalDue": number(folio.balance),
            "grandTotal": number(folio.total),
        },
        "property": {"id": hotel.id, "name": hotel.facts["propertyName"]},
        "source": _source(hotel.sources[item.source], created),
        "reservationStatus": item.status,
        "guests": [_guest(house.store.guests[identity], item) for identity in item.guests],
        "rooms": [_room(house, item, room, created, updated) for room in item.rooms],
    }


def custom_field_records(profile: Profile, estate: Estate) -> JsonValue:
    """Return the custom fields of a person's guest records, the latest value of each."""
    members = estate.profiles.family(profile.id)
    records: list[JsonValue] = []
    for house in estate.houses.values():
        values: dict[str, str] = {}
        for guest in sorted(house.store.guests.values(), key=lambda guest: (guest.modified, guest.id)):
            if guest.profile in members:
                values.update(guest.custom)
        for order, item in enumerate(house.hotel.custom_fields):
            if item.apply_to == "guest" and item.shortcode in values:
                records.append(
                    {
                        "id": f"{profile.id}{item.id}",
                        "customFieldId": item.id,
                        "name": item.shortcode,
                        "value": values[item.shortcode],
                        "label": item.name,
                        "type": item.facts["type"],
                        "isPersonal": int(item.facts["isPersonal"]),
                        "order": order,
                        "maxLen": item.max_characters,
                        "required": int(item.facts["required"]),
                    }
                )
    return records


def source_records(stays: Sequence[tuple[House, Reservation]]) -> JsonValue:
    """Return where a person's bookings came from, each source once, with the day of the last."""
    latest: dict[str, str] = {}
    for _, item in stays:
        latest[item.source] = max(latest.get(item.source, ""), item.created.date().isoformat())
    return [{"name": name, "date": day} for name, day in sorted(latest.items())]


def _source(source: Source, created: str) -> Record:
    parts = source.id.split("-")
    return {
        "id": parts[1],
        "parentId": "0",
        "otaId": parts[1] if source.third_party else "0",
        "code": source.id,
        "name": source.name,
        "isThirdParty": source.third_party,
        "isSubSource": False,
        "isOta": source.third_party,
        "isDefault": not source.third_party,
        "isHotelCollectBooking": source.third_party,
        "isDeleted": False,
        "createdAt": created,
        "updatedAt": created,
    }


def _guest(guest: Guest, item: Reservation) -> Record:
    return {
        "id": guest.id,
        "firstName": guest.get("guestFirstName"),
        "lastName": guest.get("guestLastName"),
        "email": guest.get("guestEmail"),
        "birthday": guest.get("guestBirthDate"),
        "phone": guest.get("guestPhone"),
        "cellPhone": guest.get("guestCellPhone"),
        "taxId": _MASK,
        "isMainGuest": item.guests[0] == guest.id,
        "isAnonymized": guest.anonymized,
        "address": {
            "country": guest.get("guestCountry"),
            "state": guest.get("guestState"),
            "city": guest.get("guestCity"),
            "address1": guest.get("guestAddress1"),
            "address2": guest.get("guestAddress2"),
            "zip": guest.get("guestZip"),
        },
        "document": {
            "type": guest.get("guestDocumentType"),
            "number": _MASK,
            "issueDate": guest.get("guestDocumentIssueDate") or None,
            "issuingCountry": guest.get("guestDocumentIssuingCountry") or None,
            "expirationDate": guest.get("guestDocumentExpirationDate") or None,
        },
        "company": {"taxId": _MASK, "name": guest.get("guestCompanyName")},
        "statuses": [],
    }


def _room(house: House, item: Reservation, room: RoomStay, created: str, updated: str) -> Record:
    status = room_status(item.status, room)
    return {
        "id": room.id,
        "roomId": room.room_id or None,
        "roomName": room.room_name or None,
        "typeId": room.type_id,
        "typeName": house.store.room_types[room.type_id].name,
        "guestId": item.guests[0],
        "additionalGuestIds": [*item.guests[1:]] if room is item.rooms[0] else [],
        "rateId": "1180044",
        "rateName": "Mejor tarifa disponible",
        "subReservationId": room.sub_reservation,
        "totalNights": room.nights,
        "totalAdults": room.adults,
        "totalChildren": room.children,
        "totalGuests": room.adults + room.children,
        "checkInAt": room.start.isoformat(),
        "checkOutAt": room.end.isoformat(),
        "isInHouse": status == "in_house",
        "status": status,
        "createdAt": created,
        "updatedAt": updated,
    }


def _utc(value: datetime, hotel: Hotel) -> str:
    return value.replace(tzinfo=hotel.zone).astimezone(UTC).isoformat(timespec="seconds")
