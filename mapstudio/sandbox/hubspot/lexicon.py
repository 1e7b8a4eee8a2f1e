"""The property definitions of one object in one portal: what it came with, and what the client makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from mapstudio.sandbox.hubspot import shipped
from mapstudio.sandbox.hubspot.definitions import Group, ObjectType, Option, Property
from mapstudio.sandbox.hubspot.errors import Invalid
from mapstudio.sandbox.hubspot.value_rules import Rule, mended, refusal


class Lexicon:
    """Definitions, groups and validation rules by name.

    Args:
        properties: What the object comes with.
        groups: Its groups of properties.
    """

    def __init__(self, properties: Mapping[str, Property], groups: Mapping[str, Group]) -> None:
        self.properties = dict(properties)
        self.archived: dict[str, Property] = {}
        self.groups = dict(groups)
        self.rules: dict[str, dict[str, Rule]] = {}

    def define(self, item: Property) -> None:
        """Keep a new definition, or another one in place of the old."""
        self.archived.pop(item.name, None)
        self.properties[item.name] = item

    def archive(self, name: str, moment: str) -> None:
        """Put a definition away; its rules go with it."""
        self.archived[name] = replace(self.properties.pop(name), archived=moment)
        self.rules.pop(name, None)

    def offer(self, name: str, options: tuple[Option, ...]) -> None:
        """Let a property offer other options, where the object has it."""
        if name in self.properties:
            self.properties[name] = replace(self.properties[name], options=options)

    def set_rule(self, name: str, rule: Rule) -> None:
        """Keep a validation rule, in place of one of the same type."""
        self.rules.setdefault(name, {})[rule.type] = rule

    def mended(self, item: Property, value: str) -> str:
        """Return a value as the rules that mend leave it."""
        for rule in self.rules.get(item.name, {}).values():
            value = mended(rule, value)
        return value

    def refusal(self, item: Property, value: str, now: Callable[[], datetime]) -> Invalid | None:
        """Return what the first of the rules that is broken has against a value."""
        for rule in self.rules.get(item.name, {}).values():
            problem = refusal(item, rule, value, now())
            if problem is not None:
                return problem
        return None


def shipped_lexicon(kind: ObjectType) -> Lexicon:
    """Return what one of the vendor's objects comes with."""
    if not kind.bare:
        return Lexicon(shipped.properties(kind.name), shipped.groups(kind.name))
    group = Group(f"{kind.singular}_information", f"{kind.singular.replace('_', ' ').capitalize()} information", 0)
    return Lexicon(shipped.common_properties(group.name), {group.name: group})
