"""The local sandbox of Cloudbeds: the classic API, accounting and guest profiles over the seeded hotel, Casa Palma."""

from mapstudio.sandbox.cloudbeds.app import build
from mapstudio.sandbox.contract import Sandbox, SandboxOption

SANDBOX = Sandbox(
    name="cloudbeds",
    build=build,
    options=(
        SandboxOption("dialect", "Shapes as observed (wire) or as specified (spec)", "wire"),
        SandboxOption("cloudbeds-consent", "Who agrees to apps: a user who is asked (ask), or always yes or no", "ask"),
        SandboxOption("cloudbeds-token-life", "Seconds for which an access token is good", "28800"),
        SandboxOption("cloudbeds-properties", "How many properties its key reaches, each with its own limit", "1"),
        SandboxOption("cloudbeds-additions", "Fields that no document names, as the API grows (none or some)", "none"),
    ),
)

__all__ = ["SANDBOX"]
