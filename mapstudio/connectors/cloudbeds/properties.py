"""All properties of a connection as if they were one: read side by side, each record written where it belongs."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product, zip_longest
from typing import TypeVar

from mapstudio.connectors.cloudbeds import finding
from mapstudio.connectors.cloudbeds.access import Caller
from mapstudio.connectors.cloudbeds.api import Api, RefusedCallError
from mapstudio.connectors.cloudbeds.budget import Limits, budgets
from mapstudio.connectors.cloudbeds.checkpoints import by_property, joined
from mapstudio.connectors.cloudbeds.json_api import ACCOUNTING, JsonApi
from mapstudio.connectors.cloudbeds.needs import Needs
from mapstudio.connectors.cloudbeds.property_names import ORGANISATION, PROPERTY, PropertyNames, carries
from mapstudio.connectors.cloudbeds.session import Session
from mapstudio.connectors.cloudbeds.unlisted import guessed_fields
from mapstudio.connectors.exchange import KeyValues, Page, ReadRequest
from mapstudio.connectors.together import together
from mapstudio.model import AuthenticationError, Field, FieldType, JsonScalar, Reason, SourceRecord, UsageError

T = TypeVar("T")
PartsOf = Callable[[SourceRecord], KeyValues]
"""Returns the values of a record's key."""


@dataclass(frozen=True, slots=True)
class Properties:
    """The open properties of one connection.

    Attributes:
        names: How their records are told apart.
        sessions: By property id, in the order of the names.
        shared: Speaks for all of them: what belongs to their organisation is asked for there.
    """

    names: PropertyNames
    sessions: Mapping[str, Session]
    shared: Session

    @classmethod
    def made(cls, connection: str, names: PropertyNames, caller: Callable[[], Caller]) -> Properties:
        """Return the properties of a connection; each has a caller of its own, so that each has its own budget."""
        sessions = {name: _session(connection, caller(), name) for name in names.ids}
        first, every = names.ids[0], tuple(sessions.values())
        shared = _session(connection, caller(), first, every) if names.several else sessions[first]
        return cls(names, sessions, shared)

    @property
    def callers(self) -> Sequence[Caller]:
        """All that send requests."""
        together_too = (self.shared,) if self.names.several else ()
        return [session.api.caller for session in (*self.sessions.values(), *together_too)]

    def limit(self, limits: Limits) -> None:
        """Let all requests wait for their budgets; call it where the event loop runs."""
        group = self.names.ids if limits is Limits.GROUP else ()
        self.shared.api.caller.http.limits = budgets(self.shared.api.caller.http.url, self.names.ids, group)
        for name, session in self.sessions.items():
            session.api.caller.http.limits = budgets(session.api.caller.http.url, [name], group)

    def of(self, object_name: str) -> Mapping[str, Session]:
        """Return where records of an object are."""
        return {self.names.ids[0]: self.shared} if object_name in ORGANISATION else self.sessions

    def fields(self, object_name: str, fields: Sequence[Field], *, books: bool) -> Sequence[Field]:
        """Return the fields of an object with the property of each record; ``books`` where a create can name it."""
        if not self.names.several or object_name in ORGANISATION:
            return fields
        own = Field(name=PROPERTY, label="Property ID", type=FieldType.TEXT, read_only=True)
        own = replace(next((item for item in fields if item.name == PROPERTY), own), read_only=not books)
        return [*(item for item in fields if item.name != PROPERTY), own]

    async def guesses(self, object_name: str, *, look: bool) -> list[Field]:
        """Return the fields of an object that only records tell of.

        Args:
            object_name: The object.
            look: Read a page of one property's list where nothing was read yet.
        """
        sessions = [*self.of(object_name).values()]
        records = [record for session in sessions for record in session.remembered(object_name) or ()]
        if look and not records:
            try:
                records = [*await finding.look(sessions[0], object_name)]
            except (AuthenticationError, RefusedCallError):
                # Whoever may not read an object can still write it.
                return []
        return guessed_fields(object_name, records)

    def read(self, request: ReadRequest) -> AsyncIterator[Page]:
        """Yield the records of all properties, one of each in turn, while the next pages are under way."""
        sessions = self.of(request.object)
        since = {} if request.since is None else by_property(request.since, sessions, request.object)
        reads = {
            property_id: finding.read(session, self._within(request, property_id, since))
            for property_id, session in sessions.items()
        }
        # One is read as it comes: nothing is asked for ahead of what is wanted.
        return self._side_by_side(request, reads) if len(reads) > 1 else reads[next(iter(reads))]

    async def _side_by_side(
        self, request: ReadRequest, reads: Mapping[str, AsyncIterator[Page]]
    ) -> AsyncIterator[Page]:
        left, totals, checkpoints = request.limit, dict[str, int | None](), dict[str, str]()
        async for pages in _rounds(reads):
            totals |= {property_id: page.total for property_id, page in pages.items()}
            checkpoints |= {name: page.checkpoint for name, page in pages.items() if page.checkpoint is not None}
            marked = (
                [self.names.marked(request.object, property_id, record) for record in page.records]
                for property_id, page in pages.items()
            )
            # One of each in turn: the first few are a sample of all properties.
            dealt = [record for row in zip_longest(*marked) for record in row if record is not None][:left]
            left = None if left is None else left - len(dealt)
            # Where to go on is known once each property has told it.
            known = request.limit is None and checkpoints.keys() == reads.keys()
            yield Page(dealt, _sum(totals, len(reads)), joined(checkpoints) if known else None)
            if left == 0:
                return

    async def find(
        self, object_name: str, key: Sequence[str], wanted: Collection[KeyValues], parts: PartsOf, needs: Needs
    ) -> Mapping[KeyValues, list[SourceRecord]]:
        """Return the records with wanted values of a key; an id or reference among them may carry its property.

        Raises:
            UsageError: The key says nothing but the property.
        """
        given = [name for name in key if not self._is_added(object_name, name)]
        if not given:
            raise UsageError(f"{PROPERTY} alone names no record of {object_name}: a key needs another field beside it.")
        place = key.index(given[0])

        async def ask(property_id: str, session: Session) -> list[tuple[KeyValues, SourceRecord]]:
            here = [values for values in wanted if self._may_be(object_name, property_id, key, values)]

            def matched(record: SourceRecord) -> set[KeyValues]:
                values = parts(self.names.marked(object_name, property_id, record))
                forms = [self._forms(object_name, property_id, *pair) for pair in zip(key, values, strict=True)]
                return {*product(*forms)} & {*here}

            if not here:
                return []
            first = {
                self._own(object_name, key[place], str(values[place])) for values in here if values[place] is not None
            }
            records = await finding.candidates(
                session, object_name, given, sorted(first), lambda record: bool(matched(record)), needs
            )
            return [
                (values, self.names.marked(object_name, property_id, record, to_compare=True))
                for record in records
                for values in matched(record)
            ]

        found: dict[KeyValues, list[SourceRecord]] = {}
        for pairs in await together(ask(*pair) for pair in self.of(object_name).items()):
            for values, record in pairs:
                found.setdefault(values, []).append(record)
        return found

    async def by_ids(self, object_name: str, ids: Collection[str], needs: Needs) -> Mapping[str, SourceRecord]:
        """Return the records with these ids; one that is gone is absent."""

        async def ask(property_id: str, session: Session) -> list[SourceRecord]:
            own = {
                self._own_id(object_name, identity)
                for identity in ids
                if self._is_of(object_name, property_id, identity)
            }
            found = await finding.by_ids(session, object_name, own, needs) if own else {}
            return [self.names.marked(object_name, property_id, record, to_compare=True) for record in found.values()]

        groups = await together(ask(*pair) for pair in self.of(object_name).items())
        return {record.id: record for records in groups for record in records}

    async def archive(
        self, ids: Sequence[str], archive_in: Callable[[Session, Sequence[str]], Awaitable[Sequence[Reason | None]]]
    ) -> Sequence[Reason | None]:
        """Archive each record in its own property; one of none of these properties is gone from here."""
        ended: dict[str, Reason | None] = {}
        for property_id, session in self.sessions.items():
            own = [one for one in ids if self.names.parts(one)[0] == property_id]
            if own:
                told = await archive_in(session, [self.names.parts(one)[1] for one in own])
                ended.update(zip(own, told, strict=True))
        return [ended.get(one) for one in ids]

    async def only(self, found_in: Callable[[Session], Awaitable[Mapping[T, str]]]) -> Mapping[T, str]:
        """Return the reservations that are found in one of the properties; what several have is left out."""
        groups = await together(self._found(found_in, *pair) for pair in self.sessions.items())
        several = Counter(name for group in groups for name in group)
        return {name: identity for group in groups for name, identity in group.items() if several[name] == 1}

    async def _found(
        self, found_in: Callable[[Session], Awaitable[Mapping[T, str]]], property_id: str, session: Session
    ) -> Mapping[T, str]:
        return {name: self.names.full(property_id, own) for name, own in (await found_in(session)).items()}

    def _within(self, request: ReadRequest, property_id: str, since: Mapping[str, str]) -> ReadRequest:
        """Return what to read of one property."""
        paths, among = request.paths, request.among
        if paths is not None and self._is_added(request.object, PROPERTY):
            paths = paths - {PROPERTY}
        if among is not None:
            own = {self.names.parts(value) for value in among.values}
            among = replace(among, values=frozenset(value for named, value in own if named in {property_id, ""}))
        return replace(request, paths=paths, among=among, since=since.get(property_id))

    def _is_added(self, object_name: str, name: str) -> bool:
        """Return whether a field is known of a record without asking for it."""
        return name == PROPERTY and self.names.several and object_name not in ORGANISATION and object_name != "hotels"

    def _may_be(self, object_name: str, property_id: str, key: Sequence[str], values: KeyValues) -> bool:
        for name, value in zip(key, values, strict=True):
            if self._is_added(object_name, name) and str(value) != property_id:
                return False
            if carries(object_name, name) and self.names.parts(str(value))[0] not in {property_id, ""}:
                return False
        return True

    def _own(self, object_name: str, name: str, value: str) -> str:
        return self.names.parts(value)[1] if carries(object_name, name) else value

    def _forms(self, object_name: str, property_id: str, name: str, value: JsonScalar) -> Sequence[JsonScalar]:
        """Return as what a value of a record may be looked for."""
        full = isinstance(value, str) and carries(object_name, name) and self.names.several
        return (value, self.names.full(property_id, str(value))) if full else (value,)

    def _is_of(self, object_name: str, property_id: str, identity: str) -> bool:
        if object_name in ORGANISATION:
            return True
        return property_id == (identity if object_name == "hotels" else self.names.parts(identity)[0])

    def _own_id(self, object_name: str, identity: str) -> str:
        return identity if object_name in ORGANISATION else self.names.parts(identity)[1]


def _session(connection: str, caller: Caller, property_id: str, beside: Sequence[Session] = ()) -> Session:
    accounting = JsonApi(caller, connection, "X-Property-ID", property_id, ACCOUNTING)
    return Session(Api(caller, connection, property_id), accounting, beside)


async def _rounds(reads: Mapping[str, AsyncIterator[Page]]) -> AsyncGenerator[Mapping[str, Page], None]:
    """Yield a page of each read, so that their order is always the same; each is read one page ahead."""
    ahead = {name: asyncio.ensure_future(_next(pages)) for name, pages in reads.items()}
    try:
        while ahead:
            pages: dict[str, Page] = {}
            for name in [*ahead]:
                page = await ahead.pop(name)
                if page is not None:
                    ahead[name] = asyncio.ensure_future(_next(reads[name]))
                    pages[name] = page
            if pages:
                yield pages
    finally:
        for task in ahead.values():
            task.cancel()
        await asyncio.gather(*ahead.values(), return_exceptions=True)
        for source in reads.values():
            if isinstance(source, AsyncGenerator):
                await source.aclose()


async def _next(pages: AsyncIterator[Page]) -> Page | None:
    return await anext(pages, None)


def _sum(totals: Mapping[str, int | None], properties: int) -> int | None:
    """Return how many there are in all, once each property has told."""
    told = [total for total in totals.values() if total is not None]
    return sum(told) if len(told) == properties else None
