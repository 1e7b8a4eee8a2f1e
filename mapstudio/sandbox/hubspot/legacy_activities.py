"""What else public sources read by old paths: notes as engagements, and marketing, of which nothing is kept here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from starlette.requests import Request

from mapstudio.sandbox.hubspot.errors import bad_request
from mapstudio.sandbox.hubspot.legacy_records import MAX_PAGE, MAX_RECENT, REACH, linked_ids, number_of
from mapstudio.sandbox.hubspot.portal import PORTAL_ID, Portal
from mapstudio.sandbox.hubspot.store import Stored, record_id
from mapstudio.sandbox.hubspot.values import milliseconds, moment_of
from mapstudio.sandbox.hubspot.wire import Answer, Handler, limit_of

MAX_MODIFIED = 1000
RECENT = timedelta(days=30)
_AFTER_ALL_IDS = 10**19
_LINKED = {"contactIds": "contacts", "companyIds": "companies", "dealIds": "deals", "ticketIds": "tickets"}
_EMPTY: Mapping[str, dict[str, Any] | list[dict[str, Any]]] = {
    "/email/public/v1/campaigns": {"campaigns": [], "hasMore": False, "offset": ""},
    "/email/public/v1/campaigns/by-id": {"campaigns": [], "hasMore": False, "offset": ""},
    "/email/public/v1/events": {"events": [], "hasMore": False, "offset": ""},
    "/email/public/v1/subscriptions/timeline": {"timeline": [], "hasMore": False, "offset": ""},
    "/email/public/v1/subscriptions": {"subscriptionDefinitions": []},
    "/marketing-emails/v1/emails/with-statistics": {"objects": [], "limit": 250, "offset": 0, "total": 0},
    "/contacts/v1/lists": {"lists": [], "has-more": False, "offset": 0},
    "/forms/v2/forms": [],
    "/marketing/v3/forms": {"results": []},
    "/automation/v3/workflows": {"workflows": []},
}


def activity_paths() -> list[tuple[str, str, Handler]]:
    """Return the paths of engagements, and of what is empty in every local portal."""
    return [
        ("GET", "/engagements/v1/engagements/paged", list_engagements),
        ("GET", "/engagements/v1/engagements/recent/modified", list_recent),
        ("GET", "/engagements/v1/engagements/modified/after", list_modified),
        ("POST", "/crm/v3/lists/search", _always({"lists": [], "hasMore": False, "offset": 0, "total": 0})),
        *(("GET", path, _always(body)) for path, body in _EMPTY.items()),
    ]


async def list_engagements(portal: Portal, request: Request) -> Answer:
    """GET all engagements, by ascending id; the only ones kept here are notes."""
    limit, start = limit_of(request, most=MAX_PAGE, default=100), number_of(request, "offset")
    found = [note for note in portal.tables["notes"].live() if note.id > start]
    page = found[:limit]
    return 200, {
        "results": [_engagement(portal, note) for note in page],
        "hasMore": len(found) > limit,
        "offset": page[-1].id if page else start,
    }


async def list_recent(portal: Portal, request: Request) -> Answer:
    """GET what was changed in the last 30 days, the latest first; a page longer than the most is that long."""
    table = portal.tables["notes"]
    since, offset = number_of(request, "since"), number_of(request, "offset")
    count = min(max(number_of(request, "count", 20), 1), MAX_RECENT)
    start = max(since, milliseconds(table.now() - RECENT))
    found = sorted((note for note in table.live() if milliseconds(note.modified) >= start), key=_latest_first)
    page = found[:REACH][offset : offset + count]
    end = offset + len(page)
    return 200, {
        "results": [_engagement(portal, note) for note in page],
        "hasMore": end < min(len(found), REACH),
        "offset": end,
        "total": len(found),
    }


async def list_modified(portal: Portal, request: Request) -> Answer:
    """GET what was changed after a moment in milliseconds, or after the cursor of an earlier answer."""
    limit, after = limit_of(request, most=MAX_MODIFIED, default=100), request.query_params.get("after", "0")
    moment, _, last = after.partition("-")
    # A moment alone is after all that happened in its own millisecond.
    start = record_id(moment), record_id(last) if last else _AFTER_ALL_IDS
    if min(start) < 0:
        raise bad_request(f"after {after} is neither a moment in milliseconds nor a cursor of an earlier answer.")
    places = sorted((milliseconds(note.modified), note.id) for note in portal.tables["notes"].live())
    found = [place for place in places if place > start]
    page = found[:limit]
    notes = portal.tables["notes"].records
    return 200, {
        "results": [_engagement(portal, notes[key]) for _, key in page],
        "hasMore": len(found) > limit,
        "after": "{}-{}".format(*page[-1]) if page else after,
    }


def _latest_first(note: Stored) -> tuple[int, int]:
    return -milliseconds(note.modified), -note.id


def _engagement(portal: Portal, note: Stored) -> dict[str, Any]:
    owner, told = note.values.get("hubspot_owner_id"), moment_of(note.values.get("hs_timestamp", ""))
    files = note.values.get("hs_attachment_ids", "").split(";")
    return {
        "engagement": {
            "id": note.id,
            "portalId": PORTAL_ID,
            "active": True,
            "createdAt": milliseconds(note.created),
            "lastUpdated": milliseconds(note.modified),
            "type": "NOTE",
            **({} if owner is None else {"ownerId": int(owner)}),
            "timestamp": milliseconds(told or note.created),
        },
        "associations": linked_ids(portal, "notes", note, _LINKED),
        "attachments": [{"id": int(file)} for file in files if record_id(file) >= 0],
        "metadata": {"body": note.values.get("hs_note_body", "")},
    }


def _always(body: dict[str, Any] | list[dict[str, Any]]) -> Handler:
    async def answer(portal: Portal, request: Request) -> Answer:  # noqa: ARG001 - the shape of all handlers
        return 200, body

    return answer
