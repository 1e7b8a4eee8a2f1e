"""Archiving in batches. The system takes ids that it does not know for done, so everything may be sent twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mapstudio.connectors.hubspot.api import Api
from mapstudio.connectors.hubspot.catalogue import Catalogue, records
from mapstudio.connectors.hubspot.refusals import sentence
from mapstudio.model import JsonValue, Reason

BATCH = 100
_GONE = 404


class Archiver:
    """Archives records of one account."""

    def __init__(self, api: Api, catalogue: Catalogue) -> None:
        self._api = api
        self._catalogue = catalogue

    async def archive(self, object_name: str, ids: Sequence[str]) -> list[Reason | None]:
        """Archive records; return for each why it was refused, ``None`` when it is done or was gone already."""
        await self._catalogue.check(object_name)
        told: dict[str, Reason | None] = {}
        wanted = [*dict.fromkeys(ids)]
        for start in range(0, len(wanted), BATCH):
            await self._send(object_name, wanted[start : start + BATCH], told)
        return [told[identifier] for identifier in ids]

    async def _send(self, object_name: str, ids: Sequence[str], told: dict[str, Reason | None]) -> None:
        path = f"{self._api.paths.objects}/{object_name}/batch/archive"
        body: Mapping[str, Any] = {"inputs": [{"id": identifier} for identifier in ids]}
        answer = await self._api.send("POST", path, json=body)
        if answer.status < 400:
            told.update(dict.fromkeys(ids))
            told.update(_blamed(answer.body, ids))
        elif len(ids) > 1:
            half = len(ids) // 2
            await self._send(object_name, ids[:half], told)
            await self._send(object_name, ids[half:], told)
        else:
            told[ids[0]] = None if answer.status == _GONE else _refused(ids[0], answer.body)


def _blamed(body: JsonValue, ids: Sequence[str]) -> dict[str, Reason]:
    """Return why a 207 refuses some of the records."""
    found: dict[str, Reason] = {}
    for error in records(body.get("errors")) if isinstance(body, dict) else []:
        context = error.get("context")
        named = context.get("ids") if isinstance(context, dict) else None
        if error.get("category") != "OBJECT_NOT_FOUND" and isinstance(named, list):
            found.update({str(name): _refused(str(name), error) for name in named if str(name) in ids})
    return found


def _refused(identifier: str, body: JsonValue) -> Reason:
    return Reason("id", sentence(body), identifier)
