"""What a vendor's folder gives to the server: a :class:`Sandbox` that builds one or more services."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp

from mapstudio.sandbox.clock import Clock
from mapstudio.sandbox.ledger import Ledger
from mapstudio.sandbox.world import World

ControlAnswer: TypeAlias = "Mapping[str, Any]"
ControlHandler: TypeAlias = "Callable[[Request], Awaitable[ControlAnswer]]"
"""Answers a JSON object; a :class:`UsageError` becomes a 400 with its sentence."""
ControlRoute: TypeAlias = "tuple[str, str, ControlHandler]"
"""Method, path below ``/__sandbox__``, handler."""


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
        options: The values of the sandbox's own options, by name, as the process was started.
        clock: The sandbox's time, which a tester can move.
    """

    world: World
    ledger: Ledger
    limits: bool
    options: Mapping[str, str]
    clock: Clock

    def now(self) -> datetime:
        """Return the sandbox's time, UTC."""
        return self.clock.now()


def plain_refusal(status: int) -> Response:
    """Return what a gateway that knows nothing of the vendor says."""
    return PlainTextResponse(f"{status}\n", status)


@dataclass(frozen=True, slots=True)
class Service:
    """One server on a port of its own.

    Attributes:
        name: The key in the ready line.
        app: The ASGI application; its state belongs to it.
        access: What a client needs beside the url (token, database, ...); all of it invented.
        switches: Options that can be changed while it runs; each takes the new text or raises :class:`UsageError`.
        control: Routes of its own beside the shared ones under ``/__sandbox__``.
        refusal: The vendor's answer of an error status that a fault asks for, such as 429.
        close: Ends what works in the background.
    """

    name: str
    app: ASGIApp
    access: Mapping[str, Any]
    switches: Mapping[str, Callable[[str], None]] = field(default_factory=dict)
    control: Sequence[ControlRoute] = ()
    refusal: Callable[[int], Response] = plain_refusal
    close: Callable[[], None] = lambda: None


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
