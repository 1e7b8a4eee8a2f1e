"""A call whose type is looked for, and the value maps that it may look into."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from mapstudio.expressions.types.lattice import NOTHING, Type
from mapstudio.expressions.types.literals import type_of_value
from mapstudio.model import JsonValue


@dataclass(frozen=True, slots=True)
class TableType:
    """What is known of a value map.

    Attributes:
        entries: The type of each value, by the key's text.
    """

    entries: Mapping[str, Type]

    @classmethod
    def of(cls, entries: Mapping[str, JsonValue]) -> TableType:
        """Return what is known of a value map with these values."""
        return cls({key: type_of_value(value) for key, value in entries.items()})


@dataclass(frozen=True, slots=True)
class Called:
    """One call.

    Attributes:
        name: The function's.
        types: The arguments' types; for an ``&expression`` nothing that counts.
        of_elements: Gives the type of an ``&expression`` argument for elements of a type.
        tables: The value maps by name; ``None`` when nobody knows them.
    """

    name: str
    types: tuple[Type, ...]
    of_elements: Callable[[int, Type], Type]
    tables: Mapping[str, TableType] | None = None

    @property
    def first(self) -> Type:
        """The first argument's type."""
        return self.types[0]

    def elements(self, index: int = 0) -> Type:
        """Return the type of the elements of an argument that is a list."""
        of = self.types[index].list
        return of.elements if of is not None else NOTHING

    def is_filled(self, index: int = 0) -> bool:
        """Return whether an argument is a list that has elements."""
        of = self.types[index].list
        return of is not None and of.filled


Rule: TypeAlias = Callable[[Called], Type]
"""Gives a call's type; the arguments are what the function takes."""
