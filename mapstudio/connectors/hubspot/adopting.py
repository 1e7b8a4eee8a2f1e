"""Creates that turn out to be updates: the record is there already, and the refusal names it.

It happens when the record came between the plan and the write, and with the additional e-mail addresses of a contact.
It is taken for an update only when the record has the very key by which the new one was to be found; one that stands in
the way by another unique value is somebody else's, and the write stays refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mapstudio.connectors.hubspot.api import Api
from mapstudio.connectors.hubspot.inputs import Input
from mapstudio.connectors.hubspot.reading import results_of
from mapstudio.connectors.hubspot.refusals import existing_id
from mapstudio.connectors.hubspot.values import EMAIL
from mapstudio.model import ConnectionFailedError, JsonValue, Record

OTHER_EMAILS = "hs_additional_emails"


class Adopter:
    """Looks at the records that refusals name."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def adopted(self, object_name: str, refused: Sequence[tuple[Input, JsonValue]]) -> dict[int, Input]:
        """Return for the place of each refused input that names its own record the update to send instead.

        Args:
            object_name: The object.
            refused: The inputs, each with the error.
        """
        named = [(item, identifier) for item, body in refused if item.key and (identifier := existing_id(body))]
        if not named:
            return {}
        present = await self._read(object_name, {name for _, name in named}, {item.key for item, _ in named})
        return {
            item.place: _update(item, identifier, present[identifier])
            for item, identifier in named
            if identifier in present and item.name in _names(item.key, present[identifier])
        }

    async def _read(self, object_name: str, ids: set[str], keys: set[str]) -> Mapping[str, Record]:
        wanted = sorted({*keys, OTHER_EMAILS} if EMAIL in keys else keys)
        body: dict[str, Any] = {
            "inputs": [{"id": identifier} for identifier in sorted(ids)],
            "properties": wanted,
            "propertiesWithHistory": [],
        }
        try:
            answer = await self._api.post(f"{self._api.paths.objects}/{object_name}/batch/read", body)
        except ConnectionFailedError:
            # Nothing is known of them: the refusals stand as they are.
            return {}
        return {str(entry.get("id")): _properties(entry) for entry in results_of(answer)}


def _update(item: Input, identifier: str, present: Record) -> Input:
    """Return the input as an update; an additional address stays one, and does not become the first."""
    sent = item.body["properties"]
    first = str(present.get(item.key) or "")
    same = first == item.name or (item.key == EMAIL and first.strip().lower() == item.name)
    properties = sent if same else {name: value for name, value in sent.items() if name != item.key}
    return Input(item.place, {"id": identifier, "properties": properties}, item.sent, "")


def _names(key: str, present: Record) -> set[str]:
    first = str(present.get(key) or "")
    if key != EMAIL:
        return {first}
    others = str(present.get(OTHER_EMAILS) or "").split(";")
    return {address.strip().lower() for address in (first, *others) if address.strip()}


def _properties(entry: Record) -> Record:
    found = entry.get("properties")
    return found if isinstance(found, dict) else {}
