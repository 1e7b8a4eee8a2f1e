"""Lines of orders and their steps, on local servers of both versions."""

from __future__ import annotations

from tests.connectors.conformance_lines import LinesCase, LinesConformance
from tests.connectors.odoo.test_conformance import TestVersion16 as Version16
from tests.connectors.odoo.test_conformance import TestVersion19 as Version19

ORDERS = LinesCase(
    object="sale.order",
    values={"partner_id": 1},
    field="order_line",
    key="product_id",
    lines={
        "A": {"product_id": 1, "product_uom_qty": 2, "discount": 10},
        "B": {"product_id": 2, "product_uom_qty": 1, "price_unit": 99.5},
    },
    more=("C", {"product_id": 3, "product_uom_qty": 5}),
    change=("product_uom_qty", 7),
    poison=("product_id", 999999),
    step="confirm",
)


class TestVersion19(LinesConformance):
    case = Version19.case
    of = ORDERS


class TestVersion16(LinesConformance):
    case = Version16.case
    of = ORDERS
