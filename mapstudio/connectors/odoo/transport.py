"""Calls over /jsonrpc: one login, the answer's result or a fault, and another try when two transactions met.

JSON-2 (19 and later) has the same calls with other envelopes; it would be a second class with ``call`` and ``version``.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mapstudio.connectors.http import HttpClient
from mapstudio.connectors.odoo.faults import Fault
from mapstudio.model import AuthenticationError, ConnectionFailedError, JsonValue
from mapstudio.model.exact_json import dumps

_TRIES = 4


@dataclass
class JsonRpc:
    """One database of one server, as one user.

    Attributes:
        http: The client; its base URL is the server's.
        connection: The connection's name, for remedies.
        secret: The password or an API key: Odoo takes either in the same place.
    """

    http: HttpClient
    connection: str
    db: str
    login: str
    secret: str = field(repr=False)
    _uid: int | None = None
    _signing_in: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)
    _numbers: int = 0

    async def version(self) -> str:
        """Return the server's version, such as ``19.0``; needs no login."""
        told = await self._service("common", "version", [])
        return str(told.get("server_serie") or told.get("server_version")) if isinstance(told, dict) else "unknown"

    async def uid(self) -> int:
        """Return the user's id; signs in once, as a login costs Odoo 0.4 s.

        Raises:
            AuthenticationError: Wrong login, password or key: Odoo answers ``false``, not an error.
        """
        async with self._signing_in:
            if self._uid is None:
                found = await self._service("common", "authenticate", [self.db, self.login, self.secret, {}])
                if not isinstance(found, int) or isinstance(found, bool):
                    raise AuthenticationError(
                        f'{self.http.system} refused the login "{self.login}" for the database "{self.db}".',
                        remedy=f"Check login and password, or store them again: mapstudio connect {self.connection}.",
                    )
                self._uid = found
            return self._uid

    async def call(
        self,
        model: str,
        method: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any] | None = None,
        *,
        repeatable: bool = True,
    ) -> JsonValue:
        """Call a method of a model.

        Args:
            model: Such as ``res.partner``.
            method: Such as ``search_read``.
            args: Positional arguments; the ids first, for a method on records.
            kwargs: Named arguments, ``context`` among them.
            repeatable: Calling twice does no harm, so a lost answer is asked for again.

        Raises:
            Fault: Odoo refused; nothing was written.
            AuthenticationError, ConnectionFailedError: See :meth:`uid` and :class:`HttpClient`.
        """
        uid = await self.uid()
        params = [self.db, uid, self.secret, model, method, list(args), dict(kwargs or {})]
        for attempt in range(_TRIES):
            try:
                return await self._service("object", "execute_kw", params, repeatable=repeatable)
            except Fault as fault:
                if not fault.is_conflict or attempt == _TRIES - 1:
                    raise
                await asyncio.sleep(random.uniform(0.1, 0.4) * 2**attempt)  # noqa: S311 - jitter, not a secret
        raise AssertionError("unreachable: the last try returns or raises")

    async def _service(self, service: str, method: str, args: Sequence[Any], *, repeatable: bool = True) -> JsonValue:
        self._numbers += 1
        params: JsonValue = {"service": service, "method": method, "args": [*args]}
        body: JsonValue = {"jsonrpc": "2.0", "method": "call", "params": params, "id": self._numbers}
        answer = await self.http.send(
            "POST",
            "/jsonrpc",
            repeatable=repeatable,
            content=dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        told = answer.body
        if answer.status != 200 or not isinstance(told, dict) or ("result" not in told and "error" not in told):
            raise ConnectionFailedError(
                f"{self.http.system} did not answer as Odoo does (status {answer.status}).",
                remedy="Check the url of the connection.",
            )
        if "error" in told:
            raise _fault(told["error"])
        return told["result"]


def _fault(error: JsonValue) -> Fault:
    data = error.get("data") if isinstance(error, dict) else None
    if not isinstance(data, dict):
        return Fault("unknown", str(error.get("message")) if isinstance(error, dict) else "unknown")
    return Fault(str(data.get("name") or "unknown"), str(data.get("message") or ""))
