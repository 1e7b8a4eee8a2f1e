"""What a connector declares: the settings of a connection, the account it reaches, its objects and what they can do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that a connection of this type needs.

    Attributes:
        name: The key in ``mapstudio.toml``, or for a secret the ``FIELD`` of its variable (upper-cased there).
        prompt: What ``connect`` asks.
        secret: Kept as a reference only.
        required: Must be there to connect.
        default: Proposed by ``connect``; empty for none.
        oauth: Needed by a connection that is let in by OAuth, which needs none of the other secrets then.
    """

    name: str
    prompt: str
    secret: bool = False
    required: bool = True
    default: str = ""
    oauth: bool = False


class AccountKind(StrEnum):
    """What the system says of the account; compared with the environment before any write."""

    SANDBOX = "sandbox"
    PRODUCTION = "production"
    UNKNOWN = "unknown"
    """The system cannot tell (never means: safe)."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the credentials reach.

    Attributes:
        id: The stable id of the account; scopes links (portal id, database uuid, property id).
        name: What people read, such as ``hub 4412911`` or ``Hotel Las Palmas``.
        kind: See :class:`AccountKind`.
        system: Product and version, such as ``shop 19.0``.
        time_zone: IANA name, when known.
    """

    id: str
    name: str
    kind: AccountKind
    system: str
    time_zone: str | None = None


class Enforcement(StrEnum):
    """What keeps the destination from holding a record twice when a create is repeated."""

    UNIQUE_FIELD = "unique_field"
    """Upsert by a field that the system keeps unique: the mapping's key must be one field of ``upsert_fields``."""
    EXTERNAL_ID = "external_id"
    """Create through an external id made from the record's origin: any key will do."""
    NONE = "none"
    """The system cannot: creates are refused."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What one object of a system can do.

    Attributes:
        create: How a repeated create is kept from doubling.
        upsert_fields: With ``UNIQUE_FIELD``: the fields that may be the key.
        update: Whether records can be changed.
        batch_size: Most records in one write.
        incremental: Whether ``read`` honours ``since``.
        archive: Whether records can be archived.
        proposed_keys: Keys proposed for a new mapping, best first: each the fields that find a record together, all of
            which a mapping can write.
        repeatable: Whether a create may be sent again when nobody knows whether it was carried out. Where not, one that
            is not found by the key or by its origin goes to a person.
    """

    create: Enforcement = Enforcement.NONE
    upsert_fields: frozenset[str] = frozenset()
    update: bool = False
    batch_size: int = 1
    incremental: bool = False
    archive: bool = False
    proposed_keys: tuple[tuple[str, ...], ...] = ()
    repeatable: bool = True


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """One object that the connection offers."""

    name: str
    label: str
    readable: bool = True
    writable: bool = True
