"""What each version's models consist of: field definitions from the data files in ``data/<version>/<model>.json``.

A file holds one object: field name to its attributes in the words of ``fields_get``. Attributes left out have the usual
value (``false``, for ``store``, ``searchable`` and ``sortable`` ``true``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any, TypeAlias

from mapstudio.model.exact_json import loads

Value: TypeAlias = Any
"""A value on the wire or in a row. What it may be is the field's business, and clients send all sorts of things."""

X2MANY = frozenset({"one2many", "many2many"})
TEXTS = frozenset({"char", "text", "html"})
NUMBERS = frozenset({"integer", "float", "monetary"})
LOGGED = frozenset({"id", "create_date", "create_uid", "write_date", "write_uid", "display_name"})
"""Set by the server alone: a client's value for them is ignored."""

_HIERARCHIES = frozenset(
    ["account.move.line", "mail.message", "product.category", "res.company", "res.partner", "res.partner.category",
     "res.users", "sale.order.line", "stock.location", "uom.uom"]
)  # fmt: skip
"""Models whose records are above each other."""
_TOLD = (
    "relation",
    "relation_field",
    "selection",
    "size",
    "digits",
    "currency_field",
    "groups",
    "related",
    "definition_record",
    "definition_record_field",
    "states",
)


@dataclass(frozen=True, slots=True)
class FieldDefinition:
    """One field of a model, with the attributes of ``fields_get``."""

    name: str
    type: str
    string: str
    relation: str = ""
    relation_field: str = ""
    related: str = ""
    groups: str = ""
    size: int = 0
    digits: tuple[int, int] | None = None
    selection: tuple[tuple[str, str], ...] = ()
    required: bool = False
    readonly: bool = False
    store: bool = True
    searchable: bool = True
    sortable: bool = True
    company_dependent: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def translate(self) -> bool:
        """Whether each language has a text of its own."""
        return bool(self.extra.get("translate"))

    @property
    def empty(self) -> Value:
        """The stored form of nothing."""
        if self.type in X2MANY:
            return []
        return {"boolean": False, "integer": 0, "float": 0.0, "monetary": 0.0}.get(self.type)

    def describe(self, version: int) -> dict[str, Any]:
        """Return what ``fields_get`` says of the field."""
        told: dict[str, Any] = {
            "type": self.type,
            "string": self.string,
            "name": self.name,
            "required": self.required,
            "readonly": self.readonly,
            "store": self.store,
            "searchable": self.searchable,
            "sortable": self.sortable,
            "company_dependent": self.company_dependent,
            "depends": self.extra.get("depends", []),
            "manual": bool(self.extra.get("manual")),
            "change_default": False,
            "exportable": True,
            "default_export_compatible": False,
        }
        if self.type in {"char", "text", "html"}:
            told["translate"] = self.translate
        if self.type == "html":
            told.update(dict.fromkeys(["sanitize", "sanitize_attributes", "sanitize_tags"], True))
            told.update(dict.fromkeys(["sanitize_style", "strip_classes", "strip_style"], False))
        if self.type == "binary":
            told["attachment"] = self.store
        if self.type == "char":
            told["trim"] = True
        if self.relation:
            told.update({"domain": [], "context": {}})
        if version >= 19:
            told["groupable"] = (self.store or bool(self.related)) and self.type not in {"binary", "json", "one2many"}
            if self.relation:
                told["allow_hierachy_operators"] = self.relation in _HIERARCHIES  # as the server spells it
        told.update({name: self.extra[name] for name in _TOLD if name in self.extra})
        grouped = "aggregator" if version >= 19 else "group_operator"
        if grouped in self.extra:
            told[grouped] = self.extra[grouped]
        return told


@lru_cache(maxsize=4)
def definitions(version: int) -> Mapping[str, Mapping[str, FieldDefinition]]:
    """Return all models of a version with their fields, in the order of ``fields_get``."""
    folder = files("mapstudio.sandbox.odoo") / "data" / str(version)
    found = {}
    for item in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if item.name.endswith(".json"):
            raw: Any = loads(item.read_bytes())
            found[item.name.removesuffix(".json")] = {name: definition_of(name, told) for name, told in raw.items()}
    return found


@lru_cache(maxsize=4)
def table(name: str) -> Value:
    """Return one of the plain files of ``data/`` (countries, states, French); never changed by anyone."""
    return loads((files("mapstudio.sandbox.odoo") / "data" / f"{name}.json").read_bytes())


def definition_of(name: str, told: Mapping[str, Any]) -> FieldDefinition:
    """Return a field from its attributes in the words of ``fields_get``."""
    digits = told.get("digits")
    return FieldDefinition(
        name=name,
        type=told["type"],
        string=told["string"],
        relation=told.get("relation", ""),
        relation_field=told.get("relation_field", ""),
        related=told.get("related", ""),
        groups=told.get("groups", ""),
        size=told.get("size", 0),
        digits=(digits[0], digits[1]) if digits else None,
        selection=tuple((key, label) for key, label in told.get("selection", ())),
        required=told.get("required", False),
        readonly=told.get("readonly", False),
        store=told.get("store", True),
        searchable=told.get("searchable", True),
        sortable=told.get("sortable", True),
        company_dependent=told.get("company_dependent", False),
        extra=told,
    )
