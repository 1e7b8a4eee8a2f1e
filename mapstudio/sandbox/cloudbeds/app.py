"""The application: the classic API's gateway, and the other generations beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mapstudio.model import JsonValue
from mapstudio.sandbox.cloudbeds import envelope
from mapstudio.sandbox.cloudbeds.access import API_KEY, GROUP_KEY, Key
from mapstudio.sandbox.cloudbeds.accounting import accounting_routes
from mapstudio.sandbox.cloudbeds.additions import grown
from mapstudio.sandbox.cloudbeds.consent import Consent, oauth_routes
from mapstudio.sandbox.cloudbeds.control import control_routes, switches
from mapstudio.sandbox.cloudbeds.envelope import BadParameterError, NoSuchMethodError, RefusedError, Reply
from mapstudio.sandbox.cloudbeds.estate import Estate, make_estate
from mapstudio.sandbox.cloudbeds.forms import FormError, parse_form
from mapstudio.sandbox.cloudbeds.hooks import scope_of
from mapstudio.sandbox.cloudbeds.methods import METHODS, Method
from mapstudio.sandbox.cloudbeds.pos import pos_routes
from mapstudio.sandbox.cloudbeds.profile_api import profile_routes
from mapstudio.sandbox.cloudbeds.queries import Call
from mapstudio.sandbox.cloudbeds.tokens import token_of
from mapstudio.sandbox.contract import Service, Setup

_NO_PROPERTY = 'Please specify "propertyID" parameter for this call'
_WRONG_PROPERTY = "None of the included property id's match the access_token user's property id"
_USER_GONE = "User who approved this connection is not active anymore"
_PROPERTY_NAMES = ("propertyID", "propertyIDs", "property_id", "property_ids")
_VERBS = ["GET", "POST", "PUT", "DELETE"]


def build(setup: Setup) -> Sequence[Service]:
    """Return the one service of this sandbox."""
    estate = make_estate(setup)
    consent = Consent(estate)
    gateway = Gateway(estate)
    routes = [
        *oauth_routes(consent),
        Route("/api/{version}/{method:path}", gateway.answer, methods=_VERBS),
        *accounting_routes(estate),
        *profile_routes(estate),
        *pos_routes(estate),
    ]
    options = switches(estate, consent)
    for name, change in options.items():
        change(setup.options[name])
    first = next(iter(estate.houses))
    access = {
        "api_key": API_KEY,
        "property": first,
        "group_api_key": GROUP_KEY,
        "properties": [*estate.houses],
        "organization": estate.organization,
        "oauth": {"client_id": estate.access.app.client_id, "client_secret": estate.access.app.client_secret},
    }
    return [
        Service(
            "cloudbeds",
            Starlette(routes=routes),
            access,
            switches=options,
            control=control_routes(estate),
            refusal=envelope.gateway_error,
            close=estate.hooks.deliveries.close,
        )
    ]


class Gateway:
    """Stands before the methods; a key is for one property, or for a group that must name its property."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        key = self._estate.access.key(token_of(request))
        if key is None:
            return envelope.access_denied()
        try:
            parameters: Mapping[str, JsonValue] | FormError = await _parameters(request)
        except FormError as error:
            # A request that cannot be read counts as well, before that is said.
            parameters = error
        told = "" if isinstance(parameters, FormError) else _told(parameters)
        wait = self._estate.too_many(key, told if isinstance(told, str) else "")
        if wait is not None:
            return envelope.too_many(wait)
        try:
            if isinstance(parameters, FormError):
                raise parameters
            reply = self._reply(request, key, parameters)
        except (BadParameterError, FormError) as error:
            return envelope.bad_parameter(str(error))
        except NoSuchMethodError as error:
            return envelope.no_such_method(error.status, error.message)
        except RefusedError as error:
            return envelope.refused(error.message)
        return envelope.access_denied() if reply is None else envelope.ExactResponse(reply.body())

    def _reply(self, request: Request, key: Key, parameters: Mapping[str, JsonValue]) -> Reply | None:
        """Return what a method answers, ``None`` when the key may not call it."""
        name = request.path_params["method"]
        if request.path_params["version"] not in {"v1.1", "v1.2", "v1.3"} or name not in METHODS:
            raise NoSuchMethodError(404, f"There is no method {name}")
        method = METHODS[name]
        if not self._estate.access.user_active:
            raise RefusedError(_USER_GONE)
        if request.method != method.verb:
            raise NoSuchMethodError(405, f"{name} is called with {method.verb}")
        if not _may(key, method, name, parameters):
            return None
        wanted = _wanted(parameters, method, key.properties)
        houses = tuple(self._estate.houses[identity] for identity in wanted)
        url = str(request.base_url).rstrip("/")
        reply = method.answer(Call(parameters, self._estate, houses, self._estate.spec, url))
        return grown(name, reply) if self._estate.grown else reply


def _may(key: Key, method: Method, name: str, parameters: Mapping[str, JsonValue]) -> bool:
    scope = scope_of(f"{parameters.get('object')}/") if name == "postWebhook" else method.scope
    return key.scopes is None or not scope or scope in key.scopes


def _told(parameters: Mapping[str, JsonValue]) -> JsonValue:
    """Return the properties that a call names, whatever it calls them."""
    return next((parameters[name] for name in _PROPERTY_NAMES if parameters.get(name)), "")


def _wanted(parameters: Mapping[str, JsonValue], method: Method, mine: Sequence[str]) -> list[str]:
    """Return the properties that a call is about, of those that its key reaches."""
    given = _told(parameters)
    if not isinstance(given, str):
        raise BadParameterError("Parameter propertyID must be a text")
    asked = {word.strip() for word in given.split(",") if word.strip()}
    if not asked:
        if len(mine) > 1 and not method.anywhere:
            raise RefusedError(_NO_PROPERTY)
        return [*mine] if method.group else [mine[0]]
    found = [identity for identity in mine if identity in asked]
    if not found:
        raise RefusedError(_WRONG_PROPERTY)
    if len(found) > 1 and not method.group:
        raise BadParameterError("Parameter propertyID must be one property for this call")
    return found


async def _parameters(request: Request) -> Mapping[str, JsonValue]:
    """Return the query of a GET or DELETE, the form of a POST or PUT; another kind of body counts as empty."""
    query = parse_form(request.url.query.encode("ascii", "replace"))
    if request.method in {"GET", "DELETE"}:
        return query
    kind = request.headers.get("Content-Type", "").split(";")[0].strip().lower()
    return parse_form(await request.body()) if kind == "application/x-www-form-urlencoded" else {}
