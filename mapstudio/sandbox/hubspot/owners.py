"""The endpoints of owners, of version 3 and of the old version 2 that some clients still call."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.requests import Request

from mapstudio.sandbox.hubspot.errors import not_found
from mapstudio.sandbox.hubspot.portal import PORTAL_ID, Portal
from mapstudio.sandbox.hubspot.values import milliseconds
from mapstudio.sandbox.hubspot.wire import Answer, flag, limit_of, paging

MAX_PAGE = 500


async def list_owners(portal: Portal, request: Request) -> Answer:
    """GET the owners, by ascending id."""
    limit, after = limit_of(request, most=MAX_PAGE, default=100), request.query_params.get("after", "0")
    email = request.query_params.get("email", "").lower()
    archived = flag(request, "archived")
    rest = [
        owner
        for owner in portal.owners
        if owner["id"] > after and owner["archived"] == archived and (not email or owner["email"] == email)
    ]
    body: dict[str, Any] = {"results": rest[:limit]}
    if len(rest) > limit:
        body["paging"] = paging(request, rest[limit - 1]["id"])
    return 200, body


async def get_owner(portal: Portal, request: Request) -> Answer:
    """GET one owner by its id, or by its user's."""
    by_user = request.query_params.get("idProperty") == "userId"
    archived = flag(request, "archived")
    for owner in portal.owners:
        known = str(owner["userIdIncludingInactive"]) if by_user else owner["id"]
        if known == request.path_params["id"] and owner["archived"] == archived:
            return 200, dict(owner)
    raise not_found()


async def list_owners_v2(portal: Portal, request: Request) -> Answer:
    """GET the owners in the old shape: one array, moments in milliseconds."""
    email = request.query_params.get("email", "").lower()
    with_inactive = flag(request, "includeInactive")
    return 200, [
        {
            "portalId": PORTAL_ID,
            "ownerId": int(owner["id"]),
            "type": owner["type"],
            "firstName": owner["firstName"],
            "lastName": owner["lastName"],
            "email": owner["email"],
            "createdAt": milliseconds(datetime.fromisoformat(owner["createdAt"])),
            "updatedAt": milliseconds(datetime.fromisoformat(owner["updatedAt"])),
            "remoteList": [],
            "hasContactsAccess": True,
            "activeUserId": owner["userIdIncludingInactive"],
            "userIdIncludingInactive": owner["userIdIncludingInactive"],
        }
        for owner in portal.owners
        if (with_inactive or not owner["archived"]) and (not email or owner["email"] == email)
    ]
