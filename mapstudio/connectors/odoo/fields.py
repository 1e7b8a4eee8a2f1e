"""Odoo's own description of its fields, as ``fields_get`` gives it, and their translation into our schema."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from mapstudio.model import Field, FieldType, Option

ATTRIBUTES = (
    "string", "type", "required", "readonly", "store", "searchable", "relation", "relation_field", "selection",
    "size", "digits", "depends", "company_dependent", "related", "states",
)  # fmt: skip
SET_BY_ODOO = frozenset({"id", "display_name", "create_date", "create_uid", "write_date", "write_uid", "__last_update"})
"""A value written to these is ignored without a word."""

X2MANY = frozenset({"one2many", "many2many"})

_TYPES = {
    "char": FieldType.TEXT,
    "text": FieldType.TEXT,
    "html": FieldType.TEXT,
    "selection": FieldType.OPTION,
    "many2one": FieldType.REFERENCE,
    "one2many": FieldType.REFERENCES,
    "many2many": FieldType.REFERENCES,
    "monetary": FieldType.NUMBER,
    "float": FieldType.NUMBER,
    "integer": FieldType.INTEGER,
    "boolean": FieldType.BOOLEAN,
    "date": FieldType.DATE,
    "datetime": FieldType.DATETIME,
}
_NOISE = ("activity_", "message_", "website_message_", "rating_", "avatar_", "image_")
_ENFORCED_UNIQUE = frozenset({("product.product", "barcode"), ("res.users", "login"), ("res.country", "code")})

_ALWAYS_REQUIRED = {
    "res.partner": frozenset({"name"}),
    "crm.lead": frozenset({"name"}),
    "sale.order": frozenset({"partner_id"}),
    "sale.order.line": frozenset({"order_id"}),
}
"""What ``fields_get`` does not say: contacts "require a name", a lead's name is worked out only from a customer."""

EXPANSIONS: Mapping[str, tuple[str, ...]] = {
    "res.partner": ("email", "ref", "vat"),
    "res.users": ("login", "email"),
    "res.country": ("code",),
    "res.country.state": ("code",),
    "res.currency": (),
    "res.company": (),
    "product.product": ("default_code", "barcode"),
    "product.template": ("default_code",),
    "product.category": (),
    "product.pricelist": (),
    "crm.stage": (),
    "crm.team": (),
    "uom.uom": (),
}
"""The fields that are offered beside a reference to such a record; any other can be named by hand."""

LINES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("sale.order", "order_line"): (
        "sequence", "display_type", "product_id", "name", "product_uom_qty", "product_uom", "product_uom_id",
        "price_unit", "discount", "tax_id", "tax_ids", "price_subtotal", "price_tax", "price_total",
        "qty_delivered", "qty_invoiced",
    ),
}  # fmt: skip
"""The one2many fields that are read whole, with the fields of their lines (those that the version has)."""


@dataclass(frozen=True, slots=True)
class OdooField:
    """One field as ``fields_get`` describes it."""

    name: str
    type: str
    label: str
    required: bool
    readonly: bool
    store: bool
    searchable: bool
    relation: str
    related: str
    options: tuple[tuple[str, str], ...]
    size: int | None
    digits: int | None
    company_dependent: bool
    computed: bool

    @property
    def plain(self) -> bool:
        """Whether a plain read of everything brings it: in the database, and no list of other records."""
        return (self.store or self.searchable) and self.type in _TYPES and self.type != "one2many"

    @property
    def lender(self) -> str:
        """The field that leads to the record that this field really belongs to, as a variant's name to its product."""
        way, _, last = self.related.rpartition(".")
        return way if last == self.name and "." not in way and not self.store else ""

    @property
    def usable(self) -> bool:
        """Whether it is offered at all; binary data, properties and the mail thread's fields are not."""
        return self.type in _TYPES and not self.name.startswith(_NOISE)


def read_fields(answer: Mapping[str, Any]) -> dict[str, OdooField]:
    """Read the answer of ``fields_get``."""
    return {name: _read(name, told) for name, told in answer.items()}


def _read(name: str, told: Mapping[str, Any]) -> OdooField:
    selection = told.get("selection") or ()
    digits = told.get("digits")
    related = told.get("related") or ""
    # 16 describes fields as read-only that are so in some states only, such as an order's customer.
    readonly = bool(told.get("readonly")) and not told.get("states")
    return OdooField(
        name=name,
        type=str(told.get("type", "")),
        label=str(told.get("string") or name),
        required=bool(told.get("required")),
        readonly=readonly or name in SET_BY_ODOO,
        store=bool(told.get("store", True)),
        searchable=bool(told.get("searchable", True)),
        relation=str(told.get("relation") or ""),
        related=related if isinstance(related, str) else ".".join(related),
        options=tuple((str(key), str(label)) for key, label in selection) if isinstance(selection, list) else (),
        size=int(told["size"]) if told.get("size") else None,
        digits=int(digits[1]) if isinstance(digits, list) and len(digits) == 2 else None,
        company_dependent=bool(told.get("company_dependent")),
        computed=bool(told.get("depends")),
    )


def needed(
    model: str, fields: Mapping[str, OdooField], defaulted: Collection[str], lenders: Mapping[str, Collection[str]]
) -> frozenset[str]:
    """Return the fields that a new record must be given.

    ``required`` of ``fields_get`` says less and more: it holds fields that have a default or are worked out from
    others, and misses rules that code enforces.

    Args:
        model: The model.
        fields: Its fields.
        defaulted: The names that ``default_get`` fills.
        lenders: For each field that leads to the record whose fields this one borrows: what that record needs.
    """
    known = _ALWAYS_REQUIRED.get(model, frozenset()) & fields.keys()
    found = {
        item.name
        for item in fields.values()
        if item.required
        and item.type not in X2MANY
        and item.name not in lenders
        and item.name not in defaulted
        and not item.company_dependent
        and not item.readonly
        and (item.name in lenders[item.lender] if item.lender in lenders else not item.computed)
    }
    return frozenset(found) | known


def translate(model: str, fields: Mapping[str, OdooField], required: Collection[str]) -> list[Field]:
    """Return the model's fields as our schema has them, with what is offered beside references and lines."""
    found: list[Field] = []
    for item in fields.values():
        if not item.usable:
            continue
        found.append(_field(model, item, required=item.name in required))
        found += _beside(item)
    return found


def line_fields(model: str, name: str, fields: Mapping[str, OdooField]) -> list[Field]:
    """Return the fields of a one2many's lines, named below it."""
    found: list[Field] = [Field(f"{name}[].id", "ID", FieldType.INTEGER, read_only=True)]
    for wanted in LINES[model, name]:
        item = fields.get(wanted)
        if item is None or not item.usable:
            continue
        line = _field("", item, required=False)
        found.append(_below(line, f"{name}[]."))
        found += [_below(extra, f"{name}[].") for extra in _beside(item)]
    return found


def plain(item: OdooField) -> Field:
    """Return a field with what its values need to be compared."""
    return Field(item.name, item.label, _TYPES.get(item.type, FieldType.UNKNOWN))


def _below(item: Field, prefix: str) -> Field:
    return Field(
        f"{prefix}{item.name}", item.label, item.type, False, True, False, item.options, item.max_length, item.reference
    )


def _field(model: str, item: OdooField, *, required: bool) -> Field:
    lines = (model, item.name) in LINES
    return Field(
        name=item.name,
        label=item.label,
        type=FieldType.LIST if lines else _TYPES[item.type],
        required=required,
        # Nested writes come with the runner's own depth; until then a one2many is read.
        read_only=item.readonly or item.type == "one2many",
        unique=(model, item.name) in _ENFORCED_UNIQUE,
        options=tuple(Option(key, label) for key, label in item.options),
        max_length=item.size,
        reference=item.relation or None,
    )


def _beside(item: OdooField) -> list[Field]:
    if item.type != "many2one" or item.relation not in EXPANSIONS:
        return []
    found = [Field(f"{item.name}.name", f"{item.label} / Name", FieldType.TEXT, read_only=True)]
    for name in EXPANSIONS[item.relation]:
        label = f"{item.label} / {name.replace('_', ' ').capitalize()}"
        found.append(Field(f"{item.name}.{name}", label, FieldType.TEXT, read_only=True))
    return found
