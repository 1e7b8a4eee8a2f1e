"""The objects of a hotel: what they are called, what identifies a record, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mapstudio.connectors.declarations import Capabilities, Enforcement, ObjectInfo

BATCH = 20
"""Writes in one batch: four seconds of the budget, so that progress shows and an interruption is soon obeyed."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One object.

    Attributes:
        label: What people read.
        id: The field that identifies a record.
        able: What it can do.
        custom: Whose custom fields it has: ``guest``, ``reservation`` or nobody's.
        writes_custom: Whether those can be written.
        writable: Whether records can be written at all.
        readable: Whether records can be read.
    """

    label: str
    id: str
    able: Capabilities
    custom: str = ""
    writes_custom: bool = False
    writable: bool = False
    readable: bool = True

    def info(self, name: str) -> ObjectInfo:
        """Return it as the contract shows objects."""
        return ObjectInfo(name, self.label, self.readable, self.writable)


def _able(
    *keys: tuple[str, ...],
    create: Enforcement = Enforcement.NONE,
    update: bool = False,
    incremental: bool = False,
    archive: bool = False,
    repeatable: bool = True,
) -> Capabilities:
    return Capabilities(
        create=create,
        update=update,
        batch_size=BATCH,
        incremental=incremental,
        archive=archive,
        proposed_keys=keys,
        repeatable=repeatable,
    )


_OURS = Enforcement.EXTERNAL_ID

KINDS: Mapping[str, Kind] = {
    "guests": Kind(
        "Guests", "guestID", _able(("guestEmail",), update=True, incremental=True),
        custom="guest", writes_custom=True, writable=True,
    ),
    "guest_profiles": Kind(
        "Guest profiles", "id", _able(("email",), create=_OURS, update=True, incremental=True),
        custom="guest", writable=True,
    ),
    "reservations": Kind(
        "Reservations", "reservationID",
        _able(("thirdPartyIdentifier",), create=_OURS, update=True, incremental=True, repeatable=False),
        custom="reservation", writes_custom=True, writable=True,
    ),
    "guest_notes": Kind(
        "Guest notes", "guestNoteID",
        _able(("guestID", "guestNote"), create=_OURS, update=True, incremental=True, archive=True), writable=True,
    ),
    "reservation_notes": Kind(
        "Reservation notes", "reservationNoteID",
        _able(("reservationID", "reservationNote"), create=_OURS, update=True, incremental=True, archive=True),
        writable=True,
    ),
    "transactions": Kind("Transactions", "id", _able(incremental=True)),
    "custom_items": Kind(
        "Sales of other systems", "transactionID", _able(("referenceID",), create=_OURS), writable=True, readable=False
    ),
    "house_accounts": Kind("House accounts", "accountID", _able()),
    "rooms": Kind("Rooms", "roomID", _able()),
    "room_types": Kind("Room types", "roomTypeID", _able()),
    "items": Kind("Items", "itemID", _able()),
    "hotels": Kind("Hotel", "propertyID", _able()),
    "webhooks": Kind("Webhooks", "id", _able()),
}  # fmt: skip
