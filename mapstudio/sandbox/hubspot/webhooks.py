"""Webhooks of the app: who wants to know what, and the events that tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from mapstudio.sandbox.clock import Clock
from mapstudio.sandbox.deliveries import Deliveries, Habits
from mapstudio.sandbox.hubspot.definitions import ObjectType
from mapstudio.sandbox.hubspot.oauth import App
from mapstudio.sandbox.hubspot.signing import signed_headers
from mapstudio.sandbox.hubspot.values import stamp

_NAMED = ("contact", "company", "deal", "ticket", "product", "line_item", "object")
_HAPPENINGS = ("creation", "deletion", "propertyChange", "associationChange", "merge", "restore")
EVENT_TYPES = frozenset(
    {f"{name}.{happening}" for name in _NAMED for happening in _HAPPENINGS} | {"contact.privacyDeletion"}
)
_FLAGS = {"creation": "CREATED", "deletion": "DELETED", "privacyDeletion": "DELETED", "merge": "MERGED"}


@dataclass(slots=True)
class Subscription:
    """One kind of event that the app wants to be told of.

    Attributes:
        event: Such as ``contact.creation``, or ``object.creation`` with a type.
        type_id: Of the object, with ``object.*`` only.
        property: Of a ``propertyChange``.
    """

    id: int
    event: str
    type_id: str | None
    property: str | None
    active: bool
    created: datetime
    updated: datetime

    def to_json(self) -> dict[str, Any]:
        """Return it as the API answers it."""
        answer: dict[str, Any] = {
            "id": str(self.id),
            "eventType": self.event,
            "active": self.active,
            "createdAt": stamp(self.created),
            "updatedAt": stamp(self.updated),
        }
        if self.property is not None:
            answer["propertyName"] = self.property
        if self.type_id is not None:
            answer["objectTypeId"] = self.type_id
        return answer


@dataclass(slots=True)
class Target:
    """Where the app takes its events."""

    url: str
    created: datetime
    updated: datetime


@dataclass
class Webhooks:
    """The subscriptions of the one app, and its events.

    Attributes:
        signature: The older version that requests are signed in beside the third: ``v1`` or ``v2``.
    """

    clock: Clock
    portal: int
    app: App
    target: Target | None = None
    signature: str = "v1"
    subscriptions: dict[int, Subscription] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Start to count, with nothing to deliver."""
        self._ids = count(3_300_101)
        self._events = count(1_000_000_001)
        self.deliveries = Deliveries(self.clock, self._headers, Habits(attempt_field="attemptNumber"))

    def send_to(self, url: str) -> Target:
        """Send events to this address from now on."""
        now = self.clock.now()
        self.target = Target(url, self.target.created if self.target else now, now)
        return self.target

    def subscribe(self, event: str, *, type_id: str | None, name: str | None, active: bool) -> Subscription:
        """Add a subscription."""
        now = self.clock.now()
        new = Subscription(next(self._ids), event, type_id, name, active, now, now)
        self.subscriptions[new.id] = new
        return new

    def activate(self, subscription: Subscription, active: bool) -> None:
        """Let a subscription tell or be silent."""
        subscription.active, subscription.updated = active, self.clock.now()

    def written(self, kind: ObjectType, operation: str, record: int, changed: Mapping[str, str | None]) -> None:
        """Tell of a record that was written: that it is new or gone, and each property that holds another value."""
        happening = {"create": "creation", "archive": "deletion"}.get(operation)
        if happening is not None:
            self._tell(kind, happening, {"objectId": record})
        for name, value in changed.items():
            told = {"objectId": record, "propertyName": name, "propertyValue": value or ""}
            self._tell(kind, "propertyChange", told, name)

    def happened(self, kind: ObjectType, happening: str, record: int, told: Mapping[str, Any]) -> None:
        """Tell of something rarer, such as a ``merge``."""
        self._tell(kind, happening, {"objectId": record, **told})

    def linked(self, one: tuple[ObjectType, int], other: tuple[ObjectType, int], *, primary: bool, gone: bool) -> None:
        """Tell both sides that two records are associated now, or no more."""
        for (kind, record), (far, far_record) in ((one, other), (other, one)):
            told = {
                "associationType": f"{kind.singular.upper()}_TO_{far.singular.upper()}",
                "fromObjectId": record,
                "toObjectId": far_record,
                "associationRemoved": gone,
                "isPrimaryAssociation": primary,
            }
            self._tell(kind, "associationChange", told)

    def _tell(self, kind: ObjectType, happening: str, told: Mapping[str, Any], name: str | None = None) -> None:
        if self.target is None:
            return
        for subscription in self.subscriptions.values():
            mine = (f"{kind.singular}.{happening}", None), (f"object.{happening}", kind.type_id)
            fits = (subscription.event, subscription.type_id) in mine and subscription.property == name
            if fits and subscription.active:
                self.deliveries.put(self.target.url, self._event(subscription, happening, told))

    def _event(self, subscription: Subscription, happening: str, told: Mapping[str, Any]) -> dict[str, Any]:
        event = {
            "eventId": next(self._events),
            "subscriptionId": subscription.id,
            "portalId": self.portal,
            "appId": self.app.id,
            "occurredAt": int(self.clock.now().timestamp() * 1000),
            "subscriptionType": subscription.event,
            "changeSource": "INTEGRATION",
            "sourceId": str(self.app.id),
            **told,
        }
        if happening in _FLAGS:
            event["changeFlag"] = _FLAGS[happening]
        if subscription.type_id is not None:
            event["objectTypeId"] = subscription.type_id
        return event

    def _headers(self, url: str, body: bytes) -> Mapping[str, str]:
        return signed_headers(self.app.client_secret, url, body, self.clock.now(), version=self.signature)
