"""Runs the services of several sandboxes in one process, each on a loopback port of its own."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import entry_points
from typing import Any

import uvicorn
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from mapstudio.model import UsageError
from mapstudio.sandbox.contract import Sandbox, Service
from mapstudio.sandbox.striking import CONNECTION

GROUP = "mapstudio.sandboxes"
HOST = "127.0.0.1"
FIRST_PORT = 8710
_PORTS_TRIED = 200


def sandboxes() -> dict[str, Sandbox]:
    """Return all sandboxes by name, found through the entry points ``mapstudio.sandboxes``."""
    return {point.name: point.load() for point in sorted(entry_points(group=GROUP), key=lambda point: point.name)}


async def serve(
    services: Sequence[Service],
    *,
    first_port: int = FIRST_PORT,
    ready: Callable[[dict[str, Any]], None],
    until_parent_ends: bool = False,
    stop: asyncio.Event | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM (or the end of standard input, or ``stop``).

    Args:
        services: What to serve.
        first_port: The first port to try; taken ones are passed over. 0 takes any free port.
        ready: Called once with ``{"sandboxes": {name: {"url", ...access}}}`` when all of them answer.
        until_parent_ends: Also stop when standard input closes, which it does when the parent dies.
        stop: Also stop when this is set; for a caller that serves beside other work.

    Raises:
        UsageError: No port is free.
    """
    with contextlib.ExitStack() as stack:
        bound = _bind(len(services), first_port, stack)
        servers = [_server(service) for service in services]
        stop = stop or asyncio.Event()
        _on_signals(stop.set)
        async with asyncio.TaskGroup() as group:
            for server, listener in zip(servers, bound, strict=True):
                group.create_task(server.serve(sockets=[listener]))
            while not all(server.started for server in servers):  # noqa: ASYNC110 - uvicorn tells by a flag only
                await asyncio.sleep(0.01)
            ready(_access(services, bound))
            watcher = group.create_task(_parent_gone(stop)) if until_parent_ends else None
            await stop.wait()
            if watcher is not None:
                watcher.cancel()
            for service, server in zip(services, servers, strict=True):
                service.close()
                server.should_exit = True


def _access(services: Sequence[Service], bound: Sequence[socket.socket]) -> dict[str, Any]:
    return {
        "sandboxes": {
            service.name: {"url": f"http://{HOST}:{listener.getsockname()[1]}", **service.access}
            for service, listener in zip(services, bound, strict=True)
        }
    }


class _Server(uvicorn.Server):
    """A server that leaves signals to the one process it shares with others."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Protocol(H11Protocol):
    """A connection that the application can end; a fault wants to."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        app = self.app

        async def with_connection(scope: Scope, receive: Receive, send: Send) -> None:
            extensions = {**(scope.get("extensions") or {}), CONNECTION: transport}
            # A client that leaves before it has said all wants no answer.
            with contextlib.suppress(ClientDisconnect):
                await app({**scope, "extensions": extensions}, receive, send)

        self.app = with_connection


def _server(service: Service) -> uvicorn.Server:
    config = uvicorn.Config(
        service.app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=1,
        http=_Protocol,
        loop="asyncio",
    )
    return _Server(config)


def _bind(count: int, first_port: int, stack: contextlib.ExitStack) -> list[socket.socket]:
    bound: list[socket.socket] = []
    candidates = [0] * count if first_port == 0 else range(first_port, first_port + _PORTS_TRIED)
    for port in candidates:
        if len(bound) == count:
            break
        # Named as TCP, so that asyncio sends at once: else each answer waits 40 ms for the client's acknowledgement.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError:
            listener.close()
            continue
        bound.append(stack.enter_context(contextlib.closing(listener)))
    if len(bound) < count:
        raise UsageError(f"No {count} free ports from {first_port} up on {HOST}.", remedy="Give another --port-base.")
    return bound


def _on_signals(stop: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError, RuntimeError):
            loop.add_signal_handler(number, stop)


async def _parent_gone(stop: asyncio.Event) -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()
    stop.set()
