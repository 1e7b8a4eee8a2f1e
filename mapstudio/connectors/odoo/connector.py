"""The Odoo connector: contacts, leads, orders and products of 16.0 to 19.0 over the external API."""

from __future__ import annotations

import builtins
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from mapstudio.connectors.contract import Connector
from mapstudio.connectors.declarations import Account, AccountKind, Capabilities, ObjectInfo, Setting
from mapstudio.connectors.exchange import Action, KeyValues, Origin, Page, ReadRequest, Reference, Write, WriteOutcome
from mapstudio.connectors.http import HttpClient, checked_url
from mapstudio.connectors.notices import Delivery, Notice
from mapstudio.connectors.odoo.acting import Actor, step_of, steps
from mapstudio.connectors.odoo.anchors import Anchors
from mapstudio.connectors.odoo.archiving import ACTIVE, Archiver
from mapstudio.connectors.odoo.canonical import canonical, kept_markup
from mapstudio.connectors.odoo.catalogue import Catalogue
from mapstudio.connectors.odoo.faults import Fault
from mapstudio.connectors.odoo.finding import Finder
from mapstudio.connectors.odoo.lines import kinds_of, only_data, with_kind
from mapstudio.connectors.odoo.listing import objects
from mapstudio.connectors.odoo.notices import not_by_api, notices_of
from mapstudio.connectors.odoo.objects import capabilities
from mapstudio.connectors.odoo.paging import pages
from mapstudio.connectors.odoo.reading import Reader, Wanted
from mapstudio.connectors.odoo.transport import PARALLEL, Rpc
from mapstudio.connectors.odoo.writing import Writer
from mapstudio.model import Field, JsonScalar, JsonValue, Reason, Record, Schema, SourceRecord, UsageError

TIMEOUT = 150.0
"""Odoo's own limit for a request is 120 s; an answer that comes late is still an answer."""

_MOST_PARALLEL = 8


class OdooConnector(Connector):
    """One database of one Odoo server, as one user."""

    type = "odoo"
    label = "Odoo"
    settings = (
        Setting("url", "Address of the server, such as https://client.odoo.com"),
        Setting("db", "Name of the database"),
        Setting("login", "Login of the user that does the work"),
        Setting("password", "Password or API key of that user", secret=True),
        Setting("company", "Name or id of the company to work in (empty: all that the user may see)", required=False),
        Setting("parallel", f"Most calls at once on the database (empty: {PARALLEL})", required=False),
        Setting("allow_http", "Plain http to another machine is all right (true, or empty)", required=False),
    )

    def __init__(self, rpc: Rpc) -> None:
        self._http = rpc.http
        self._rpc = rpc
        self._catalogue = Catalogue(rpc, rpc.connection)
        self._reader = Reader(self._catalogue)
        self._finder = Finder(self._catalogue, self._reader)
        self._anchors = Anchors(self._catalogue)
        self._writer = Writer(self._catalogue, self._anchors)
        self._actor = Actor(self._catalogue, self._reader)
        self._archiver = Archiver(self._catalogue, self._reader)

    @classmethod
    def open(cls, connection: str, settings: Mapping[str, str]) -> Self:
        """Return a connector; nothing is sent yet."""
        for item in cls.settings:
            if item.required and not settings.get(item.name):
                raise UsageError(f'Connection "{connection}": {item.name} is missing.', remedy=f"{item.prompt}.")
        allow_http = settings.get("allow_http", "").lower() == "true"
        url = checked_url(connection, settings["url"], allow_http=allow_http)
        return cls(
            Rpc(
                HttpClient(f"{connection} (odoo)", url, timeout=TIMEOUT),
                connection,
                settings["db"],
                settings["login"],
                settings["password"],
                company=settings.get("company", "").strip(),
                parallel=_parallel(connection, settings.get("parallel", "").strip()),
            )
        )

    async def __aenter__(self) -> Self:
        await self._http.open()
        return self

    async def __aexit__(
        self, kind: builtins.type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    async def whoami(self) -> Account:
        """Sign in, and return server and database.

        The database's own uuid is for administrators only, so the account is the address and the database's name.
        Odoo cannot tell a test database from a productive one, so the kind is unknown: outside of this machine the
        project must pin the account.
        """
        address = urlsplit(self._http.url)
        try:
            version = await self._rpc.version()
            zone = await self._rpc.time_zone()
        except Fault as fault:
            self._catalogue.refuse(fault, "sign in")
        return Account(
            id=f"{address.netloc}{address.path}/{self._rpc.db}",
            name=f"{self._rpc.db} as {self._rpc.login}",
            kind=AccountKind.UNKNOWN,
            system=f"odoo {version}",
            time_zone=zone,
        )

    async def objects(self) -> Sequence[ObjectInfo]:
        """Return the usual models that the user may read, and all others where he may list them."""
        return await objects(self._catalogue)

    def capabilities(self, object_name: str) -> Capabilities:
        """Return what the model can do; whether records can be archived is known with its schema."""
        able = capabilities(object_name)
        return replace(able, archive=able.update and self._catalogue.has(object_name, ACTIVE))

    async def schema(self, object_name: str, used: Collection[str] | None = None) -> Schema:  # noqa: ARG002
        """Return the model's fields as this version and this user have them."""
        return await self._catalogue.schema(object_name)

    async def read(self, request: ReadRequest) -> AsyncIterator[Page]:
        """Yield the model's active records by id."""
        async for page in pages(self._catalogue, self._reader, request):
            yield page

    async def lookup(
        self, object_name: str, key: Sequence[str], values: Collection[KeyValues], fields: Collection[str]
    ) -> Mapping[KeyValues, Sequence[SourceRecord]]:
        """Find records by key fields; see :meth:`Finder.by_key` for archived ones and for tax ids."""
        if not values:
            return {}
        kinds = await kinds_of(self._catalogue, object_name, fields)
        found = await self._finder.by_key(object_name, key, values, with_kind(fields, kinds))
        return {told: only_data(records, kinds, fields) for told, records in found.items()}

    async def current(
        self, object_name: str, ids: Collection[str], fields: Collection[str]
    ) -> Mapping[str, SourceRecord]:
        """Return present values, of archived records too."""
        numbers = sorted({int(one) for one in ids if one.isdigit()})
        if not numbers:
            return {}
        kinds = await kinds_of(self._catalogue, object_name, fields)
        found = await self._reader.by_ids(object_name, numbers, Wanted.of(with_kind(fields, kinds)))
        return {record.id: record for record in only_data(found, kinds, fields)}

    async def resolve(self, reference: Reference, values: Collection[JsonScalar]) -> Mapping[JsonScalar, Sequence[str]]:
        """Find records by a field's value, or by ``module.name``."""
        if reference.by is None:
            return await self._anchors.by_external_id(reference.object, values)
        return await self._finder.by_field(reference.object, reference.by, values)

    async def by_origin(self, object_name: str, origins: Collection[Origin]) -> Mapping[Origin, str]:
        """Find what was created from these origins by its external id."""
        return await self._anchors.by_origin(object_name, origins)

    async def write(self, object_name: str, writes: Sequence[Write]) -> Sequence[WriteOutcome]:
        """Create through ``load``, update through ``write``."""
        return await self._writer.write(object_name, writes)

    @classmethod
    def actions(cls, object_name: str) -> Sequence[Action]:
        """Return the steps of the model: confirm, invoice, post, won, lost and the like."""
        return steps(object_name)

    def done(self, object_name: str, action: str, present: Record) -> bool:
        """Return whether the record's state says that it has taken the step."""
        return step_of(object_name, action).done(present)

    async def act(self, object_name: str, action: str, ids: Sequence[str]) -> Sequence[Reason | None]:
        """Let records take a step; what counts is their state afterwards."""
        return await self._actor.act(object_name, action, ids)

    async def archive(self, object_name: str, ids: Sequence[str]) -> Sequence[Reason | None]:
        """Set records inactive; nothing is ever deleted."""
        return await self._archiver.archive(object_name, ids)

    def told_objects(self, object_names: Collection[str]) -> frozenset[str]:
        """Return all of them: a rule of automation can be made for any model."""
        return frozenset(object_names)

    def notices(self, delivery: Delivery) -> Sequence[Notice]:
        """Return what the post of a rule tells; nobody signs it, so that its address is a secret."""
        return notices_of(delivery, self._rpc.connection)

    async def subscribe(self, address: str, object_names: Collection[str]) -> Sequence[str]:  # noqa: ARG002
        """Refuse: rules are an administrator's."""
        raise not_by_api(object_names)

    async def unsubscribe(self, address: str) -> Sequence[str]:  # noqa: ARG002 - rules are an administrator's
        """Refuse: rules are an administrator's."""
        raise not_by_api(())

    def keeps(self, item: Field, present: JsonValue, new: JsonValue) -> bool:
        """Return whether the field holds markup of which Odoo would drop what is new."""
        return self._catalogue.is_html(own_name(item)) and kept_markup(present, new)

    def canonical(self, item: Field, value: JsonValue) -> JsonValue:
        """Return the value as Odoo would store it."""
        name = own_name(item)
        return canonical(item, value, digits=self._catalogue.digits(name), html=self._catalogue.is_html(name))


def own_name(item: Field) -> str:
    """Return the field's name in the model that it belongs to, without the list or the reference that leads there."""
    return item.name.rpartition(".")[2]


def _parallel(connection: str, text: str) -> int:
    if not text:
        return PARALLEL
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= _MOST_PARALLEL:
        raise UsageError(
            f'Connection "{connection}": parallel "{text}" is no number from 1 to {_MOST_PARALLEL}.',
            remedy=f"Leave it empty for {PARALLEL}.",
        )
    return int(text)
