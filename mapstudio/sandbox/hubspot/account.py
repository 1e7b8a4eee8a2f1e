"""The endpoints that say whose account it is, and how much of its budget is spent."""

from __future__ import annotations

from starlette.requests import Request

from mapstudio.sandbox.hubspot.portal import PORTAL_ID, ZONE, Portal
from mapstudio.sandbox.hubspot.wire import Answer


async def details(portal: Portal, request: Request) -> Answer:  # noqa: ARG001 - the shape of all handlers
    """GET whom the token belongs to; a client's guard against production."""
    offset = portal.setup.now().astimezone(ZONE).strftime("%z")
    seconds = int(f"{offset[0]}1") * (int(offset[1:3]) * 3600 + int(offset[3:]) * 60)
    return 200, {
        "portalId": PORTAL_ID,
        "accountType": portal.account_type,
        "timeZone": ZONE.key,
        "companyCurrency": "MXN",
        "additionalCurrencies": ["USD", "EUR"],
        "utcOffset": f"{offset[:3]}:{offset[3:]}",
        "utcOffsetMilliseconds": seconds * 1000,
        "uiDomain": "app.hubspot.com",
        "dataHostingLocation": "na1",
    }


async def usage(portal: Portal, request: Request) -> Answer:  # noqa: ARG001 - the shape of all handlers
    """GET how much of the day's budget is spent."""
    return 200, {"results": [portal.limits.usage()]}
