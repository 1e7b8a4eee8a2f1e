"""The application: keys, properties, the request limit, and one route for all methods."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mapstudio.model import JsonValue
from mapstudio.sandbox.cloudbeds import envelope, guest_writes, guests, property_methods, reservations
from mapstudio.sandbox.cloudbeds.envelope import BadParameterError, NoSuchMethodError, RefusedError, Reply
from mapstudio.sandbox.cloudbeds.forms import FormError, parse_form
from mapstudio.sandbox.cloudbeds.hotel import Hotel, casa_palma
from mapstudio.sandbox.cloudbeds.queries import Call
from mapstudio.sandbox.cloudbeds.seed import seed_store
from mapstudio.sandbox.cloudbeds.store import Store
from mapstudio.sandbox.contract import Service, Setup
from mapstudio.sandbox.window import Window

API_KEY = "cbat_sandbox_casa_palma"
GROUP_KEY = "cbat_sandbox_group"
SISTER_PROPERTY = "297653"
REQUESTS_PER_SECOND = 5
PREFIX = "/api/v1.3/"

Verb = Literal["GET", "POST", "PUT", "DELETE"]
_METHODS: Mapping[str, tuple[Verb, Callable[[Call], Reply]]] = {
    "getHotels": ("GET", property_methods.get_hotels),
    "getHotelDetails": ("GET", property_methods.get_hotel_details),
    "getCustomFields": ("GET", property_methods.get_custom_fields),
    "getRooms": ("GET", property_methods.get_rooms),
    "getRoomTypes": ("GET", property_methods.get_room_types),
    "getGuestList": ("GET", guests.get_guest_list),
    "getGuest": ("GET", guests.get_guest),
    "getGuestsModified": ("GET", guests.get_guests_modified),
    "getGuestNotes": ("GET", guests.get_guest_notes),
    "putGuest": ("PUT", guest_writes.put_guest),
    "postGuestNote": ("POST", guest_writes.post_guest_note),
    "putGuestNote": ("PUT", guest_writes.put_guest_note),
    "deleteGuestNote": ("DELETE", guest_writes.delete_guest_note),
    "getReservations": ("GET", reservations.get_reservations),
    "getReservationsWithRateDetails": ("GET", reservations.get_reservations_with_rate_details),
    "getReservation": ("GET", reservations.get_reservation),
    "putReservation": ("PUT", reservations.put_reservation),
    "getReservationNotes": ("GET", reservations.get_reservation_notes),
    "postReservationNote": ("POST", reservations.post_reservation_note),
}
_NO_PROPERTY = 'Please specify "propertyID" parameter for this call'
_WRONG_PROPERTY = "None of the included property id's match the access_token user's property id"


def build(setup: Setup) -> Sequence[Service]:
    """Return the one service of this sandbox."""
    hotel = casa_palma()
    gateway = Gateway(setup, hotel, seed_store(setup.world, hotel), spec=setup.options.get("dialect") == "spec")
    app = Starlette(routes=[Route(PREFIX + "{method}", gateway.answer, methods=["GET", "POST", "PUT", "DELETE"])])
    return [Service("cloudbeds", app, {"api_key": API_KEY, "property": hotel.id}, refusal=envelope.gateway_error)]


@dataclass
class Gateway:
    """Stands before the methods; a key is for one property, or for a group that must name its property."""

    setup: Setup
    hotel: Hotel
    store: Store
    spec: bool

    def __post_init__(self) -> None:
        self._keys = {API_KEY: (self.hotel.id,), GROUP_KEY: (self.hotel.id, SISTER_PROPERTY)}
        self._window = Window(REQUESTS_PER_SECOND, 1.0, clock=self.setup.clock.elapsed)

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        properties = self._keys.get(_key(request))
        if properties is None:
            return envelope.access_denied()
        if self.setup.limits and not self._window.take():
            return envelope.too_many(self._window.retry_after)
        try:
            reply = await self._reply(request, properties)
        except (BadParameterError, FormError) as error:
            return envelope.bad_parameter(str(error))
        except NoSuchMethodError as error:
            return envelope.no_such_method(error.status, error.message)
        except RefusedError as error:
            return envelope.refused(error.message)
        return envelope.ExactResponse(reply.body())

    async def _reply(self, request: Request, properties: Sequence[str]) -> Reply:
        name = request.path_params["method"]
        if name not in _METHODS:
            raise NoSuchMethodError(404, f"There is no method {name}")
        verb, method = _METHODS[name]
        if request.method != verb:
            raise NoSuchMethodError(405, f"{name} is called with {verb}")
        parameters = await _parameters(request)
        self._check_property(name, parameters, properties)
        return method(self._call(parameters, properties))

    def _call(self, parameters: Mapping[str, JsonValue], properties: Sequence[str]) -> Call:
        now = self.setup.now().astimezone(self.hotel.zone).replace(tzinfo=None)
        return Call(parameters, self.store, self.hotel, self.setup.ledger, now, self.spec, properties)

    def _check_property(self, name: str, parameters: Mapping[str, JsonValue], properties: Sequence[str]) -> None:
        given = parameters.get("propertyID") or parameters.get("propertyIDs") or ""
        if not isinstance(given, str):
            raise BadParameterError("Parameter propertyID must be a text")
        wanted = {word.strip() for word in given.split(",") if word.strip()}
        if not wanted:
            if len(properties) > 1 and name != "getHotels":
                raise RefusedError(_NO_PROPERTY)
            return
        if not wanted.intersection(properties):
            raise RefusedError(_WRONG_PROPERTY)
        if self.hotel.id not in wanted:
            raise RefusedError(f"Property {SISTER_PROPERTY} is empty in this local sandbox")


async def _parameters(request: Request) -> Mapping[str, JsonValue]:
    """Return the query of a GET or DELETE, the form of a POST or PUT; another kind of body counts as empty."""
    query = parse_form(request.url.query.encode("ascii", "replace"))
    if request.method in {"GET", "DELETE"}:
        return query
    kind = request.headers.get("Content-Type", "").split(";")[0].strip().lower()
    return parse_form(await request.body()) if kind == "application/x-www-form-urlencoded" else {}


def _key(request: Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return request.headers.get("x-api-key") or (token.strip() if scheme.lower() == "bearer" else "")
