from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.sandbox.cloudbeds.conftest import Client
from tests.sandbox.cloudbeds.happenings import book

ORGANIZATION = {"X-Organization-Id": "118204"}


def call(client: Client, verb: str, path: str, body: object = None, **parameters: str) -> httpx.Response:
    url = f"{client.root}/guest-profiles/v1/profiles{path}"
    return client.http.request(verb, url, json=body, params=parameters, headers=ORGANIZATION)


def profiles(client: Client, **parameters: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        page = call(client, "GET", "", limit="250", offset=str(len(found)), includeTotal="true", **parameters).json()
        found += page["data"]
        if len(found) >= page["total"]:
            return found


def test_offset_and_limit_page_and_the_total_is_told_on_request(client: Client) -> None:
    everyone = profiles(client)
    assert len({profile["id"] for profile in everyone}) == len(everyone) > 300
    assert [row["id"] for row in call(client, "GET", "", offset="10", limit="5").json()["data"]] == [
        row["id"] for row in everyone[10:15]
    ]
    assert "total" not in call(client, "GET", "").json()
    assert len(call(client, "GET", "").json()["data"]) == 100
    assert call(client, "GET", "", limit="251").status_code == 400


def test_the_organisation_must_be_named_and_be_the_keys(client: Client) -> None:
    url = f"{client.root}/guest-profiles/v1/profiles"
    assert client.http.get(url).status_code == 400
    answer = client.http.get(url, headers={"X-Organization-Id": "1"})
    assert (answer.status_code, answer.json()["code"]) == (403, "403")
    missing = call(client, "GET", "/999")
    assert (missing.status_code, missing.json()) == (404, {"code": "404", "message": "Profile not found", "errors": []})


def test_filters_and_sorts(client: Client) -> None:
    mexicans = profiles(client, filter="country:equals:MX", sort="lastName:asc,firstName:desc")
    assert {profile["country"] for profile in mexicans} == {"MX"}
    names = [profile["lastName"].casefold() for profile in mexicans]
    assert names == sorted(names)
    two = profiles(client, filter="country:in:DE,FR;isRepeatGuest:equals:true")
    assert {profile["country"] for profile in two} == {"DE", "FR"}
    assert all(profile["isRepeatGuest"] for profile in two)
    since = "2026-11-18T00:00:00-06:00"
    recent = profiles(client, filter=f"dateModified:greater_than_or_equal:{since}")
    assert 0 < len(recent) < 100
    assert all(profile["dateModified"] >= "2026-11-18T00:00:00" for profile in recent)
    assert all(profile["parentId"] for profile in profiles(client, filter="parentId:is_not_null"))
    for wrong in ("colour:equals:red", "country:contains:M", "dateModified:greater_than:soon"):
        assert call(client, "GET", "", filter=wrong).status_code == 400
    assert call(client, "GET", "", sort="zip").status_code == 400


def test_one_person_is_one_profile_in_both_properties(client: Client) -> None:
    client.http.headers["x-api-key"] = client.access["group_api_key"]
    rows = client.rows("getReservations", propertyID="297652,297653")
    houses: dict[str, set[str]] = {}
    for row in rows:
        houses.setdefault(row["profileID"], set()).add(row["propertyID"])
    both = next(profile for profile, where in houses.items() if len(where) == 2)
    stays = call(client, "GET", f"/{both}/reservations", limit="250", sort="checkinAt:asc").json()["data"]
    assert {stay["property"]["id"] for stay in stays} == {"297652", "297653"}
    assert {row["reservationID"] for row in rows if row["profileID"] == both} <= {stay["externalId"] for stay in stays}
    arrivals = [stay["checkInAt"] for stay in stays]
    assert arrivals == sorted(arrivals)
    stats = {entry["propertyId"]: entry for entry in call(client, "GET", f"/{both}/stats").json()}
    for house, entry in stats.items():
        slept = [
            stay
            for stay in stays
            if stay["property"]["id"] == house and stay["reservationStatus"] in {"checked_out", "checked_in"}
        ]
        assert entry["reservations"] == len(slept)
        assert entry["nights"] == sum(room["totalNights"] for stay in slept for room in stay["rooms"])
        assert entry["revenue"] == pytest.approx(sum(stay["amounts"]["grandTotal"] for stay in slept))
    one = call(client, "GET", f"/{both}/stats", filter="propertyId:297653").json()
    assert [entry["propertyId"] for entry in one] == ["297653"]


def test_what_identifies_a_person_is_masked_until_it_is_asked_for(client: Client) -> None:
    assert {profile["documentNumber"] for profile in profiles(client)} == {"*****"}
    row = next(row for row in client.rows("getGuestList", includeGuestInfo="true") if row["guestDocumentNumber"])
    profile = next(item["profileID"] for item in client.rows("getReservations") if item["guestID"] == row["guestID"])
    told = call(client, "GET", f"/{profile}/pii-field", fieldName="documentNumber").json()
    assert told["value"].startswith("X")


def test_a_profile_is_made_without_a_reservation_and_patched_in_part(client: Client) -> None:
    made = call(client, "POST", "", {"firstName": "Eva", "lastName": "Sanz", "email": "eva@example.com"}).json()
    assert made["isOptIn"] is False
    changed = call(client, "PATCH", f"/{made['id']}", {"cellPhone": "+34600111222", "isOptIn": True}).json()
    assert (changed["firstName"], changed["cellPhone"], changed["isOptIn"]) == ("Eva", "+34600111222", True)
    assert call(client, "GET", f"/{made['id']}").json() == changed
    assert call(client, "GET", f"/{made['id']}/stats").json() == []
    lines = client.written()
    assert [(line["object"], line["op"], line["changed"]) for line in lines] == [
        ("guest_profiles", "create", ["email", "firstName", "lastName"]),
        ("guest_profiles", "update", ["cellPhone", "isOptIn"]),
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"favourite": "x"},
        {"email": "no tiene"},
        {"country": "Mexico"},
        {"birthday": "31/12/1980"},
        {"isOptIn": "yes"},
        {"statusId": 99},
        {"firstName": 7},
        {"address1": "4242 4242 4242 4242"},
    ],
)
def test_a_wrong_patch_changes_nothing(client: Client, body: dict[str, Any]) -> None:
    profile = next(row for row in profiles(client) if not row["dateAnonymized"] and not row["isMerged"])
    answer = call(client, "PATCH", f"/{profile['id']}", body)
    assert answer.status_code == 400
    assert answer.json().keys() == {"code", "message", "errors"}
    assert call(client, "GET", f"/{profile['id']}").json() == profile


def test_merged_and_anonymised_people_are_shown_and_not_written(client: Client) -> None:
    everyone = profiles(client)
    merged = next(profile for profile in everyone if profile["isMerged"])
    forgotten = next(profile for profile in everyone if profile["dateAnonymized"])
    assert (forgotten["firstName"], forgotten["email"]) == ("", "")
    inside = call(client, "GET", f"/{merged['parentId']}/merged-profiles").json()["data"]
    assert merged["id"] in {row["profileId"] for row in inside}
    assert merged["id"] not in {row["profileID"] for row in client.rows("getReservations")}
    for profile in (merged, forgotten):
        assert call(client, "PATCH", f"/{profile['id']}", {"city": "x"}).status_code == 400


def test_what_is_written_on_a_guest_record_shows_on_the_profile(client: Client) -> None:
    number = book(client)
    [row] = [row for row in client.rows("getReservations") if row["reservationID"] == number]
    client.send("PUT", "putGuest", guestID=row["guestID"], guestCity="Puebla")
    assert call(client, "GET", f"/{row['profileID']}").json()["city"] == "Puebla"


def test_to_anonymise_a_person_empties_all_guest_records(client: Client) -> None:
    of_profile: dict[str, set[str]] = {}
    for row in client.rows("getReservations"):
        of_profile.setdefault(row["profileID"], set()).add(row["guestID"])
    profile, guests = next((profile, ids) for profile, ids in of_profile.items() if len(ids) > 1)
    answer = call(client, "POST", f"/{profile}/anonymize").json()
    assert answer["dateAnonymized"]
    assert answer["isAnonymizationAvailable"] is False
    for guest in guests:
        told = client.get("getGuest", guestID=guest)["data"]
        assert (told["isAnonymized"], told["firstName"], told["email"]) == (True, "", "")


def test_a_merge_at_the_desk_leads_to_the_new_guest(client: Client) -> None:
    rows = [row for row in client.rows("getGuestList") if not row["isMerged"] and not row["isAnonymized"]]
    old, new = rows[0]["guestID"], next(row["guestID"] for row in rows if row["guestID"] != rows[0]["guestID"])
    assert client.control("POST", "/guests/merge", {"guest": old, "into": new})["newGuestID"] == new
    told = client.get("getGuest", guestID=old)["data"]
    assert (told["isMerged"], told["newGuestID"]) == (True, new)
    assert client.send("PUT", "putGuest", guestID=old, guestCity="x")["success"] is False


def test_profiles_are_merged_into_a_new_one_that_has_their_stays(client: Client) -> None:
    rows = client.rows("getReservations")
    plain = [row["id"] for row in profiles(client) if not row["isMerged"] and not row["dateAnonymized"]]
    staying = [row["profileID"] for row in rows if row["profileID"] in plain]
    first, second = staying[0], next(profile for profile in staying if profile != staying[0])
    url = f"{client.root}/guest-profiles/v1/merges"
    body = {"profileIds": [first, second], "firstName": "Ana", "lastName": "Ruiz", "email": "ana@example.com"}
    event = client.http.post(url, json=body, headers=ORGANIZATION).json()
    [after] = event["afterMergeProfiles"]
    assert {profile["id"] for profile in event["beforeMergeProfiles"]} == {first, second}
    assert call(client, "GET", f"/{first}").json()["parentId"] == after["id"]
    mine = {row["reservationID"] for row in rows if row["profileID"] in {first, second}}
    assert mine == {row["reservationID"] for row in client.rows("getReservations") if row["profileID"] == after["id"]}
    assert client.http.get(url, headers=ORGANIZATION).json()["data"] == [event]
    again = client.http.post(url, json=body, headers=ORGANIZATION)
    assert again.status_code == 400
