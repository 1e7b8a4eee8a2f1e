"""Reservations that may be the booking whose answer was lost, each with what speaks for it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from mapstudio.connectors.cloudbeds.needs import Needs
from mapstudio.connectors.cloudbeds.reservations import Reservations
from mapstudio.connectors.cloudbeds.session import Session
from mapstudio.connectors.exchange import Write
from mapstudio.model import JsonValue, Lookalike, Record

_GUEST = {"guestEmail": "e-mail address", "guestLastName": "last name"}
_SHOWN = frozenset({*_GUEST, "guestFirstName", "startDate", "endDate", "status", "dateCreated", "thirdPartyIdentifier"})
_MOST = 10


def numbered(ids: Sequence[str], reference: str) -> tuple[Lookalike, ...]:
    """Return the reservations that have the agency's number that was sent."""
    return tuple(Lookalike(identity, f"has the agency's number {reference}") for identity in ids)


async def similar(session: Session, item: Write, known: Collection[str]) -> tuple[Lookalike, ...]:
    """Return the reservations of the same stay and guest, newest first.

    Args:
        session: Where.
        item: What was sent.
        known: Those that are known already.

    Raises:
        MapstudioError: They cannot be read.
    """
    start = str(item.values.get("startDate") or "")
    if not start:
        return ()
    passed = {*known, *item.others}
    rows = await Reservations(session).starting(start, Needs.of(_SHOWN))
    rows.sort(key=lambda row: str(row.data.get("dateCreated") or ""), reverse=True)
    found = [
        Lookalike(row.id, _evidence(row.data, same))
        for row in rows
        if row.id not in passed
        and _same_text(row.data.get("endDate"), item.values.get("endDate"))
        and (same := [*_same(row.data, item.values)])
    ]
    return tuple(found[:_MOST])


def _same(present: Record, sent: Record) -> Iterator[str]:
    for name, words in _GUEST.items():
        if _same_text(present.get(name), sent.get(name)):
            yield words


def _same_text(one: JsonValue, other: JsonValue) -> bool:
    text = str(one or "").strip().casefold()
    return bool(text) and text == str(other or "").strip().casefold()


def _evidence(present: Record, same: Sequence[str]) -> str:
    booked = f", booked {str(present['dateCreated'])[:19]}" if present.get("dateCreated") else ""
    number = present.get("thirdPartyIdentifier")
    under = f", agency's number {number}" if number else ", without an agency's number"
    return (
        f"same stay ({present.get('startDate')} to {present.get('endDate')}) and {' and '.join(same)}, "
        f"{present.get('status')}{booked}{under}"
    )
