"""The receiver's server, on a thread and a loop of its own: answers never wait for what a mapping is doing."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import uvicorn

from mapstudio.cli.listening.receiver import Receiver
from mapstudio.model.errors import MapstudioError, UsageError

_STARTS_WITHIN = 30.0
_MOST_AT_ONCE = 200
_BACKLOG = 512


class _Server(uvicorn.Server):
    """A server that leaves signals to the main thread."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bound(host: str, port: int) -> socket.socket:
    """Return a socket that listens there.

    Raises:
        UsageError: The port is taken, or the host is none of this machine's.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(_BACKLOG)
        except BaseException:
            listener.close()
            raise
    except OSError as error:
        raise UsageError(
            f"{host}:{port} cannot be listened at: {error.strerror or error}.", remedy="Give another --port or --host."
        ) from error
    return listener


@contextmanager
def serving(receiver: Receiver, sockets: Sequence[socket.socket]) -> Iterator[None]:
    """Answer on the sockets while inside.

    Raises:
        MapstudioError: The server does not start.
    """
    config = uvicorn.Config(
        receiver,
        # Addresses hold the secret, and what is wrong with a request is told by the receiver.
        log_config=None,
        log_level="critical",
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=2,
        limit_concurrency=_MOST_AT_ONCE,
        loop="asyncio",
        http="h11",
        ws="none",
    )
    server = _Server(config)
    thread = threading.Thread(
        target=lambda: asyncio.run(server.serve(sockets=[*sockets])), name="receiver", daemon=True
    )
    thread.start()
    try:
        if not _has_started(server, thread):
            raise MapstudioError("The receiver does not start.")
        yield
    finally:
        server.should_exit = True
        thread.join()


def _has_started(server: uvicorn.Server, thread: threading.Thread) -> bool:
    pause = threading.Event()
    for _ in range(int(_STARTS_WITHIN / 0.01)):
        if server.started or not thread.is_alive():
            break
        pause.wait(0.01)
    return server.started
