"""What the server holds when it starts: the vendor's master data and the client's records, from the world's seed."""

from __future__ import annotations

from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.seed.business import seed_business
from mapstudio.sandbox.odoo.seed.master import seed_master
from mapstudio.sandbox.world import World

__all__ = ["seed"]


def seed(env: Environment, world: World) -> None:
    """Fill an empty database."""
    seed_master(env, world)
    seed_business(env, world)
