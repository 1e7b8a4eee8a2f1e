"""The local HubSpot: the CRM's objects, properties, associations and limits on loopback, seeded from the world."""

from __future__ import annotations

from collections.abc import Sequence

from mapstudio.sandbox.contract import Sandbox, SandboxOption, Service, Setup
from mapstudio.sandbox.hubspot.app import make_app
from mapstudio.sandbox.hubspot.portal import ACCOUNT_TYPES, NAME, TOKEN, Portal
from mapstudio.sandbox.hubspot.seed import fill

__all__ = ["SANDBOX"]


def _build(setup: Setup) -> Sequence[Service]:
    portal = Portal(setup)
    fill(portal, setup.world)
    return [Service(NAME, make_app(portal), {"token": TOKEN})]


SANDBOX = Sandbox(
    name=NAME,
    build=_build,
    options=(
        SandboxOption(
            "hubspot-account-type", f"What the account says it is: {', '.join(ACCOUNT_TYPES)}.", "DEVELOPER_TEST"
        ),
        SandboxOption("hubspot-index-delay", "Seconds for which search knows nothing of a write.", "0"),
    ),
)
