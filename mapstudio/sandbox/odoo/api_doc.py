"""What 19 tells of its models to those with an API key: ``/doc-bearer/index.json`` and a page for each model."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mapstudio.sandbox.odoo import access
from mapstudio.sandbox.odoo.access import User
from mapstudio.sandbox.odoo.answers import Answers
from mapstudio.sandbox.odoo.dispatch import Server
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.errors import ServerError
from mapstudio.sandbox.odoo.json2 import Bearer, http_error
from mapstudio.sandbox.odoo.methods import CLASSES, BaseModel
from mapstudio.sandbox.odoo.read_methods import MODEL_METHODS
from mapstudio.sandbox.odoo.sessions import COOKIE, Sessions


class ApiDoc:
    """The description of one server's models."""

    def __init__(self, server: Server, answers: Answers, bearer: Bearer, sessions: Sessions) -> None:
        self._server = server
        self._answers = answers
        self._bearer = bearer
        self._sessions = sessions

    def routes(self) -> list[Route]:
        """Return the routes: by key, and the same within a session."""
        return [
            Route("/doc-bearer/index.json", self._index, methods=["GET"]),
            Route("/doc-bearer/{model}.json", self._model, methods=["GET"]),
            Route("/doc/index.json", self._index, methods=["GET"]),
            Route("/doc/{model}.json", self._model, methods=["GET"]),
        ]

    async def _index(self, request: Request) -> Response:
        try:
            env = self._environment(request)
        except ServerError as error:
            return self._bearer.refuse(error)
        visible = [model for model in sorted(env.models) if access.allowed(env, model, "read")]
        return self._answers.json({"modules": ["base"], "models": [_short(env, model) for model in visible]})

    async def _model(self, request: Request) -> Response:
        model = request.path_params["model"]
        try:
            env = self._environment(request)
            if model not in env.models:
                raise http_error(404, "NotFound", f"the model '{model}' does not exist")
            access.require(env, model, "read")
        except ServerError as error:
            return self._bearer.refuse(error)
        return self._answers.json(_whole(env, model))

    def _environment(self, request: Request) -> Environment:
        return self._server.environment(self._user(request), {})

    def _user(self, request: Request) -> User:
        found = self._sessions.user(request.cookies.get(COOKIE, ""))
        if found is None and request.url.path.startswith("/doc/"):
            raise ServerError("odoo.http.SessionExpiredException", "Session expired")
        if found is not None:
            return found
        return self._bearer.user(request)


def _short(env: Environment, model: str) -> dict[str, Any]:
    fields = {name: {"string": one.string} for name, one in env.models[model].items() if env.may_see(one)}
    return {"model": model, "name": env.words.label(model), "fields": fields, "methods": sorted(_methods(env, model))}


def _whole(env: Environment, model: str) -> dict[str, Any]:
    described = BaseModel(env, model, []).fields_get()
    fields = {name: {**told, "module": "base"} for name, told in described.items()}
    methods = {name: _described(name, env, model) for name in sorted(_methods(env, model))}
    return {"model": model, "name": env.words.label(model), "doc": None, "fields": fields, "methods": methods}


def _methods(env: Environment, model: str) -> Iterator[str]:
    yield from (name for name in dir(CLASSES.get(model, BaseModel)) if not name.startswith("_"))
    yield from env.rules[model].methods()


def _described(name: str, env: Environment, model: str) -> dict[str, Any]:
    own = env.rules[model].methods().get(name)
    found = own if own is not None else getattr(CLASSES.get(model, BaseModel), name)
    hidden = 2 if own is not None else 1
    parameters = list(inspect.signature(found).parameters.values())[hidden:]
    told = {one.name: {} if one.default is one.empty else {"default": one.default} for one in parameters}
    doc = (inspect.getdoc(found) or "").split("\n", maxsplit=1)[0] or None
    return {
        "model": model,
        "module": "base",
        "parameters": told,
        "signature": str(inspect.Signature([one.replace(annotation=one.empty) for one in parameters])),
        "api": ["model"] if name in MODEL_METHODS else [],
        "doc": doc,
        "raise": {},
    }
