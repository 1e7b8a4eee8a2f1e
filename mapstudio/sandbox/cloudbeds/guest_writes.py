"""The methods that change guests and their notes; each refuses the whole call or stores all of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Literal

from mapstudio.model import Record
from mapstudio.sandbox.cloudbeds.custom_values import custom_values, no_card_number
from mapstudio.sandbox.cloudbeds.envelope import RefusedError, Reply
from mapstudio.sandbox.cloudbeds.guests import known_guest
from mapstudio.sandbox.cloudbeds.queries import Call
from mapstudio.sandbox.cloudbeds.store import Guest, Note

SANDBOX = "cloudbeds"
DOCUMENT_TYPES = ("na", "driver_licence", "student_id", "passport", "dni", "nie", "social_security_card", "cpf")
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
    values = dict(_checked(call))
    custom = custom_values(call.parameters.get("guestCustomFields"), call.hotel, "guest")
    if not values and not custom:
        raise RefusedError("At least one information field is required for this call")
    _check_document({**guest.values, **values}, values)
    changed = [name for name, value in values.items() if guest.get(name) != value]
    changed += [f"guestCustomFields.{code}" for code, value in custom.items() if guest.custom.get(code, "") != value]
    guest.values.update(values)
    guest.custom.update(custom)
    guest.modified = call.store.stamp(call.now)
    _record(call, "guests", "update", guest.id, guest.id, changed)
    return Reply()


def post_guest_note(call: Call) -> Reply:
    """Add a note to a guest."""
    guest, text = known_guest(call), call.needed("guestNote")
    no_card_number("guestNote", text)
    note = call.store.new_note(text, call.now)
    guest.notes.append(note)
    guest.modified = note.modified
    _record(call, "guest_notes", "create", guest.id, note.id, ["guestNote"])
    return Reply(extra={"guestNoteID": note.id})


def put_guest_note(call: Call) -> Reply:
    """Replace a note's text."""
    guest, note = _known_note(call)
    text = call.needed("guestNote")
    no_card_number("guestNote", text)
    changed = ["guestNote"] if note.text != text else []
    note.text = text
    note.modified = guest.modified = call.store.stamp(call.now)
    _record(call, "guest_notes", "update", guest.id, note.id, changed)
    return Reply()


def delete_guest_note(call: Call) -> Reply:
    """Archive a note: it no longer shows."""
    guest, note = _known_note(call)
    note.archived = True
    guest.modified = call.store.stamp(call.now)
    _record(call, "guest_notes", "archive", guest.id, note.id, ["archived"])
    return Reply()


def sent(call: Call, *identities: str) -> Record:
    """Return the values of a call without the parameters that only say where."""
    return {name: value for name, value in call.parameters.items() if name not in {"propertyID", *identities}}


def _record(
    call: Call,
    object_name: str,
    operation: Literal["create", "update", "archive"],
    key: str,
    identity: str,
    changed: list[str],
) -> None:
    values = sent(call, "guestID", "noteID")
    call.ledger.record(SANDBOX, object_name, operation, key=key, id=identity, values=values, changed=changed)


def _known_note(call: Call) -> tuple[Guest, Note]:
    guest, identity = known_guest(call), call.needed("noteID")
    for note in guest.notes:
        if note.id == identity and not note.archived:
            return guest, note
    raise RefusedError("Note not found")


def _checked(call: Call) -> Iterator[tuple[str, str]]:
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
