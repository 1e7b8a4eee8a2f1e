"""What the local HubSpot's control endpoint offers beside the shared part: private apps, and calls spent already."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mapstudio.sandbox.contract import ControlAnswer, ControlRoute
from mapstudio.sandbox.hubspot.errors import ApiError
from mapstudio.sandbox.hubspot.limits import too_many
from mapstudio.sandbox.hubspot.portal import Portal


class PrivateApp(BaseModel):
    """A private app to be made; without scopes it may do everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scopes: list[str] | None = None


class Spent(BaseModel):
    """How many calls of private apps the day is to have seen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    calls: int = Field(ge=0)


def control_routes(portal: Portal) -> Sequence[ControlRoute]:
    """Return the routes of this portal."""

    async def private_app(request: Request) -> ControlAnswer:
        asked = PrivateApp.model_validate_json(await request.body())
        return {"token": portal.access.private_app(asked.scopes)}

    async def spend(request: Request) -> ControlAnswer:
        portal.limits.calls_today = Spent.model_validate_json(await request.body()).calls
        return portal.limits.usage()

    return [("POST", "/private-apps", private_app), ("PUT", "/usage", spend)]


def refusal(status: int) -> Response:
    """Return the vendor's answer for a fault."""
    if status == 429:
        error = too_many("ten_secondly_rolling", "TEN_SECONDLY_ROLLING", "publicapi:private-apps:1")
    else:
        error = ApiError(status, "", "internal error")
    return JSONResponse(error.envelope(), status)
