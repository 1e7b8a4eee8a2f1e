"""One server of one version, seeded and ready to answer."""

from __future__ import annotations

from collections.abc import Sequence

from mapstudio.model import UsageError
from mapstudio.sandbox.contract import Service, Setup
from mapstudio.sandbox.odoo.access import ADMIN_GROUPS, INTEGRATION_GROUPS, User, Users
from mapstudio.sandbox.odoo.definitions import definitions
from mapstudio.sandbox.odoo.dispatch import Server
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.models import rules
from mapstudio.sandbox.odoo.rpc import Rpc
from mapstudio.sandbox.odoo.seed import seed
from mapstudio.sandbox.odoo.store import Database
from mapstudio.sandbox.odoo.words import Words

VERSIONS = (16, 19)
_LOGIN, _PASSWORD = "integration", "integration-local"
_ADMIN, _ADMIN_PASSWORD = "admin", "admin"


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
    database.forget()
    key = f"{setup.world.random(f'odoo/{version}/key').getrandbits(160):040x}"
    server = Server(root, f"odoo{version}", _users(root, key), setup.now)
    access = {"version": f"{version}.0", "db": server.name, "login": _LOGIN, "password": _PASSWORD, "api_key": key}
    return Service(name, Rpc(server).app(), access)


def _users(env: Environment, key: str) -> Users:
    ids = {row["login"]: record for record, row in env.rows("res.users").items()}
    return Users(
        [
            User(ids[_ADMIN], _ADMIN, frozenset({_ADMIN_PASSWORD}), ADMIN_GROUPS, "en_US", "Europe/Madrid"),
            User(ids[_LOGIN], _LOGIN, frozenset({_PASSWORD, key}), INTEGRATION_GROUPS, "en_US", "America/Mexico_City"),
        ]
    )
