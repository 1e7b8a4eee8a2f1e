"""The Cloudbeds connector: guests to read and update, reservations and guest notes to read."""

from __future__ import annotations

import builtins
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from mapstudio.connectors.cloudbeds.api import Api
from mapstudio.connectors.cloudbeds.budget import budget
from mapstudio.connectors.cloudbeds.fields import specs
from mapstudio.connectors.cloudbeds.guests import Guests
from mapstudio.connectors.cloudbeds.needs import Needs
from mapstudio.connectors.cloudbeds.notes import GuestNotes
from mapstudio.connectors.cloudbeds.reservations import Reservations
from mapstudio.connectors.cloudbeds.session import Session
from mapstudio.connectors.cloudbeds.writing import GuestWriter
from mapstudio.connectors.contract import (
    Account,
    AccountKind,
    Capabilities,
    Connector,
    Enforcement,
    ObjectInfo,
    Setting,
    canonical_value,
)
from mapstudio.connectors.exchange import KeyValues, Page, ReadRequest, Reference, Write, WriteOutcome
from mapstudio.connectors.http import HttpClient, checked_url
from mapstudio.model import Field, JsonScalar, JsonValue, Schema, SourceRecord, UsageError
from mapstudio.model.paths import get_path
from mapstudio.model.suggest import did_you_mean

URL = "https://api.cloudbeds.com"
BATCH = 20
"""Writes in one batch: four seconds of the budget, so that progress shows and an interruption is soon obeyed."""

_OBJECTS = (
    ObjectInfo("guests", "Guests"),
    ObjectInfo("reservations", "Reservations", writable=False),
    ObjectInfo("guest_notes", "Guest notes", writable=False),
)
_IDS = {"guests": "guestID", "reservations": "reservationID", "guest_notes": "guestNoteID"}
_CUSTOM_FIELDS_OF = {"guests": "guest", "reservations": "reservation"}
_CAPABILITIES = {
    "guests": Capabilities(
        create=Enforcement.NONE, update=True, batch_size=BATCH, incremental=True, key_fields=("guestEmail", "guestID")
    ),
    "reservations": Capabilities(incremental=True, key_fields=("reservationID",)),
    "guest_notes": Capabilities(incremental=True, key_fields=("guestNoteID",)),
}


class CloudbedsConnector(Connector):
    """One connection to one property."""

    type = "cloudbeds"
    label = "Cloudbeds"
    settings = (
        Setting("url", "API address", required=False, default=URL),
        Setting("property", "Property ID"),
        Setting("api_key", "API key (cbat_...)", secret=True),
    )

    def __init__(self, connection: str, url: str, property_id: str, api_key: str) -> None:
        self._connection = connection
        self._url = url
        self._http = HttpClient(f"{connection} (cloudbeds)", url, {"x-api-key": api_key})
        self._property = property_id
        self._session = Session(Api(self._http, connection, property_id))

    @classmethod
    def open(cls, connection: str, settings: Mapping[str, str]) -> Self:
        """Return a connector; nothing is sent yet. See :meth:`Connector.open`."""
        for name in ("property", "api_key"):
            if not settings.get(name, "").strip():
                raise UsageError(
                    f'Connection "{connection}": {name} is missing.',
                    remedy=f"Set it with: mapstudio connect {connection}",
                )
        property_id = settings["property"].strip()
        if not property_id.isdecimal():
            raise UsageError(f'Connection "{connection}": property "{property_id}" is no property id (digits only).')
        url = checked_url(connection, settings.get("url") or URL)
        return cls(connection, url, property_id, settings["api_key"].strip())

    async def __aenter__(self) -> Self:
        self._http.limits = (budget(self._url, self._property),)
        await self._http.open()
        return self

    async def __aexit__(
        self, kind: builtins.type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    async def whoami(self) -> Account:
        """Return the hotel of the pinned property; the API cannot tell a test account from a real one."""
        hotel = await self._session.hotel()
        return Account(
            id=self._property,
            name=str(hotel.get("propertyName") or self._property),
            kind=AccountKind.UNKNOWN,
            system="cloudbeds v1.3",
            time_zone=str(hotel.get("propertyTimezone") or "") or None,
        )

    async def objects(self) -> Sequence[ObjectInfo]:
        """Return guests, reservations and guest notes."""
        return _OBJECTS

    def capabilities(self, object_name: str) -> Capabilities:
        """Return what the object can do; nothing here can be created twice-safe."""
        self._check(object_name)
        return _CAPABILITIES[object_name]

    async def schema(self, object_name: str) -> Schema:
        """Return our own list of fields and the property's live custom fields."""
        self._check(object_name)
        fields = [spec.field for spec in specs(object_name)]
        if object_name in _CUSTOM_FIELDS_OF:
            custom = await self._session.custom_fields(_CUSTOM_FIELDS_OF[object_name], fresh=True)
            fields += [item.schema(read_only=object_name != "guests") for item in custom]
        taken_at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return Schema(self._connection, object_name, tuple(fields), taken_at)

    def read(self, request: ReadRequest) -> AsyncIterator[Page]:
        """Yield the object's records, each once."""
        self._check(request.object)
        match request.object:
            case "guests":
                return Guests(self._session).read(request)
            case "reservations":
                return Reservations(self._session).read(request)
            case _:
                return GuestNotes(self._session).read(request)

    async def lookup(
        self, object_name: str, key: Sequence[str], values: Collection[KeyValues], fields: Collection[str]
    ) -> Mapping[KeyValues, Sequence[SourceRecord]]:
        """Find records by key fields; see :meth:`Connector.lookup`."""
        self._check(object_name)
        wanted = set(values)
        if not wanted:
            return {}
        known = {item.name: item for item in (await self.schema(object_name)).fields}
        if unknown := [name for name in key if name not in known]:
            remedy = did_you_mean(unknown[0], known)
            raise UsageError(f'{object_name} of "{self._connection}" has no field "{unknown[0]}".', remedy=remedy)

        def parts(record: SourceRecord) -> KeyValues:
            return tuple(_scalar(self.canonical(known[name], get_path(record.data, name))) for name in key)

        found: dict[KeyValues, list[SourceRecord]] = {}
        needs = Needs.of({*fields, *key})
        for record in await self._candidates(object_name, key, wanted, lambda item: parts(item) in wanted, needs):
            if parts(record) in wanted:
                found.setdefault(parts(record), []).append(record)
        return found

    async def current(
        self, object_name: str, ids: Collection[str], fields: Collection[str]
    ) -> Mapping[str, SourceRecord]:
        """Return the present values of the records; an id that is gone is absent."""
        self._check(object_name)
        wanted = set(ids)
        if not wanted:
            return {}
        needs = Needs.of(fields)
        if object_name == "guests":
            return await Guests(self._session).by_ids(sorted(wanted), needs)
        return {record.id: record for record in await self._all(object_name, needs) if record.id in wanted}

    async def resolve(self, reference: Reference, values: Collection[JsonScalar]) -> Mapping[JsonScalar, Sequence[str]]:
        """Return the ids of all records that each value names; without ``by`` a value is an id of the API."""
        by = reference.by or _IDS.get(reference.object, "")
        found = await self.lookup(reference.object, [by], {(value,) for value in values}, {by})
        return {key[0]: [record.id for record in records] for key, records in found.items()}

    async def write(self, object_name: str, writes: Sequence[Write]) -> Sequence[WriteOutcome]:
        """Update guests, one call for each; creates are refused."""
        self._check(object_name)
        if object_name != "guests":
            raise UsageError(f'{object_name} of "{self._connection}" cannot be written: only guests can.')
        return await GuestWriter(self._session).write(writes)

    def canonical(self, item: Field, value: JsonValue) -> JsonValue:
        """E-mail addresses compare without case and without blanks around them."""
        if item.name == "guestEmail" and isinstance(value, str):
            return value.strip().lower() or None
        return canonical_value(item, value)

    async def _candidates(
        self,
        object_name: str,
        key: Sequence[str],
        wanted: set[KeyValues],
        keep: Callable[[SourceRecord], bool],
        needs: Needs,
    ) -> Sequence[SourceRecord]:
        first = sorted({str(parts[0]) for parts in wanted if parts[0] is not None})
        match object_name:
            case "guests" if key[0] == "guestID":
                return [*(await Guests(self._session).by_ids(first, needs)).values()]
            case "guests":
                return await Guests(self._session).find(key, first, keep, needs)
            case "reservations":
                return await Reservations(self._session).find(key[0], first, needs)
            case _:
                return await GuestNotes(self._session).find(needs)

    async def _all(self, object_name: str, needs: Needs) -> list[SourceRecord]:
        if object_name == "reservations":
            return await Reservations(self._session).find("", (), needs)
        return await GuestNotes(self._session).find(needs)

    def _check(self, object_name: str) -> None:
        names = [item.name for item in _OBJECTS]
        if object_name not in names:
            remedy = did_you_mean(object_name, names)
            raise UsageError(
                f'"{self._connection}" has no object "{object_name}"; there are: {", ".join(names)}.', remedy=remedy
            )


def _scalar(value: JsonValue) -> JsonScalar:
    return None if isinstance(value, (list, dict)) else value
