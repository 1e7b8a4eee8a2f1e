"""The kinds of association that a portal knows: the vendor's, and the labels that the client adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mapstudio.sandbox.hubspot import shipped
from mapstudio.sandbox.hubspot.definitions import (
    HUBSPOT_DEFINED,
    USER_DEFINED,
    AssociationType,
    ObjectType,
    TypeKey,
)
from mapstudio.sandbox.hubspot.errors import ApiError, bad_request, not_found

MAX_LABELS = 50
"""Labels of the client's own between two objects."""


class AssociationTypes:
    """All association types of one portal, and how many records each may reach."""

    def __init__(self) -> None:
        self._by_key: dict[TypeKey, AssociationType] = {}
        self._between: dict[tuple[str, str], list[AssociationType]] = {}
        self._limits: dict[tuple[str, str, TypeKey], int] = {}
        self._next = 1
        for kind in shipped.association_types():
            self._keep(kind)

    def between(self, source: str, target: str) -> Sequence[AssociationType]:
        """Return the types that go from one object to the other."""
        return self._between.get((source, target), [])

    def get(self, key: TypeKey) -> AssociationType | None:
        """Return the type of that category and id."""
        return self._by_key.get(key)

    def unlabelled(self, source: str, target: str) -> AssociationType:
        """Return the association type without a label.

        Raises:
            ApiError: The two object types cannot be associated.
        """
        for kind in self.between(source, target):
            if kind.label is None:
                return kind
        raise bad_request(f"No association type exists from {source} to {target}.")

    def primary(self, source: str, target: str) -> AssociationType | None:
        """Return the type that marks a record's first company, ``None`` when there is no such thing."""
        if target != "companies":
            return None
        return next((kind for kind in self.between(source, target) if kind.primary), None)

    def relate(self, source: ObjectType, target: ObjectType, name: str = "") -> AssociationType:
        """Let records of a custom object be associated with those of another, without a label as yet."""
        known = next((kind for kind in self.between(source.name, target.name) if kind.label is None), None)
        return known or self._pair(source, target, (None, None), name)[0]

    def add(self, source: ObjectType, target: ObjectType, label: str, inverse: str, name: str) -> list[AssociationType]:
        """Add a label; with the label of the other side it reads differently from there.

        Raises:
            ApiError: It is there already, or there are too many.
        """
        if not label.strip():
            raise bad_request("label must not be blank.")
        own = [kind for kind in self.between(source.name, target.name) if kind.category == USER_DEFINED and kind.label]
        if len(own) >= MAX_LABELS:
            raise bad_request(f"There are {MAX_LABELS} labels from {source.name} to {target.name}, the most allowed.")
        if label in {kind.label for kind in self.between(source.name, target.name)}:
            raise ApiError(409, "OBJECT_ALREADY_EXISTS", f'The label "{label}" exists already.')
        return self._pair(source, target, (label, inverse or label), name)

    def rename(self, source: str, target: str, number: int, label: str, inverse: str) -> None:
        """Give a label another text.

        Raises:
            ApiError: There is none of the client's own with that id.
        """
        kind = self._own(source, target, number)
        other = self._by_key[kind.inverse]
        self._keep(replace(kind, label=label))
        if other.key != kind.key:
            self._keep(replace(other, label=inverse or (label if other.label == kind.label else other.label)))

    def remove(self, source: str, target: str, number: int) -> Sequence[TypeKey]:
        """Take a label away, on both sides; return what is no more.

        Raises:
            ApiError: There is none of the client's own with that id.
        """
        kind = self._own(source, target, number)
        gone = [kind.key, kind.inverse]
        for key in gone:
            found = self._by_key.pop(key, None)
            if found is not None:
                self._between[found.source, found.target].remove(found)
        return gone

    def forget(self, name: str) -> None:
        """Take away all types from and to an object that is no more."""
        for key in [key for key, kind in self._by_key.items() if name in {kind.source, kind.target}]:
            kind = self._by_key.pop(key)
            self._between.pop((kind.source, kind.target), None)

    def limit(self, source: str, target: str, key: TypeKey) -> int | None:
        """Return how many records one record may reach by this type, ``None`` for as many as it likes."""
        return self._limits.get((source, target, key))

    def set_limit(self, source: str, target: str, key: TypeKey, most: int | None) -> None:
        """Set or clear the limit of a type."""
        if most is None:
            self._limits.pop((source, target, key), None)
        else:
            self._limits[source, target, key] = most

    @property
    def limits(self) -> Mapping[tuple[str, str, TypeKey], int]:
        """All limits that were set."""
        return self._limits

    def _pair(
        self, source: ObjectType, target: ObjectType, labels: tuple[str | None, str | None], name: str
    ) -> list[AssociationType]:
        same = source.name == target.name and labels[0] == labels[1]
        here, there = (USER_DEFINED, self._next), (USER_DEFINED, self._next + (0 if same else 1))
        self._next = there[1] + 1
        words = (name or f"{source.singular}_to_{target.singular}", f"{target.singular}_to_{source.singular}")
        made = [AssociationType(source.name, target.name, *here, labels[0], words[0], there)]
        if not same:
            made.append(AssociationType(target.name, source.name, *there, labels[1], words[1], here))
        for kind in made:
            self._keep(kind)
        return made

    def _own(self, source: str, target: str, number: int) -> AssociationType:
        for kind in self.between(source, target):
            if kind.key == (USER_DEFINED, number):
                return kind
        if any(kind.key == (HUBSPOT_DEFINED, number) for kind in self.between(source, target)):
            raise bad_request(f"The association type {number} is the system's own and cannot be changed.")
        raise not_found()

    def _keep(self, kind: AssociationType) -> None:
        known = self._by_key.get(kind.key)
        self._by_key[kind.key] = kind
        pair = self._between.setdefault((kind.source, kind.target), [])
        if known is not None:
            pair[pair.index(known)] = kind
        else:
            pair.append(kind)
