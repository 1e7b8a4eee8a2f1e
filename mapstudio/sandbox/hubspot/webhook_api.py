"""The endpoints of webhook settings and subscriptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from mapstudio.sandbox.hubspot.errors import ApiError, bad_request, not_found
from mapstudio.sandbox.hubspot.portal import Portal
from mapstudio.sandbox.hubspot.values import stamp
from mapstudio.sandbox.hubspot.webhooks import EVENT_TYPES, Subscription, Target, Webhooks
from mapstudio.sandbox.hubspot.wire import Answer, Handler, body_of, inputs_of
from mapstudio.sandbox.loopback import is_local_url

ROOTS = ("/webhooks/v3", "/webhooks/2026-03", "/app-webhooks/2026-09")


def webhook_paths() -> list[tuple[str, str, Handler]]:
    """Return method, path and handler of each endpoint, in each version."""
    return [
        (method, f"{root}/{{app}}{path}", handler)
        for root in ROOTS
        for method, path, handler in (
            ("GET", "/settings", get_settings),
            ("PUT", "/settings", put_settings),
            ("DELETE", "/settings", delete_settings),
            ("GET", "/subscriptions", list_subscriptions),
            ("POST", "/subscriptions", create_subscription),
            ("POST", "/subscriptions/batch/update", batch_update),
            ("GET", "/subscriptions/{id}", get_subscription),
            ("PATCH", "/subscriptions/{id}", update_subscription),
            ("DELETE", "/subscriptions/{id}", delete_subscription),
        )
    ]


async def get_settings(portal: Portal, request: Request) -> Answer:
    """GET where the events go."""
    webhooks = _of_app(portal, request)
    if webhooks.target is None:
        raise not_found()
    return 200, _settings(webhooks, webhooks.target)


async def put_settings(portal: Portal, request: Request) -> Answer:
    """PUT where the events go, and how many requests at once."""
    webhooks, body = _of_app(portal, request), await body_of(request)
    throttling = body.get("throttling")
    concurrent = throttling.get("maxConcurrentRequests") if isinstance(throttling, Mapping) else None
    if not isinstance(concurrent, int) or isinstance(concurrent, bool) or concurrent < 1:
        raise bad_request("throttling.maxConcurrentRequests must be a number of at least 1.")
    target = set_target(webhooks, body.get("targetUrl"))
    webhooks.deliveries.concurrent = concurrent
    return 200, _settings(webhooks, target)


async def delete_settings(portal: Portal, request: Request) -> Answer:
    """DELETE where the events go: nothing is sent any more, nor what waits."""
    webhooks = _of_app(portal, request)
    webhooks.target = None
    webhooks.deliveries.close()
    return 204, None


async def list_subscriptions(portal: Portal, request: Request) -> Answer:
    """GET all subscriptions."""
    webhooks = _of_app(portal, request)
    return 200, {"results": [subscription.to_json() for subscription in webhooks.subscriptions.values()]}


async def create_subscription(portal: Portal, request: Request) -> Answer:
    """POST a subscription."""
    return 201, subscribe(portal, _of_app(portal, request), await body_of(request)).to_json()


async def get_subscription(portal: Portal, request: Request) -> Answer:
    """GET one subscription."""
    return 200, _one(_of_app(portal, request), request.path_params["id"]).to_json()


async def update_subscription(portal: Portal, request: Request) -> Answer:
    """PATCH whether a subscription is active."""
    webhooks = _of_app(portal, request)
    subscription = _one(webhooks, request.path_params["id"])
    webhooks.activate(subscription, _active(await body_of(request)))
    return 200, subscription.to_json()


async def delete_subscription(portal: Portal, request: Request) -> Answer:
    """DELETE one subscription."""
    webhooks = _of_app(portal, request)
    del webhooks.subscriptions[_one(webhooks, request.path_params["id"]).id]
    return 204, None


async def batch_update(portal: Portal, request: Request) -> Answer:
    """POST which subscriptions are active; unknown ones are errors of a 207."""
    webhooks, moment = _of_app(portal, request), stamp(portal.setup.now())
    results, errors = [], []
    for item in inputs_of(await body_of(request)):
        word, active = str(item.get("id", "")), _active(item)
        try:
            subscription = _one(webhooks, word)
        except ApiError as error:
            errors.append(error.in_batch(None) | {"context": {"ids": [word]}})
            continue
        webhooks.activate(subscription, active)
        results.append(subscription.to_json())
    body: dict[str, Any] = {"status": "COMPLETE", "results": results, "startedAt": moment, "completedAt": moment}
    return (207, {**body, "numErrors": len(errors), "errors": errors}) if errors else (200, body)


def set_target(webhooks: Webhooks, url: object) -> Target:
    """Send events to an address of this machine.

    Raises:
        ApiError: It is another machine's; the vendor would ask for HTTPS here.
    """
    if not isinstance(url, str) or not is_local_url(url):
        raise bad_request("targetUrl must be an address of this machine, such as http://127.0.0.1:8765/hubspot.")
    return webhooks.send_to(url)


def subscribe(portal: Portal, webhooks: Webhooks, body: Mapping[str, Any]) -> Subscription:
    """Add the subscription that a body asks for.

    Raises:
        ApiError: It makes no sense.
    """
    event, name, word = body.get("eventType"), body.get("propertyName") or None, body.get("objectTypeId")
    if event not in EVENT_TYPES:
        raise bad_request(f"{event} is no eventType.")
    changes = event.endswith(".propertyChange")
    if changes != (name is not None):
        raise bad_request("propertyName is needed for propertyChange, and for nothing else.")
    if event.startswith("object.") and not isinstance(word, str):
        raise bad_request("objectTypeId is needed for object.* events.")
    type_id = portal.table(str(word)).kind.type_id if event.startswith("object.") else None
    return webhooks.subscribe(event, type_id=type_id, name=name, active=_active(body))


def _of_app(portal: Portal, request: Request) -> Webhooks:
    if request.path_params["app"] != str(portal.webhooks.app.id):
        raise not_found()
    return portal.webhooks


def _one(webhooks: Webhooks, word: str) -> Subscription:
    found = webhooks.subscriptions.get(int(word)) if word.isascii() and word.isdigit() else None
    if found is None:
        raise not_found()
    return found


def _active(body: Mapping[str, Any]) -> bool:
    active = body.get("active")
    if not isinstance(active, bool):
        raise bad_request("active must be true or false.")
    return active


def _settings(webhooks: Webhooks, target: Target) -> dict[str, Any]:
    return {
        "targetUrl": target.url,
        "throttling": {"maxConcurrentRequests": webhooks.deliveries.concurrent},
        "createdAt": stamp(target.created),
        "updatedAt": stamp(target.updated),
    }
