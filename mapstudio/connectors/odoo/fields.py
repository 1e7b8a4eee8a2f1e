"""Odoo's own description of its fields, as ``fields_get`` gives it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from mapstudio.model import Field, FieldType

ATTRIBUTES = (
    "string", "help", "type", "required", "readonly", "store", "searchable", "relation", "relation_field", "selection",
    "size", "digits", "currency_field", "depends", "company_dependent", "translate", "related", "states",
    "definition_record", "definition_record_field",
)  # fmt: skip
SET_BY_ODOO = frozenset({"id", "display_name", "create_date", "create_uid", "write_date", "write_uid", "__last_update"})
"""A value written to these is ignored without a word."""

X2MANY = frozenset({"one2many", "many2many"})

TYPES = {
    "char": FieldType.TEXT,
    "text": FieldType.TEXT,
    "html": FieldType.TEXT,
    "binary": FieldType.TEXT,
    "reference": FieldType.TEXT,
    "selection": FieldType.OPTION,
    "many2one": FieldType.REFERENCE,
    "one2many": FieldType.REFERENCES,
    "many2many": FieldType.REFERENCES,
    "monetary": FieldType.NUMBER,
    "float": FieldType.NUMBER,
    "integer": FieldType.INTEGER,
    "many2one_reference": FieldType.INTEGER,
    "boolean": FieldType.BOOLEAN,
    "date": FieldType.DATE,
    "datetime": FieldType.DATETIME,
    "json": FieldType.OBJECT,
    "properties": FieldType.OBJECT,
}
_NOISE = (
    "activity_", "message_", "website_message_", "rating_", "avatar_", "image_", "sel_groups_", "in_group_",
)  # fmt: skip
"""Of the mail thread, smaller pictures, and the boxes of the form for a user's rights."""

_PICTURE = "image_1920"
"""The picture as it was given; the others are smaller copies of it."""

_HEAVY = frozenset({"one2many", "binary"})
_WORKED_OUT = frozenset({"binary", "json"})
"""Where such a field is not stored, it feeds a widget of Odoo's screens."""

_ALWAYS_REQUIRED = {
    "res.partner": frozenset({"name"}),
    "crm.lead": frozenset({"name"}),
    "sale.order": frozenset({"partner_id"}),
    "sale.order.line": frozenset({"order_id"}),
}
"""What ``fields_get`` does not say: contacts "require a name", a lead's name is worked out only from a customer."""

_AT_CREATION = frozenset({("account.move", "move_type")})
"""Described as read-only, because a record keeps it; but a new one must be given it."""

LINES: Mapping[str, tuple[str, ...]] = {
    "sale.order": ("order_line",),
    "account.move": ("invoice_line_ids",),
    "purchase.order": ("order_line",),
}
"""The one2many fields whose records are a part of the record: read whole, and written with it."""


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
    relation_field: str
    related: str
    options: tuple[tuple[str, str], ...]
    size: int | None
    digits: int | None
    currency_field: str
    company_dependent: bool
    translate: bool
    depends: frozenset[str]
    help: str
    definition_record: str
    definition_record_field: str

    @property
    def computed(self) -> bool:
        """Whether Odoo works it out from other fields; where it is stored, until somebody writes it."""
        return bool(self.depends)

    @property
    def plain(self) -> bool:
        """Whether a plain read of everything brings it: in the database, and neither heavy nor a list of others.

        What is worked out anew for each reader, such as the stock of a product, is read where it is asked for.
        """
        borrowed = bool(self.related) and self.searchable
        kept = self.store or borrowed or self.company_dependent or self.name == "display_name"
        return kept and self.type in TYPES and self.type not in _HEAVY

    @property
    def lender(self) -> str:
        """The field that leads to the record that this field really belongs to, as a variant's name to its product."""
        way, _, last = self.related.rpartition(".")
        return way if last == self.name and "." not in way and not self.store else ""

    @property
    def usable(self) -> bool:
        """Whether it is offered at all; small pictures, data of widgets and the mail thread's fields are not."""
        if self.type not in TYPES or (self.type in _WORKED_OUT and not self.store):
            return False
        return self.name == _PICTURE or not self.name.startswith(_NOISE)


def read_fields(answer: Mapping[str, Any], model: str = "") -> dict[str, OdooField]:
    """Read the answer of ``fields_get``, or definitions in its form."""
    return {name: _read(model, name, told) for name, told in answer.items()}


def _read(model: str, name: str, told: Mapping[str, Any]) -> OdooField:
    selection = told.get("selection") or ()
    digits = told.get("digits")
    related = told.get("related") or ""
    # 16 describes fields as read-only that are so in some states only, such as an order's customer.
    readonly = bool(told.get("readonly")) and not told.get("states") and (model, name) not in _AT_CREATION
    return OdooField(
        name=name,
        type=str(told.get("type", "")),
        label=str(told.get("string") or name),
        required=bool(told.get("required")),
        readonly=readonly or name in SET_BY_ODOO,
        store=bool(told.get("store", True)),
        searchable=bool(told.get("searchable", True)),
        relation=str(told.get("relation") or ""),
        relation_field=str(told.get("relation_field") or ""),
        related=related if isinstance(related, str) else ".".join(related),
        options=tuple((str(key), str(label)) for key, label in selection) if isinstance(selection, list) else (),
        size=int(told["size"]) if told.get("size") else None,
        digits=int(digits[1]) if isinstance(digits, list) and len(digits) == 2 else None,
        currency_field=str(told.get("currency_field") or ""),
        company_dependent=bool(told.get("company_dependent")),
        translate=bool(told.get("translate")),
        depends=frozenset(str(path).partition(".")[0] for path in told.get("depends") or ()),
        help=" ".join(str(told.get("help") or "").split()),
        definition_record=str(told.get("definition_record") or ""),
        definition_record_field=str(told.get("definition_record_field") or ""),
    )


def lines_of(model: str, fields: Mapping[str, OdooField]) -> tuple[str, ...]:
    """Return the model's one2many fields whose records are a part of it, a client's own among them."""
    if model in LINES:
        return tuple(name for name in LINES[model] if name in fields)
    own = (f"{model}.line", f"{model}_line")
    return tuple(item.name for item in fields.values() if item.type == "one2many" and item.relation.startswith(own))


def line_names(parent: OdooField, fields: Mapping[str, OdooField]) -> list[str]:
    """Return the fields of lines that are offered: what is stored with them, and not copied from their record.

    Args:
        parent: The one2many field.
        fields: The fields of the lines' model.
    """
    back = parent.relation_field
    return [
        item.name
        for item in fields.values()
        if item.usable
        and item.store
        and item.type not in _HEAVY
        and item.name not in {back, "id", "create_uid", "write_uid", "create_date"}
        and not (back and item.related.startswith(f"{back}."))
    ]


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


def plain(item: OdooField) -> Field:
    """Return a field with what its values need to be compared."""
    return Field(item.name, item.label, TYPES.get(item.type, FieldType.UNKNOWN))
