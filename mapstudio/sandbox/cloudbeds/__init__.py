"""The local sandbox of Cloudbeds: the classic API v1.3 over the seeded hotel, Casa Palma."""

from mapstudio.sandbox.cloudbeds.app import build
from mapstudio.sandbox.contract import Sandbox, SandboxOption

SANDBOX = Sandbox(
    name="cloudbeds",
    build=build,
    options=(SandboxOption("dialect", "Shapes as observed (wire) or as specified (spec)", "wire"),),
)

__all__ = ["SANDBOX"]
