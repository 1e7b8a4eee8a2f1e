"""One server of one version, seeded and ready to answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mapstudio.model import UsageError
from mapstudio.sandbox.contract import Service, Setup
from mapstudio.sandbox.odoo.access import User, Users
from mapstudio.sandbox.odoo.accounts import INTEGRATION, sign_up
from mapstudio.sandbox.odoo.control import control_routes, refusal
from mapstudio.sandbox.odoo.definitions import definitions
from mapstudio.sandbox.odoo.dispatch import Server
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.hooks import Hooks
from mapstudio.sandbox.odoo.languages import seed_texts
from mapstudio.sandbox.odoo.models import rules
from mapstudio.sandbox.odoo.rpc import Rpc
from mapstudio.sandbox.odoo.seed import seed
from mapstudio.sandbox.odoo.sessions import Sessions
from mapstudio.sandbox.odoo.store import Database
from mapstudio.sandbox.odoo.words import Words

VERSIONS = (16, 19)


def build(setup: Setup) -> Sequence[Service]:
    """Return the servers that the option asks for: ``19``, ``16`` or ``16,19``.

    Raises:
        UsageError: Another version.
    """
    asked = versions(setup.options.get("odoo-version", "19"))
    main = 19 if 19 in asked else asked[0]
    return [_service(setup, "odoo" if version == main else f"odoo{version}", version) for version in asked]


def versions(text: str) -> list[int]:
    """Return the versions named in the option, each once, the newest first."""
    parts = [part.strip().removesuffix(".0") for part in text.split(",") if part.strip()]
    unknown = [part for part in parts if not part.isdigit() or int(part) not in VERSIONS]
    if unknown or not parts:
        known = ", ".join(str(version) for version in VERSIONS)
        raise UsageError(f'There is no local Odoo "{text}".', remedy=f"Versions: {known}, or both with a comma.")
    return sorted({int(part) for part in parts}, reverse=True)


def _service(setup: Setup, name: str, version: int) -> Service:
    # A copy for each server, as clients may add fields and models to it.
    models = {model: dict(fields) for model, fields in definitions(version).items()}
    indexed: dict[str, set[str]] = {model: set() for model in models}
    for fields in models.values():
        for definition in fields.values():
            if definition.type == "one2many" and definition.relation in indexed and definition.relation_field:
                indexed[definition.relation].add(definition.relation_field)
    database = Database(name, setup.ledger, indexed)
    root = Environment(database, Words(version), models, dict(rules(models)))
    seed(root, setup.world)
    seed_texts(root)
    users = sign_up(root, setup.world)
    database.forget()
    server = Server(root, f"odoo{version}", Users(users), setup.now)
    sessions = Sessions(setup.now)
    hooks = Hooks(root, setup.clock)
    if root.words.new:
        database.watcher = hooks
    return Service(
        name,
        Rpc(server, sessions, hooks).app(),
        _access(server, users),
        control=[*control_routes(server, sessions), *hooks.control()],
        refusal=refusal,
        close=hooks.deliveries.close,
    )


def _access(server: Server, users: Sequence[User]) -> dict[str, Any]:
    keys = {user.login: user.key for user in users}
    password = next(user.password for user in users if user.login == INTEGRATION)
    return {
        "version": f"{server.root.words.version}.0",
        "db": server.name,
        "login": INTEGRATION,
        "password": password,
        "api_key": keys[INTEGRATION],
        "api_keys": keys,
    }
