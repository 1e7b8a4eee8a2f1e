"""Records in memory, behind a connector as the runner wants one; they can only be read."""

from __future__ import annotations

import builtins
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from types import TracebackType
from typing import ClassVar, Self

from mapstudio.connectors.contract import Connector
from mapstudio.connectors.declarations import Account, AccountKind, Capabilities, ObjectInfo, Setting
from mapstudio.connectors.exchange import KeyValues, Page, ReadRequest, Reference, Write, WriteOutcome
from mapstudio.model import Field, FieldType, JsonScalar, Record, Schema, SourceRecord, UsageError

PAGE = 500


class Hotel(Connector):
    """A hotel of guests, or any other system that is one list.

    Args:
        guests: All records by id.
        object_name: What they are called.
        connection: What the system is called.
    """

    type: ClassVar[str] = "list"
    label: ClassVar[str] = "A list"
    settings: ClassVar[Sequence[Setting]] = ()

    def __init__(self, guests: Mapping[str, Record], object_name: str = "guests", connection: str = "hotel") -> None:
        self._guests = guests
        self._object = object_name
        self._connection = connection

    @classmethod
    def open(cls, connection: str, settings: Mapping[str, str]) -> Self:
        """Return an empty hotel: its guests are given otherwise."""
        del connection, settings
        return cls({})

    async def __aenter__(self) -> Self:
        """Nothing is to be opened."""
        return self

    async def __aexit__(
        self, kind: builtins.type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is to be closed."""

    async def whoami(self) -> Account:
        """Return the one account there is."""
        return Account("list", "A list", AccountKind.SANDBOX, "list 1")

    async def objects(self) -> Sequence[ObjectInfo]:
        """Return the one object there is."""
        return [ObjectInfo(self._object, self._object.title(), writable=False)]

    def capabilities(self, object_name: str) -> Capabilities:
        """Return that it can only be read."""
        del object_name
        return Capabilities()

    async def schema(self, object_name: str, used: Collection[str] | None = None) -> Schema:  # noqa: ARG002
        """Return the fields, without a type: what stands in them is as good or bad as people typed it."""
        names = dict.fromkeys(name for guest in self._guests.values() for name in guest)
        fields = tuple(Field(name, type=FieldType.UNKNOWN) for name in names)
        return Schema(connection=self._connection, object=object_name, fields=fields)

    async def read(self, request: ReadRequest) -> AsyncIterator[Page]:
        """Yield all guests in order."""
        everyone = [SourceRecord(source_id, dict(guest)) for source_id, guest in self._guests.items()]
        wanted = everyone[: request.limit] if request.limit is not None else everyone
        for start in range(0, len(wanted), PAGE):
            yield Page(wanted[start : start + PAGE], total=len(wanted))

    async def lookup(
        self, object_name: str, key: Sequence[str], values: Collection[KeyValues], fields: Collection[str]
    ) -> Mapping[KeyValues, Sequence[SourceRecord]]:
        """Find nothing: nobody looks into a source."""
        del object_name, key, values, fields
        return {}

    async def current(
        self, object_name: str, ids: Collection[str], fields: Collection[str]
    ) -> Mapping[str, SourceRecord]:
        """Return the guests of these ids."""
        del object_name, fields
        return {name: SourceRecord(name, dict(self._guests[name])) for name in ids if name in self._guests}

    async def resolve(self, reference: Reference, values: Collection[JsonScalar]) -> Mapping[JsonScalar, Sequence[str]]:
        """Resolve nothing."""
        del reference, values
        return {}

    async def write(self, object_name: str, writes: Sequence[Write]) -> Sequence[WriteOutcome]:
        """Refuse to be written.

        Raises:
            UsageError: Always.
        """
        raise UsageError(f"{object_name} of a list cannot be written: {len(writes)} were to be.")
