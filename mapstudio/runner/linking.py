"""Answers ``link``: what a record of the source became in the destination, by the links of all mappings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mapstudio.expressions import EvaluationError, UnresolvedLinkError
from mapstudio.model import UsageError
from mapstudio.model.exact_json import dumps
from mapstudio.runner.state import StateStore


@dataclass(frozen=True, slots=True)
class LinkBook:
    """The links between the accounts of a mapping's two sides.

    Attributes:
        state: Holds them.
        source_account: Whose records are linked.
        destination_account: Whose records they became.
        record_id: Returns the id of a source record that an id of an object names.
    """

    state: StateStore
    source_account: str
    destination_account: str
    record_id: Callable[[str, str], str]

    def __call__(self, object_name: str, source_id: str, to: str | None) -> str:
        """Return the id of the destination record that a source record became.

        Args:
            object_name: The source record's object.
            source_id: Its id there.
            to: The destination object that is meant; ``None``: the only one that records of this object become.

        Raises:
            UnresolvedLinkError: It has not been mapped yet.
            EvaluationError: Records of the object become records of several objects, and nothing says which is meant;
                or the id may be that of several records.
            StateError: The links cannot be read.
        """
        try:
            source_id = self.record_id(object_name, source_id)
        except UsageError as error:
            raise EvaluationError(error.message, source_id) from error
        became = self.state.links.became(self.source_account, object_name, self.destination_account, source_id)
        if to is None and len(became) > 1:
            raise EvaluationError(
                f"{object_name} are mapped to {' and '.join(became)}: say which is meant as the third argument of link",
                source_id,
            )
        found = became.get(to) if to is not None else next(iter(became.values()), None)
        if found is None:
            raise UnresolvedLinkError(_why(object_name, source_id, to, became), object_name, source_id)
        return found


def _why(object_name: str, source_id: str, to: str | None, became: dict[str, str | None]) -> str:
    record = f"{object_name} {dumps(source_id)}"
    if not became:
        return f"{record} has not been mapped yet, nor any other"
    others = [f"{name} {dumps(identifier)}" for name, identifier in became.items() if identifier is not None]
    target = f" to {to}" if to is not None else ""
    known = f"; it became {' and '.join(others)}" if others else ""
    return f"{record} has not been mapped{target} yet{known}"
