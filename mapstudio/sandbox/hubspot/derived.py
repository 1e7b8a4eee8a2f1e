"""What the system calculates itself from other properties of a record."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

_CLOSED = frozenset({"closedwon", "closedlost"})


def derived(name: str, values: Mapping[str, str]) -> dict[str, str]:
    """Return what the system calculates from other properties."""
    match name:
        case "contacts":
            email = values.get("email", "")
            full = " ".join(values[part] for part in ("firstname", "lastname") if part in values)
            found = {"hs_email_domain": email.partition("@")[2], "hs_full_name_or_email": full or email}
        case "deals":
            stage = values.get("dealstage", "")
            found = {
                "hs_is_closed": "true" if stage in _CLOSED else "false",
                "hs_is_closed_won": "true" if stage == "closedwon" else "false",
            }
        case "line_items" if "price" in values:
            quantity, price = Decimal(values.get("quantity", "1")), Decimal(values["price"])
            share = 1 - Decimal(values.get("hs_discount_percentage", "0")) / 100
            unit = price * share - Decimal(values.get("discount", "0"))
            found = {"amount": format((quantity * unit).quantize(Decimal("0.01")), "f")}
        case _:
            found = {}
    return {key: value for key, value in found.items() if value}
