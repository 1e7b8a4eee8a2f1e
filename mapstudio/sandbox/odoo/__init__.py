"""A local Odoo: the external API of version 16 or 19 over a seeded company, as recorded on real servers."""

from mapstudio.sandbox.contract import Sandbox, SandboxOption
from mapstudio.sandbox.odoo.service import build

__all__ = ["SANDBOX"]

SANDBOX = Sandbox(
    name="odoo",
    build=build,
    options=(SandboxOption("odoo-version", "Odoo versions to serve: 19, 16 or 16,19 (the second is odoo16).", "19"),),
)
