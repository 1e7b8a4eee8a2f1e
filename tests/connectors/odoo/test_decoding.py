"""Values as Odoo sends them, as a record holds them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio.connectors.odoo.decoding import decode
from mapstudio.connectors.odoo.fields import OdooField, read_fields
from mapstudio.model import JsonValue
from mapstudio.model.exact_json import dumps


def _field(kind: str, **told: Any) -> OdooField:
    [item] = read_fields({"it": {"type": kind, **told}}).values()
    return item


@pytest.mark.parametrize(
    ("kind", "value", "decoded"),
    [
        ("char", False, None),
        ("char", "", ""),
        ("char", "0", "0"),
        ("boolean", False, False),
        ("integer", 0, 0),
        ("float", 0.0, 0.0),
        ("monetary", False, 0),
        ("date", "2026-11-23", "2026-11-23"),
        ("datetime", "2026-11-23 14:56:06", "2026-11-23T14:56:06Z"),
        ("datetime", False, None),
        ("selection", False, None),
        ("many2one", [233, "United States"], {"id": 233, "name": "United States"}),
        ("many2one", [5, False], {"id": 5, "name": None}),
        ("many2one", False, None),
        ("many2many", [4, 7], [{"id": 4}, {"id": 7}]),
        ("one2many", [], []),
        ("many2one_reference", 0, None),
        ("many2one_reference", 12, 12),
        ("binary", "iVBORw0KGgo=", "iVBORw0KGgo="),
        ("json", {"7": 100.0}, {"7": 100.0}),
        ("json", False, None),
        ("html", "<p>Hola</p>", "<p>Hola</p>"),
        ("html", "<p><br></p>", None),
        ("html", '<div class="o"><p>&nbsp;</p></div>', None),
        ("html", '<p><img src="x"></p>', '<p><img src="x"></p>'),
    ],
)
def test_absent_is_null_by_type(kind: str, value: JsonValue, decoded: JsonValue) -> None:
    assert decode(_field(kind), value) == decoded


def test_properties_are_values_by_name() -> None:
    told: JsonValue = [
        {"name": "hs_budget", "type": "integer", "string": "Budget", "value": 500},
        {"name": "hs_tier", "type": "selection", "string": "Tier", "selection": [["a", "Gold"]], "value": "a"},
        {"name": "hs_note", "type": "char", "string": "Note", "value": False},
        {"name": "hs_phone", "type": "char", "string": "Phone"},
        {"name": "hs_vip", "type": "boolean", "string": "VIP"},
        {"name": "hs_since", "type": "datetime", "string": "Since", "value": "2026-11-23 14:56:06"},
        {"name": "hs_owner", "type": "many2one", "string": "Owner", "comodel": "res.users", "value": [2, "Ana"]},
        {"name": "hs_marks", "type": "tags", "string": "Marks", "tags": [["x", "X", 1]], "value": ["x"]},
        {"name": "below", "type": "separator", "string": "Below"},
    ]
    assert decode(_field("properties"), told) == {
        "hs_budget": 500,
        "hs_tier": "a",
        "hs_note": None,
        "hs_phone": None,
        "hs_vip": False,
        "hs_since": "2026-11-23T14:56:06Z",
        "hs_owner": {"id": 2, "name": "Ana"},
        "hs_marks": ["x"],
    }
    assert decode(_field("properties"), False) == {}


@pytest.mark.parametrize(
    ("value", "decoded"),
    [(0.30000000000000004, "0.3"), (1250.3999999999999, "1250.4"), (100.00000000000001, "100"), (12.345, "12.345")],
)
def test_money_carries_no_noise_of_binary_fractions(value: float, decoded: str) -> None:
    assert dumps(decode(_field("monetary", currency_field="currency_id"), value)) == decoded


def test_a_factor_keeps_all_its_places() -> None:
    assert decode(_field("float"), 0.0333333333333333) == 0.0333333333333333


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2), st.sampled_from(["monetary", "float"]))
def test_an_amount_is_never_changed(amount: Decimal, kind: str) -> None:
    found = decode(_field(kind, digits=[16, 2]), float(amount))
    assert Decimal(str(found)) == amount
