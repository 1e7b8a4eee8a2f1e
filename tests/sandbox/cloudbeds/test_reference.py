"""The sandbox's answers have the keys and JSON types of the reference's examples, in both dialects."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.sandbox.cloudbeds.conftest import Client
from tests.sandbox.cloudbeds.happenings import live
from tests.sandbox.cloudbeds.receiver import receiving

pytestmark = pytest.mark.reference

Shape: TypeAlias = "dict[str, set[str]]"
SPEC = {"options": {"dialect": "spec"}}
WIRE: dict[str, Any] = {}
# Only where a channel sends cards, or on another state of the record than any example has; all of them in the vendor's
# specification.
OPTIONAL = {
    "channelProvidedCreditCard",
    "dateCancelled",
    "dateCancelledUTC",
    "estimatedArrivalTime",
    "cardsOnFile[]",
    # Of items that somebody counts.
    "itemQuantity",
    "reorderThreshold",
    "reorderNeeded",
    "stopSell",
    "stopSellMet",
}


def shape(value: Any, path: str = "", into: Shape | None = None) -> Shape:
    """Return the JSON types at each path; elements of lists, and values below ids and dates, count as one."""
    found: Shape = {} if into is None else into
    found.setdefault(path, set()).add(_kind(value))
    if isinstance(value, dict):
        for key, inner in value.items():
            name = "*" if key[:1].isdigit() else key
            shape(inner, f"{path}.{name}".removeprefix("."), found)
    elif isinstance(value, list):
        for inner in value:
            shape(inner, f"{path}[]", found)
    return found


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    return {str: "string", int: "number", float: "number", list: "list", dict: "object"}[type(value)]


def assert_same_shape(example: Mapping[str, set[str]], ours: Mapping[str, set[str]]) -> None:
    missing = {path for path in example if path not in ours and not _optional(path)}
    assert not missing, f"the example has {sorted(missing)}"
    for path, kinds in ours.items():
        if path not in example:
            inside_empty = any(path.startswith(known) and f"{known}[]" not in example for known in _empty(example))
            assert inside_empty or _optional(path), f"the example has no {path}"
            continue
        expected = example[path]
        assert expected <= kinds | {"null"}, f"{path} is {kinds}, in the example {expected}"
        assert expected == {"null"} or kinds - {"null"} <= expected, f"{path} is {kinds}, in the example {expected}"


def _empty(example: Mapping[str, set[str]]) -> list[str]:
    return [path for path, kinds in example.items() if "list" in kinds and f"{path}[]" not in example]


def _optional(path: str) -> bool:
    return any(f".{name}" in f".{path}" for name in OPTIONAL)


def example(folder: Path, *names: str) -> Shape:
    found: Shape = {}
    for name in names:
        shape(json.loads((folder / "cloudbeds" / "examples" / f"{name}.json").read_text("utf-8")), into=found)
    return found


def lists(method: str, **parameters: str) -> tuple[str, dict[str, str]]:
    return method, parameters


@pytest.mark.parametrize(
    ("client", "names", "call"),
    [
        (WIRE, ["getHotels"], lists("getHotels")),
        (SPEC, ["getHotels.spec"], lists("getHotels")),
        (WIRE, ["getHotelDetails"], lists("getHotelDetails")),
        (WIRE, ["getCustomFields"], lists("getCustomFields")),
        (WIRE, ["getRooms"], lists("getRooms")),
        (WIRE, ["getGuestList.array"], lists("getGuestList", includeGuestInfo="true")),
        (SPEC, ["getGuestList.map"], lists("getGuestList", includeGuestInfo="true")),
        (WIRE, ["getGuestList.empty"], lists("getGuestList", guestEmail="nobody@example.invalid")),
        (WIRE, ["getGuestsModified"], lists("getGuestsModified", resultsFrom="2020-01-01")),
        (WIRE, ["getReservations"], lists("getReservations")),
        (
            WIRE,
            ["getReservations.includeGuestsDetails"],
            lists("getReservations", includeGuestsDetails="true", includeCustomFields="true"),
        ),
        (WIRE, ["getReservationsWithRateDetails"], lists("getReservationsWithRateDetails")),
        (WIRE, ["getGuestsByFilter"], lists("getGuestsByFilter", status="in_house")),
        (WIRE, ["getItemCategories"], lists("getItemCategories")),
        (WIRE, ["getHouseAccountList"], lists("getHouseAccountList")),
        (WIRE, ["getSources"], lists("getSources")),
        (WIRE, ["getPaymentMethods"], lists("getPaymentMethods", lang="es")),
        (WIRE, ["getTransactions.legacy_v1_2"], lists("getTransactions")),
    ],
    indirect=["client"],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_lists(client: Client, reference_folder: Path, names: list[str], call: tuple[str, dict[str, str]]) -> None:
    method, parameters = call
    assert_same_shape(example(reference_folder, *names), shape(client.get(method, **parameters)))


def test_one_guest(client: Client, reference_folder: Path) -> None:
    ours: Shape = {}
    for row in client.get("getGuestList", pageSize=60)["data"]:
        shape(client.get("getGuest", guestID=row["guestID"]), into=ours)
    assert_same_shape(example(reference_folder, "getGuest"), ours)


def test_one_reservation(client: Client, reference_folder: Path) -> None:
    ours: Shape = {}
    for row in client.get("getReservations", pageSize=60)["data"]:
        shape(client.get("getReservation", reservationID=row["reservationID"]), into=ours)
    assert_same_shape(example(reference_folder, "getReservation", "getReservation.multiroom"), ours)


def test_notes(client: Client, reference_folder: Path) -> None:
    guest = next(row for row in client.rows("getGuestList", includeGuestInfo="true") if row["guestNotes"])
    notes = client.get("getGuestNotes", guestID=guest["guestID"])
    assert_same_shape(example(reference_folder, "getGuestNotes"), shape(notes))
    identity = guest["reservationID"]
    client.send("POST", "postReservationNote", reservationID=identity, reservationNote="x")
    notes = client.get("getReservationNotes", reservationID=identity)
    assert_same_shape(example(reference_folder, "getReservationNotes"), shape(notes))


def test_writes_take_the_forms_of_the_examples(client: Client, reference_folder: Path) -> None:
    writes = json.loads((reference_folder / "cloudbeds" / "examples" / "writes.json").read_text("utf-8"))
    rows = client.rows("getGuestList", includeGuestInfo="true")
    guest = next(row for row in rows if row["guestNotes"] and not row["isMerged"])
    own = {"84510021": guest["guestID"], "331907": guest["guestNotes"][0]["ID"]}
    own["6184920377150"] = guest["reservationID"]
    for method in ("putGuest", "postGuestNote", "putGuestNote", "postReservationNote"):
        form = writes[method]["request_form"]
        for theirs, ours in own.items():
            form = form.replace(theirs, ours)
        answer = client.http.request(
            "PUT" if method.startswith("put") else "POST",
            method,
            content=form.encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        assert shape(answer.json()) == shape(writes[method]["response"]), method


def test_items(client: Client, reference_folder: Path) -> None:
    assert_same_shape(example(reference_folder, "getItems"), shape(client.get("getItems")))


def test_webhooks_and_what_they_bring(client: Client, reference_folder: Path) -> None:
    folder = reference_folder / "cloudbeds" / "examples"
    payloads = json.loads((folder / "webhook_payloads.json").read_text("utf-8"))
    with receiving() as receiver:
        for event in payloads:
            entity, action = event.split("/")
            answer = client.send("POST", "postWebhook", object=entity, action=action, endpointUrl=receiver.url)
            assert shape(answer) == shape(json.loads((folder / "writes.json").read_text())["postWebhook"]["response"])
        assert_same_shape(example(reference_folder, "getWebhooks"), shape(client.get("getWebhooks")))
        live(client)
        told: dict[str, Shape] = {}
        for body in receiver.until(lambda bodies: {body["event"] for body in bodies} == payloads.keys()):
            shape(body, into=told.setdefault(body["event"], {}))
    for event, payload in payloads.items():
        # A row without a parent says null, and so does a room that nobody had before.
        ours = {path: kinds - {"null"} or {"null"} for path, kinds in told[event].items()}
        theirs = {path: ours[path] if kinds == {"null"} else kinds for path, kinds in shape(payload).items()}
        assert_same_shape(theirs, ours)


def test_accounting(client: Client, reference_folder: Path) -> None:
    asked = json.loads(
        (reference_folder / "cloudbeds" / "examples" / "accounting_transactions.request.json").read_text()
    )
    with_rows = example(reference_folder, "accounting_transactions.response")
    ours: Shape = {}
    for row in client.get("getReservations", status="checked_out", pageSize=60)["data"]:
        asked["filters"]["and"][1]["value"] = row["reservationID"]
        asked["limit"] = 5
        path = client.root + "/accounting/v1.0/transactions"
        answer = client.http.post(path, json=asked, headers={"X-Property-ID": "297652"})
        assert answer.status_code == 200, answer.text
        shape(answer.json(), into=ours)
    assert_same_shape(with_rows, ours)


def test_profiles(client: Client, reference_folder: Path) -> None:
    headers = {"X-Organization-Id": "118204"}
    root = client.root + "/guest-profiles/v1/profiles"
    page = client.http.get(root, params={"limit": 200, "includeTotal": "true"}, headers=headers).json()
    assert_same_shape(example(reference_folder, "profiles.list"), shape(page))
    stats: Shape = {}
    for profile in page["data"][:40]:
        found = client.http.get(f"{root}/{profile['id']}/stats", headers=headers).json()
        assert isinstance(found, list)
        shape(found, into=stats)
    assert_same_shape(example(reference_folder, "profiles.stats"), stats)


def test_errors(client: Client, reference_folder: Path) -> None:
    errors = json.loads((reference_folder / "cloudbeds" / "examples" / "errors.json").read_text("utf-8"))
    told = [(error["status"], error["body"]) for error in errors]
    wrong_key = client.http.get("getHotels", headers={"x-api-key": "wrong"})
    assert (wrong_key.status_code, wrong_key.json()) in told
    wrong_property = client.http.get("getGuestList", params={"propertyIDs": "1"})
    assert (wrong_property.status_code, wrong_property.json()) in told
    nothing = client.http.get("getGuest")
    assert (nothing.status_code, nothing.json()) in told
