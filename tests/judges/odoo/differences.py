"""The few exchanges in which the local sandbox differs from the recorded servers on purpose, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping

_COMMERCIAL = (
    "The recording wrote commercial_partner_id by hand, and a later write of the contact let Odoo work it out anew; "
    "the sandbox keeps what was written."
)
_BOTH: Mapping[str, str] = {"payments_search_read": _COMMERCIAL, "child_contact_address": _COMMERCIAL}

DIFFERENCES: Mapping[str, Mapping[str, str]] = {
    "16": _BOTH,
    "19": {
        **_BOTH,
        "read_product": "The recorded database has a second company, whose own sales tax is a product's default too.",
        "so_read_confirmed": "There is no stock behind the sandbox's orders, so nothing of them is to be delivered.",
    },
}
