"""What the documents say of a list's rows and records leave out: nobody has to guess at it."""

from __future__ import annotations

from collections.abc import Mapping

LEFT_OUT: Mapping[tuple[str, str], frozenset[str]] = {
    # Comes only where it is asked for.
    ("guests", ""): frozenset({"guestRequirements"}),
    # A block of rooms is told by allotmentBlockCode, a part of a reservation by its room.
    ("reservations", ""): frozenset({"groupInventory", "subReservationID"}),
    # Identity papers are the guest's own (guests), the rooms are the reservation's (rooms).
    ("reservations", "guestList[]."): frozenset(
        {
            *("guestDocumentType", "guestDocumentNumber", "guestDocumentIssueDate"),
            *("guestDocumentIssuingCountry", "guestDocumentExpirationDate", "guestRequirements"),
            *("roomID", "roomTypeIsVirtual", "rooms", "unassignedRooms", "subReservationID", "startDate", "endDate"),
            # Another spelling of guestAddress1.
            "guestAddress",
        }
    ),
    # Masked, all of it; photos and the first of the statuses besides.
    ("guest_profiles", ""): frozenset(
        {
            *("taxId", "companyTaxId", "documentType", "documentNumber", "documentIssueDate"),
            *("documentIssuingCountry", "documentExpirationDate", "isAnonymizationAvailable"),
            *("photo", "photoId", "statusId", "statusName"),
        }
    ),
    # Said by currency, and by the codes.
    ("transactions", ""): frozenset({"account", "currencyScale"}),
    ("rooms", ""): frozenset({"linkedRoomIDs", "linkedRoomTypeIDs", "linkedRoomTypeQty"}),
    ("hotels", ""): frozenset({"propertyImage"}),
}
"""Names by object and by the list that holds them; empty for the rows themselves."""
