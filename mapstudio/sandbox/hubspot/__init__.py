"""The local HubSpot: the CRM's objects, properties, associations and limits on loopback, seeded from the world."""

from __future__ import annotations

from collections.abc import Sequence

from mapstudio.sandbox.contract import Sandbox, SandboxOption, Service, Setup
from mapstudio.sandbox.hubspot.access import TOKEN
from mapstudio.sandbox.hubspot.app import make_app
from mapstudio.sandbox.hubspot.control import control_routes, refusal
from mapstudio.sandbox.hubspot.limits import TIERS
from mapstudio.sandbox.hubspot.portal import ACCOUNT_TYPES, NAME, Portal
from mapstudio.sandbox.hubspot.seed import fill

__all__ = ["SANDBOX"]


def _build(setup: Setup) -> Sequence[Service]:
    portal = Portal(setup)
    fill(portal, setup.world)
    app = portal.access.tokens.app
    oauth = {"client_id": app.client_id, "client_secret": app.client_secret, "app_id": app.id}
    access = {"token": TOKEN, "oauth": oauth}
    return [
        Service(
            NAME,
            make_app(portal),
            access,
            switches=portal.switches,
            control=control_routes(portal),
            refusal=refusal,
            close=portal.webhooks.deliveries.close,
        )
    ]


SANDBOX = Sandbox(
    name=NAME,
    build=_build,
    options=(
        SandboxOption(
            "hubspot-account-type", f"What the account says it is: {', '.join(ACCOUNT_TYPES)}.", "DEVELOPER_TEST"
        ),
        SandboxOption("hubspot-tier", f"What the account has paid for: {', '.join(TIERS)}.", "starter"),
        SandboxOption("hubspot-index-delay", "Seconds for which search knows nothing of a write.", "0"),
        SandboxOption("hubspot-consent-at-once", "OAuth: on agrees without asking the user.", "off"),
        SandboxOption("hubspot-rotate-refresh", "OAuth: on gives a new refresh token each time.", "off"),
    ),
)
