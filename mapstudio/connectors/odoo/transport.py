"""Calls of one connection: one sign-in, JSON-2 where it can be, and another try when two transactions met.

What is above need not know which protocol carries a call: the results and the faults are the same.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from weakref import WeakKeyDictionary

from mapstudio.connectors.http import HttpClient
from mapstudio.connectors.odoo.faults import Fault
from mapstudio.connectors.odoo.json2 import Json2, is_api_key
from mapstudio.connectors.odoo.jsonrpc import JsonRpc
from mapstudio.model import AuthenticationError, JsonValue, UsageError

T = TypeVar("T")

PARALLEL = 2
"""More than two clients make a database no faster, and meet each other in conflicts (measured)."""

_TRIES = 4
_FIRST_WITH_JSON2 = 19
_NUMBER = re.compile(r"\d+")


class Wire(Protocol):
    """What carries calls."""

    async def execute(
        self, model: str, method: str, args: Sequence[Any], kwargs: Mapping[str, Any], *, repeatable: bool
    ) -> JsonValue:
        """Call a method of a model."""
        ...


@dataclass
class Rpc:
    """One database of one server, as one user.

    Attributes:
        http: The client; its base URL is the server's.
        connection: The connection's name, for remedies.
        secret: The password or an API key.
        company: The id or the name of the company to work in; empty for all that the user may see.
        parallel: Most calls at once on the database, by all of its connections in this process together.
    """

    http: HttpClient
    connection: str
    db: str
    login: str
    secret: str = field(repr=False)
    company: str = ""
    parallel: int = PARALLEL
    _told: Mapping[str, Any] = field(default_factory=dict)
    _uid: int = 0
    _context: Mapping[str, Any] = field(default_factory=dict)
    _wire: Wire | None = None
    _signing_in: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    async def version(self) -> str:
        """Return the server's version, such as ``19.0``; needs no login."""
        if not self._told:
            async with self._turns():
                self._told = await JsonRpc(self.http, self.db, self.secret).version()
        return str(self._told.get("server_serie") or self._told.get("server_version") or "unknown")

    async def major(self) -> int:
        """Return the number of the version that decides how the server behaves; 0 when it does not tell."""
        await self.version()
        info = self._told.get("server_version_info")
        number = _NUMBER.search(str(info[0])) if isinstance(info, list) and info else None
        return int(number.group()) if number else 0

    async def uid(self) -> int:
        """Return the user's id.

        Raises:
            AuthenticationError: Wrong login, password or key.
            UsageError: No such database or company.
        """
        await self._signed_in()
        return self._uid

    async def time_zone(self) -> str | None:
        """Return the user's time zone, where one is set."""
        await self._signed_in()
        return str(self._context.get("tz") or "") or None

    async def company_id(self) -> int | None:
        """Return the company that was named to work in, ``None`` where none was."""
        await self._signed_in()
        named = self._context.get("allowed_company_ids")
        return int(named[0]) if named else None

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
            args: Positional arguments; the ids first, for a method on records. ``create`` takes a list of records.
            kwargs: Named arguments, ``context`` among them; the user's language and the company belong to it always.
            repeatable: Calling twice does no harm, so a lost answer is asked for again.

        Raises:
            Fault: Odoo refused; nothing was written.
            LostAnswerError: Not repeatable, and nobody knows whether it was done.
            AuthenticationError, ConnectionFailedError: See :meth:`uid` and :class:`HttpClient`.
        """
        wire = await self._signed_in()
        named = dict(kwargs or {})
        if context := {**self._own_context(), **(named.get("context") or {})}:
            named["context"] = context
        return await self._in_turn(lambda: wire.execute(model, method, args, named, repeatable=repeatable))

    async def _signed_in(self) -> Wire:
        async with self._signing_in:
            if self._wire is None:
                wire = await self._sign_in()
                if self.company:
                    self._context = {**self._context, "allowed_company_ids": [await self._named_company(wire)]}
                self._wire = wire
            return self._wire

    async def _sign_in(self) -> Wire:
        if is_api_key(self.secret) and await self.major() >= _FIRST_WITH_JSON2:
            newer = Json2(self.http, self.db, self.secret)
            context = await self._in_turn(newer.context)
            if context is not None:
                self._uid, self._context = int(context["uid"]), context
                # JSON-2 knows the user by the key alone; /jsonrpc refuses another one's.
                if await self._only(newer, "res.users", [["id", "=", self._uid]], "login") != [self.login]:
                    raise self._refused()
                return newer
        older = JsonRpc(self.http, self.db, self.secret)
        uid = await self._in_turn(lambda: older.authenticate(self.login))
        if uid is None:
            raise self._refused()
        self._uid = older.uid = uid
        told = await self._in_turn(lambda: older.execute("res.users", "context_get", [], {}, repeatable=True))
        self._context = told if isinstance(told, dict) else {}
        return older

    def _refused(self) -> AuthenticationError:
        return AuthenticationError(
            f'{self.http.system} refused the login "{self.login}" for the database "{self.db}".',
            remedy=f"Check login and password, or store them again: mapstudio connect {self.connection}.",
        )

    def _own_context(self) -> dict[str, Any]:
        # The zone is left out: Odoo tells times in UTC, and takes them in UTC where nobody says otherwise.
        return {name: self._context[name] for name in ("lang", "allowed_company_ids") if self._context.get(name)}

    async def _named_company(self, wire: Wire) -> int:
        name = self.company
        asked = ["id", "=", int(name)] if name.isascii() and name.isdigit() else ["name", "=", name]
        found = await self._only(wire, "res.company", [asked], "id")
        if len(found) != 1:
            known = ", ".join(str(one) for one in await self._only(wire, "res.company", [], "name"))
            raise UsageError(
                f'{self.http.system}: the login "{self.login}" works in no company "{name}".',
                remedy=f"It works in: {known}.",
            )
        return int(str(found[0]))

    async def _only(self, wire: Wire, model: str, domain: list[Any], name: str) -> list[JsonValue]:
        wanted = {"fields": [name], "order": "id"}
        told = await self._in_turn(lambda: wire.execute(model, "search_read", [domain], wanted, repeatable=True))
        return [row[name] for row in told if isinstance(row, dict)] if isinstance(told, list) else []

    async def _in_turn(self, call: Callable[[], Awaitable[T]]) -> T:
        """Make a call when it is its turn, and again where its transaction met another one: nothing was done then."""
        for attempt in range(_TRIES):
            try:
                async with self._turns():
                    return await call()
            except Fault as fault:
                if not fault.is_passing or attempt == _TRIES - 1:
                    raise
                await asyncio.sleep(random.uniform(0.1, 0.4) * 2**attempt)  # noqa: S311 - jitter, not a secret
        raise AssertionError("unreachable: the last try returns or raises")

    def _turns(self) -> asyncio.Semaphore:
        of_loop = _turns.setdefault(asyncio.get_running_loop(), {})
        return of_loop.setdefault((self.http.url, self.db), asyncio.Semaphore(self.parallel))


_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[str, str], asyncio.Semaphore]] = WeakKeyDictionary()
"""The budget of each database, shared by all connections of a loop."""
