"""Between which two objects of which two accounts something holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

ScopeColumns: TypeAlias = "tuple[str, str, str, str]"
SCOPE_IS = "source_account = ? AND source_object = ? AND destination_account = ? AND destination_object = ?"


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a link holds: not in one mapping or file, but between these two objects.

    Attributes:
        source_account: The connector's type and the account's id, such as ``erp:4f1c``.
        source_object: The object read.
        destination_account: As ``source_account``.
        destination_object: The object written.
    """

    source_account: str
    source_object: str
    destination_account: str
    destination_object: str

    @property
    def columns(self) -> ScopeColumns:
        """The four values in the order of :data:`SCOPE_IS`."""
        return (self.source_account, self.source_object, self.destination_account, self.destination_object)
