"""The paths of one API version. The bodies are the same in all of them; only the paths differ.

Dated versions are the present ones; the numbered ones stay supported into 2027 (vendor's developer changelog, 2026).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paths:
    """Where things are.

    Attributes:
        objects: Followed by an object's name.
        properties: Followed by an object's name.
        pipelines: Followed by an object's name.
        owners: All owners.
        associations: Followed by both objects' names.
        schemas: All custom objects.
        account: The account's details.
        usage: How much of the account's day is spent.
        validations: Followed by an object's name: the admin's rules for its properties.
        token: Where OAuth tokens are given.
    """

    objects: str
    properties: str
    pipelines: str
    owners: str
    associations: str
    schemas: str
    account: str
    usage: str
    validations: str
    token: str


def _dated(version: str) -> Paths:
    return Paths(
        objects=f"/crm/objects/{version}",
        properties=f"/crm/properties/{version}",
        pipelines=f"/crm/pipelines/{version}",
        owners=f"/crm/owners/{version}",
        associations=f"/crm/associations/{version}",
        schemas=f"/crm-object-schemas/{version}/schemas",
        account=f"/account-info/{version}/details",
        usage=f"/account-info/{version}/api-usage/daily/private-apps",
        validations=f"/crm/property-validations/{version}",
        token=f"/oauth/{version}/token",
    )


_NUMBERED = Paths(
    objects="/crm/v3/objects",
    properties="/crm/v3/properties",
    pipelines="/crm/v3/pipelines",
    owners="/crm/v3/owners",
    associations="/crm/v4/associations",
    schemas="/crm-object-schemas/v3/schemas",
    account="/account-info/v3/details",
    usage="/account-info/v3/api-usage/daily/private-apps",
    validations="/crm/v3/property-validations",
    token="/oauth/v1/token",  # noqa: S106 - an address
)
VERSIONS: Mapping[str, Paths] = {
    "2026-03": _dated("2026-03"),
    "2026-09": _dated("2026-09"),
    # One and the same: objects are numbered v3 there and associations v4.
    "v3": _NUMBERED,
    "v4": _NUMBERED,
}
DEFAULT_VERSION = "2026-03"
