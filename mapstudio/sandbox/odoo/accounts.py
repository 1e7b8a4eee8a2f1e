"""Those who can sign in to a local Odoo, and what they sign in with; all of it invented."""

from __future__ import annotations

from dataclasses import dataclass

from mapstudio.sandbox.odoo.access import User
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.groups import ADMIN_GROUPS, INTEGRATION_GROUPS, LOW_GROUPS, PORTAL_GROUPS
from mapstudio.sandbox.odoo.writing import create
from mapstudio.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Account:
    """One of them as a tester knows him; ``name`` where the seed does not make him."""

    login: str
    password: str
    groups: frozenset[str]
    time_zone: str
    name: str = ""


INTEGRATION = "integration"
ACCOUNTS = (
    Account("admin", "admin", ADMIN_GROUPS, "Europe/Madrid"),
    Account(INTEGRATION, "integration-local", INTEGRATION_GROUPS, "America/Mexico_City"),
    Account("lowrights", "lowrights", LOW_GROUPS, "Europe/Madrid", "Low Rights"),
    Account("portalonly", "portalonly", PORTAL_GROUPS, "Europe/Madrid", "Portal Only"),
)


def sign_up(env: Environment, world: World) -> list[User]:
    """Return all users, having made those that the seed does not."""
    for account in ACCOUNTS:
        if account.name:
            values = {"login": account.login, "name": account.name, "email": f"{account.login}@casa-palma.example",
                      "company_id": 1, "notification_type": "email"}  # fmt: skip
            create(env, "res.users", values)
    ids = {row["login"]: record for record, row in env.rows("res.users").items()}
    return [
        User(
            ids[account.login],
            account.login,
            account.password,
            _key(world, env.words.version, account.login),
            account.groups,
            "en_US",
            account.time_zone,
        )
        for account in ACCOUNTS
    ]


def _key(world: World, version: int, login: str) -> str:
    purpose = f"odoo/{version}/key" if login == INTEGRATION else f"odoo/{version}/key/{login}"
    return f"{world.random(purpose).getrandbits(160):040x}"
