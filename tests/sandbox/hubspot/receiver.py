"""A receiver of webhooks on loopback, which keeps what it gets and answers what a test wants."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WITHIN = 10.0


@dataclass(frozen=True)
class Got:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def events(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.body)
        return found


@dataclass
class Receiver:
    """What came, in its order; ``refuse`` answers so many requests with 500 first."""

    url: str = ""
    got: list[Got] = field(default_factory=list)
    refuse: int = 0

    def events(self, count: int) -> list[dict[str, Any]]:
        """Wait for so many events and return all of them."""
        return [event for got in self.requests(count) for event in got.events]

    def requests(self, events: int) -> list[Got]:
        """Wait for so many events and return the requests they came in."""
        deadline = time.monotonic() + WITHIN
        while sum(len(got.events) for got in self.got) < events:
            assert time.monotonic() < deadline, f"only {[got.events for got in self.got]} came"
            time.sleep(0.01)
        return [*self.got]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Take webhooks while the context lasts."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append(Got(self.path, {key.lower(): value for key, value in self.headers.items()}, body))
            status = 500 if receiver.refuse > 0 else 204
            receiver.refuse -= 1
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), name="receiver", daemon=True)
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hook?from=crm%3A1"
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
