"""The Cloudbeds connector: one connection to a property, or to several, over all three generations of its API."""

from __future__ import annotations

import builtins
import re
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from mapstudio.connectors.canonical import canonical_value
from mapstudio.connectors.cloudbeds.access import URL, ApiKey, Caller, OAuthToken, oauth_app
from mapstudio.connectors.cloudbeds.budget import Limits
from mapstudio.connectors.cloudbeds.custom_items import CustomItems
from mapstudio.connectors.cloudbeds.fields import specs
from mapstudio.connectors.cloudbeds.kinds import KINDS
from mapstudio.connectors.cloudbeds.needs import Needs
from mapstudio.connectors.cloudbeds.note_archiving import NoteArchiver
from mapstudio.connectors.cloudbeds.note_kinds import NOTES, TEXTS, Prefix
from mapstudio.connectors.cloudbeds.note_writing import NoteWriter
from mapstudio.connectors.cloudbeds.notices import TOLD, notices_of
from mapstudio.connectors.cloudbeds.profile_writing import ProfileWriter
from mapstudio.connectors.cloudbeds.properties import Properties
from mapstudio.connectors.cloudbeds.property_names import PropertyNames
from mapstudio.connectors.cloudbeds.property_writing import PropertyWriter
from mapstudio.connectors.cloudbeds.reservation_writing import ReservationWriter
from mapstudio.connectors.cloudbeds.session import Session
from mapstudio.connectors.cloudbeds.subscribing import Subscriptions
from mapstudio.connectors.cloudbeds.writing import GuestWriter
from mapstudio.connectors.contract import Connector
from mapstudio.connectors.declarations import Account, AccountKind, Capabilities, ObjectInfo, Setting
from mapstudio.connectors.exchange import KeyValues, Origin, Page, ReadRequest, Reference, Write, WriteOutcome
from mapstudio.connectors.http import PASSING, HttpClient, checked_url
from mapstudio.connectors.notices import Delivery, Notice
from mapstudio.connectors.oauth import OAuthApp, OAuthSession, TokenVault
from mapstudio.connectors.together import together
from mapstudio.mapping.schema_fields import has_source_path
from mapstudio.model import AuthenticationError, Field, JsonScalar, JsonValue, Reason, Schema, SourceRecord, UsageError
from mapstudio.model.paths import get_path
from mapstudio.model.suggest import did_you_mean

_EMAILS = frozenset({"guestEmail", "email"})
_PASSING = PASSING | {500}
"""Its own refusals come with other statuses: an error of the server is one that passes, as a gateway's is."""
_ID = re.compile(r"[0-9]+(?:-[0-9]+)*", re.ASCII)
_BOOKED = frozenset({"reservations", "custom_items"})
"""Objects of which a new record can name its property."""


class CloudbedsConnector(Connector):
    """One connection to the properties that its settings name."""

    type = "cloudbeds"
    label = "Cloudbeds"
    settings = (
        Setting("url", "API address", required=False, default=URL),
        Setting("property", "Property ID (several: with commas between)"),
        Setting("api_key", "API key (cbat_...)", secret=True),
        Setting("note_prefix", "How its notes begin (empty: the source connection's name in brackets)", required=False),
        Setting("limit", "Five requests a second for all properties (group) or each (property)", required=False),
        Setting("client_id", "Client ID of the app", oauth=True),
        Setting("client_secret", "Client secret of the app", secret=True, oauth=True),
        Setting("scopes", "Scopes, with blanks between (empty: all that are needed)", required=False, oauth=True),
    )

    def __init__(
        self, connection: str, properties: Properties, limits: Limits, prefix: Prefix, app: OAuthApp | None
    ) -> None:
        self._connection = connection
        self._properties = properties
        self._limits = limits
        self._prefix = prefix
        self._app = app

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
        names = PropertyNames.of(connection, settings["property"])
        limits = Limits.of(connection, settings.get("limit", ""))
        url = checked_url(connection, settings.get("url") or URL)
        key = ApiKey("" if app else settings["api_key"].strip(), connection)
        properties = Properties.made(
            connection, names, lambda: Caller(HttpClient(f"{connection} (cloudbeds)", url, passing=_PASSING), key)
        )
        return cls(connection, properties, limits, Prefix(settings.get("note_prefix", "").strip()), app)

    @classmethod
    def oauth_app(cls, settings: Mapping[str, str]) -> OAuthApp | None:
        """Return the app of a connection that is let in by OAuth; such a one has a ``client_id``."""
        if not settings.get("client_id", "").strip():
            return None
        return oauth_app(settings, (settings.get("url") or URL).rstrip("/"))

    def use_vault(self, vault: TokenVault) -> None:
        """Take and keep the tokens of OAuth there."""
        if self._app is not None:
            system = self._properties.shared.api.caller.system
            token = OAuthToken(OAuthSession(self._app, vault, system, self._connection), self._connection)
            for caller in self._properties.callers:
                caller.credentials = token

    async def __aenter__(self) -> Self:
        caller = self._properties.shared.api.caller
        if self._app is not None and isinstance(caller.credentials, ApiKey):
            raise AuthenticationError(
                f"{caller.system} has not been let in by OAuth yet.",
                remedy=f"Let it in: mapstudio connect {self._connection} --oauth",
            )
        self._properties.limit(self._limits)
        for each in self._properties.callers:
            await each.http.open()
        return self

    async def __aexit__(
        self, kind: builtins.type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for caller in self._properties.callers:
            await caller.http.close()

    async def whoami(self) -> Account:
        """Return the hotels of the properties; the API cannot tell a test account from a real one.

        Raises:
            PreconditionError: The key does not reach one of them.
        """
        names = self._properties.names
        hotels = await together(session.hotel() for session in self._sessions)
        zones = {str(hotel.get("propertyTimezone") or "") for hotel in hotels}
        return Account(
            id=names.account,
            name=" + ".join(
                str(hotel.get("propertyName") or name) for name, hotel in zip(names.ids, hotels, strict=True)
            ),
            kind=AccountKind.UNKNOWN,
            system="cloudbeds v1.3",
            time_zone=zones.pop() or None if len(zones) == 1 else None,
        )

    async def objects(self) -> Sequence[ObjectInfo]:
        """Return the objects of a hotel."""
        return [kind.info(name) for name, kind in KINDS.items()]

    def capabilities(self, object_name: str) -> Capabilities:
        """Return what the object can do."""
        self._check(object_name)
        return KINDS[object_name].able

    async def schema(self, object_name: str, used: Collection[str] | None = None) -> Schema:
        """Return our own list of fields, the property's live custom fields, and as guesses what records show besides.

        To see those a page is read, unless records were read already or all that is used is known without.
        """
        self._check(object_name)
        told = await self._told(object_name, fresh=True)
        look = used is None or not all(has_source_path(told, path) for path in used)
        return replace(told, fields=(*told.fields, *await self._properties.guesses(object_name, look=look)))

    async def _told(self, object_name: str, *, fresh: bool) -> Schema:
        """Return what we and the property tell of an object; unless ``fresh`` custom fields are asked for once."""
        kind, fields = KINDS[object_name], [spec.field for spec in specs(object_name)]
        if kind.custom:
            custom = await self._properties.shared.custom_fields(kind.custom, fresh=fresh)
            fields += [item.schema(read_only=not kind.writes_custom) for item in custom]
        fields = [*self._properties.fields(object_name, fields, books=object_name in _BOOKED)]
        taken_at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return Schema(self._connection, object_name, tuple(fields), taken_at)

    def read(self, request: ReadRequest) -> AsyncIterator[Page]:
        """Yield the object's records, each once."""
        self._check(request.object)
        return self._properties.read(request)

    async def lookup(
        self, object_name: str, key: Sequence[str], values: Collection[KeyValues], fields: Collection[str]
    ) -> Mapping[KeyValues, Sequence[SourceRecord]]:
        """Find records by key fields; see :meth:`Connector.lookup`."""
        self._check(object_name)
        wanted = set(values)
        if not wanted:
            return {}
        known = (await self._told(object_name, fresh=False)).by_name
        if any(name not in known for name in key):
            known = (await self.schema(object_name)).by_name
        if unknown := [name for name in key if name not in known]:
            remedy = did_you_mean(unknown[0], known)
            raise UsageError(f'{object_name} of "{self._connection}" has no field "{unknown[0]}".', remedy=remedy)

        def parts(record: SourceRecord) -> KeyValues:
            return tuple(_scalar(self.canonical(known[name], get_path(record.data, name))) for name in key)

        return await self._properties.find(object_name, key, wanted, parts, Needs.of({*fields, *key}))

    async def current(
        self, object_name: str, ids: Collection[str], fields: Collection[str]
    ) -> Mapping[str, SourceRecord]:
        """Return the present values of the records; an id that is gone is absent."""
        self._check(object_name)
        return await self._properties.by_ids(object_name, set(ids), Needs.of(fields)) if ids else {}

    def record_id(self, object_name: str, named: str) -> str:
        """Return an id with its property where several are open, without it where one is."""
        return self._properties.names.named(object_name, named)

    async def resolve(self, reference: Reference, values: Collection[JsonScalar]) -> Mapping[JsonScalar, Sequence[str]]:
        """Return the ids of all records that each value names; without ``by`` a value is an id, for which none asks."""
        self._check(reference.object)
        by = reference.by
        if by is None:
            return {value: [named] for value in values if (named := self._named(reference.object, str(value)))}
        found = await self.lookup(reference.object, [by], {(value,) for value in values}, {by})
        return {key[0]: [record.id for record in records] for key, records in found.items()}

    def _named(self, object_name: str, given: str) -> str:
        """Return the id of a record; empty for what is none here."""
        with suppress(UsageError):
            return self.record_id(object_name, given) if _ID.fullmatch(given) else ""
        return ""

    async def by_origin(self, object_name: str, origins: Collection[Origin]) -> Mapping[Origin, str]:
        """Return the reservations that were booked for these source records, by the reference that they were given."""
        if object_name != "reservations":
            return {}
        return await self._properties.only(lambda session: ReservationWriter(session).by_reference([*origins]))

    async def write(self, object_name: str, writes: Sequence[Write]) -> Sequence[WriteOutcome]:
        """Write side by side, one call for each and what it takes to write nothing twice."""
        self._check(object_name)
        return await PropertyWriter(self._properties, self._write_in).write(object_name, writes)

    async def _write_in(self, session: Session, object_name: str, writes: Sequence[Write]) -> Sequence[WriteOutcome]:
        if object_name in NOTES:
            return await NoteWriter(session, NOTES[object_name], self._prefix).write(writes)
        match object_name:
            case "guests":
                return await GuestWriter(session).write(writes)
            case "guest_profiles":
                return await ProfileWriter(session).write(writes)
            case "reservations":
                return await ReservationWriter(session).write(writes)
            case "custom_items":
                return await CustomItems(session).write(writes)
            case _:
                written = ", ".join(name for name, kind in KINDS.items() if kind.writable)
                raise UsageError(f'{object_name} of "{self._connection}" cannot be written: only {written} can.')

    async def archive(self, object_name: str, ids: Sequence[str]) -> Sequence[Reason | None]:
        """Archive notes that mapstudio wrote; see :class:`NoteArchiver`."""
        self._check(object_name)
        if object_name not in NOTES:
            return await super().archive(object_name, ids)

        async def archive_in(session: Session, own: Sequence[str]) -> Sequence[Reason | None]:
            return await NoteArchiver(session, NOTES[object_name], self._prefix).archive(own)

        return await self._properties.archive(ids, archive_in)

    def told_objects(self, object_names: Collection[str]) -> frozenset[str]:
        """Return those of the objects of which events tell."""
        return TOLD & frozenset(object_names)

    def notices(self, delivery: Delivery) -> Sequence[Notice]:
        """Return what an event of the properties tells; nobody signs it, so that its address is a secret."""
        return notices_of(delivery, self._properties.names, self._connection)

    async def subscribe(self, address: str, object_names: Collection[str]) -> Sequence[str]:
        """Subscribe the address to the events that concern the objects, each once."""
        added = [await Subscriptions(session).add(address, object_names) for session in self._sessions]
        return [*dict.fromkeys(event for events in added for event in events)]

    async def unsubscribe(self, address: str) -> Sequence[str]:
        """End the subscriptions of the address."""
        ended = [await Subscriptions(session).remove(address) for session in self._sessions]
        return [*dict.fromkeys(event for events in ended for event in events)]

    @property
    def _sessions(self) -> Collection[Session]:
        return self._properties.sessions.values()

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
