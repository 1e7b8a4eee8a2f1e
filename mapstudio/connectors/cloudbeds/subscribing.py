"""Which events Cloudbeds tells to an address: never one of them twice, and never one more than is wanted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from mapstudio.connectors.cloudbeds.notices import events_of
from mapstudio.connectors.cloudbeds.session import Session
from mapstudio.model import Record


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """The subscriptions of one property that an app has made."""

    session: Session

    async def add(self, address: str, object_names: Collection[str]) -> Sequence[str]:
        """Subscribe to the events that concern the objects; return those that are new.

        Cloudbeds takes the same subscription twice, and would tell everything twice from then on. So those that are
        there are looked at first, and a call whose answer is lost is not repeated: running it again finds out.
        """
        present = {event for _, event in await self._of(address)}
        new = [event for event in events_of(frozenset(object_names)) if event not in present]
        for event in new:
            entity, _, action = event.partition("/")
            await self.session.api.post("postWebhook", {"object": entity, "action": action, "endpointUrl": address})
        return new

    async def remove(self, address: str) -> Sequence[str]:
        """End all subscriptions of the address; return their events."""
        found = await self._of(address)
        for identity, _ in found:
            await self.session.api.delete("deleteWebhook", {"subscriptionID": identity})
        return [event for _, event in found]

    async def _of(self, address: str) -> list[tuple[str, str]]:
        """Return id and event of each subscription of the address for the pinned property."""
        rows = (await self.session.api.get("getWebhooks")).rows
        return [(str(row.get("id")), _event(row)) for row in rows if self._is_ours(row, address)]

    def _is_ours(self, row: Record, address: str) -> bool:
        data, key = row.get("subscriptionData"), row.get("key")
        whose = key.get("id") if isinstance(key, dict) else None
        same = isinstance(data, dict) and data.get("endpoint") == address
        return same and str(whose or self.session.api.property_id) == self.session.api.property_id


def _event(row: Record) -> str:
    event = row.get("event")
    return f"{event.get('entity')}/{event.get('action')}" if isinstance(event, dict) else str(event)
