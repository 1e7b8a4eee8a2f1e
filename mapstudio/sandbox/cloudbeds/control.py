"""What this sandbox's control endpoint offers beside the shared part: keys, webhooks, and what no API call can do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, time, timedelta

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request

from mapstudio.model import UsageError
from mapstudio.sandbox.cloudbeds.consent import Consent
from mapstudio.sandbox.cloudbeds.estate import Estate, House
from mapstudio.sandbox.cloudbeds.events import night_audit_told, transaction_told
from mapstudio.sandbox.cloudbeds.methods import SCOPES
from mapstudio.sandbox.cloudbeds.seed_money import night_entry
from mapstudio.sandbox.cloudbeds.store import Guest
from mapstudio.sandbox.contract import ControlAnswer, ControlHandler, ControlRoute
from mapstudio.sandbox.deliveries import Manners

_LONGEST_LIFE = 31_536_000


class KeyWanted(BaseModel):
    """An API key to be made: for all properties and everything where it is not said otherwise."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    properties: list[str] | None = None
    scopes: list[str] | None = None


class WebhookChange(BaseModel):
    """How events are delivered."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    manners: Manners


class UserChange(BaseModel):
    """Whether the user who let the app in still works there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    active: bool


class Merge(BaseModel):
    """A guest record and the one that it is merged into."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    guest: str
    into: str


class NightAudit(BaseModel):
    """The property whose day ends."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    property: str | None = None


def switches(estate: Estate, consent: Consent) -> Mapping[str, Callable[[str], None]]:
    """Return the options that can be changed while it runs."""

    def dialect(value: str) -> None:
        if value not in {"wire", "spec"}:
            raise UsageError(f'"{value}" is no dialect.', remedy="wire or spec")
        estate.spec = value == "spec"

    def consents(value: str) -> None:
        if value not in {"ask", "yes", "no"}:
            raise UsageError(f'"{value}" is no answer.', remedy="ask, yes or no")
        consent.answer = None if value == "ask" else value

    def token_life(value: str) -> None:
        if not value.isdecimal() or not 1 <= int(value) <= _LONGEST_LIFE:
            raise UsageError(f'"{value}" is no life of a token.', remedy="Seconds, 28800 or 3600 for example")
        estate.access.token_life = int(value)

    def properties(value: str) -> None:
        if value not in {str(count + 1) for count in range(len(estate.houses))}:
            raise UsageError(f'"{value}" is no number of properties.', remedy=f"1 to {len(estate.houses)}")
        estate.access.reach(int(value))

    def additions(value: str) -> None:
        if value not in {"none", "some"}:
            raise UsageError(f'"{value}" says nothing of additions.', remedy="none or some")
        estate.grown = value == "some"

    return {
        "dialect": dialect,
        "cloudbeds-consent": consents,
        "cloudbeds-token-life": token_life,
        "cloudbeds-properties": properties,
        "cloudbeds-additions": additions,
    }


def control_routes(estate: Estate) -> Sequence[ControlRoute]:
    """Return the routes of this organisation."""
    return [
        ("POST", "/keys", _of(estate, _new_key)),
        ("PUT", "/user", _of(estate, _change_user)),
        ("GET", "/webhooks", _of(estate, _webhooks)),
        ("PUT", "/webhooks", _of(estate, _change_webhooks)),
        ("DELETE", "/reservations/{id}", _of(estate, _delete_reservation)),
        ("POST", "/guests/merge", _of(estate, _merge)),
        ("POST", "/guests/{id}/anonymize", _of(estate, _anonymize)),
        ("POST", "/night-audit", _of(estate, _night_audit)),
    ]


def _of(estate: Estate, handler: Callable[[Estate, Request], Awaitable[ControlAnswer]]) -> ControlHandler:
    async def answer(request: Request) -> ControlAnswer:
        return await handler(estate, request)

    return answer


async def _new_key(estate: Estate, request: Request) -> ControlAnswer:
    asked = KeyWanted.model_validate_json(await request.body())
    properties = asked.properties or [*estate.houses]
    unknown = sorted(set(properties) - estate.houses.keys()) + sorted(set(asked.scopes or ()) - SCOPES)
    if unknown:
        raise UsageError(f"There is no property or scope {', '.join(unknown)}.")
    scopes = None if asked.scopes is None else frozenset(asked.scopes)
    return {"api_key": estate.access.new_key(properties, scopes)}


async def _change_user(estate: Estate, request: Request) -> ControlAnswer:
    estate.access.user_active = UserChange.model_validate_json(await request.body()).active
    return {"active": estate.access.user_active}


async def _webhooks(estate: Estate, request: Request) -> ControlAnswer:  # noqa: ARG001 - the shape of all handlers
    hooks = estate.hooks
    return {
        "subscriptions": [item.to_json() for item in hooks.subscriptions.values()],
        "manners": hooks.deliveries.manners.model_dump(),
        **hooks.deliveries.to_json(),
    }


async def _change_webhooks(estate: Estate, request: Request) -> ControlAnswer:
    estate.hooks.deliveries.behave(WebhookChange.model_validate_json(await request.body()).manners)
    return await _webhooks(estate, request)


async def _delete_reservation(estate: Estate, request: Request) -> ControlAnswer:
    """Delete a reservation as somebody at the desk does: its rows are taken back, so that there are twice as many."""
    identity = request.path_params["id"]
    for house in estate.houses.values():
        item = house.store.reservation(identity)
        if item is not None:
            now = estate.local_now(house.hotel)
            item.deleted, item.modified = True, house.store.stamp(now)
            house.store.book.void_all(item.account, now.replace(microsecond=0))
            rows = len(house.store.book.of(item.account))
            estate.hooks.tell(house.hotel.id, "reservation/deleted", {"reservation": identity})
            return {"deleted": identity, "transactions": rows}
    raise UsageError(f"There is no reservation {identity}.")


async def _merge(estate: Estate, request: Request) -> ControlAnswer:
    asked = Merge.model_validate_json(await request.body())
    house, guest = _guest(estate, asked.guest)
    into = house.store.guests.get(asked.into)
    if into is None or into.merged_into or guest.merged_into or into is guest:
        raise UsageError("Two guests of one property can be merged that are not merged yet.")
    now = estate.setup.now()
    guest.merged_into, guest.modified = into.id, house.store.stamp(estate.local_now(house.hotel))
    if guest.profile != into.profile:
        old = estate.profiles.all[guest.profile]
        old.parent, old.modified = into.profile, now
        estate.belong({old.id}, into.profile)
    estate.hooks.tell(house.hotel.id, "guest/details_changed", {"guest": guest.id})
    return {"guest": guest.id, "newGuestID": into.id}


async def _anonymize(estate: Estate, request: Request) -> ControlAnswer:
    _, guest = _guest(estate, request.path_params["id"])
    return {"isAnonymized": True, "guests": estate.anonymize(guest.profile)}


def _guest(estate: Estate, identity: str) -> tuple[House, Guest]:
    for house in estate.houses.values():
        if identity in house.store.guests:
            return house, house.store.guests[identity]
    raise UsageError(f"There is no guest {identity}.")


async def _night_audit(estate: Estate, request: Request) -> ControlAnswer:
    """End the day: each room that somebody sleeps in is charged for the night, once."""
    asked = NightAudit.model_validate_json(await request.body() or b"{}")
    wanted = asked.property or next(iter(estate.houses))
    house = estate.houses.get(wanted)
    if house is None:
        raise UsageError(f"There is no property {wanted}.")
    day = estate.local_now(house.hotel).date() - timedelta(days=1)
    posted = _charge_nights(estate, house, datetime.combine(day + timedelta(days=1), time(3, 15)))
    estate.hooks.tell(house.hotel.id, "night_audit/completed", night_audit_told(estate.local_now(house.hotel)))
    return {"property": wanted, "businessDate": day.isoformat(), "posted": posted}


def _charge_nights(estate: Estate, house: House, at: datetime) -> int:
    book, posted = house.store.book, 0
    night = at.date() - timedelta(days=1)
    for item in house.store.reservations.values():
        if item.status != "checked_in":
            continue
        charged = {row.relation for row in book.of(item.account) if row.code == "1000" and row.service == night}
        for index, room in enumerate(item.rooms):
            if room.start <= night < room.end and room.id not in charged:
                row = book.post(item.account, night_entry(item, index, at))
                estate.hooks.tell(house.hotel.id, "accounting/transaction", transaction_told(row, house.hotel))
                posted += 1
    return posted
