"""The three services behind /jsonrpc and /xmlrpc: ``common``, ``object`` and ``db``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mapstudio.sandbox.odoo.access import User
from mapstudio.sandbox.odoo.definitions import Value
from mapstudio.sandbox.odoo.dispatch import Server
from mapstudio.sandbox.odoo.errors import ServerError, access_denied, database_error, python_error

_NEEDS_MASTER_PASSWORD = frozenset(
    ["create_database", "duplicate_database", "drop", "dump", "restore", "rename", "change_admin_password",
     "migrate_databases"]
)  # fmt: skip


class Services:
    """What the services of one server answer, whatever protocol they are asked in."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._words = server.root.words
        self._services: Mapping[str, Callable[[str, Sequence[Any]], Value]] = {
            "common": self._common,
            "object": self._object,
            "db": self._databases,
        }

    def call(self, service: Value, method: Value, args: Sequence[Any]) -> Value:
        """Call a method of a service.

        Raises:
            ServerError: Whatever the server says against it.
        """
        found = self._services.get(service) if isinstance(service, str) else None
        if found is None:
            raise python_error("KeyError", str(service))
        return found(str(method), args)

    def version(self) -> dict[str, Any]:
        """Return what ``common.version`` says."""
        name = f"{self._words.version}.0"
        return {
            "server_version": name,
            "server_version_info": [self._words.version, 0, 0, "final", 0, ""],
            "server_serie": name,
            "protocol_version": 1,
        }

    def databases(self) -> list[str]:
        """Return the names of the databases."""
        return [self._server.name]

    def _common(self, method: str, args: Sequence[Any]) -> Value:
        if method == "version":
            return self.version()
        if method == "about":
            return f"A local sandbox that speaks as Odoo {self._words.version}.0 does"
        if method not in {"login", "authenticate"}:
            raise ServerError("builtins.Exception", f"Method not found: {method}")
        names = ("db", "login", "password", "user_agent_env")[: 3 if method == "login" else 4]
        _require(f"exp_{method}", names, args)
        self._check_database(args[0])
        user = self._server.users.authenticate(str(args[1]), str(args[2]))
        return user.uid if user is not None else False

    def _databases(self, method: str, args: Sequence[Any]) -> Value:
        if method == "list":
            return self.databases()
        if method == "server_version":
            return f"{self._words.version}.0"
        if method == "db_exist":
            return bool(args) and args[0] in self.databases()
        if method == "list_lang":
            return [["en_US", "English (US)"], ["fr_FR", "French / Français"]]
        if method in _NEEDS_MASTER_PASSWORD:
            raise access_denied()  # nobody knows the master password of a sandbox
        raise python_error("KeyError", f"Method not found: {method}")

    def _object(self, method: str, args: Sequence[Any]) -> Value:
        self._check_call(method, args)
        database, uid, secret, model, name, *rest = args
        user = self._user(database, uid, secret)
        if method == "execute":
            return self._server.call(user, model, name, rest, {})
        positional = rest[0] if rest else []
        named = rest[1] if len(rest) > 1 else {}
        return self._server.call(user, model, name, positional, named or {})

    def _check_call(self, method: str, args: Sequence[Any]) -> None:
        if self._words.new and len(args) < 5:
            raise python_error("ValueError", f"not enough values to unpack (expected at least 5, got {len(args)})")
        if len(args) < 3:
            raise python_error("IndexError", "list index out of range")
        if method not in {"execute", "execute_kw"}:
            raise python_error("NameError", f"Method not available {method}")
        _require(method, ("db", "uid", "passwd", "obj", "method"), args)

    def _user(self, database: Value, uid: Value, secret: Value) -> User:
        self._check_database(database)
        user = self._server.users.check(int(uid) if str(uid).isdigit() else 0, str(secret))
        if user is None:
            raise access_denied()
        return user

    def _check_database(self, name: Value) -> None:
        if name != self._server.name:
            raise database_error(
                "OperationalError",
                'connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: '
                f'FATAL:  database "{name}" does not exist\n',
            )


def _require(name: str, wanted: Sequence[str], given: Sequence[Any]) -> None:
    missing = list(wanted[len(given) :])
    if missing:
        raise missing_arguments(name, missing)


def missing_arguments(name: str, missing: Sequence[str]) -> ServerError:
    """Return Python's own words about arguments that were left out."""
    quoted = [f"'{one}'" for one in missing]
    told = " and ".join(quoted) if len(quoted) < 3 else f"{', '.join(quoted[:-1])}, and {quoted[-1]}"
    plural = "s" if len(quoted) > 1 else ""
    return python_error("TypeError", f"{name}() missing {len(quoted)} required positional argument{plural}: {told}")
