"""Calls over JSON-2, the external API of 19 and later: an API key, named arguments, HTTP statuses.

A status alone says little: 500 is a conflict that passes as well as a field that does not exist. So errors are
understood by their ``name``, as over /jsonrpc.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mapstudio.connectors.http import HttpClient, NotJsonError
from mapstudio.connectors.odoo.faults import Fault
from mapstudio.connectors.odoo.posting import not_odoo, post
from mapstudio.connectors.odoo.signatures import ON_MODEL, ON_RECORDS
from mapstudio.model import JsonValue, UsageError

_API_KEY = re.compile(r"[0-9a-f]{40}")

_MISSING = re.compile(r"missing a required argument: '(\w+)'")
_UNPROCESSABLE = "werkzeug.exceptions.UnprocessableEntity"


def is_api_key(secret: str) -> bool:
    """Return whether a secret has the form of Odoo's API keys; a password is not taken by JSON-2."""
    return _API_KEY.fullmatch(secret) is not None


@dataclass
class Json2:
    """One database of one server, as the user of an API key."""

    http: HttpClient
    db: str
    secret: str = field(repr=False)
    _names: dict[tuple[str, str], str] = field(default_factory=dict)

    async def context(self) -> Mapping[str, Any] | None:
        """Return the user's own context, ``None`` where the key, or JSON-2 altogether, is not taken here."""
        try:
            told = await self.execute("res.users", "context_get", [], {}, repeatable=True)
        except Fault as fault:
            if fault.is_denied or fault.is_missing_model:
                return None
            raise
        except UsageError:
            return None  # over /jsonrpc it is told which database there is not
        return told if isinstance(told, dict) and isinstance(told.get("uid"), int) else None

    async def execute(
        self, model: str, method: str, args: Sequence[Any], kwargs: Mapping[str, Any], *, repeatable: bool
    ) -> JsonValue:
        """Call a method of a model.

        Raises:
            Fault: Odoo refused; nothing was written.
            UsageError: No such database.
        """
        body = self._body(model, method, args, kwargs)
        try:
            return await self._post(model, method, body, repeatable=repeatable)
        except Fault as fault:
            renamed = self._renamed(model, method, args, body, fault)
            if renamed is None:
                raise
        return await self._post(model, method, renamed, repeatable=repeatable)

    async def _post(self, model: str, method: str, body: dict[str, Any], *, repeatable: bool) -> JsonValue:
        headers = {"Authorization": f"Bearer {self.secret}", "X-Odoo-Database": self.db}
        try:
            answer = await post(self.http, f"/json/2/{model}/{method}", body, repeatable=repeatable, headers=headers)
        except NotJsonError as page:
            if page.status != 404:
                raise
            raise UsageError(
                f'{self.http.system} has no database "{self.db}", or no JSON-2.',
                remedy="Check db and url of the connection.",
            ) from page
        if answer.status == 200:
            return answer.body
        told = answer.body
        if not isinstance(told, dict) or "name" not in told:
            raise not_odoo(self.http, answer.status)
        raise Fault(str(told["name"]), str(told.get("message") or ""))

    def _body(self, model: str, method: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        rest = list(args)
        named: dict[str, Any] = {}
        names = ON_MODEL.get(method)
        if names is None:
            names = ON_RECORDS.get(method, ())
            if rest:
                first = rest.pop(0)
                named["ids"] = [first] if isinstance(first, int) else list(first)
        if len(rest) > len(names):
            raise TypeError(f"the arguments of {model}.{method} have no names here")
        if rest and (model, method) in self._names:
            names = (self._names[model, method], *names[1:])
        return {**named, **dict(zip(names, rest, strict=False)), **kwargs}

    def _renamed(
        self, model: str, method: str, args: Sequence[Any], body: dict[str, Any], fault: Fault
    ) -> dict[str, Any] | None:
        """Return the body with its first argument as this model calls it: some override a method with other names.

        Odoo tells the name before it calls anything.
        """
        told = _MISSING.search(fault.message) if fault.name == _UNPROCESSABLE else None
        first = (ON_MODEL.get(method) or ON_RECORDS.get(method) or ("",))[0]
        if told is None or not args or first not in body or told.group(1) in body:
            return None
        self._names[model, method] = told.group(1)
        return {told.group(1) if name == first else name: value for name, value in body.items()}
