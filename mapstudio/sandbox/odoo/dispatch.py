"""A call of a model's method: who calls, which records, and the whole of it in one transaction."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mapstudio.sandbox.odoo.access import User, Users
from mapstudio.sandbox.odoo.definitions import Value
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.errors import access_error, missing_error, python_error, user_error
from mapstudio.sandbox.odoo.methods import CLASSES, BaseModel
from mapstudio.sandbox.odoo.read_methods import MODEL_METHODS

_LANGUAGES = frozenset({"en_US", "fr_FR"})
_COMPANIES = frozenset({1})


@dataclass(frozen=True)
class Server:
    """One database with those who may sign in.

    Attributes:
        root: The environment of the superuser.
        name: The database's name.
        now: The wall clock, UTC.
    """

    root: Environment
    name: str
    users: Users
    now: Callable[[], datetime]

    def call(self, user: User, model: str, method: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Value:
        """Call a method as over /jsonrpc: ids are the first argument of a method on records.

        Raises:
            ServerError: Whatever the server says against it; nothing was changed then.
        """
        given = dict(kwargs)
        context = given.pop("context", None) or {}
        words = self.root.words
        if method.startswith("_"):
            raise words.private_method(model, method)
        if model not in self.root.models:
            raise words.unknown_model(model)
        ids: list[int] = []
        rest = list(args)
        if not self._on_model(method):
            if not rest and "ids" in given:
                rest = [given.pop("ids")]
            first = rest.pop(0) if rest else []
            ids = [first] if isinstance(first, int) else list(first or [])
        return self.run(user, model, method, ids, rest, given, context)

    def run(
        self,
        user: User,
        model: str,
        method: str,
        ids: list[int],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        context: Mapping[str, Any],
    ) -> Value:
        """Call a method on records, in a transaction of its own."""
        env = self._environment(user, context)
        own = env.rules[model].methods().get(method)
        if own is not None:
            for record in ids:
                if not env.exists(model, record):
                    raise missing_error(model, record, user.uid)
            with env.database.transaction(self.now()):
                return own(env, ids, *args, **kwargs)
        bound = getattr(CLASSES.get(model, BaseModel)(env, model, ids), method, None)
        if not callable(bound):
            raise env.words.unknown_method(model, method)
        _check_arguments(bound, args, kwargs)
        with env.database.transaction(self.now()):
            return bound(*args, **kwargs)

    def _on_model(self, method: str) -> bool:
        return method in MODEL_METHODS or (method == "has_group" and not self.root.words.new)

    def _environment(self, user: User, context: Mapping[str, Any]) -> Environment:
        words = self.root.words
        language = context.get("lang") or user.language
        if language not in _LANGUAGES and words.new:
            raise user_error(f"Invalid language code: {language}")
        if not _COMPANIES.issuperset(context.get("allowed_company_ids") or ()):
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


def _check_arguments(bound: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
    """Refuse arguments that do not fit, in the words of Python itself, which are those of the server."""
    try:
        inspect.signature(bound).bind(*args, **kwargs)
    except TypeError:
        try:
            bound(*args, **kwargs)
        except TypeError as error:
            told = str(error).replace("ReadMethods.", "BaseModel.")
            raise python_error("TypeError", told) from None
