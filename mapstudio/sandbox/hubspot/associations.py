"""Associations: who belongs to whom, always both ways."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from mapstudio.sandbox.hubspot import definitions
from mapstudio.sandbox.hubspot.errors import bad_request


class Associations:
    """Who belongs to whom: for each pair of records the ids of the association types between them."""

    def __init__(self) -> None:
        self._links: dict[tuple[str, int], dict[str, dict[int, set[int]]]] = {}

    def of(self, source: str, source_id: int, target: str) -> Mapping[int, Collection[int]]:
        """Return the associated ids of one type, each with the ids of its association types."""
        return self._links.get((source, source_id), {}).get(target, {})

    def add(self, source: str, source_id: int, target: str, target_id: int, types: Sequence[int]) -> bool:
        """Associate two records, both ways; return whether anything is new.

        The first company of a record becomes its primary one.
        """
        wanted = set(types) or {unlabelled(source, target)}
        primary = _primary(source, target)
        if primary is not None and not self.of(source, source_id, target):
            wanted.add(primary)
        before = set(self.of(source, source_id, target).get(target_id, ()))
        for type_id in wanted:
            self._one_way(source, source_id, target, target_id, type_id)
            self._one_way(target, target_id, source, source_id, inverse(type_id))
        return not wanted <= before

    def remove(self, source: str, source_id: int, target: str, target_id: int) -> None:
        """Take all associations between the two records away."""
        self._links.get((source, source_id), {}).get(target, {}).pop(target_id, None)
        self._links.get((target, target_id), {}).get(source, {}).pop(source_id, None)

    def forget(self, source: str, source_id: int) -> None:
        """Take all associations of one record away."""
        for target, found in self._links.pop((source, source_id), {}).items():
            for target_id in found:
                self._links.get((target, target_id), {}).get(source, {}).pop(source_id, None)

    def _one_way(self, source: str, source_id: int, target: str, target_id: int, type_id: int) -> None:
        found = self._links.setdefault((source, source_id), {}).setdefault(target, {})
        found.setdefault(target_id, set()).add(type_id)


def unlabelled(source: str, target: str) -> int:
    """Return the id of the association type without a label.

    Raises:
        ApiError: The two object types cannot be associated.
    """
    for kind in definitions.association_types():
        if (kind.source, kind.target, kind.label) == (source, target, None):
            return kind.id
    raise bad_request(f"No association type exists from {source} to {target}.")


def inverse(type_id: int) -> int:
    """Return the association type that says the same from the other side."""
    kinds = definitions.association_types()
    here = next(kind for kind in kinds if kind.id == type_id)
    return next(
        kind.id for kind in kinds if (kind.source, kind.target, kind.label) == (here.target, here.source, here.label)
    )


def _primary(source: str, target: str) -> int | None:
    kinds = definitions.association_types()
    if target != "companies":
        return None
    return next(
        (kind.id for kind in kinds if (kind.source, kind.target, kind.label) == (source, target, "Primary")), None
    )
