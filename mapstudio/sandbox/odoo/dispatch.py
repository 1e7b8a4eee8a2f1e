"""A call of a model's method: who calls, which records, and the whole of it in one transaction."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from mapstudio.sandbox.odoo import access
from mapstudio.sandbox.odoo.access import User, Users
from mapstudio.sandbox.odoo.conflicts import Conflicts, load_failure, serialization_failure
from mapstudio.sandbox.odoo.definitions import Value
from mapstudio.sandbox.odoo.environment import LANGUAGES, Environment
from mapstudio.sandbox.odoo.errors import access_error, missing_error, python_error, user_error
from mapstudio.sandbox.odoo.methods import CLASSES, BaseModel
from mapstudio.sandbox.odoo.read_methods import MODEL_METHODS

_CHANGES = {"unlink": "unlink"} | dict.fromkeys(
    ["write", "web_save", "action_archive", "action_unarchive", "toggle_active"], "write"
)
_INNER = re.compile(r"\b(ReadMethods|WebMethods|Users|ExternalIds)\.")
_CLASS_NAMES = {"Users": "ResUsers", "ExternalIds": "IrModelData"}
_PRIVATE = frozenset(
    ["exists", "browse", "sudo", "with_user", "with_context", "with_company", "with_env", "mapped", "filtered",
     "filtered_domain", "sorted", "ensure_one", "concat", "union", "fetch", "modified", "grouped"]
)  # fmt: skip
"""Methods without an underscore that 19 gives to nobody."""
_ON_RECORDS = frozenset({("account.move.line", "default_get", 16)})
"""Methods on a model that take their first argument for ids all the same, by a slip of that version."""
_ONLY_OLD = frozenset({"name_get"})
_ONLY_NEW = frozenset({"has_access", "formatted_read_group", "web_read", "web_save"})


@dataclass(frozen=True)
class Server:
    """One database with those who may sign in.

    Attributes:
        root: The environment of the superuser.
        name: The database's name.
        now: The wall clock, UTC.
        conflicts: Those that a tester asked for.
    """

    root: Environment
    name: str
    users: Users
    now: Callable[[], datetime]
    conflicts: Conflicts = field(default_factory=Conflicts)

    def call(self, user: User, model: str, method: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Value:
        """Call a method as over /jsonrpc: ids are the first argument of a method on records.

        Raises:
            ServerError: Whatever the server says against it; nothing was changed then.
        """
        given = dict(kwargs)
        context = given.pop("context", None) or {}
        if self.private(method):
            raise self.root.words.private_method(model, method)
        if model not in self.root.models:
            raise self.root.words.unknown_model(model)
        ids: list[int] = []
        rest = list(args)
        if not self.on_model(method) or (model, method, self.root.words.version) in _ON_RECORDS:
            if not rest and "ids" in given:
                rest = [given.pop("ids")]
            if not rest:
                raise self.root.words.no_ids()
            ids = as_ids(rest.pop(0))
        env = self.environment(user, context)
        bound = self.bound(env, model, method, ids)
        _check_arguments(bound, rest, given)
        return self.run(env, bound, model, method, rest, given)

    def private(self, method: str) -> bool:
        """Return whether no client may call it."""
        return method.startswith("_") or (self.root.words.new and method in _PRIVATE)

    def bound(self, env: Environment, model: str, method: str, ids: list[int]) -> Callable[..., Any]:
        """Return the method of those records.

        Raises:
            ServerError: There is no such method.
        """
        own = env.rules[model].methods().get(method)
        if own is not None:
            return partial(_on_records, own, env, model, ids)
        found = getattr(CLASSES.get(model, BaseModel)(env, model, ids), method, None)
        if not callable(found) or method in (_ONLY_OLD if env.words.new else _ONLY_NEW):
            raise env.words.unknown_method(model, method)
        if method in _CHANGES:
            return partial(_on_visible, found, env, model, _CHANGES[method], ids)
        return found  # type: ignore[no-any-return]

    def run(
        self,
        env: Environment,
        bound: Callable[..., Any],
        model: str,
        method: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
    ) -> Value:
        """Do a call in a transaction of its own."""
        if self.conflicts.strikes(model, method):
            if method == "load":
                return load_failure()
            raise serialization_failure()
        with env.database.transaction(self.now()):
            return bound(*args, **kwargs)

    def on_model(self, method: str) -> bool:
        """Return whether the method is called without ids."""
        return method in MODEL_METHODS or (method == "has_group" and not self.root.words.new)

    def environment(self, user: User, context: Mapping[str, Any]) -> Environment:
        """Return a user's view, in the context that the client sent.

        Raises:
            ServerError: A language that is not installed (19), or a company that is not the user's.
        """
        words = self.root.words
        language = context.get("lang") or user.language
        if language not in LANGUAGES and words.new:
            raise user_error(f"Invalid language code: {language}")
        if not set(self.root.rows("res.company")).issuperset(context.get("allowed_company_ids") or ()):
            raise access_error("Access to unauthorized or invalid companies.")
        return Environment(
            database=self.root.database,
            words=words,
            models=self.root.models,
            rules=self.root.rules,
            uid=user.uid,
            groups=user.groups,
            context={"lang": user.language, "tz": user.time_zone, **context},
        )


def as_ids(value: Value) -> list[int]:
    """Return the ids of a call, which may be a bare one."""
    if isinstance(value, int):
        return [value]
    return list(value or [])


def _on_records(
    own: Callable[..., Any], env: Environment, model: str, ids: list[int], /, *args: Value, **kwargs: Value
) -> Value:
    """Call a method of the model's own rules; it needs all its records, and the right to change them."""
    for record in ids:
        if not env.exists(model, record):
            raise missing_error(model, record, env.uid)
    access.require(env, model, "read")
    access.require(env, model, "write")
    access.require_records(env, model, "write", ids)
    return own(env, ids, *args, **kwargs)


def _on_visible(
    found: Callable[..., Any],
    env: Environment,
    model: str,
    operation: str,
    ids: list[int],
    /,
    *args: Value,
    **kwargs: Value,
) -> Value:
    access.require(env, model, operation)
    access.require_records(env, model, operation, ids)
    return found(*args, **kwargs)


def _check_arguments(bound: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
    """Refuse arguments that do not fit, in the words of Python itself, which are those of the server."""
    method = signed(bound)
    try:
        inspect.signature(method).bind(*args, **kwargs)
    except TypeError:
        try:
            method(*args, **kwargs)
        except TypeError as error:
            told = _INNER.sub(lambda found: _CLASS_NAMES.get(found[1], "BaseModel") + ".", str(error))
            raise python_error("TypeError", told) from None


def signed(bound: Callable[..., Any]) -> Callable[..., Any]:
    """Return what has the signature that a client sees."""
    if isinstance(bound, partial) and bound.func is _on_records:
        own, env, _, ids = bound.args
        return partial(own, env, ids)
    if isinstance(bound, partial) and bound.func is _on_visible:
        return bound.args[0]  # type: ignore[no-any-return]
    return bound
