"""Guest profiles v1: the people of an organisation, what they have stayed and spent, and how they are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeVar

from starlette.routing import Route

from mapstudio.model import JsonValue, Record
from mapstudio.sandbox.cloudbeds.estate import Estate, House
from mapstudio.sandbox.cloudbeds.json_calls import Generation, JsonApiError, JsonCall
from mapstudio.sandbox.cloudbeds.profile_fields import check_organization, written_values
from mapstudio.sandbox.cloudbeds.profile_filters import chosen, sorted_by
from mapstudio.sandbox.cloudbeds.profile_merges import list_merges, merge
from mapstudio.sandbox.cloudbeds.profile_shapes import (
    custom_field_records,
    profile_record,
    source_records,
    stats_of,
    stay_record,
)
from mapstudio.sandbox.cloudbeds.profiles import STATUSES, Profile
from mapstudio.sandbox.cloudbeds.store import Reservation
from mapstudio.sandbox.world.people import COUNTRIES

T = TypeVar("T")
MOST_ROWS = 250
_PII = ("taxId", "companyTaxId", "documentNumber")
_COMPARED = frozenset({"greater_than_or_equal", "greater_than", "less_than_or_equal", "less_than"})
_LISTED = frozenset({"equals", "not_equals", "in", "not_in"})
_FIELDS: Mapping[str, frozenset[str]] = {
    "dateModified": _COMPARED,
    "checkinAt": _COMPARED,
    "checkoutAt": _COMPARED,
    "parentId": frozenset({"equals", "not_equals", "is_null", "is_not_null"}),
    "country": _LISTED,
    "status": _LISTED,
    "isRepeatGuest": _LISTED,
}
_SORTS = frozenset({"firstName", "lastName", "email", "phone", "country", "isRepeatGuest", "dateModified"})
_STAY_FIELDS: Mapping[str, frozenset[str]] = dict.fromkeys(
    (
        *("checkinAt", "checkoutAt", "propertyId", "roomId", "roomTotal", "roomTypeId", "sourceCode", "sourceId"),
        "status",
    ),
    _COMPARED | _LISTED | {"is_null", "is_not_null"},
)


def profile_routes(estate: Estate) -> list[Route]:
    """Return the routes of this generation."""
    generation = Generation(estate, _refused)
    root, reads, writes = "/guest-profiles/v1", "read:guest", "write:guest"
    one = f"{root}/profiles/{{id}}"
    return [
        generation.route("GET", f"{root}/profiles", _list_profiles, reads),
        generation.route("POST", f"{root}/profiles", _create, writes),
        generation.route("GET", f"{root}/profiles/filters", _filters, reads),
        generation.route("GET", one, _get, reads),
        generation.route("PATCH", one, _update, writes),
        generation.route("GET", f"{one}/stats", _stats, reads),
        generation.route("GET", f"{one}/reservations", _stays, reads),
        generation.route("GET", f"{one}/custom-fields", _custom_fields, reads),
        generation.route("GET", f"{one}/sources", _sources, reads),
        generation.route("GET", f"{one}/pii-field", _pii, reads),
        generation.route("GET", f"{one}/merged-profiles", _merged, reads),
        generation.route("POST", f"{one}/anonymize", _anonymize, writes),
        generation.route("GET", f"{root}/merges", list_merges, reads),
        generation.route("POST", f"{root}/merges", merge, writes),
    ]


def _refused(error: JsonApiError) -> Record:
    return {"code": str(error.status), "message": error.message, "errors": []}


async def _list_profiles(call: JsonCall) -> JsonValue:
    check_organization(call)
    counts = call.estate.stay_dates()

    def value(profile: Profile, field: str) -> str | None:
        dates = counts.get(profile.id, [])
        if field in {"checkinAt", "checkoutAt"}:
            index = 0 if field == "checkinAt" else 1
            return max((pair[index] for pair in dates), default=None)
        if field == "isRepeatGuest":
            return "true" if len(dates) > 1 else "false"
        if field == "dateModified":
            return profile.modified.isoformat()
        if field == "parentId":
            return profile.parent
        if field == "status":
            return ",".join(STATUSES[number] for number in profile.statuses) or None
        return profile.values.get(field) or None

    found = chosen(list(call.estate.profiles.all.values()), call.query("filter"), value, _FIELDS)
    found = sorted_by(found, call.query("sort"), value, _SORTS)
    return _page(call, found, lambda profile: profile_record(profile, call.estate, len(counts.get(profile.id, []))))


async def _get(call: JsonCall) -> JsonValue:
    return _shown(_known(call), call)


async def _create(call: JsonCall) -> JsonValue:
    check_organization(call)
    values, opt_in, status = written_values(await call.body())
    if not values.get("firstName") and not values.get("lastName"):
        raise JsonApiError(400, "firstName or lastName is required")
    profile = call.estate.profiles.add(values, call.estate.setup.now(), opt_in=bool(opt_in))
    if status is not None:
        profile.statuses = [status]
    _record(call, "create", profile, sorted(values), None)
    return _shown(profile, call)


async def _update(call: JsonCall) -> JsonValue:
    profile = _known(call)
    if profile.anonymized is not None:
        raise JsonApiError(400, "Profile is anonymized")
    if profile.parent is not None:
        raise JsonApiError(400, f"Profile is merged into {profile.parent}")
    values, opt_in, status = written_values(await call.body())
    changed = [name for name, value in values.items() if profile.values.get(name, "") != value]
    if opt_in is not None and opt_in != profile.opt_in:
        profile.opt_in = opt_in
        changed.append("isOptIn")
    if status is not None and profile.statuses != [status]:
        profile.statuses = [status]
        changed.append("statusId")
    profile.values.update(values)
    profile.modified = call.estate.setup.now()
    _record(call, "update", profile, changed, profile.id)
    return _shown(profile, call)


async def _stats(call: JsonCall) -> JsonValue:
    """The answer is a list with an entry for each property; the specification's schema says one object."""
    profile = _known(call)
    wanted = _property_filter(call)
    found: list[JsonValue] = [
        stats_of(profile, house, [item for where, item in stays if where is house])
        for stays in [call.estate.stays_of(profile.id)]
        for house in call.estate.houses.values()
        if (not wanted or house.hotel.id in wanted) and any(where is house for where, _ in stays)
    ]
    return found


async def _stays(call: JsonCall) -> JsonValue:
    profile = _known(call)

    def value(pair: tuple[House, Reservation], field: str) -> str | None:
        house, item = pair
        room = item.rooms[0]
        values: Mapping[str, str] = {
            "checkinAt": item.start.isoformat(),
            "checkoutAt": item.end.isoformat(),
            "propertyId": house.hotel.id,
            "roomId": room.room_id,
            "roomTotal": str(room.price),
            "roomTypeId": room.type_id,
            "sourceCode": house.hotel.sources[item.source].code,
            "sourceId": house.hotel.sources[item.source].id,
            "status": item.status,
        }
        return values[field] or None

    found = chosen(call.estate.stays_of(profile.id), call.query("filter"), value, _STAY_FIELDS)
    found = sorted_by(found, call.query("sort"), value, frozenset(_STAY_FIELDS))
    return _page(call, found, lambda pair: stay_record(*pair))


async def _custom_fields(call: JsonCall) -> JsonValue:
    return {"data": custom_field_records(_known(call), call.estate)}


async def _sources(call: JsonCall) -> JsonValue:
    return {"data": source_records(call.estate.stays_of(_known(call).id))}


async def _pii(call: JsonCall) -> JsonValue:
    profile, name = _known(call), call.query("fieldName")
    if name not in _PII:
        raise JsonApiError(400, f"fieldName must be one of: {', '.join(_PII)}")
    return {"value": profile.values.get(name, "")}


async def _merged(call: JsonCall) -> JsonValue:
    profile = _known(call)
    found = [item for item in call.estate.profiles.all.values() if item.parent == profile.id]
    return _page(
        call,
        found,
        lambda item: {
            "profileId": item.id,
            "mergeId": f"9{item.id}",
            "firstName": item.values.get("firstName", ""),
            "lastName": item.values.get("lastName", ""),
            "email": item.values.get("email", ""),
            "phone": item.values.get("phone", ""),
            "isUnmergeEligible": True,
        },
    )


async def _anonymize(call: JsonCall) -> JsonValue:
    profile = _known(call)
    call.estate.anonymize(profile.id)
    _record(call, "update", profile, ["isAnonymized"], profile.id)
    return _shown(profile, call)


async def _filters(call: JsonCall) -> JsonValue:
    check_organization(call)
    codes = {profile.values.get("country", "") for profile in call.estate.profiles.all.values()}
    countries: list[JsonValue] = [
        {"code": country.code, "name": country.name} for country in COUNTRIES if country.code in codes
    ]
    statuses: list[JsonValue] = [{"id": number, "name": name} for number, name in STATUSES.items()]
    return {"countries": countries, "guestStatuses": statuses}


def _known(call: JsonCall) -> Profile:
    check_organization(call)
    profile = call.estate.profiles.all.get(call.path("id"))
    if profile is None:
        raise JsonApiError(404, "Profile not found")
    return profile


def _shown(profile: Profile, call: JsonCall) -> Record:
    return profile_record(profile, call.estate, len(call.estate.stays_of(profile.id)))


def _page(call: JsonCall, found: Sequence[T], show: Callable[[T], JsonValue]) -> JsonValue:
    """Return one page; how many there are is told to those who ask."""
    offset = call.whole("offset", 0, minimum=0, maximum=999_999_999)
    limit = call.whole("limit", 100, minimum=1, maximum=MOST_ROWS)
    answer: Record = {"offset": offset, "limit": limit}
    if call.query("includeTotal").lower() in {"true", "1"}:
        answer["total"] = len(found)
    answer["data"] = [show(item) for item in found[offset : offset + limit]]
    return answer


def _record(
    call: JsonCall, operation: Literal["create", "update"], profile: Profile, changed: Sequence[str], key: str | None
) -> None:
    ledger = call.estate.setup.ledger
    values: Record = dict(profile.values)
    ledger.record(
        "cloudbeds", "guest_profiles", operation, key=key, id=profile.id,
        values={name: values[name] for name in changed if name in values}, changed=changed,
    )  # fmt: skip


def _property_filter(call: JsonCall) -> frozenset[str]:
    """Read ``propertyId:124``, ``propertyId:equals:124`` or ``propertyId:in:123,124``."""
    text = call.query("filter").strip()
    if not text:
        return frozenset()
    parts = text.split(":")
    if parts[0] != "propertyId" or len(parts) not in {2, 3} or (len(parts) == 3 and parts[1] not in {"equals", "in"}):
        raise JsonApiError(400, f"Filter {text} is not supported")
    return frozenset(parts[-1].split(","))
