"""The methods on webhooks."""

from __future__ import annotations

from mapstudio.sandbox.cloudbeds.envelope import RefusedError, Reply
from mapstudio.sandbox.cloudbeds.hooks import EVENTS
from mapstudio.sandbox.cloudbeds.queries import Call
from mapstudio.sandbox.loopback import is_local_url


def get_webhooks(call: Call) -> Reply:
    """The subscriptions of the app."""
    wanted = {part.hotel.id for part in call.parts()}
    found = call.estate.hooks.subscriptions.values()
    return Reply([item.to_json() for item in found if item.property in wanted])


def post_webhook(call: Call) -> Reply:
    """Subscribe an address of this machine to one event."""
    event = f"{call.needed('object')}/{call.needed('action')}"
    url = call.needed("endpointUrl")
    if event not in EVENTS:
        raise RefusedError(f"Event {event} is not available")
    if not is_local_url(url):
        raise RefusedError(
            "Parameter endpointUrl must be an address of this machine: a local sandbox sends nowhere else"
        )
    new = call.estate.hooks.subscribe(call.hotel.id, event, url, call.estate.access.app.id)
    return Reply({"subscriptionID": new.id})


def delete_webhook(call: Call) -> Reply:
    """End a subscription."""
    identity = call.needed("subscriptionID")
    found = call.estate.hooks.subscriptions.get(identity)
    if found is None or found.property not in {part.hotel.id for part in call.parts()}:
        raise RefusedError("Subscription not found")
    del call.estate.hooks.subscriptions[identity]
    return Reply()
