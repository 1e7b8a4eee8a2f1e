"""What the local HubSpot's control endpoint offers beside the shared part: apps, calls spent, webhooks, rules."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mapstudio.model import UsageError
from mapstudio.sandbox.contract import ControlAnswer, ControlHandler, ControlRoute
from mapstudio.sandbox.deliveries import Manners
from mapstudio.sandbox.hubspot.admin_rules import AdminRules
from mapstudio.sandbox.hubspot.errors import ApiError
from mapstudio.sandbox.hubspot.limits import too_many
from mapstudio.sandbox.hubspot.portal import Portal
from mapstudio.sandbox.hubspot.webhook_api import set_target, subscribe


class PrivateApp(BaseModel):
    """A private app to be made; without scopes it may do everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scopes: list[str] | None = None


class Spent(BaseModel):
    """How many calls of private apps the day is to have seen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    calls: int = Field(ge=0)


class WebhookChange(BaseModel):
    """What is done to the webhooks; what is not given stays.

    Attributes:
        target: Where events go.
        subscriptions: In place of all others, each as the API takes it; ``active`` is true where it is not said.
        signature: The older version that requests are signed in beside the third.
        manners: How events are delivered.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    target: str | None = None
    subscriptions: list[dict[str, Any]] | None = None
    signature: Literal["v1", "v2"] | None = None
    manners: Manners | None = None


class RulesChange(RootModel[dict[str, AdminRules]]):
    """The admin's rules by object, in place of all others."""


def control_routes(portal: Portal) -> Sequence[ControlRoute]:
    """Return the routes of this portal."""
    return [
        ("POST", "/private-apps", _of(portal, _private_app)),
        ("PUT", "/usage", _of(portal, _spend)),
        ("GET", "/webhooks", _of(portal, _webhooks)),
        ("PUT", "/webhooks", _of(portal, _change_webhooks)),
        ("GET", "/rules", _of(portal, _rules)),
        ("PUT", "/rules", _of(portal, _change_rules)),
    ]


def refusal(status: int) -> Response:
    """Return the vendor's answer for a fault."""
    if status == 429:
        error = too_many("ten_secondly_rolling", "TEN_SECONDLY_ROLLING", "publicapi:private-apps:1")
    else:
        error = ApiError(status, "", "internal error")
    return JSONResponse(error.envelope(), status)


def _of(portal: Portal, handler: Callable[[Portal, Request], Awaitable[ControlAnswer]]) -> ControlHandler:
    async def answer(request: Request) -> ControlAnswer:
        try:
            return await handler(portal, request)
        except ApiError as error:
            raise UsageError(error.message) from error

    return answer


async def _private_app(portal: Portal, request: Request) -> ControlAnswer:
    asked = PrivateApp.model_validate_json(await request.body())
    return {"token": portal.access.private_app(asked.scopes)}


async def _spend(portal: Portal, request: Request) -> ControlAnswer:
    portal.limits.calls_today = Spent.model_validate_json(await request.body()).calls
    return portal.limits.usage()


async def _webhooks(portal: Portal, request: Request) -> ControlAnswer:  # noqa: ARG001 - the shape of all handlers
    webhooks = portal.webhooks
    return {
        "target": webhooks.target.url if webhooks.target else None,
        "subscriptions": [subscription.to_json() for subscription in webhooks.subscriptions.values()],
        "signature": webhooks.signature,
        "manners": webhooks.deliveries.manners.model_dump(),
        **webhooks.deliveries.to_json(),
    }


async def _change_webhooks(portal: Portal, request: Request) -> ControlAnswer:
    asked, webhooks = WebhookChange.model_validate_json(await request.body()), portal.webhooks
    if asked.target is not None:
        set_target(webhooks, asked.target)
    if asked.subscriptions is not None:
        before = dict(webhooks.subscriptions)
        webhooks.subscriptions.clear()
        try:
            for body in asked.subscriptions:
                subscribe(portal, webhooks, {"active": True, **body})
        except ApiError:
            webhooks.subscriptions.clear()
            webhooks.subscriptions.update(before)
            raise
    if asked.signature is not None:
        webhooks.signature = asked.signature
    if asked.manners is not None:
        webhooks.deliveries.behave(asked.manners)
    return await _webhooks(portal, request)


async def _rules(portal: Portal, request: Request) -> ControlAnswer:  # noqa: ARG001 - the shape of all handlers
    return {name: table.admin.model_dump() for name, table in portal.tables.items() if table.admin.names}


async def _change_rules(portal: Portal, request: Request) -> ControlAnswer:
    asked = RulesChange.model_validate_json(await request.body()).root
    wanted = {portal.table(word).kind.name: rules for word, rules in asked.items()}
    for name, rules in wanted.items():
        unknown = sorted(rules.names - portal.tables[name].properties.keys())
        if unknown:
            raise UsageError(f"{name} has no property {', '.join(unknown)}.")
    for name, table in portal.tables.items():
        table.admin = wanted.get(name, AdminRules())
    return await _rules(portal, request)
