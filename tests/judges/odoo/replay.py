"""Plays recorded exchanges to a local sandbox, with the recording's ids, users and database replaced by those here."""

from __future__ import annotations

import json
import xmlrpc.client
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers.expat import ExpatError

import httpx

from tests.judges.odoo.answers import Answer, answer, difference
from tests.judges.odoo.exchanges import Exchange
from tests.judges.odoo.ids import Ids

_DATABASES = frozenset({"odoo16", "odoo19"})
_KEY = "<api-key:"


@dataclass
class Replay:
    """One sandbox that a recording is played to.

    Attributes:
        access: The ready line's entry.
        places: What stands for parts of paths and headers that the recording masked.
    """

    access: Mapping[str, Any]
    client: httpx.Client
    ids: Ids
    places: dict[str, str] = field(default_factory=dict)

    def play(self, exchange: Exchange) -> str:
        """Send one request and return in what the answer differs from the recorded one."""
        sent, model, method = self._body(exchange)
        headers = {name: self._text(value) for name, value in exchange.headers.items()}
        self.client.cookies.clear()
        told = self.client.request(exchange.method, self._text(exchange.path), content=sent, headers=headers)
        was, now = answer(exchange.status, exchange.told_headers, exchange.told), self._told(told)
        if "session_id" in told.cookies:
            self.places["<sid>"] = told.cookies["session_id"]
        try:
            self.ids.learn(model, method, was.result, now.result)
            return difference(self.ids, model, was, now, whole="search" not in method)
        except (AttributeError, IndexError, KeyError, TypeError) as error:
            return f"{type(error).__name__} {error}: {now.result!r:.300} instead of {was.result!r:.300}"

    @staticmethod
    def _told(told: httpx.Response) -> Answer:
        try:
            body = told.json()
        except ValueError:
            body = told.text
        return answer(told.status_code, told.headers, body)

    def _text(self, value: str) -> str:
        for place, own in self.places.items():
            value = value.replace(place, own)
        for login, key in {self.access["login"]: self.access["api_key"], **self.access.get("api_keys", {})}.items():
            value = value.replace(f"{_KEY}{login}>", key)
        return value if value not in _DATABASES else self.access["db"]

    def _body(self, exchange: Exchange) -> tuple[bytes | None, str, str]:
        """Return what is sent, and whose method it calls."""
        body = exchange.body
        if body is None:
            return None, "", ""
        if exchange.path.startswith("/xmlrpc"):
            return self._xml(body)
        if isinstance(body, str):
            return self._text(body).encode(), "", ""
        sent, model, method = self._json(exchange.path, json.loads(json.dumps(body)))
        return json.dumps(sent).encode(), model, method

    def _json(self, path: str, body: Any) -> tuple[Any, str, str]:
        if path.startswith("/json/2/") and isinstance(body, dict):
            *_, model, method = path.split("/")
            return self.ids.arguments(model, method, [], body)[1], model, method
        if path.startswith("/web/hook/") and "_id" in body:
            return {**body, "_id": self.ids.of("res.partner", body["_id"])}, "", ""
        params = body.get("params", {}) if isinstance(body, dict) else {}
        model, method = params.get("model", ""), params.get("method", "") if "model" in params else ""
        if model:
            args, kwargs = self.ids.arguments(model, method, params["args"], params["kwargs"])
            params.update(args=args, kwargs=kwargs)
        elif isinstance(params.get("args"), list):
            params["args"], model, method = self._call(params["args"], params["method"])
        if params.get("db") in _DATABASES:
            params["db"] = self.access["db"]
        return body, model, method

    def _call(self, args: list[Any], name: str) -> tuple[list[Any], str, str]:
        """Return the arguments of a service's method: database, user and secret first."""
        sent: list[Any] = [self._text(one) if isinstance(one, str) else one for one in args]
        if name not in {"execute", "execute_kw"} or len(sent) < 5:
            return sent, "", ""
        uid, model, method, *own = sent[1], *sent[3:]
        sent[1] = type(uid)(self.ids.of("res.users", int(uid)))
        if name == "execute":
            sent[5:] = self.ids.arguments(model, method, own, {})[0]
        elif own:
            sent[5:] = [*self.ids.arguments(model, method, own[0], own[1] if len(own) > 1 else {})][: len(own)]
        return sent, model, method

    def _xml(self, body: str) -> tuple[bytes, str, str]:
        try:
            args, name = xmlrpc.client.loads(self._text(body))
        except (ExpatError, xmlrpc.client.ResponseError):  # one request is no XML, for the sake of its answer
            return body.encode(), "", ""
        sent, model, method = self._call(list(args), name or "")
        return xmlrpc.client.dumps(tuple(sent), name, allow_none=True).encode(), model, method
