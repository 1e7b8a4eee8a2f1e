"""Fields that no document names: the real API grows without notice, and whoever reads it must be able to bear that.

The names are invented. What they hold follows from the record's id, in all the forms in which the API writes values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from mapstudio.model import JsonValue, Record
from mapstudio.sandbox.cloudbeds.envelope import Reply

_TIERS = ("gold", "silver", "")


def grown(method: str, reply: Reply) -> Reply:
    """Return the answer of a method with what documents do not know yet."""
    grow = _GROWN.get(method)
    if grow is None:
        return reply
    if isinstance(reply.data, dict):
        # By id, as the specification has it.
        return replace(reply, data={key: _row(grow, row) for key, row in reply.data.items()})
    return replace(reply, data=[_row(grow, row) for row in reply.data]) if isinstance(reply.data, list) else reply


def _row(grow: Callable[[Record], Record], row: JsonValue) -> JsonValue:
    return {**row, **grow(row)} if isinstance(row, dict) else row


def _guest(row: Record) -> Record:
    number = _number(row.get("guestID"))
    return {
        "loyaltyTier": _TIERS[number % 3],
        "loyaltyPoints": number % 7 * 250,
        "loyaltySince": f"2025-{number % 12 + 1:02}-01 09:30:00" if number % 3 < 2 else "0000-00-00 00:00:00",
        "stayPreferences": {"pillow": "soft", "floor": number % 4} if number % 2 else [],
        "cardsOnFile": [{"cardType": "visa", "cardNumber": "4111"}],
    }


def _reservation(row: Record) -> Record:
    number = _number(row.get("reservationID"))
    grown: Record = {"parking": [{"plate": f"YUC-{number % 1000:03}", "nights": number % 5}] if number % 2 else []}
    guests = row.get("guestList")
    if isinstance(guests, dict):
        grown["guestList"] = {
            key: {**guest, "loyaltyTier": _guest(guest)["loyaltyTier"]} if isinstance(guest, dict) else guest
            for key, guest in guests.items()
        }
    return grown


def _number(identity: JsonValue) -> int:
    text = str(identity)
    return int(text[-4:]) if text[-4:].isdecimal() else 0


_GROWN: Mapping[str, Callable[[Record], Record]] = {"getGuestList": _guest, "getReservations": _reservation}
