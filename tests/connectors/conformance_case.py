"""What is particular to one system, for the suite that every connector must pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mapstudio.connectors.contract import Connector
from mapstudio.connectors.exchange import ReadRequest, Reference
from mapstudio.model import JsonScalar, JsonValue, Record, SourceRecord
from mapstudio.sandbox.contract import Sandbox

Access = Mapping[str, Any]


@dataclass(frozen=True)
class ConformanceCase:
    """What is particular to one system.

    Attributes:
        connector: The class under test.
        sandbox: Its local sandbox.
        service: The name in the ready line.
        settings: Settings made from the ready line's entry.
        wrong: Settings that make the credentials wrong.
        counts: The objects read in full, with the number of records that seed 1 holds.
        object: The object whose records are written; one of ``counts``.
        key: A field of it that finds a record.
        paths: Some paths of it that a mapping would use.
        new: Makes the n-th valid new record, with a key of its own; ``None`` where the system cannot create.
        change: A path and a value that no record has, for an update.
        clear: A path that an update may empty.
        poison: A path and a value that the server (not the connector) refuses.
        gone: An id that no record has.
        several: Object, key field and value that more than one seeded record has.
        reference: A reference to resolve, with a value that names exactly one record.
        shows_archived: The system still shows a record that is archived.
        options: The sandbox's own options.
    """

    connector: type[Connector]
    sandbox: Sandbox
    service: str
    settings: Callable[[Access], dict[str, str]]
    wrong: Mapping[str, str]
    counts: Mapping[str, int]
    object: str
    key: str
    paths: frozenset[str]
    new: Callable[[int], Record] | None
    change: tuple[str, JsonValue]
    clear: str | None
    poison: tuple[str, JsonValue]
    gone: str
    several: tuple[str, str, JsonScalar] | None = None
    reference: tuple[Reference, JsonScalar] | None = None
    shows_archived: bool = True
    options: Mapping[str, str] = field(default_factory=dict)

    def open(self, access: Access, **changed: str) -> Connector:
        """Return a connector to the sandbox, with some settings changed."""
        return self.connector.open("conn", {**self.settings(access), **changed})


async def read_all(connector: Connector, request: ReadRequest) -> list[SourceRecord]:
    """Return the records of all pages."""
    return [record async for page in connector.read(request) for record in page.records]
