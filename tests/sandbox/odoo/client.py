"""A plain JSON-RPC client, as a script would have one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx

HTTP = httpx.Client(timeout=20)
"""Shared, as making one takes longer than most calls."""


class Refused(Exception):  # noqa: N818 - what the server does
    """An error answer: ``name`` and ``message`` of its data."""

    def __init__(self, data: dict[str, Any]) -> None:
        super().__init__(data["message"])
        self.name: str = data["name"]
        self.message: str = data["message"]


@dataclass
class Client:
    """One user of one server.

    Attributes:
        access: The ready line's entry.
    """

    access: dict[str, Any]
    login: str = "admin"
    password: str = "admin"
    _uid: int | None = field(default=None, repr=False)

    def service(self, service: str, method: str, *args: Any) -> Any:
        """Call a service and return its result."""
        body = {"jsonrpc": "2.0", "method": "call", "id": 1}
        params = {"service": service, "method": method, "args": args}
        answer = HTTP.post(self.access["url"] + "/jsonrpc", json={**body, "params": params}).json()
        if "error" in answer:
            raise Refused(answer["error"]["data"])
        return answer.get("result")

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method of a model."""
        if self._uid is None:
            self._uid = self.service("common", "login", self.access["db"], self.login, self.password)
        db = self.access["db"]
        return self.service("object", "execute_kw", db, self._uid, self.password, model, method, args, kwargs)
