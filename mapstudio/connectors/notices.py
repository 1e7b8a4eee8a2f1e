"""What systems tell by themselves: a request that one of them sent, and what it says has changed.

A notice is a hint. It names records and carries no values that are used: notices come twice, late and out of order, so
what a record holds is always read again. See ``docs/decisions/0023-webhooks-in.md``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mapstudio.model import JsonValue, UsageError
from mapstudio.model.exact_json import JsonError, dumps, loads


class MalformedDeliveryError(UsageError):
    """A request does not hold what the system sends: it is refused, and comes again or does not."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request that came in.

    Attributes:
        method: The HTTP method, in capitals.
        uri: The whole address as the sender called it, query and all; behind a proxy that is the outer one.
        headers: By name in lower case.
        body: As it came.
        received_at: When, with its zone.
    """

    method: str
    uri: str
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime

    def json(self) -> JsonValue:
        """Return what the body says, whatever its type is called.

        Raises:
            MalformedDeliveryError: It is no JSON.
        """
        try:
            return loads(self.body)
        except JsonError as error:
            raise MalformedDeliveryError(f"A delivery of {len(self.body)} bytes holds no JSON: {error}.") from error


@dataclass(frozen=True, slots=True)
class Concern:
    """What of an object may have changed.

    Attributes:
        object: The object.
        value: The record's id, or with ``field`` what its records have there; ``None``: it is not said which.
        field: See :attr:`mapstudio.connectors.exchange.Among.field`.
    """

    object: str
    value: str | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """One event.

    Attributes:
        event: The system's own word.
        concerns: What is to be read again; nothing where no object is concerned.
        identity: The same for each delivery of this event and for no other one; ``None`` where the system gives too
            little to tell a repetition from another event.
        happened_at: When it happened, as far as it is told.
    """

    event: str
    concerns: tuple[Concern, ...]
    identity: str | None = None
    happened_at: datetime | None = None


def digest_of_body(body: JsonValue) -> str:
    """Return what is the same for the same content, in whatever order its names come."""
    return hashlib.sha256(dumps(_ordered(body)).encode("utf-8", "surrogatepass")).hexdigest()


def _ordered(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {name: _ordered(value[name]) for name in sorted(value)}
    return [_ordered(item) for item in value] if isinstance(value, list) else value
