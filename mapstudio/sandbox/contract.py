"""What a vendor's folder gives to the server: a :class:`Sandbox` that builds one or more services."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.types import ASGIApp

from mapstudio.sandbox.ledger import Ledger
from mapstudio.sandbox.world import World


@dataclass(frozen=True, slots=True)
class SandboxOption:
    """One option of ``sandbox serve`` that belongs to this sandbox alone.

    Attributes:
        name: As on the command line, without the dashes.
        help: One line.
        default: Used when it is not given.
    """

    name: str
    help: str
    default: str


@dataclass(frozen=True, slots=True)
class Setup:
    """What all services of one process share.

    Attributes:
        world: The seeded world; read only.
        ledger: Every record that is written goes in here, once, when it is stored.
        limits: Whether the vendor's rate limits are on.
        options: The values of the sandbox's own options, by name.
        now: The wall clock, UTC.
    """

    world: World
    ledger: Ledger
    limits: bool
    options: Mapping[str, str]
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Service:
    """One server on a port of its own.

    Attributes:
        name: The key in the ready line.
        app: The ASGI application; its state belongs to it.
        access: What a client needs beside the url (token, database, ...); all of it invented.
    """

    name: str
    app: ASGIApp
    access: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A vendor's local sandbox.

    Attributes:
        name: The vendor's word, as a connection's ``type``.
        build: Makes its services.
        options: Its own options.
    """

    name: str
    build: Callable[[Setup], Sequence[Service]]
    options: Sequence[SandboxOption] = ()
