"""Writing reservations: ``putReservation`` changes what it is given; ``postReservation`` books again each time.

A booking gets a reference of our own as the agency's number, unless the mapping gives one. Before it is sent the
reservations are asked for that reference, and again when the answer is lost. Where that does not find it, nobody knows:
it goes to a person, with the reservations that look like it, and is never sent again by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from mapstudio.connectors.cloudbeds import forms, lookalikes
from mapstudio.connectors.cloudbeds.api import RefusedCallError
from mapstudio.connectors.cloudbeds.fields import FieldSpec, top_level
from mapstudio.connectors.cloudbeds.needs import Needs
from mapstudio.connectors.cloudbeds.references import reference_of
from mapstudio.connectors.cloudbeds.reservations import Reservations
from mapstudio.connectors.cloudbeds.session import Session
from mapstudio.connectors.cloudbeds.values import rows_of
from mapstudio.connectors.cloudbeds.writes import refused, settled
from mapstudio.connectors.exchange import Origin, Write, WriteOutcome, Written
from mapstudio.connectors.http import NotDoneError
from mapstudio.connectors.together import together
from mapstudio.model import ConnectionFailedError, JsonValue, Lookalike, MapstudioError, Reason, Record
from mapstudio.model.paths import join_path

REFERENCE = "thirdPartyIdentifier"
_OBJECT = "reservations"
_BOOKING_LABELS = ("fieldName", "fieldValue")
_PEOPLE = ("adults", "children")


@dataclass(frozen=True, slots=True)
class ReservationWriter:
    """Writes the reservations of one session."""

    session: Session

    async def write(self, writes: Sequence[Write]) -> list[WriteOutcome]:
        """Write side by side, one call for each change, two to four for each booking.

        Raises:
            MapstudioError: Not one of them reached the system.
        """
        # What may have been booked is told as that: an error of a booking says that nothing was.
        failed_as = Written.UNSENT if any(item.destination_id is None for item in writes) else Written.UNKNOWN
        ended = await together(self._attempt(item) for item in writes)
        return settled(writes, ended, "reservation", failed_as=failed_as)

    async def by_reference(self, origins: Sequence[Origin]) -> dict[Origin, str]:
        """Return the reservations that were booked for these source records."""
        found = await together(self._booked(reference_of(origin)) for origin in origins)
        return {origin: ids[0] for origin, ids in zip(origins, found, strict=True) if len(ids) == 1}

    async def _attempt(self, item: Write) -> WriteOutcome | MapstudioError:
        booking = item.destination_id is None
        fields = _fields(booking=booking)
        why = "Cloudbeds does not take this field for a new booking" if booking else "this can be set only when booking"
        if wrong := forms.not_taken(item.values, fields, why):
            return WriteOutcome(Written.REFUSED, item.destination_id, wrong)
        try:
            return await (self._book(item) if booking else self._change(item))
        except RefusedCallError as error:
            row = _row(error.told, item.values, fields)
            return refused(item, row, error.told or "refused without a reason")
        except MapstudioError as error:
            return error

    async def _change(self, item: Write) -> WriteOutcome:
        form = {"reservationID": str(item.destination_id)}
        form |= forms.plain(_fields(booking=False), item.values) | forms.custom(item.values, "customFields")
        await self.session.api.put("putReservation", form)
        return WriteOutcome(Written.UPDATED, item.destination_id)

    async def _book(self, item: Write) -> WriteOutcome:
        reference = str(item.values.get(REFERENCE) or "").strip() or reference_of(item.origin)
        known = await self._booked(reference, item.others)
        if len(known) == 1:
            return WriteOutcome(Written.UPDATED, known[0])
        if known:
            why = f"{reference} is the number of {', '.join(known)}: which one is meant?"
            return WriteOutcome(
                Written.REVIEW, reasons=(Reason(REFERENCE, why),), found=lookalikes.numbered(known, reference)
            )
        form = booking_form({**item.values, REFERENCE: reference})
        try:
            answer = await self.session.api.post("postReservation", form)
        except (RefusedCallError, NotDoneError):
            raise
        except ConnectionFailedError:
            return await self._look_again(item, reference)
        return WriteOutcome(Written.CREATED, str(answer.body.get("reservationID") or "") or None)

    async def _look_again(self, item: Write, reference: str) -> WriteOutcome:
        """Find a booking whose answer was lost, or what a person may want to look at."""
        found: list[str] = []
        similar: tuple[Lookalike, ...] = ()
        try:
            found = await self._booked(reference, item.others)
            if len(found) == 1:
                return WriteOutcome(Written.CREATED, found[0])
            seen = f"Cloudbeds shows {', '.join(found)} under it" if found else "Cloudbeds shows none under it yet"
            similar = await lookalikes.similar(self.session, item, found)
        except MapstudioError:
            seen = "Cloudbeds did not answer when it was asked for it"
        why = f"the answer to the booking with the agency's number {reference} was lost, and {seen}"
        return WriteOutcome(
            Written.REVIEW,
            reasons=(Reason("", why),),
            found=(*lookalikes.numbered(found, reference), *similar),
        )

    async def _booked(self, reference: str, others: Collection[str] = ()) -> list[str]:
        found = await Reservations(self.session).find(REFERENCE, (reference,), Needs.of({REFERENCE}))
        return [record.id for record in found if record.data.get(REFERENCE) == reference and record.id not in others]


def booking_form(values: Record) -> dict[str, str]:
    """Return the form of ``postReservation``: rooms and people are lists by room type."""
    # How many people there are is told by room type only.
    fields = {name: pair for name, pair in _fields(booking=True).items() if name not in {"rooms", *_PEOPLE}}
    rooms = rows_of(values.get("rooms"))
    form = forms.plain(fields, values) | forms.custom(values, "customFields", _BOOKING_LABELS)
    form |= forms.entries("rooms", [_room(room) for room in rooms])
    for name in _PEOPLE:
        form |= forms.entries(name, [_people(room, name, values.get(name)) for room in rooms])
    return form


def _room(room: Record) -> Record:
    given = {"quantity": 1, **room}
    return {name: given[name] for name in ("roomTypeID", "quantity", "roomID") if given.get(name) is not None}


def _people(room: Record, name: str, of_all: JsonValue) -> Record:
    """Return how many people are in a room: as it says, or as the booking does."""
    count = room.get(name, of_all)
    return {"roomTypeID": room.get("roomTypeID"), "quantity": 0 if count is None else count}


def _fields(*, booking: bool) -> dict[str, tuple[str, FieldSpec]]:
    known = top_level(_OBJECT).items()
    if booking:
        return {name: (spec.created, spec) for name, spec in known if spec.created}
    return {name: (spec.written, spec) for name, spec in known if spec.written}


def _row(told: str, values: Record, fields: dict[str, tuple[str, FieldSpec]]) -> str:
    """Return the field that a sentence is about: the one it names, or the only one sent."""
    names = {fields[name][0]: name for name in values if name in fields}
    names |= {shortcode: join_path(("customFields", shortcode)) for shortcode in forms.custom_of(values)}
    named = [parameter for parameter in names if parameter.lower() in told.lower()]
    if named:
        return names[max(named, key=len)]
    return next(iter(names.values())) if len(names) == 1 else ""
