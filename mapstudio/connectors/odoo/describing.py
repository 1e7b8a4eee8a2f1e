"""Odoo's fields in our schema: with what is offered beside references, and with the fields of lines and properties."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mapstudio.connectors.odoo.fields import SET_BY_ODOO, TYPES, OdooField, line_names, lines_of
from mapstudio.model import Field, FieldType, Option

_ENFORCED_UNIQUE = frozenset({("product.product", "barcode"), ("res.users", "login"), ("res.country", "code")})

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
    "account.journal": ("code",),
    "account.account": ("code",),
    "account.payment.term": (),
    "crm.lost.reason": (),
}
"""The fields that are offered beside a reference to such a record; any other can be named by hand."""

_HANDED_DOWN = {
    "res.partner": frozenset({"street", "street2", "zip", "city", "state_id", "country_id", "vat", "company_registry"})
}
"""What a company's contacts have from it."""

_PROPERTY_TYPES = {
    **{name: TYPES[name] for name in ("char", "text", "html", "integer", "float", "monetary", "boolean", "date")},
    "datetime": FieldType.DATETIME,
    "selection": FieldType.OPTION,
    "tags": FieldType.OPTIONS,
    "many2one": FieldType.REFERENCE,
    "many2many": FieldType.REFERENCES,
}


def translate(model: str, fields: Mapping[str, OdooField], required: Collection[str]) -> list[Field]:
    """Return the model's fields as our schema has them, with what is offered beside references."""
    lines = lines_of(model, fields)
    found: list[Field] = []
    for item in fields.values():
        if not item.usable:
            continue
        field = _field(model, item, required=item.name in required)
        if item.name in lines:
            field = replace(field, type=FieldType.LIST, read_only=item.readonly)
        found.append(field)
        found += _beside(item)
    return found


def line_fields(parent: OdooField, fields: Mapping[str, OdooField], required: Collection[str]) -> list[Field]:
    """Return the fields of a one2many's lines, named below it.

    Args:
        parent: The one2many field.
        fields: The fields of the lines' model.
        required: Those that a new line must be given, beside its record.
    """
    prefix = f"{parent.name}[]."
    found: list[Field] = [Field(f"{prefix}id", "ID", FieldType.INTEGER, read_only=True)]
    for name in line_names(parent, fields):
        item = fields[name]
        line = _field(parent.relation, item, required=name in required)
        found += [_below(one, prefix) for one in (replace(line, unique=False), *_beside(item))]
    return found


def property_fields(item: OdooField, definitions: Iterable[Mapping[str, Any]]) -> list[Field]:
    """Return the fields below a properties field.

    Each record has those of the record that defines them (a lead those of its team), so a name may be defined more
    than once; where the definitions differ in type, the type is unknown.

    Args:
        item: The properties field.
        definitions: All that is defined anywhere.
    """
    found: dict[str, Field] = {}
    for told in definitions:
        kind = _PROPERTY_TYPES.get(str(told.get("type")))
        name = str(told.get("name") or "")
        if kind is None or not name:
            continue
        field = Field(
            name=f"{item.name}.{name}",
            label=f"{item.label} / {told.get('string') or name}",
            type=kind,
            read_only=item.readonly,
            options=_choices(told.get("selection") or told.get("tags")),
            reference=str(told.get("comodel") or "") or None,
        )
        known = found.get(field.name)
        if known is not None and known.type is not field.type:
            field = replace(field, type=FieldType.UNKNOWN, options=(), reference=None)
        elif known is not None:
            options = {option.value: option for option in (*known.options, *field.options)}
            field = replace(known, options=tuple(options.values()))
        found[field.name] = field
    return list(found.values())


def _choices(told: object) -> tuple[Option, ...]:
    rows = told if isinstance(told, list) else []
    return tuple(Option(str(one[0]), str(one[1])) for one in rows if isinstance(one, Sequence) and len(one) > 1)


def _field(model: str, item: OdooField, *, required: bool) -> Field:
    return Field(
        name=item.name,
        label=item.label,
        type=TYPES[item.type],
        required=required,
        # A one2many holds records of their own, which have mappings of their own; lines are told by the caller.
        read_only=item.readonly or item.type == "one2many",
        unique=(model, item.name) in _ENFORCED_UNIQUE,
        options=tuple(Option(key, label) for key, label in item.options),
        max_length=item.size,
        reference=item.relation or None,
        description=" ".join([item.help, *_remarks(model, item, required=required)]).strip(),
    )


def _remarks(model: str, item: OdooField, *, required: bool) -> list[str]:
    """Say where Odoo's own words on a field are not the whole truth."""
    found = []
    if item.required and not required and not item.readonly:
        found.append("Odoo needs it and fills it where nothing is given.")
    if required and not item.required:
        found.append("Odoo refuses a new record without it, though it does not call the field required.")
    if item.readonly and item.store and not item.computed and item.name not in SET_BY_ODOO:
        found.append("Odoo only shows it, but would take what is written; so nothing is written to it.")
    if not item.store and not item.searchable:
        found.append("Odoo works it out and finds no record by it.")
    if item.currency_field:
        found.append(f"In the currency of {item.currency_field}.")
    if item.company_dependent:
        found.append("Each company has a value of its own.")
    if item.translate:
        found.append("Each language has a text of its own; the user's is read and written.")
    if item.name in _HANDED_DOWN.get(model, ()):
        found.append("Odoo copies a company's over those of its contacts (type contact) when it changes.")
    if item.type == "binary":
        found.append("Base64.")
    return found


def _beside(item: OdooField) -> list[Field]:
    if item.type != "many2one" or item.relation not in EXPANSIONS:
        return []
    found = [Field(f"{item.name}.name", f"{item.label} / Name", FieldType.TEXT, read_only=True)]
    for name in EXPANSIONS[item.relation]:
        label = f"{item.label} / {name.replace('_', ' ').capitalize()}"
        found.append(Field(f"{item.name}.{name}", label, FieldType.TEXT, read_only=True))
    return found


def _below(item: Field, prefix: str) -> Field:
    return replace(item, name=f"{prefix}{item.name}")
