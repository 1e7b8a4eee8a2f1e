"""Associations: who belongs to whom, always both ways."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from mapstudio.sandbox.hubspot.association_types import AssociationTypes
from mapstudio.sandbox.hubspot.definitions import AssociationType, TypeKey


class Associations:
    """Who belongs to whom: for each pair of records the association types between them.

    Args:
        types: The kinds that there are.
    """

    def __init__(self, types: AssociationTypes) -> None:
        self.types = types
        self._links: dict[tuple[str, int], dict[str, dict[int, set[TypeKey]]]] = {}

    def of(self, source: str, source_id: int, target: str) -> Mapping[int, Collection[TypeKey]]:
        """Return the associated ids of one object, each with the keys of its association types."""
        return self._links.get((source, source_id), {}).get(target, {})

    def all_of(self, source: str, source_id: int) -> Mapping[str, Mapping[int, Collection[TypeKey]]]:
        """Return everything that one record is associated with, by object."""
        return self._links.get((source, source_id), {})

    def add(self, source: str, source_id: int, target: str, target_id: int, keys: Sequence[TypeKey]) -> bool:
        """Associate two records, both ways; return whether anything is new.

        A label stands beside the unlabelled type, never alone. The first company of a record becomes its primary one,
        and another that is made so takes its place.
        """
        wanted = [kind for key in keys if (kind := self.types.get(key)) is not None]
        wanted.append(self.types.unlabelled(source, target))
        first = self.types.primary(source, target)
        if first is not None and not self.of(source, source_id, target):
            wanted.append(first)
        before = set(self.of(source, source_id, target).get(target_id, ()))
        for kind in wanted:
            if kind.primary and kind.key not in before:
                self._unseat(kind, source_id, target_id)
            self._one_way(source, source_id, target, target_id, kind.key)
            self._one_way(target, target_id, source, source_id, kind.inverse)
        return not {kind.key for kind in wanted} <= before

    def remove(
        self, source: str, source_id: int, target: str, target_id: int, keys: Collection[TypeKey] | None = None
    ) -> bool:
        """Take associations between the two records away, all of them without ``keys``; return whether any were."""
        here = self._links.get((source, source_id), {}).get(target, {})
        there = self._links.get((target, target_id), {}).get(source, {})
        found = here.get(target_id, set())
        gone = set(found) if keys is None else found & set(keys)
        for key in gone:
            kind = self.types.get(key)
            found.discard(key)
            if kind is not None:
                there.get(source_id, set()).discard(kind.inverse)
        if not found or keys is None:
            here.pop(target_id, None)
            there.pop(source_id, None)
        return bool(gone)

    def forget(self, source: str, source_id: int) -> None:
        """Take all associations of one record away."""
        for target, found in self._links.pop((source, source_id), {}).items():
            for target_id in found:
                self._links.get((target, target_id), {}).get(source, {}).pop(source_id, None)

    def forget_types(self, keys: Collection[TypeKey]) -> None:
        """Take types that are no more from all pairs; what is associated by nothing else is so no longer."""
        for targets in self._links.values():
            for found in targets.values():
                for types in found.values():
                    types.difference_update(keys)
                for other in [other for other, types in found.items() if not types]:
                    del found[other]

    def _unseat(self, kind: AssociationType, source_id: int, target_id: int) -> None:
        """Make room for another primary company: a record has one at most."""
        if kind.target == "companies":
            source, record_id, key, other_key = kind.source, source_id, kind.key, kind.inverse
        else:
            source, record_id, key, other_key = kind.target, target_id, kind.inverse, kind.key
        for company, types in self._links.get((source, record_id), {}).get("companies", {}).items():
            types.discard(key)
            self._links.get(("companies", company), {}).get(source, {}).get(record_id, set()).discard(other_key)

    def _one_way(self, source: str, source_id: int, target: str, target_id: int, key: TypeKey) -> None:
        found = self._links.setdefault((source, source_id), {}).setdefault(target, {})
        found.setdefault(target_id, set()).add(key)
