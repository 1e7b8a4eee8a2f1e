"""From rows to guests: the list has a row per guest and reservation, a record is one guest with all reservations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from mapstudio.connectors.cloudbeds.aliases import is_alias
from mapstudio.connectors.cloudbeds.fields import Source, below, top_level
from mapstudio.connectors.cloudbeds.unlisted import unlisted
from mapstudio.connectors.cloudbeds.values import rows_of, typed, typed_object, utc_text
from mapstudio.model import FieldType, JsonValue, Record, SourceRecord

ROW_FIELDS = ("reservationID", "status", "isMainGuest", "dateCreated", "dateModified")
"""What belongs to the guest's part in one reservation; the rest of a row is the guest's own."""


@dataclass(slots=True)
class Rows:
    """All rows of one guest that are known, by reservation.

    Attributes:
        guest: A row that holds the guest's own fields.
        stays: By reservation id, with the wire's names.
        complete: Whether these are all reservations of the guest.
        stayed: Whether the reservations' own dates and numbers were fetched.
        custom: Custom fields on the wire, when they were fetched.
        detail: The answer of ``getGuest``, when it was fetched.
    """

    guest: Record
    stays: dict[str, Record] = field(default_factory=dict)
    complete: bool = True
    stayed: bool = False
    profile: JsonValue = None
    custom: list[Record] | None = None
    detail: Record | None = None

    def add(self, row: Record) -> None:
        """Take one more row of the guest list."""
        self.guest = row
        self.stays.setdefault(str(row.get("reservationID")), {}).update({name: row.get(name) for name in ROW_FIELDS})

    def add_stay(self, guest_id: str, row: Record) -> None:
        """Take a reservation on which the guest is, as ``getReservations`` has it."""
        main = str(row.get("guestID")) == guest_id
        stay = self.stays.setdefault(str(row.get("reservationID")), {})
        for spec in below("guests", "reservations[]."):
            stay[spec.listed] = row.get(spec.listed, stay.get(spec.listed))
        stay["isMainGuest"] = main
        if main:
            self.profile = row.get("profileID")
        for guest in rows_of(row.get("guestList")):
            if str(guest.get("guestID")) == guest_id:
                self.custom = rows_of(guest.get("customFields"))

    @property
    def latest(self) -> Record:
        """The part of the reservation that was modified last; of two at once, the one booked last."""
        return max(self.stays.values(), key=_age, default={})


def collect(rows: Iterable[Record], known: dict[str, Rows], *, complete: bool) -> None:
    """Sort rows of the guest list to their guests."""
    for row in rows:
        guest_id = str(row.get("guestID"))
        known.setdefault(guest_id, Rows(row)).add(row)
        known[guest_id].complete &= complete


def guest_record(guest_id: str, rows: Rows, custom: Record | None, zone: ZoneInfo) -> SourceRecord:
    """Return the record of one guest.

    Args:
        guest_id: The guest's id.
        rows: What was fetched.
        custom: Custom fields by shortcode, when they were asked for.
        zone: The hotel's time zone.
    """
    alias = is_alias(rows.guest.get("guestEmail"))
    wire = {**rows.guest, **rows.latest, "profileID": rows.profile, "guestEmailIsAlias": alias}
    data: Record = {}
    for name, spec in top_level("guests").items():
        if spec.source is Source.DETAIL:
            if rows.detail is not None:
                data[name] = typed(spec, rows.detail.get(spec.detailed or ""), zone)
        elif spec.field.type is not FieldType.LIST and (rows.stayed or spec.source is Source.LIST):
            data[name] = typed(spec, wire.get(spec.listed), zone)
    notes = below("guests", "guestNotes[].")
    data["guestNotes"] = [
        typed_object(notes, note, zone) | unlisted("guests", note, zone, "guestNotes[].")
        for note in rows_of(wire.get("guestNotes"))
    ]
    if rows.complete:
        fields = [spec for spec in below("guests", "reservations[].") if rows.stayed or spec.source is Source.LIST]
        data["reservations"] = [typed_object(fields, stay, zone) for stay in sorted(rows.stays.values(), key=_age)]
    if custom is not None:
        data["customFields"] = custom
    data |= unlisted("guests", rows.guest, zone)
    return SourceRecord(guest_id, data, utc_text(wire.get("dateModified"), zone))


def detail_record(guest_id: str, detail: Record, custom: Record | None, zone: ZoneInfo) -> SourceRecord:
    """Return the record of one guest from ``getGuest`` alone, which knows no reservation and no modification."""
    data: Record = {"guestID": guest_id}
    for name, spec in top_level("guests").items():
        if spec.detailed is not None:
            data[name] = typed(spec, detail.get(spec.detailed), zone)
    if custom is not None:
        data["customFields"] = custom
    return SourceRecord(guest_id, data)


def _age(stay: Record) -> tuple[str, str, str]:
    return str(stay.get("dateModified")), str(stay.get("dateCreated")), str(stay.get("reservationID"))
