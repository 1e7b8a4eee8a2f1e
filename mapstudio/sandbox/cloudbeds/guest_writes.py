"""The methods that change guests and their notes; each refuses the whole call or stores all of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from mapstudio.sandbox.cloudbeds.custom_values import custom_values, no_card_number, required_values
from mapstudio.sandbox.cloudbeds.envelope import RefusedError, Reply
from mapstudio.sandbox.cloudbeds.guests import known_guest
from mapstudio.sandbox.cloudbeds.queries import Call
from mapstudio.sandbox.cloudbeds.store import Guest, Note

DOCUMENT_TYPES = (
    *("na", "driver_licence", "driver_license", "student_id", "passport", "dni", "nie", "social_security_card", "cpf"),
)
"""The specification writes a driver's licence in two ways."""
MAX_TEXT = 255
_TEXTS = (
    "guestFirstName",
    "guestLastName",
    "guestPhone",
    "guestCellPhone",
    "guestAddress1",
    "guestAddress2",
    "guestCity",
    "guestState",
    "guestZip",
    "guestDocumentNumber",
    "guestCompanyName",
    "guestCompanyTaxId",
    "guestTaxId",
)
_DATES = ("guestBirthDate", "guestDocumentIssueDate", "guestDocumentExpirationDate")
_COUNTRIES = ("guestCountry", "guestDocumentIssuingCountry")
_WORDS = {"guestGender": ("M", "F", "N/A"), "guestDocumentType": DOCUMENT_TYPES}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")


def put_guest(call: Call) -> Reply:
    """Change what is given, leave the rest. Unknown parameters are passed over, as PHP code does."""
    guest = known_guest(call)
    if guest.anonymized:
        raise RefusedError("The guest was anonymized and cannot be changed")
    if guest.merged_into:
        raise RefusedError(f"The guest was merged into {guest.merged_into}")
    values = dict(checked_values(call))
    custom = custom_values(call.entries("guestCustomFields"), call.hotel, "guest")
    if not values and not custom:
        raise RefusedError("At least one information field is required for this call")
    _check_document({**guest.values, **values}, values)
    changed = [name for name, value in values.items() if guest.get(name) != value]
    changed += [f"guestCustomFields.{code}" for code, value in custom.items() if guest.custom.get(code, "") != value]
    guest.values.update(values)
    guest.custom.update(custom)
    _touch(call, guest)
    call.estate.profiles.all[guest.profile].take(values, call.estate.setup.now())
    call.record("guests", "update", guest.id, changed, key=guest.id)
    if changed:
        call.tell("guest/details_changed", guest=guest.id)
    return Reply()


def post_guest(call: Call) -> Reply:
    """Add a guest to a reservation: there is no other way for a guest to be."""
    item = call.store.reservation(call.needed("reservationID"))
    if item is None:
        raise RefusedError("Reservation not found")
    for name in ("guestFirstName", "guestLastName", "guestEmail", "guestCountry"):
        call.needed(name)
    values = dict(checked_values(call))
    custom = custom_values(call.entries("customFields"), call.hotel, "guest")
    required_values(custom, call.hotel, "guest")
    _check_document(values, values)
    texts = {name: call.text(name) for name in ("guestNote", "reservationNote")}
    for name, text in texts.items():
        no_card_number(name, text)
    guest = new_guest(call, values, custom)
    call.store.add_guest(guest, item)
    item.modified = guest.modified
    if texts["guestNote"]:
        guest.notes.append(call.store.new_note(texts["guestNote"], call.now))
    if texts["reservationNote"]:
        item.notes.append(call.store.new_note(texts["reservationNote"], call.now))
    call.record("guests", "create", guest.id, [*values, *(f"customFields.{code}" for code in custom)], key=item.id)
    call.tell("guest/created", guest=guest.id)
    call.tell("guest/assigned", guest=guest.id, reservation=item.id, roomID=item.rooms[0].room_id)
    return Reply(extra={"guestID": guest.id})


def new_guest(call: Call, values: dict[str, str], custom: dict[str, str]) -> Guest:
    """Return a new guest record with a profile of its own; nobody asks whether the person is known."""
    now = call.estate.setup.now()
    profile = call.estate.profiles.add({}, now)
    profile.take(values, now)
    moment = call.store.stamp(call.now)
    guest_id = str(max(int(identity) for identity in call.store.guests) + 1)
    return Guest(guest_id, profile.id, values, custom, moment, moment)


def post_guest_note(call: Call) -> Reply:
    """Add a note to a guest."""
    guest, text = known_guest(call), call.needed("guestNote")
    no_card_number("guestNote", text)
    note = call.store.new_note(text, call.now)
    guest.notes.append(note)
    _touch(call, guest)
    call.record("guest_notes", "create", note.id, ["guestNote"], key=guest.id)
    call.tell("guest/details_changed", guest=guest.id)
    return Reply(extra={"guestNoteID": note.id})


def put_guest_note(call: Call) -> Reply:
    """Replace a note's text."""
    guest, note = _known_note(call)
    text = call.needed("guestNote")
    no_card_number("guestNote", text)
    changed = ["guestNote"] if note.text != text else []
    _touch(call, guest)
    note.text, note.modified = text, guest.modified
    call.record("guest_notes", "update", note.id, changed, key=guest.id)
    call.tell("guest/details_changed", guest=guest.id)
    return Reply()


def delete_guest_note(call: Call) -> Reply:
    """Archive a note: it no longer shows."""
    guest, note = _known_note(call)
    note.archived = True
    _touch(call, guest)
    call.record("guest_notes", "archive", note.id, ["archived"], key=guest.id)
    call.tell("guest/details_changed", guest=guest.id)
    return Reply()


def _touch(call: Call, guest: Guest) -> None:
    guest.modified = call.store.stamp(call.now)


def _known_note(call: Call) -> tuple[Guest, Note]:
    guest, identity = known_guest(call), call.needed("noteID")
    for note in guest.notes:
        if note.id == identity and not note.archived:
            return guest, note
    raise RefusedError("Note not found")


def checked_values(call: Call) -> Iterator[tuple[str, str]]:
    """Yield the guest's values of a call by their names.

    Raises:
        RefusedError: One of them is not what its field holds.
    """
    for name, check in _CHECKS.items():
        if name in call.parameters:
            yield name, check(name, call.text(name))


def _text(name: str, value: str) -> str:
    if len(value) > MAX_TEXT:
        raise RefusedError(f"Parameter {name} is longer than {MAX_TEXT} characters")
    no_card_number(name, value)
    return value


def _email(name: str, value: str) -> str:
    if value.strip() and not _EMAIL.fullmatch(value.strip()):
        raise RefusedError(f"Parameter {name} is not a valid e-mail address")
    return value.strip()


def _country(name: str, value: str) -> str:
    if value and not re.fullmatch("[A-Z]{2}", value):
        raise RefusedError(f"Parameter {name} must be a country code of 2 characters")
    return value


def _word(name: str, value: str) -> str:
    if value and value not in _WORDS[name]:
        raise RefusedError(f"Parameter {name} must be one of: {', '.join(_WORDS[name])}")
    return value


def _date(name: str, value: str) -> str:
    if value:
        try:
            date.fromisoformat(value)
        except ValueError:
            raise RefusedError(f"Parameter {name} must be a date as YYYY-MM-DD") from None
    return value


_CHECKS: Mapping[str, Callable[[str, str], str]] = {
    **dict.fromkeys(_TEXTS, _text),
    "guestEmail": _email,
    **dict.fromkeys(_DATES, _date),
    **dict.fromkeys(_COUNTRIES, _country),
    **dict.fromkeys(_WORDS, _word),
}


def _check_document(after: dict[str, str], values: dict[str, str]) -> None:
    """A document is all or nothing; identity cards have no dates of issue or expiry."""
    kind = after.get("guestDocumentType", "")
    if not any(name.startswith("guestDocument") for name in values) or kind in {"", "na"}:
        return
    needed = ["guestDocumentNumber", "guestDocumentIssuingCountry"]
    if kind not in {"dni", "cpf"}:
        needed.append("guestDocumentIssueDate")
    if kind not in {"dni", "nie", "cpf"}:
        needed.append("guestDocumentExpirationDate")
    for name in needed:
        if not after.get(name):
            raise RefusedError(f"Parameter {name} is required when guestDocumentType is sent")
