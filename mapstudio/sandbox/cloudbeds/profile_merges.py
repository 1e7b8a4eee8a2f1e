"""Merges of guest profiles: several become one new profile, to which their guest records belong from then on."""

from __future__ import annotations

from mapstudio.model import JsonValue, Record
from mapstudio.sandbox.cloudbeds.json_calls import JsonApiError, JsonCall
from mapstudio.sandbox.cloudbeds.profile_fields import check_organization, written_values
from mapstudio.sandbox.cloudbeds.profile_shapes import profile_record
from mapstudio.sandbox.cloudbeds.profiles import Profile


async def merge(call: JsonCall) -> JsonValue:
    """Make one profile of several, with the values that are sent."""
    check_organization(call)
    body = await call.body()
    wanted = body.pop("profileIds", None)
    if not isinstance(wanted, list) or len({str(identity) for identity in wanted}) < 2:
        raise JsonApiError(400, "profileIds must name at least two profiles")
    before = [_open(call, str(identity)) for identity in wanted]
    values, opt_in, status = written_values(body)
    if not values.get("firstName") or not values.get("lastName"):
        raise JsonApiError(400, "firstName and lastName are required")
    now = call.estate.setup.now()
    shown: list[JsonValue] = [_shown(profile, call) for profile in before]
    merged = call.estate.profiles.add(values, now, opt_in=bool(opt_in))
    merged.statuses = [status] if status is not None else sorted({one for old in before for one in old.statuses})
    for profile in before:
        profile.parent, profile.modified = merged.id, now
    call.estate.belong({profile.id for profile in before}, merged.id)
    event: Record = {
        "id": f"9{merged.id}",
        "mergeAt": now.date().isoformat(),
        "eventType": "merge",
        "beforeMergeProfiles": shown,
        "afterMergeProfiles": [_shown(merged, call)],
    }
    call.estate.merges.append(event)
    sent: Record = {"profileIds": [*wanted], **body}
    call.estate.setup.ledger.record(
        "cloudbeds", "guest_profiles", "create", key=None, id=merged.id, values=sent, changed=sorted(values)
    )
    return event


async def list_merges(call: JsonCall) -> JsonValue:
    """The merges that were made, latest first."""
    check_organization(call)
    page = call.whole("page", 1, minimum=1, maximum=999_999)
    size = call.whole("perPage", 100, minimum=1, maximum=250)
    found = call.estate.merges[::-1]
    start = (page - 1) * size
    answer: Record = {"offset": start, "limit": size}
    if call.query("includeTotal").lower() in {"true", "1"}:
        answer["total"] = len(found)
    answer["data"] = [*found[start : start + size]]
    return answer


def _open(call: JsonCall, identity: str) -> Profile:
    profile = call.estate.profiles.all.get(identity)
    if profile is None:
        raise JsonApiError(404, "Profile not found")
    if profile.parent is not None or profile.anonymized is not None:
        raise JsonApiError(400, f"Profile {identity} is merged or anonymized")
    return profile


def _shown(profile: Profile, call: JsonCall) -> Record:
    return profile_record(profile, call.estate, len(call.estate.stays_of(profile.id)))
