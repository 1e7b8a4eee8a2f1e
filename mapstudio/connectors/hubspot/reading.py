"""Reading records: whole lists, what changed since, by id or by a unique property, with what is associated."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from mapstudio.connectors.exchange import Among, Page, ReadRequest
from mapstudio.connectors.hubspot.api import Api
from mapstudio.connectors.hubspot.catalogue import Catalogue, next_after
from mapstudio.connectors.hubspot.definitions import ASSOCIATIONS
from mapstudio.connectors.hubspot.needs import Needs, needs_of, reads_links
from mapstudio.connectors.hubspot.objects import known_kind
from mapstudio.connectors.hubspot.values import decoded
from mapstudio.connectors.together import together
from mapstudio.model import ConnectionFailedError, Field, JsonValue, Record, SourceRecord, UsageError

T = TypeVar("T")

PAGE = 100
SEARCH_PAGE = 200
MAX_LINKS_ASKED = 1000
_LINKED = f"{ASSOCIATIONS}."
MAX_QUERY = 3000
"""Characters of property names in a URL; more are asked for in the body of a second call."""

OVERLAP = timedelta(minutes=2)
"""A checkpoint lies this long before the read: the search index lags behind by seconds."""


class Reader:
    """Reads records of one account."""

    def __init__(self, api: Api, catalogue: Catalogue) -> None:
        self._api = api
        self._catalogue = catalogue

    async def read(self, request: ReadRequest) -> AsyncIterator[Page]:
        """Yield the object's records by ascending id, archived ones after all others.

        Only the last page of an unlimited read holds a checkpoint: pages come by id, not by time.

        Raises:
            UsageError: An unknown object, or a checkpoint that is none of ours.
        """
        await self._catalogue.check(request.object)
        fields = await self._catalogue.fields(request.object)
        possible = (await self._catalogue.kind(request.object)).linked if reads_links(request.paths) else ()
        needs = needs_of(request.paths, fields, possible)
        if request.among is not None:
            yield await self._again(request, request.among, fields, needs)
            return
        checkpoint = _stamp(self._api.now() - OVERLAP)
        since = self._checkpoint(request)
        pages = self._listed(request, needs) if since is None else self._since(request, needs, since)
        if request.archived:
            pages = self._and_archived(pages, request, needs, since)
        left = request.limit
        async for entries, last in pages:
            taken = entries if left is None else entries[:left]
            records = [_source_record(entry, fields) for entry in taken]
            await self._add_links(request.object, records, needs)
            left = None if left is None else left - len(taken)
            ended = last and len(taken) == len(entries)
            yield Page(records, checkpoint=checkpoint if ended else None)
            if left == 0:
                return

    async def _again(self, request: ReadRequest, among: Among, fields: Mapping[str, Field], needs: Needs) -> Page:
        """Return some records by id, those of the archived ones that are asked for behind the others."""
        if among.field is not None:
            raise UsageError(f"{self._api.system} reads {request.object} again by id, not by {among.field}.")
        found: dict[str, Record] = {}
        for archived in ({}, {"archived": "true"}) if request.archived else ({},):
            for some in _chunks(sorted(among.values), PAGE):
                asked: list[Record] = [{"id": identity} for identity in some]
                for entry in await self._with_properties(request.object, asked, needs, **archived):
                    found.setdefault(str(entry["id"]), entry)
        records = [_source_record(entry, fields) for entry in found.values()]
        await self._add_links(request.object, records, needs)
        return Page(records, len(records))

    async def by_property(
        self, object_name: str, id_property: str, words: Collection[str], properties: Iterable[str]
    ) -> list[SourceRecord]:
        """Return the records that have these values of a unique property (or these ids, without one).

        Unknown ones are told by the system in a 207 and are simply absent here. ``associations.<object>`` among the
        properties are read as well.
        """
        fields = await self._catalogue.fields(object_name)
        properties = set(properties)
        entries: list[Record] = []
        for some in _chunks(list(dict.fromkeys(words)), PAGE):
            body: dict[str, Any] = {
                "inputs": [{"id": word} for word in some],
                "properties": sorted(properties & fields.keys()),
                "propertiesWithHistory": [],
            }
            if id_property:
                body["idProperty"] = id_property
            answer = await self._api.post(f"{self._api.paths.objects}/{object_name}/batch/read", body)
            entries += results_of(answer)
        records = [_source_record(entry, fields) for entry in entries]
        linked = {
            path.removeprefix(_LINKED): frozenset[str]() for path in sorted(properties) if path.startswith(_LINKED)
        }
        await self._add_links(object_name, records, Needs((), linked))
        return records

    async def searched(
        self, object_name: str, name: str, values: Sequence[str], properties: Sequence[str]
    ) -> list[SourceRecord]:
        """Return the records that have one of the values of any property; through the search index, so a bit late."""
        fields = await self._catalogue.fields(object_name)
        found: list[SourceRecord] = []
        for some in _chunks(values, PAGE):
            # Members of IN are compared with text in lower case.
            wanted: Record = {"propertyName": name, "operator": "IN", "values": [value.lower() for value in some]}
            async for entries, _ in self._search(object_name, [wanted], [*properties, name]):
                found += [_source_record(entry, fields) for entry in entries]
        return found

    async def _and_archived(
        self, live: AsyncIterator[tuple[list[Record], bool]], request: ReadRequest, needs: Needs, since: datetime | None
    ) -> AsyncIterator[tuple[list[Record], bool]]:
        """Yield the archived records after the others: search does not know them, and lists have them apart."""
        seen: set[str] = set()
        async for entries, _ in live:
            seen.update(str(entry["id"]) for entry in entries)
            yield entries, False
        async for entries, last in self._listed(request, needs, archived="true"):
            # One that was archived between the two lists is in both of them.
            new = [entry for entry in entries if str(entry["id"]) not in seen]
            yield [entry for entry in new if since is None or _archived_at(entry) >= since], last

    async def _listed(
        self, request: ReadRequest, needs: Needs, **params: str
    ) -> AsyncIterator[tuple[list[Record], bool]]:
        path = f"{self._api.paths.objects}/{request.object}"
        size = min(PAGE, request.limit) if request.limit is not None else PAGE
        asked = ",".join(needs.properties) or "hs_object_id"
        short = len(asked) <= MAX_QUERY
        after: str | None = None
        while True:
            page = {"limit": str(max(size, 1)), "properties": asked if short else "hs_object_id", **params}
            answer = await self._api.get(path, **page, **({"after": after} if after else {}))
            entries, after = results_of(answer), next_after(answer)
            if not short and entries:
                entries = await self._with_properties(request.object, entries, needs, **params)
            yield entries, after is None
            if after is None:
                return

    async def _with_properties(
        self, object_name: str, entries: Sequence[Record], needs: Needs, **params: str
    ) -> list[Record]:
        body = {
            "inputs": [{"id": entry["id"]} for entry in entries],
            "properties": needs.properties,
            "propertiesWithHistory": [],
        }
        answer = await self._api.post(f"{self._api.paths.objects}/{object_name}/batch/read", body, **params)
        whole = {entry["id"]: entry for entry in results_of(answer)}
        # What was archived between the two calls is left out.
        return [whole[entry["id"]] for entry in entries if entry["id"] in whole]

    def _checkpoint(self, request: ReadRequest) -> datetime | None:
        """Return the moment from which on is to be read, ``None`` for all."""
        if request.since is None:
            return None
        try:
            return datetime.fromisoformat(request.since)
        except ValueError as error:
            raise UsageError(
                f'"{request.since}" is no checkpoint of {self._api.system}.', remedy="Read without --since once."
            ) from error

    async def _since(
        self, request: ReadRequest, needs: Needs, moment: datetime
    ) -> AsyncIterator[tuple[list[Record], bool]]:
        changed: Record = {
            "propertyName": known_kind(request.object).modified,
            "operator": "GTE",
            "value": str(int(moment.timestamp() * 1000)),
        }
        async for page in self._search(request.object, [changed], needs.properties):
            yield page

    async def _search(
        self, object_name: str, filters: Sequence[Record], properties: Sequence[str]
    ) -> AsyncIterator[tuple[list[Record], bool]]:
        """Search by ascending id, each page from the last id on.

        The search's own cursor ends at 10,000 records, and slicing by time never ends where a bulk change gave more
        than that one and the same time.
        """
        last = ""
        while True:
            beyond: list[Record] = [{"propertyName": "hs_object_id", "operator": "GT", "value": last}] if last else []
            body = {
                "filterGroups": [{"filters": [*filters, *beyond]}],
                "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
                "properties": [*properties] or ["hs_object_id"],
                "limit": SEARCH_PAGE,
            }
            answer = await self._api.search(f"{self._api.paths.objects}/{object_name}/search", body)
            entries = results_of(answer)
            if last and entries and int(str(entries[0]["id"])) <= int(last):
                raise ConnectionFailedError(f"{self._api.system} does not sort its search results by id.")
            ended = next_after(answer) is None
            yield entries, ended
            if ended or not entries:
                return
            last = str(entries[-1]["id"])

    async def _add_links(self, object_name: str, records: Sequence[SourceRecord], needs: Needs) -> None:
        if not needs.linked or not records:
            return
        # Named before anything is asked, so that their order is not that in which answers come.
        beside: dict[str, Record] = {record.id: {target: [] for target in needs.linked} for record in records}
        await together(
            self._add_linked(object_name, target, properties, beside) for target, properties in needs.linked.items()
        )
        for record in records:
            record.data[ASSOCIATIONS] = beside[record.id]

    async def _add_linked(
        self, object_name: str, target: str, properties: Collection[str], beside: Mapping[str, Record]
    ) -> None:
        links = await self._links(object_name, [*beside], target)
        others = await self._linked_records(target, links, properties)
        for record_id, found in beside.items():
            found[target] = [_link(link, others, properties) for link in links.get(record_id, ())]

    async def _linked_records(
        self, target: str, links: Mapping[str, Sequence[Record]], properties: Collection[str]
    ) -> Mapping[str, SourceRecord]:
        ids = {str(link["id"]) for some in links.values() for link in some}
        if not properties or not ids:
            return {}
        return {record.id: record for record in await self.by_property(target, "", sorted(ids), properties)}

    async def _links(self, object_name: str, ids: Sequence[str], target: str) -> dict[str, list[Record]]:
        found: dict[str, list[Record]] = {}
        path = f"{self._api.paths.associations}/{object_name}/{target}/batch/read"
        waiting: list[Record] = [{"id": record_id} for record_id in ids]
        while waiting:
            asked, waiting = waiting[:MAX_LINKS_ASKED], waiting[MAX_LINKS_ASKED:]
            for entry in results_of(await self._api.post(path, {"inputs": asked})):
                source = entry["from"]
                record_id = str(source["id"]) if isinstance(source, dict) else ""
                found.setdefault(record_id, []).extend(_targets(entry.get("to")))
                after = next_after(entry)
                if after is not None:
                    waiting.append({"id": record_id, "after": after})
        return found


def results_of(answer: Record) -> list[Record]:
    """Return the results of an answer."""
    results = answer.get("results")
    return [entry for entry in results if isinstance(entry, dict)] if isinstance(results, list) else []


def _source_record(entry: Record, fields: Mapping[str, Field]) -> SourceRecord:
    properties = entry.get("properties")
    data: Record = {name: entry.get(name) for name in ("id", "createdAt", "updatedAt", "archived")}
    if isinstance(properties, dict):
        for name, value in properties.items():
            if name in fields:
                data[name] = decoded(fields[name].type, value)
    modified = entry.get("updatedAt")
    return SourceRecord(str(entry["id"]), data, str(modified) if modified else None)


def _archived_at(entry: Record) -> datetime:
    return datetime.fromisoformat(str(entry.get("archivedAt") or entry.get("updatedAt")))


def _targets(entries: JsonValue) -> Iterator[Record]:
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict):
            kinds = entry.get("associationTypes")
            named = [kind.get("label") for kind in kinds if isinstance(kind, dict)] if isinstance(kinds, list) else []
            yield {"id": str(entry["toObjectId"]), "labels": [label for label in named if label]}


def _link(link: Record, others: Mapping[str, SourceRecord], properties: Collection[str]) -> Record:
    other = others.get(str(link["id"]))
    return {**link, **{name: other.data.get(name) if other else None for name in properties}}


def _chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
