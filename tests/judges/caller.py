"""Calls a portal under the paths of one version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True, slots=True)
class Shapes:
    """How one version writes its paths; where both objects stand after each other only their words follow."""

    objects: str
    linked: str
    links: str
    properties: str
    pipelines: str
    owners: str
    schemas: str
    validations: str
    account: str


def _dated(version: str) -> Shapes:
    return Shapes(
        objects=f"/crm/objects/{version}",
        linked=f"/crm/objects/{version}",
        links=f"/crm/associations/{version}",
        properties=f"/crm/properties/{version}",
        pipelines=f"/crm/pipelines/{version}",
        owners=f"/crm/owners/{version}",
        schemas=f"/crm-object-schemas/{version}/schemas",
        validations=f"/crm/property-validations/{version}",
        account=f"/account-info/{version}",
    )


SHAPES = {
    "2026-03": _dated("2026-03"),
    "2026-09": _dated("2026-09"),
    "v3 and v4": Shapes(
        objects="/crm/v3/objects",
        linked="/crm/v4/objects",
        links="/crm/v4/associations",
        properties="/crm/v3/properties",
        pipelines="/crm/v3/pipelines",
        owners="/crm/v3/owners",
        schemas="/crm-object-schemas/v3/schemas",
        validations="/crm/v3/property-validations",
        account="/account-info/v3",
    ),
}


@dataclass(frozen=True, slots=True)
class Caller:
    """A bare client."""

    client: httpx.Client
    at: Shapes

    def get(self, path: str, *, expect: int = 200, **params: str) -> Any:
        """GET something."""
        return self._told(self.client.get(path, params=params), expect)

    def post(self, path: str, body: Any, *, expect: int = 200) -> Any:
        """POST something."""
        return self._told(self.client.post(path, json=body), expect)

    def put(self, path: str, body: Any = None, *, expect: int = 200) -> Any:
        """PUT something."""
        return self._told(self.client.put(path, **({"json": body} if body is not None else {})), expect)

    def patch(self, path: str, body: Any, *, expect: int = 200) -> Any:
        """PATCH something."""
        return self._told(self.client.patch(path, json=body), expect)

    def delete(self, path: str, *, expect: int = 204) -> Any:
        """DELETE something."""
        return self._told(self.client.delete(path), expect)

    def make(self, name: str, properties: dict[str, str], **more: Any) -> str:
        """Create a record and return its id."""
        made = self.post(f"{self.at.objects}/{name}", {"properties": properties, **more}, expect=201)
        return str(made["id"])

    @staticmethod
    def _told(answer: httpx.Response, expect: int) -> Any:
        assert answer.status_code == expect, f"{answer.request.method} {answer.request.url}: {answer.text[:500]}"
        return answer.json() if answer.content else None
