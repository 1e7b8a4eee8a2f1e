"""A receiver of single events on loopback, which keeps what it gets and refuses as often as a test wants."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WITHIN = 10.0


@dataclass
class Receiver:
    """What came, in its order; ``refuse`` answers so many requests with 500 first."""

    url: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    refuse: int = 0

    def until(self, enough: Callable[[Sequence[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        """Wait until what came is enough, and return it."""
        ends = time.monotonic() + WITHIN
        while not enough(self.bodies):
            assert time.monotonic() < ends, sorted({body["event"] for body in self.bodies})
            time.sleep(0.02)
        return [*self.bodies]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Listen on a free port."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.headers.append({name.lower(): value for name, value in self.headers.items()})
            receiver.bodies.append(json.loads(body))
            refused = receiver.refuse > 0
            receiver.refuse -= refused
            self.send_response(500 if refused else 200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has in the class
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/hooks/secret"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
