"""Webhooks: who wants to be told, and the thin events that they are told; no event is signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from mapstudio.model import JsonValue
from mapstudio.sandbox.clock import Clock
from mapstudio.sandbox.deliveries import Deliveries, Habits, Manners

EVENTS = frozenset(
    {
        *(
            f"reservation/{action}"
            for action in (
                "created", "status_changed", "dates_changed", "accommodation_changed", "accommodation_status_changed",
                "accommodation_type_changed", "deleted", "notes_changed", "custom_fields_changed",
            )
        ),
        *(
            f"guest/{action}"
            for action in ("created", "assigned", "removed", "details_changed", "accommodation_changed")
        ),
        *(f"integration/{action}" for action in ("appstate_changed", "appsettings_changed", "app_callback")),
        *(f"roomblock/{action}" for action in ("created", "removed", "details_changed")),
        *(f"allotmentBlock/{action}" for action in ("created", "updated", "deleted", "capacity_changed")),
        *(f"housekeeping/{action}" for action in ("room_condition_changed", "room_occupancy_status_changed")),
        *(f"doorLockKey/{action}" for action in ("issued", "expired", "deleted")),
        *(f"fiscal_document/{action}" for action in ("created", "updated")),
        "accounting/transaction",
        "night_audit/completed",
    }
)  # fmt: skip
_UPPER = frozenset({"reservation/created", "reservation/status_changed"})
"""The events whose keys end in ``ID``; those of all others end in ``Id``."""
_READS = {"reservation": "read:reservation", "guest": "read:guest", "accounting": "read:payment"}
HABITS = Habits(together=1, retries=4, doubling=False, answer_within=2.0)
MANNERS = Manners(duplicates=0.1, reorder=True, retry=60.0)


def scope_of(event: str) -> str:
    """Return what a key must be allowed to read to subscribe to an event, ``""`` for those that need nothing."""
    return _READS.get(event.split("/", maxsplit=1)[0], "")


@dataclass(frozen=True, slots=True)
class Subscription:
    """One address that wants one kind of event of one property."""

    id: str
    property: str
    event: str
    url: str
    owner: str

    def to_json(self) -> dict[str, JsonValue]:
        """Return it as the API answers it."""
        entity, _, action = self.event.partition("/")
        return {
            "id": self.id,
            "key": {"type": "property", "id": self.property},
            "event": {"entity": entity, "action": action},
            "owner": {"type": "api_client", "id": self.owner},
            "subscriptionType": "webhook",
            "subscriptionData": {"endpoint": self.url},
        }


class Hooks:
    """The subscriptions of the one app, and what is on its way to them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ids = count(0xD030_0001)
        self.subscriptions: dict[str, Subscription] = {}
        self.deliveries = Deliveries(clock, lambda url, body: {}, HABITS)  # noqa: ARG005 - nothing is signed
        self.deliveries.behave(MANNERS)

    def subscribe(self, house: str, event: str, url: str, owner: str) -> Subscription:
        """Tell an address of an event from now on."""
        new = Subscription(f"do{next(self._ids):x}zd", house, event, url, owner)
        self.subscriptions[new.id] = new
        return new

    def tell(self, house: str, event: str, told: Mapping[str, JsonValue]) -> None:
        """Tell all who want to know of it; ids are given as ``reservation``, ``guest`` or whole keys."""
        wanted = [item for item in self.subscriptions.values() if (item.property, item.event) == (house, event)]
        if not wanted:
            return
        ending = "ID" if event in _UPPER else "Id"
        body: dict[str, Any] = {
            "version": "1.0",
            "event": event,
            "timestamp": self._clock.now().timestamp(),
            f"property{ending}": int(house),
            f"property{ending}_str": house,
        }
        for name, value in told.items():
            if name == "guest":
                body |= {"guestId": int(str(value)), "guestId_str": value}
            else:
                body[f"reservation{ending}" if name == "reservation" else name] = value
        for item in wanted:
            self.deliveries.put(item.url, body)
