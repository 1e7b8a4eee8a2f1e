"""Calls over /jsonrpc, which every version has: each names database, user and secret."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mapstudio.connectors.http import HttpClient
from mapstudio.connectors.odoo.faults import Fault
from mapstudio.connectors.odoo.posting import not_odoo, post
from mapstudio.connectors.odoo.signatures import ON_MODEL
from mapstudio.model import JsonValue

_PATH = "/jsonrpc"
_TOO_FEW = "missing 1 required positional argument"


@dataclass
class JsonRpc:
    """One database of one server, as one user.

    Attributes:
        http: The client; its base URL is the server's.
        secret: The password or an API key: Odoo takes either in the same place.
        uid: The user's id, once known.
    """

    http: HttpClient
    db: str
    secret: str = field(repr=False)
    uid: int = 0
    _numbers: int = 0

    async def version(self) -> Mapping[str, Any]:
        """Return what the server says of its version; needs no login."""
        told = await self._service("common", "version", [], repeatable=True)
        return told if isinstance(told, dict) else {}

    async def authenticate(self, login: str) -> int | None:
        """Return the user's id; ``None`` for wrong credentials, which Odoo answers with ``false``, not with an error.

        It costs Odoo 0.4 s, so it is done once.
        """
        found = await self._service("common", "authenticate", [self.db, login, self.secret, {}], repeatable=True)
        return found if isinstance(found, int) and not isinstance(found, bool) else None

    async def execute(
        self, model: str, method: str, args: Sequence[Any], kwargs: Mapping[str, Any], *, repeatable: bool
    ) -> JsonValue:
        """Call a method of a model.

        Raises:
            Fault: Odoo refused; nothing was written.
        """
        params = [self.db, self.uid, self.secret, model, method, list(args), dict(kwargs)]
        try:
            return await self._service("object", "execute_kw", params, repeatable=repeatable)
        except Fault as fault:
            # Some models override such a method as one of records; then the first argument is taken for ids.
            if method not in ON_MODEL or fault.name != "builtins.TypeError" or _TOO_FEW not in fault.message:
                raise
        params[-2] = [[], *args]
        return await self._service("object", "execute_kw", params, repeatable=repeatable)

    async def _service(self, service: str, method: str, args: Sequence[Any], *, repeatable: bool) -> JsonValue:
        self._numbers += 1
        params: JsonValue = {"service": service, "method": method, "args": [*args]}
        body: JsonValue = {"jsonrpc": "2.0", "method": "call", "params": params, "id": self._numbers}
        answer = await post(self.http, _PATH, body, repeatable=repeatable)
        told = answer.body
        # A method that returns nothing has an envelope without a result.
        if answer.status != 200 or not isinstance(told, dict) or not {"result", "error", "jsonrpc"} & told.keys():
            raise not_odoo(self.http, answer.status)
        if "error" in told:
            raise _fault(told["error"])
        return told.get("result")


def _fault(error: JsonValue) -> Fault:
    # The code tells nothing (200 on 16, 0 on 19), and the message on top is always the same.
    data = error.get("data") if isinstance(error, dict) else None
    if not isinstance(data, dict):
        return Fault("unknown", str(error.get("message")) if isinstance(error, dict) else "unknown")
    return Fault(str(data.get("name") or "unknown"), str(data.get("message") or ""))
