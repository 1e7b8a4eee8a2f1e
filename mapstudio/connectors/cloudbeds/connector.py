"""The Cloudbeds connector: one connection to a property over all three generations of its API."""

from __future__ import annotations

import builtins
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from mapstudio.connectors.cloudbeds import finding
from mapstudio.connectors.cloudbeds.access import URL, ApiKey, Caller, OAuthToken, oauth_app
from mapstudio.connectors.cloudbeds.api import Api
from mapstudio.connectors.cloudbeds.budget import budget
from mapstudio.connectors.cloudbeds.custom_items import CustomItems
from mapstudio.connectors.cloudbeds.fields import specs
from mapstudio.connectors.cloudbeds.json_api import ACCOUNTING, JsonApi
from mapstudio.connectors.cloudbeds.kinds import KINDS
from mapstudio.connectors.cloudbeds.needs import Needs
from mapstudio.connectors.cloudbeds.note_archiving import NoteArchiver
from mapstudio.connectors.cloudbeds.note_kinds import NOTES, TEXTS, Prefix
from mapstudio.connectors.cloudbeds.note_writing import NoteWriter
from mapstudio.connectors.cloudbeds.notices import TOLD, notices_of
from mapstudio.connectors.cloudbeds.profile_writing import ProfileWriter
from mapstudio.connectors.cloudbeds.reservation_writing import ReservationWriter
from mapstudio.connectors.cloudbeds.session import Session
from mapstudio.connectors.cloudbeds.subscribing import Subscriptions
from mapstudio.connectors.cloudbeds.writing import GuestWriter
from mapstudio.connectors.contract import (
    Account,
    AccountKind,
    Capabilities,
    Connector,
    ObjectInfo,
    Setting,
    canonical_value,
)
from mapstudio.connectors.exchange import KeyValues, Origin, Page, ReadRequest, Reference, Write, WriteOutcome
from mapstudio.connectors.http import HttpClient, checked_url
from mapstudio.connectors.notices import Delivery, Notice
from mapstudio.connectors.oauth import OAuthApp, OAuthSession, TokenVault
from mapstudio.model import AuthenticationError, Field, JsonScalar, JsonValue, Reason, Schema, SourceRecord, UsageError
from mapstudio.model.paths import get_path
from mapstudio.model.suggest import did_you_mean

_EMAILS = frozenset({"guestEmail", "email"})


class CloudbedsConnector(Connector):
    """One connection to one property."""

    type = "cloudbeds"
    label = "Cloudbeds"
    settings = (
        Setting("url", "API address", required=False, default=URL),
        Setting("property", "Property ID"),
        Setting("api_key", "API key (cbat_...)", secret=True),
        Setting("note_prefix", "How its notes begin (empty: the source connection's name in brackets)", required=False),
        Setting("client_id", "Client ID of the app", oauth=True),
        Setting("client_secret", "Client secret of the app", secret=True, oauth=True),
        Setting("scopes", "Scopes, with blanks between (empty: all that are needed)", required=False, oauth=True),
    )

    def __init__(self, connection: str, caller: Caller, property_id: str, prefix: Prefix, app: OAuthApp | None) -> None:
        self._connection = connection
        self._caller = caller
        self._property = property_id
        self._prefix = prefix
        self._app = app
        accounting = JsonApi(caller, connection, "X-Property-ID", property_id, ACCOUNTING)
        self._session = Session(Api(caller, connection, property_id), accounting)

    @classmethod
    def open(cls, connection: str, settings: Mapping[str, str]) -> Self:
        """Return a connector; nothing is sent yet.

        Without a ``client_id`` it sends the key; with one, :meth:`use_vault` is to give the tokens of OAuth.

        Raises:
            UsageError: A setting is missing or malformed.
        """
        app = cls.oauth_app(settings)
        for name in ("property",) if app else ("property", "api_key"):
            if not settings.get(name, "").strip():
                raise UsageError(
                    f'Connection "{connection}": {name} is missing.',
                    remedy=f"Set it with: mapstudio connect {connection}",
                )
        property_id = settings["property"].strip()
        if not property_id.isdecimal():
            raise UsageError(f'Connection "{connection}": property "{property_id}" is no property id (digits only).')
        url = checked_url(connection, settings.get("url") or URL)
        key = ApiKey("" if app else settings["api_key"].strip(), connection)
        caller = Caller(HttpClient(f"{connection} (cloudbeds)", url), key)
        return cls(connection, caller, property_id, Prefix(settings.get("note_prefix", "").strip()), app)

    @classmethod
    def oauth_app(cls, settings: Mapping[str, str]) -> OAuthApp | None:
        """Return the app of a connection that is let in by OAuth; such a one has a ``client_id``."""
        if not settings.get("client_id", "").strip():
            return None
        return oauth_app(settings, (settings.get("url") or URL).rstrip("/"))

    def use_vault(self, vault: TokenVault) -> None:
        """Take and keep the tokens of OAuth there."""
        if self._app is not None:
            session = OAuthSession(self._app, vault, self._caller.system, self._connection)
            self._caller.credentials = OAuthToken(session, self._connection)

    async def __aenter__(self) -> Self:
        if self._app is not None and isinstance(self._caller.credentials, ApiKey):
            raise AuthenticationError(
                f"{self._caller.system} has not been let in by OAuth yet.",
                remedy=f"Let it in: mapstudio connect {self._connection} --oauth",
            )
        self._caller.http.limits = (budget(self._caller.http.url, self._property),)
        await self._caller.http.open()
        return self

    async def __aexit__(
        self, kind: builtins.type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._caller.http.close()

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
        """Return the objects of a hotel."""
        return [kind.info(name) for name, kind in KINDS.items()]

    def capabilities(self, object_name: str) -> Capabilities:
        """Return what the object can do."""
        self._check(object_name)
        return KINDS[object_name].able

    async def schema(self, object_name: str) -> Schema:
        """Return our own list of fields and the property's live custom fields."""
        self._check(object_name)
        kind, fields = KINDS[object_name], [spec.field for spec in specs(object_name)]
        if kind.custom:
            custom = await self._session.custom_fields(kind.custom, fresh=True)
            fields += [item.schema(read_only=not kind.writes_custom) for item in custom]
        taken_at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return Schema(self._connection, object_name, tuple(fields), taken_at)

    def read(self, request: ReadRequest) -> AsyncIterator[Page]:
        """Yield the object's records, each once."""
        self._check(request.object)
        return finding.read(self._session, request)

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
        first = sorted({str(value[0]) for value in wanted if value[0] is not None})
        for record in await finding.candidates(
            self._session, object_name, key, first, lambda item: parts(item) in wanted, needs
        ):
            if parts(record) in wanted:
                found.setdefault(parts(record), []).append(record)
        return found

    async def current(
        self, object_name: str, ids: Collection[str], fields: Collection[str]
    ) -> Mapping[str, SourceRecord]:
        """Return the present values of the records; an id that is gone is absent."""
        self._check(object_name)
        return await finding.by_ids(self._session, object_name, set(ids), Needs.of(fields)) if ids else {}

    async def resolve(self, reference: Reference, values: Collection[JsonScalar]) -> Mapping[JsonScalar, Sequence[str]]:
        """Return the ids of all records that each value names; without ``by`` a value is an id of the API."""
        self._check(reference.object)
        by = reference.by or KINDS[reference.object].id
        found = await self.lookup(reference.object, [by], {(value,) for value in values}, {by})
        return {key[0]: [record.id for record in records] for key, records in found.items()}

    async def by_origin(self, object_name: str, origins: Collection[Origin]) -> Mapping[Origin, str]:
        """Return the reservations that were booked for these source records, by the reference that they were given."""
        if object_name != "reservations":
            return {}
        return await ReservationWriter(self._session).by_reference([*origins])

    async def write(self, object_name: str, writes: Sequence[Write]) -> Sequence[WriteOutcome]:
        """Write side by side, one call for each and what it takes to write nothing twice."""
        self._check(object_name)
        if object_name in NOTES:
            return await NoteWriter(self._session, NOTES[object_name], self._prefix).write(writes)
        match object_name:
            case "guests":
                return await GuestWriter(self._session).write(writes)
            case "guest_profiles":
                return await ProfileWriter(self._session).write(writes)
            case "reservations":
                return await ReservationWriter(self._session).write(writes)
            case "custom_items":
                return await CustomItems(self._session).write(writes)
            case _:
                written = ", ".join(name for name, kind in KINDS.items() if kind.writable)
                raise UsageError(f'{object_name} of "{self._connection}" cannot be written: only {written} can.')

    async def archive(self, object_name: str, ids: Sequence[str]) -> Sequence[Reason | None]:
        """Archive notes that mapstudio wrote; see :class:`NoteArchiver`."""
        self._check(object_name)
        if object_name not in NOTES:
            return await super().archive(object_name, ids)
        return await NoteArchiver(self._session, NOTES[object_name], self._prefix).archive(ids)

    def told_objects(self, object_names: Collection[str]) -> frozenset[str]:
        """Return those of the objects of which events tell."""
        return TOLD & frozenset(object_names)

    def notices(self, delivery: Delivery) -> Sequence[Notice]:
        """Return what an event of the pinned property tells; nobody signs it, so that its address is a secret."""
        return notices_of(delivery, self._property, self._connection)

    async def subscribe(self, address: str, object_names: Collection[str]) -> Sequence[str]:
        """Subscribe the address to the events that concern the objects, each once."""
        return await Subscriptions(self._session).add(address, object_names)

    async def unsubscribe(self, address: str) -> Sequence[str]:
        """End the subscriptions of the address."""
        return await Subscriptions(self._session).remove(address)

    def canonical(self, item: Field, value: JsonValue) -> JsonValue:
        """E-mail addresses compare without case and blanks, notes without the mark that they are written with."""
        if item.name in _EMAILS and isinstance(value, str):
            return value.strip().lower() or None
        if item.name in TEXTS and isinstance(value, str):
            return self._prefix.bare(value) or None
        return canonical_value(item, value)

    def _check(self, object_name: str) -> None:
        if object_name not in KINDS:
            remedy = did_you_mean(object_name, KINDS)
            raise UsageError(
                f'"{self._connection}" has no object "{object_name}"; there are: {", ".join(KINDS)}.', remedy=remedy
            )


def _scalar(value: JsonValue) -> JsonScalar:
    return None if isinstance(value, (list, dict)) else value
