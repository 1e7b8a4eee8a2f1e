"""What the system makes of a record's values itself: calculated properties, and stages of life that only go forward."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from mapstudio.sandbox.hubspot.definitions import ObjectType, Property
from mapstudio.sandbox.hubspot.stages import Stages

LIFECYCLE = "lifecyclestage"
_NOTE_PREVIEW = 1000
_FROM_PRODUCT = ("name", "description", "price", "hs_sku", "hs_cost_of_goods_sold")


def derived(kind: ObjectType, values: Mapping[str, str], stages: Stages) -> dict[str, str]:
    """Return what the system calculates from other properties."""
    match kind.name:
        case "contacts":
            email = values.get("email", "")
            full = " ".join(values[part] for part in ("firstname", "lastname") if part in values)
            found = {"hs_email_domain": email.partition("@")[2], "hs_full_name_or_email": full or email}
        case "deals":
            stage = stages.stage(kind.name, values.get("dealstage", ""))
            found = {
                "hs_is_closed": "true" if stage and stage.closed else "false",
                "hs_is_closed_won": "true" if stage and stage.won else "false",
                "hs_deal_stage_probability": stage.metadata.get("probability", "") if stage else "",
            }
        case "line_items" if "price" in values:
            found = {"amount": _amount(values)}
        case "notes":
            found = {"hs_body_preview": values.get("hs_note_body", "")[:_NOTE_PREVIEW]}
        case _:
            found = {}
    return {key: value for key, value in found.items() if value}


def only_forward(
    name: str, properties: Mapping[str, Property], kept: dict[str, str | None], held: Mapping[str, str]
) -> None:
    """Take a stage of life that lies behind the present one out of a change: the system passes over it in silence.

    An empty value clears it, and after that any stage is taken.
    """
    if name not in {"contacts", "companies"} or kept.get(LIFECYCLE) is None or LIFECYCLE not in held:
        return
    order = properties[LIFECYCLE].values
    wanted, present = kept[LIFECYCLE], held[LIFECYCLE]
    if wanted in order and present in order and order.index(wanted) < order.index(present):
        del kept[LIFECYCLE]


def from_product(product: Mapping[str, str]) -> dict[str, str]:
    """Return what a line item takes over from its product when it is made."""
    return {name: product[name] for name in _FROM_PRODUCT if name in product}


def _amount(values: Mapping[str, str]) -> str:
    try:
        quantity, price = Decimal(values.get("quantity", "1")), Decimal(values["price"])
        share = 1 - Decimal(values.get("hs_discount_percentage", "0")) / 100
        unit = price * share - Decimal(values.get("discount", "0"))
        return format((quantity * unit).quantize(Decimal("0.01")), "f")
    except InvalidOperation:
        return ""
