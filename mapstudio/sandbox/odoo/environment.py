"""Who calls, in which context, and what a record's field is worth: stored, computed, or followed through a relation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from mapstudio.sandbox.odoo import properties
from mapstudio.sandbox.odoo.definitions import FieldDefinition, Value
from mapstudio.sandbox.odoo.store import Database, Row
from mapstudio.sandbox.odoo.words import Words

if TYPE_CHECKING:
    from mapstudio.sandbox.odoo.models.rules import Rules

SUPERUSER = 1
ENGLISH = "en_US"
LANGUAGES = frozenset({ENGLISH, "fr_FR"})
"""Those that are installed."""


def translated_name(name: str, language: str) -> str:
    """Return under which name a row holds a field's text in another language."""
    return f"{name}@{language}"


_ACTIVE_ONLY = frozenset({("res.partner", "child_ids")})
"""One2many fields that never show what is archived, whatever the context says."""


@dataclass(frozen=True)
class Environment:
    """One call's view of the database.

    Attributes:
        uid: The user; 1 may do everything.
        groups: The user's groups, by their dotted names.
        context: As the client sent it, over the user's own language and zone.
    """

    database: Database
    words: Words
    models: Mapping[str, Mapping[str, FieldDefinition]]
    rules: Mapping[str, Rules]
    uid: int = SUPERUSER
    groups: frozenset[str] = frozenset()
    context: Mapping[str, Any] = field(default_factory=dict)

    def with_context(self, **context: Value) -> Environment:
        """Return the same with some of the context set."""
        return replace(self, context={**self.context, **context})

    def sudo(self) -> Environment:
        """Return the same with all rights."""
        return replace(self, uid=SUPERUSER)

    def fields(self, model: str) -> Mapping[str, FieldDefinition]:
        """Return the model's fields.

        Raises:
            ServerError: No such model.
        """
        if model not in self.models:
            raise self.words.unknown_model(model)
        return self.models[model]

    def rows(self, model: str) -> Mapping[int, Row]:
        """Return the model's rows by id."""
        return self.database.table(model).rows

    def exists(self, model: str, record: int) -> bool:
        """Return whether there is such a record."""
        return record in self.database.table(model).rows

    def value(self, model: str, record: int, name: str) -> Value:  # noqa: PLR0911 - one answer for each source
        """Return a field's value in its stored form; a record that is gone has no values."""
        row = self.database.table(model).rows.get(record)
        definition = self.models[model][name]
        if row is None:
            return definition.empty
        if definition.type == "properties" and not definition.related:
            return properties.read(self, model, record, definition)
        if name in row:
            language = self.context.get("lang") or ENGLISH
            if language != ENGLISH and definition.translate:
                return row.get(translated_name(name, language), row[name])
            return row[name]
        if name == "id":
            return record
        if name == "display_name":
            return self.display_name(model, record)
        compute = self.rules[model].computed.get(name)
        if compute is not None:
            return compute(self, record)
        if definition.related:
            return self.follow(model, record, definition.related.split("."))
        if definition.type == "one2many":
            return self.inverse(definition, record, model)
        return definition.empty

    def follow(self, model: str, record: int, path: Sequence[str]) -> Value:
        """Return the value at the end of a path of many2one fields."""
        *way, last = path
        for name in way:
            target = self.value(model, record, name)
            model = self.models[model][name].relation
            if not isinstance(target, int) or model not in self.models:
                return None
            record = target
        return self.value(model, record, last) if last in self.models[model] else None

    def inverse(self, definition: FieldDefinition, record: int, owner: str = "") -> list[int]:
        """Return the records that a one2many holds, in the other model's order; archived ones are left out.

        Messages and activities point to records of any model: ``owner`` is the one that is meant.
        """
        model = definition.relation
        if model not in self.models or definition.relation_field not in self.models[model]:
            return []
        found = set(self.database.table(model).index.get(definition.relation_field, {}).get(record, ()))
        if owner and definition.relation_field == "res_id":
            rows = self.rows(model)
            found = {other for other in found if owner in (rows[other].get("model"), rows[other].get("res_model"))}
        if self.context.get("active_test", True) or (model, definition.name) in _ACTIVE_ONLY:
            found = {other for other in found if self.rows(model)[other].get("active", True)}
        return sorted(found, key=lambda other: (self.rows(model)[other].get("sequence") or 0, other))

    def display_name(self, model: str, record: int) -> str:
        """Return what the record is called in another record's reference."""
        if model not in self.models:
            return ""
        return self.rules[model].display_name(self, record)

    def may_see(self, definition: FieldDefinition) -> bool:
        """Return whether the user's groups allow the field."""
        wanted = [group for group in definition.groups.split(",") if group and not group.startswith("!")]
        return self.uid == SUPERUSER or not wanted or not self.groups.isdisjoint(wanted)
