"""Schemas of both versions, made from what real servers told of their fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from mapstudio.connectors.http import HttpClient
from mapstudio.connectors.odoo.catalogue import Catalogue
from mapstudio.connectors.odoo.describing import property_fields
from mapstudio.connectors.odoo.faults import Fault
from mapstudio.connectors.odoo.fields import line_names, lines_of, read_fields
from mapstudio.connectors.odoo.listing import objects
from mapstudio.connectors.odoo.transport import Rpc
from mapstudio.model import FieldType, JsonValue, Option, Schema
from mapstudio.model.exact_json import loads

VERSIONS = ("16.0", "19.0")
NO_ACCESS = Fault("odoo.exceptions.AccessError", "You are not allowed to access 'Models' (ir.model) records.")


@dataclass
class Told(Rpc):
    """Answers what a server tells of itself.

    Attributes:
        folder: The recorded fields of a version.
        defaults: What ``default_get`` fills.
        tables: The rows of models that are searched.
        hidden: Models that the user may not read.
    """

    folder: Path = Path()
    defaults: frozenset[str] = frozenset()
    tables: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    own: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    async def uid(self) -> int:
        return 2

    async def company_id(self) -> int | None:
        return None

    async def call(
        self,
        model: str,
        method: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any] | None = None,
        *,
        repeatable: bool = True,
    ) -> JsonValue:
        if method == "fields_get":
            return self._fields(model, (kwargs or {})["attributes"])
        if method == "default_get":
            return dict.fromkeys(self.defaults.intersection(args[0]), 1)
        if method == "check_access_rights":
            return model not in self.hidden and (not self.folder.name or self._path(model).is_file())
        if model in self.hidden:
            raise NO_ACCESS
        return [dict(row) for row in self.tables.get(model, [])]

    def _fields(self, model: str, attributes: Sequence[str]) -> JsonValue:
        told: Any = self.own[model] if model in self.own else loads(self._path(model).read_bytes())
        return {name: {key: one[key] for key in attributes if key in one} for name, one in told.items()}

    def _path(self, model: str) -> Path:
        return self.folder / f"{model}.json"


def _catalogue(**told: Any) -> Catalogue:
    return Catalogue(Told(HttpClient("erp", "http://127.0.0.1:1"), "erp", "shop", "x", "x", **told), "erp")


@pytest.fixture(name="recorded", params=VERSIONS)
def _recorded(request: pytest.FixtureRequest, reference_folder: Path) -> tuple[str, Catalogue]:
    return request.param, _catalogue(folder=reference_folder / "odoo" / "fields" / request.param)


@pytest.mark.reference
async def test_every_recorded_model_has_a_schema(recorded: tuple[str, Catalogue], reference_folder: Path) -> None:
    version, catalogue = recorded
    for path in sorted((reference_folder / "odoo" / "fields" / version).glob("*.json")):
        schema = await catalogue.schema(path.stem)
        names = [item.name for item in schema.fields]
        assert len(set(names)) == len(names), path.stem
        assert all(item.label for item in schema.fields), path.stem
        assert {"id", "write_date"} <= set(names), path.stem
        assert Schema.from_json(schema.to_json()) == schema


@pytest.mark.reference
async def test_the_lines_of_an_order_are_fields_below_it(recorded: tuple[str, Catalogue]) -> None:
    version, catalogue = recorded
    schema = await catalogue.schema("sale.order")
    assert (schema.by_name["order_line"].type, schema.by_name["order_line"].read_only) == (FieldType.LIST, False)
    lines = {name.removeprefix("order_line[]."): one for name, one in schema.by_name.items() if "[]." in name}
    unit, taxes = ("product_uom", "tax_id") if version == "16.0" else ("product_uom_id", "tax_ids")
    for name, kind in {
        "product_id": FieldType.REFERENCE,
        "product_uom_qty": FieldType.NUMBER,
        "price_unit": FieldType.NUMBER,
        "discount": FieldType.NUMBER,
        "name": FieldType.TEXT,
        "display_type": FieldType.OPTION,
        "sequence": FieldType.INTEGER,
        unit: FieldType.REFERENCE,
        taxes: FieldType.REFERENCES,
    }.items():
        assert (lines[name].type, lines[name].read_only) == (kind, False), name
    assert lines["price_subtotal"].read_only
    assert lines["product_id.default_code"].read_only
    assert lines["id"].read_only
    assert {"order_id", "company_id", "order_partner_id", "create_uid", "state"}.isdisjoint(lines), "the order's own"
    assert not any(one.required for one in lines.values()), "Odoo fills what it needs from the product"


@pytest.mark.reference
async def test_an_invoice_can_be_given_its_type_its_date_and_its_lines(recorded: tuple[str, Catalogue]) -> None:
    _, catalogue = recorded
    fields = (await catalogue.schema("account.move")).by_name
    for name in ("move_type", "partner_id", "invoice_date", "invoice_line_ids", "invoice_line_ids[].quantity"):
        assert not fields[name].read_only, name
    for name in ("state", "payment_state", "amount_total", "amount_residual", "invoice_line_ids[].price_subtotal"):
        assert fields[name].read_only, name
    assert "out_invoice" in [option.value for option in fields["move_type"].options]
    assert "invoice_line_ids[].move_id" not in fields
    assert fields["line_ids"].type is FieldType.REFERENCES, "the entries that Odoo makes of the lines are no lines"


@pytest.mark.reference
async def test_where_odoos_own_words_are_not_the_whole_truth_it_is_said(recorded: tuple[str, Catalogue]) -> None:
    _, catalogue = recorded
    partner = (await catalogue.schema("res.partner")).by_name
    assert partner["name"].required
    assert "does not call the field required" in partner["name"].description
    assert "finds no record by it" in partner["contact_address"].description
    assert "Each company" in partner["property_payment_term_id"].description
    assert "copies a company's" in partner["street"].description
    order = (await catalogue.schema("sale.order")).by_name
    assert "currency_id" in order["amount_total"].description
    assert "would take what is written" in order["state"].description
    line = order["order_line[].price_unit"]
    assert not line.required
    assert "fills it where nothing is given" in line.description
    assert "Each language" in (await catalogue.schema("product.template")).by_name["name"].description


@pytest.mark.reference
async def test_pictures_are_offered_once_and_widgets_not_at_all(recorded: tuple[str, Catalogue]) -> None:
    _, catalogue = recorded
    fields = (await catalogue.schema("res.partner")).by_name
    assert [name for name in fields if "image" in name or "avatar" in name] == ["image_1920"]
    assert "Base64" in fields["image_1920"].description
    assert "tax_totals" not in (await catalogue.schema("sale.order")).by_name
    assert (await catalogue.schema("sale.order")).by_name["order_line[].analytic_distribution"].type is FieldType.OBJECT
    partner = await catalogue.fields("res.partner")
    assert not partner["image_1920"].plain, "a plain read does not bring pictures"


DEFINITIONS: list[dict[str, Any]] = [
    {"name": "hs_budget", "type": "integer", "string": "Budget"},
    {"name": "hs_tier", "type": "selection", "string": "Tier", "selection": [["a", "Gold"], ["b", "Silver"]]},
    {"name": "hs_tags", "type": "tags", "string": "Marks", "tags": [["x", "Ex", 1]]},
    {"name": "hs_owner", "type": "many2one", "string": "Owner", "comodel": "res.users"},
    {"name": "line", "type": "separator", "string": "Below"},
]


@pytest.mark.reference
async def test_properties_are_fields_below_their_field(reference_folder: Path) -> None:
    for version in VERSIONS:
        teams = [
            {"id": 1, "lead_properties_definition": DEFINITIONS},
            {"id": 2, "lead_properties_definition": False},
        ]
        catalogue = _catalogue(folder=reference_folder / "odoo" / "fields" / version, tables={"crm.team": teams})
        fields = (await catalogue.schema("crm.lead")).by_name
        assert fields["lead_properties"].type is FieldType.OBJECT
        assert fields["lead_properties.hs_budget"].type is FieldType.INTEGER
        assert fields["lead_properties.hs_tier"].options == (Option("a", "Gold"), Option("b", "Silver"))
        assert fields["lead_properties.hs_tags"].type is FieldType.OPTIONS
        assert fields["lead_properties.hs_owner"].reference == "res.users"
        assert "lead_properties.line" not in fields
        assert fields["lead_properties.hs_budget"].label.endswith("/ Budget")


def test_a_property_that_two_teams_define_otherwise_has_no_type() -> None:
    [item] = read_fields({"lead_properties": {"type": "properties", "string": "Properties"}}).values()
    again = [*DEFINITIONS, {"name": "hs_budget", "type": "char", "string": "Budget"}]
    tier = {"name": "hs_tier", "type": "selection", "string": "Tier", "selection": [["c", "Bronze"]]}
    found = {one.name: one for one in property_fields(item, [*again, tier])}
    assert found["lead_properties.hs_budget"].type is FieldType.UNKNOWN
    assert [option.value for option in found["lead_properties.hs_tier"].options] == ["a", "b", "c"]


def test_the_lines_of_a_clients_own_model_are_found() -> None:
    fields = read_fields(
        {
            "x_lines": {"type": "one2many", "relation": "x_rental_line_4f2", "relation_field": "x_rental_id"},
            "x_notes": {"type": "one2many", "relation": "mail.message", "relation_field": "res_id"},
        }
    )
    assert lines_of("x_rental", fields) == ("x_lines",)
    line = read_fields(
        {
            "x_rental_id": {"type": "many2one", "relation": "x_rental"},
            "x_day": {"type": "date"},
            "x_title": {"type": "char", "related": "x_rental_id.x_name", "store": True},
        }
    )
    assert line_names(fields["x_lines"], line) == ["x_day"]


async def test_models_are_listed_where_the_user_may_and_those_that_are_usual_otherwise() -> None:
    own = {"ir.model": {"model": {"type": "char"}, "name": {"type": "char"}, "transient": {"type": "boolean"}}}
    rows = [
        {"model": "res.partner", "name": "Contact"},
        {"model": "ir.cron", "name": "Scheduled Actions"},
        {"model": "stock.picking", "name": "Transfer"},
        {"model": "x_rental", "name": "Rental"},
    ]
    all_of_it = await objects(_catalogue(own=own, tables={"ir.model": rows}))
    names = [info.name for info in all_of_it]
    assert names.count("res.partner") == 1
    assert names[-2:] == ["stock.picking", "x_rental"]
    usual = await objects(_catalogue(own=own, hidden=frozenset({"ir.model", "account.move"})))
    assert {"res.partner", "sale.order", "account.payment", "uom.uom"} <= {info.name for info in usual}
    assert {"account.move", "stock.picking"}.isdisjoint({info.name for info in usual})
    assert not {info.name: info for info in usual}["account.payment"].writable
