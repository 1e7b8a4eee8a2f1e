"""The connector itself: the contract's methods, each handed to the part that knows how."""

from __future__ import annotations

import builtins
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from types import TracebackType
from typing import ClassVar, Self

from mapstudio.connectors.contract import Connector
from mapstudio.connectors.declarations import Account, AccountKind, Capabilities, Enforcement, ObjectInfo, Setting
from mapstudio.connectors.exchange import Association, KeyValues, Page, ReadRequest, Reference, Write, WriteOutcome
from mapstudio.connectors.http import checked_url
from mapstudio.connectors.hubspot.access import URL, OAuthToken, StaticToken, oauth_app
from mapstudio.connectors.hubspot.api import Api
from mapstudio.connectors.hubspot.archiving import Archiver
from mapstudio.connectors.hubspot.associating import COMPANIES, PRIMARY, Associator
from mapstudio.connectors.hubspot.catalogue import Catalogue
from mapstudio.connectors.hubspot.keys import KeyMaker
from mapstudio.connectors.hubspot.notices import check_signature, not_by_api, notices_of
from mapstudio.connectors.hubspot.objects import known_kind
from mapstudio.connectors.hubspot.paths import DEFAULT_VERSION, VERSIONS
from mapstudio.connectors.hubspot.reading import Reader
from mapstudio.connectors.hubspot.tables import TABLES, ReferenceTables, is_table
from mapstudio.connectors.hubspot.values import EMAIL, canonical, keeps
from mapstudio.connectors.hubspot.writing import BATCH, Writer
from mapstudio.connectors.notices import Delivery, Notice
from mapstudio.connectors.oauth import OAuthApp, OAuthSession, TokenVault
from mapstudio.model import (
    AuthenticationError,
    Field,
    FieldType,
    JsonScalar,
    JsonValue,
    PreconditionError,
    Reason,
    Schema,
    SourceRecord,
    UsageError,
)
from mapstudio.model.suggest import did_you_mean

_KINDS = {
    "STANDARD": AccountKind.PRODUCTION,
    "SANDBOX": AccountKind.SANDBOX,
    "DEVELOPER_TEST": AccountKind.SANDBOX,
    "APP_DEVELOPER": AccountKind.SANDBOX,
}
_IDS = frozenset({"id", "hs_object_id"})
_OTHER_EMAILS = "hs_additional_emails"


class HubSpotConnector(Connector):
    """HubSpot's CRM.

    What an object can do depends on its unique properties: :meth:`capabilities` is complete once the object's schema
    was read.
    """

    type: ClassVar[str] = "hubspot"
    label: ClassVar[str] = "HubSpot"
    unique_keys: ClassVar[bool] = True
    settings: ClassVar[Sequence[Setting]] = (
        Setting("url", "Address of the API", default=URL),
        Setting("token", "Access token of a private app or service key", secret=True),
        Setting("api_version", f"API version ({', '.join(VERSIONS)})", required=False, default=DEFAULT_VERSION),
        Setting("portal", "Hub ID that it must reach (empty: any)", required=False),
        Setting(
            "webhook_secret",
            "Client secret of the app whose webhooks mapstudio listen takes",
            secret=True,
            required=False,
        ),
        Setting("client_id", "Client ID of the app", oauth=True),
        Setting("client_secret", "Client secret of the app", secret=True, oauth=True),
        Setting("scopes", "Scopes, with blanks between (empty: all that are needed)", required=False, oauth=True),
    )

    def __init__(self, api: Api, portal: str, app: OAuthApp | None = None, *, webhook_secret: str = "") -> None:
        self._api = api
        self._portal = self._reached = portal
        self._webhook_secret = webhook_secret
        self._app = app
        self._catalogue = Catalogue(api)
        self._tables = ReferenceTables(api, self._catalogue)
        self._reader = Reader(api, self._catalogue)
        self._writer = Writer(api, self._catalogue)
        self._associator = Associator(api, self._catalogue)
        self._archiver = Archiver(api, self._catalogue)
        self._keys = KeyMaker(api, self._catalogue)

    @classmethod
    def open(cls, connection: str, settings: Mapping[str, str]) -> Self:
        """Return a connector; nothing is sent yet.

        Without a ``client_id`` it sends the token; with one, :meth:`use_vault` is to give those of OAuth.

        Raises:
            UsageError: No token, a token that is none, an unknown API version or a bad url.
        """
        version = settings.get("api_version") or DEFAULT_VERSION
        if version not in VERSIONS:
            remedy = did_you_mean(version, VERSIONS) or f"One of {', '.join(VERSIONS)}."
            raise UsageError(f'Connection "{connection}": api_version "{version}" is unknown.', remedy=remedy)
        url, paths = checked_url(connection, settings.get("url") or URL), VERSIONS[version]
        app = cls.oauth_app(settings)
        credentials = StaticToken("" if app else _checked_token(connection, settings.get("token", "").strip()))
        signing = app.client_secret if app else settings.get("webhook_secret", "").strip()
        portal = settings.get("portal", "").strip()
        return cls(Api(connection, url, credentials, paths), portal, app, webhook_secret=signing)

    @classmethod
    def oauth_app(cls, settings: Mapping[str, str]) -> OAuthApp | None:
        """Return the app of a connection that is let in by OAuth; such a one has a ``client_id``."""
        if not settings.get("client_id", "").strip():
            return None
        paths = VERSIONS.get(settings.get("api_version") or DEFAULT_VERSION, VERSIONS[DEFAULT_VERSION])
        return oauth_app(settings, (settings.get("url") or URL).rstrip("/"), paths)

    def use_vault(self, vault: TokenVault) -> None:
        """Take and keep the tokens of OAuth there."""
        if self._app is not None:
            session = OAuthSession(self._app, vault, self._api.system, self._api.connection)
            self._api.credentials = OAuthToken(session, self._app.client_id)

    async def __aenter__(self) -> Self:
        if self._app is not None and isinstance(self._api.credentials, StaticToken):
            raise AuthenticationError(
                f"{self._api.system} has not been let in by OAuth yet.",
                remedy=f"Let it in: mapstudio connect {self._api.connection} --oauth",
            )
        await self._api.open()
        return self

    async def __aexit__(
        self, kind: builtins.type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._api.close()

    async def whoami(self) -> Account:
        """Return the account of the token.

        Raises:
            PreconditionError: Another account than the pinned one.
        """
        answer = await self._api.get(self._api.paths.account)
        portal, kind = str(answer.get("portalId", "")), str(answer.get("accountType", ""))
        if self._portal and portal != self._portal:
            raise PreconditionError(
                f"{self._api.system} reaches hub {portal}, but hub {self._portal} is pinned.",
                remedy="Use the token of the pinned hub, or correct the portal in mapstudio.toml.",
            )
        self._reached = portal
        zone = answer.get("timeZone")
        self._api.belongs_to(portal, str(zone or ""))
        await self._api.ask_of_day()
        words = kind.lower().replace("_", " ")
        return Account(
            id=portal,
            name=f"hub {portal} ({words})" if words else f"hub {portal}",
            kind=_KINDS.get(kind, AccountKind.UNKNOWN),
            system="hubspot",
            time_zone=str(zone) if zone else None,
        )

    async def objects(self) -> Sequence[ObjectInfo]:
        """Return the vendor's objects, the account's own, and what they refer to by id."""
        return [*await self._catalogue.objects(), *TABLES]

    def capabilities(self, object_name: str) -> Capabilities:
        """Return what the object can do, by the unique properties that are known of it so far."""
        if is_table(object_name):
            return Capabilities()
        fields = self._catalogue.known_fields(object_name)
        own = [name for name, item in (fields or {}).items() if item.unique and not item.read_only]
        keys = tuple(dict.fromkeys((*known_kind(object_name).keys, *own)))
        return Capabilities(
            create=Enforcement.UNIQUE_FIELD if keys else Enforcement.NONE,
            upsert_fields=frozenset(keys),
            update=True,
            batch_size=BATCH,
            incremental=True,
            proposed_keys=tuple((name,) for name in keys),
            archive=True,
        )

    async def schema(self, object_name: str, used: Collection[str] | None = None) -> Schema:  # noqa: ARG002
        """Return the object's live schema, with the options of pipelines and owners."""
        if is_table(object_name):
            return self._tables.schema(object_name)
        return await self._catalogue.schema(object_name)

    def read(self, request: ReadRequest) -> AsyncIterator[Page]:
        """Yield the object's records by ascending id, with only what the paths use."""
        return self._tables.read(request) if is_table(request.object) else self._reader.read(request)

    async def lookup(
        self, object_name: str, key: Sequence[str], values: Collection[KeyValues], fields: Collection[str]
    ) -> Mapping[KeyValues, Sequence[SourceRecord]]:
        """Find records by one unique property, never through search.

        A contact is found by its additional e-mail addresses as well, as the system does.

        Raises:
            UsageError: The key is not one unique property.
        """
        if is_table(object_name):
            named = await self._tables.named(object_name, ", ".join(key), [value for (value,) in values])
            return {(value,): rows for value, rows in named.items()}
        await self._catalogue.check(object_name)
        item = await self._key_field(object_name, key)
        by_id = item.name in _IDS
        asked = {str(value): (value,) for (value,) in values if value is not None}
        wanted = {*fields, item.name} | ({_OTHER_EMAILS} if item.name == EMAIL else set())
        found: dict[KeyValues, list[SourceRecord]] = {}
        for record in await self._reader.by_property(object_name, "" if by_id else item.name, [*asked], wanted):
            for name in [record.id] if by_id else self._names(item, record):
                if name in asked:
                    found.setdefault(asked[name], []).append(record)
        return found

    async def current(
        self, object_name: str, ids: Collection[str], fields: Collection[str]
    ) -> Mapping[str, SourceRecord]:
        """Return the present values of the records; an id that is gone is absent."""
        if is_table(object_name):
            return {row.id: row for row in await self._tables.rows(object_name) if row.id in ids}
        await self._catalogue.check(object_name)
        return {record.id: record for record in await self._reader.by_property(object_name, "", ids, fields)}

    async def resolve(self, reference: Reference, values: Collection[JsonScalar]) -> Mapping[JsonScalar, Sequence[str]]:
        """Return the ids of the records that the values name: by id, by a unique property, or by search.

        Owners are found by ``email`` or by id.
        """
        given = {str(value): value for value in values if value is not None}
        if is_table(reference.object):
            named = await self._tables.named(reference.object, reference.by or "id", [*given.values()])
            return {value: [row.id for row in rows] for value, rows in named.items()}
        await self._catalogue.check(reference.object)
        by = reference.by or "id"
        item = (await self._catalogue.fields(reference.object)).get(by)
        if by in _IDS or (item is not None and item.unique):
            words = _by_word(item or Field(by), values)
            pairs = await self.lookup(reference.object, [by], [(word,) for word in words], [])
            return {
                value: [record.id for record in records]
                for (word,), records in pairs.items()
                for value in words[str(word)]
            }
        if item is None:
            raise self._unknown_field(reference.object, by, await self._catalogue.fields(reference.object))
        folded = _by_word(item, values, fold=True)
        found: dict[JsonScalar, list[str]] = {}
        for record in await self._reader.searched(reference.object, by, [*given], []):
            word = str(canonical(item, record.data.get(by))).casefold()
            for value in folded.get(word, ()):
                found.setdefault(value, []).append(record.id)
        return found

    async def write(self, object_name: str, writes: Sequence[Write]) -> Sequence[WriteOutcome]:
        """Write at most a hundred records; a poison record never fails its neighbours."""
        return await self._writer.write(object_name, writes)

    async def add_key(self, object_name: str, name: str) -> Field:
        """Make a unique text property, for the key of a mapping."""
        return await self._keys.add(object_name, name)

    async def associate(self, object_name: str, associations: Sequence[Association]) -> Sequence[Reason | None]:
        """Make or remove associations, with the labels of their direction."""
        return await self._associator.associate(object_name, associations)

    def sole_labels(self, object_name: str, target: str) -> frozenset[str]:  # noqa: ARG002 - of whatever is in companies
        """Return the label of the primary company, of which a record has one."""
        return frozenset({PRIMARY}) if target == COMPANIES else frozenset()

    def told_objects(self, object_names: Collection[str]) -> frozenset[str]:
        """Return those of the objects that events tell of: all but owners, pipelines and the like.

        Raises:
            AuthenticationError: The secret is missing by which the app's requests are told from others.
        """
        if not self._webhook_secret:
            raise AuthenticationError(
                f'Connection "{self._api.connection}" has no webhook_secret, without which nobody can tell whether a '
                "delivery comes from HubSpot.",
                remedy=f'Store the client secret of the app with "mapstudio connect {self._api.connection}".',
            )
        return frozenset(name for name in object_names if not is_table(name))

    def notices(self, delivery: Delivery) -> Sequence[Notice]:
        """Return what a signed request of the app tells of the account that is reached."""
        check_signature(delivery, self._webhook_secret, self._api.connection)
        return notices_of(delivery, self._reached, self._catalogue.known_kinds(), self._api.connection)

    async def subscribe(self, address: str, object_names: Collection[str]) -> Sequence[str]:  # noqa: ARG002
        """Refuse: subscriptions are the app's."""
        raise not_by_api(object_names)

    async def unsubscribe(self, address: str) -> Sequence[str]:  # noqa: ARG002 - subscriptions are the app's
        """Refuse: subscriptions are the app's."""
        raise not_by_api(())

    async def archive(self, object_name: str, ids: Sequence[str]) -> Sequence[Reason | None]:
        """Archive records; what is archived or gone already is done."""
        if is_table(object_name):
            return await super().archive(object_name, ids)
        return await self._archiver.archive(object_name, ids)

    def keeps(self, item: Field, present: JsonValue, new: JsonValue) -> bool:
        """Return whether the new value is an earlier lifecycle stage, which the system does not go back to."""
        return keeps(item, present, new)

    def canonical(self, item: Field, value: JsonValue) -> JsonValue:
        """Return the value as the system compares it: e-mail addresses in lower case, moments in UTC."""
        return canonical(item, value)

    async def _key_field(self, object_name: str, key: Sequence[str]) -> Field:
        fields = await self._catalogue.fields(object_name)
        unique = [name for name, item in fields.items() if item.unique and not item.read_only]
        remedy = f"Use one of: {', '.join(unique)}." if unique else "Make a property that requires unique values."
        if len(key) == 1:
            [name] = key
            if name in _IDS:
                return Field(name, type=FieldType.TEXT, unique=True)
            if name not in fields:
                raise self._unknown_field(object_name, name, fields)
            if fields[name].unique:
                return fields[name]
        raise UsageError(
            f"{self._api.system} finds {object_name} by one unique property, not by {', '.join(key) or 'nothing'}.",
            remedy=remedy,
        )

    def _unknown_field(self, object_name: str, name: str, fields: Collection[str]) -> UsageError:
        return UsageError(
            f'{self._api.system}: {object_name} has no property "{name}".', remedy=did_you_mean(name, fields)
        )

    def _names(self, item: Field, record: SourceRecord) -> list[str]:
        names = [str(canonical(item, record.data.get(item.name)))]
        others = record.data.get(_OTHER_EMAILS) if item.name == EMAIL else None
        if isinstance(others, str):
            names += [other.strip().lower() for other in others.split(";") if other.strip()]
        return list(dict.fromkeys(names))


def _checked_token(connection: str, token: str) -> str:
    if not token:
        raise UsageError(
            f'Connection "{connection}" has no token.', remedy=f'Run "mapstudio connect {connection}" to store one.'
        )
    if not token.isascii() or not token.isprintable() or " " in token:
        raise UsageError(
            f'Connection "{connection}": the token holds characters that no token has.',
            remedy=f'Copy it again, then run "mapstudio connect {connection}".',
        )
    return token


def _by_word(item: Field, values: Collection[JsonScalar], *, fold: bool = False) -> dict[str, list[JsonScalar]]:
    """Return the values by the text that the system compares, where it may take several for one."""
    found: dict[str, list[JsonScalar]] = {}
    for value in values:
        if value is not None:
            word = str(canonical(item, value))
            found.setdefault(word.casefold() if fold else word, []).append(value)
    return found
