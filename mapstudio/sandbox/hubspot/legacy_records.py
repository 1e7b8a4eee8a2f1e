"""Records under old paths: deals and companies in the shape of versions 1 and 2, as public sources still read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from heapq import nlargest
from itertools import islice
from typing import Any

from starlette.requests import Request

from mapstudio.sandbox.hubspot.definitions import Property
from mapstudio.sandbox.hubspot.errors import bad_request
from mapstudio.sandbox.hubspot.portal import PORTAL_ID, Portal
from mapstudio.sandbox.hubspot.store import Stored, Table, record_id
from mapstudio.sandbox.hubspot.values import milliseconds, moment_of
from mapstudio.sandbox.hubspot.wire import Answer, Handler, flag, limit_of, names_of

MAX_PAGE = 250
MAX_RECENT = 100
REACH = 10_000
"""So many of the latest records are found by when they were made or changed, and no more."""

_IDS = {"deals": "dealId", "companies": "companyId"}
_LINKED = {
    "associatedVids": "contacts",
    "associatedCompanyIds": "companies",
    "associatedDealIds": "deals",
    "associatedTicketIds": "tickets",
}


def old_record_paths() -> list[tuple[str, str, Handler]]:
    """Return the paths of deals and companies; what has a word of its own comes before an id."""
    deal, company = "/deals/v1/deal", "/companies/v2/companies"
    return [
        ("GET", deal + "/paged", _Old("deals", "hasMore").page),
        ("GET", company + "/paged", _Old("companies", "has-more").page),
        *(
            ("GET", f"{root}/recent/{word}", recent)
            for root, old in ((deal, _Old("deals")), (company, _Old("companies")))
            for word, recent in (("created", old.recently_created), ("modified", old.recently_modified))
        ),
        ("GET", deal + "/{id}", _Old("deals").one),
        ("GET", company + "/{id}", _Old("companies").one),
    ]


class _Old:
    """The endpoints of one object.

    Args:
        name: The object, and the word under which a page holds its records.
        more: The word under which a page says whether another follows.
    """

    def __init__(self, name: str, more: str = "hasMore") -> None:
        self._name = name
        self._more = more

    async def page(self, portal: Portal, request: Request) -> Answer:
        """GET all records, by ascending id: the offset of a page is the last id in it."""
        table = portal.tables[self._name]
        limit, start = limit_of(request, most=MAX_PAGE, default=100), number_of(request, "offset")
        found = list(islice((record for record in table.live() if record.id > start), limit + 1))
        with_history = {*names_of(request, "propertiesWithHistory")}
        names = {*names_of(request, "properties")} | with_history
        asked = table.properties if flag(request, "includeAllProperties") else names
        with_links = flag(request, "includeAssociations")
        records = [
            self._json(portal, record, properties_json(table, record, asked, with_history), with_links=with_links)
            for record in found[:limit]
        ]
        last = records[-1][_IDS[self._name]] if records else start
        return 200, {self._name: records, self._more: len(found) > limit, "offset": last}

    async def recently_created(self, portal: Portal, request: Request) -> Answer:
        """GET the records that were made last, the latest first."""
        return self._recent(portal, request, {record.id: record.created for record in portal.tables[self._name].live()})

    async def recently_modified(self, portal: Portal, request: Request) -> Answer:
        """GET the records that were changed last, the latest first."""
        moments = {record.id: record.modified for record in portal.tables[self._name].live()}
        return self._recent(portal, request, moments)

    async def one(self, portal: Portal, request: Request) -> Answer:
        """GET one record with all that it holds."""
        record = portal.tables[self._name].require(request.path_params["id"])
        return 200, self._whole(portal, request, record)

    def _recent(self, portal: Portal, request: Request, moments: Mapping[int, datetime]) -> Answer:
        since, offset = number_of(request, "since"), number_of(request, "offset")
        count = number_of(request, "count", 20)
        if not 1 <= count <= MAX_RECENT:
            raise bad_request(f"count must be between 1 and {MAX_RECENT}, not {count}.")
        late = ((moment, key) for key, moment in moments.items() if milliseconds(moment) >= since)
        found = [key for _, key in nlargest(REACH, late)]
        records = portal.tables[self._name].records
        page = [self._whole(portal, request, records[key]) for key in found[offset : offset + count]]
        end = offset + len(page)
        return 200, {"results": page, "hasMore": end < len(found), "offset": end, "total": len(found)}

    def _whole(self, portal: Portal, request: Request, record: Stored) -> dict[str, Any]:
        table = portal.tables[self._name]
        with_history = table.properties if flag(request, "includePropertyVersions") else ()
        return self._json(portal, record, properties_json(table, record, table.properties, with_history))

    def _json(
        self, portal: Portal, record: Stored, properties: dict[str, Any], *, with_links: bool = True
    ) -> dict[str, Any]:
        own: dict[str, Any] = {"additionalDomains": []}
        if self._name == "deals":
            own = {"associations": linked_ids(portal, self._name, record, _LINKED) if with_links else None}
        return {
            "portalId": PORTAL_ID,
            _IDS[self._name]: record.id,
            "isDeleted": False,
            **own,
            "properties": properties,
        }


def linked_ids(portal: Portal, name: str, record: Stored, words: Mapping[str, str]) -> dict[str, list[int]]:
    """Return the ids of what a record is associated with, each object under its old word."""
    return {word: sorted(portal.associations.of(name, record.id, target)) for word, target in words.items()}


def properties_json(
    table: Table, record: Stored, asked: Iterable[str], with_history: Iterable[str] = ()
) -> dict[str, Any]:
    """Return those of the properties that the record holds, or held until they were emptied.

    Args:
        table: Its table.
        record: The record.
        asked: The names asked for.
        with_history: Of these all remembered versions are told, not the present one alone.
    """
    whole = {*with_history}
    return {
        name: _value(item, record, whole=name in whole)
        for name in sorted({*asked})
        if (item := table.properties.get(name)) is not None and (name in record.values or _emptied(record, name))
    }


def number_of(request: Request, name: str, default: int = 0) -> int:
    """Return a parameter that is a whole number.

    Raises:
        ApiError: It is none.
    """
    text = request.query_params.get(name) or str(default)
    number = record_id(text)
    if number < 0:
        raise bad_request(f"{name} must be a whole number, not {text}.")
    return number


def old_form(item: Property, value: str) -> str:
    """Return a value as the old versions write it: days and moments are milliseconds."""
    moment = moment_of(value) if item.type in {"date", "datetime"} else None
    return value if moment is None else str(milliseconds(moment))


def _emptied(record: Stored, name: str) -> bool:
    versions = record.history.get(name, [])
    return bool(versions) and not versions[-1][1]


def _value(item: Property, record: Stored, *, whole: bool) -> dict[str, Any]:
    held = record.history.get(item.name) or [(record.modified, record.values[item.name])]
    versions = [
        {
            "name": item.name,
            "value": old_form(item, value),
            "timestamp": milliseconds(moment),
            "source": "INTEGRATION",
            "sourceVid": [],
        }
        for moment, value in reversed(held)
    ]
    latest = {name: versions[0][name] for name in ("value", "timestamp", "source")}
    return {**latest, "sourceId": None, "versions": versions if whole else versions[:1]}
