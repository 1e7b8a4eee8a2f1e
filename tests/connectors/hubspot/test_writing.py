"""Each record has an outcome of its own, whatever the system makes of the batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from mapstudio.connectors.exchange import Origin, Write, Written
from mapstudio.connectors.hubspot import HubSpotConnector
from mapstudio.connectors.hubspot.refusals import reasons
from mapstudio.model import JsonValue, Record
from mapstudio.model.exact_json import loads
from mapstudio.sandbox.ledger import Ledger
from tests.connectors.hubspot.conftest import Connect, Script

PROPERTIES = {
    "results": [
        {"name": name, "label": name, "type": "string", "fieldType": "text", "hasUniqueValue": name == "ref"}
        for name in ("email", "firstname", "ref")
    ]
}


def create(number: int, **values: JsonValue) -> Write:
    record: Record = {"email": f"w{number}@example.org", **values}
    return Write(Origin("s", "o", str(number)), record, key={"email": f"w{number}@example.org"})


def results(inputs: Sequence[dict[str, Any]], *, traces: bool = True) -> dict[str, Any]:
    found = [
        {
            "id": f"9{number}",
            "new": True,
            "properties": {"email": item["id"].lower()},
            **({"objectWriteTraceId": item["objectWriteTraceId"]} if traces else {}),
        }
        for number, item in enumerate(inputs)
    ]
    return {"status": "COMPLETE", "results": found[::-1]}


async def test_a_whole_batch_with_poison_writes_the_rest_and_the_ledger_agrees(
    connect: Connect, tmp_path: Path
) -> None:
    with Ledger(tmp_path / "ledger.jsonl") as ledger:
        connector = await connect(serve={"ledger": ledger})
        poison: dict[int, Record] = {
            3: {"lifecyclestage": "nope"},
            50: {"stay_count": "many"},
            99: {"email": "no-address", "no_such": "x"},
        }
        writes = [create(number, **poison.get(number, {})) for number in range(100)]
        outcomes = await connector.write("contacts", writes)
    refused = {place: outcome for place, outcome in enumerate(outcomes) if outcome.result is Written.REFUSED}
    assert set(refused) == set(poison)
    assert [reason.row for reason in refused[3].reasons] == ["lifecyclestage"]
    assert refused[3].reasons[0].value == "nope"
    assert {reason.row for reason in refused[99].reasons} == {"email", "no_such"}
    lines = [loads(line) for line in (tmp_path / "ledger.jsonl").read_text().splitlines()]
    written = {line["key"]: line["id"] for line in lines if isinstance(line, dict)}
    assert len(lines) == len(written) == 97
    assert written == {
        f"w{place}@example.org": outcome.destination_id
        for place, outcome in enumerate(outcomes)
        if outcome.result is Written.CREATED
    }


async def test_a_value_that_another_record_has_is_told_at_its_row(connect: Connect) -> None:
    connector = await connect()
    await connector.write("contacts", [create(1, cb_guest_id="G-1")])
    outcomes = await connector.write("contacts", [create(2, cb_guest_id="G-1"), create(3, cb_guest_id="G-3")])
    assert [outcome.result for outcome in outcomes] == [Written.REFUSED, Written.CREATED]
    assert outcomes[0].reasons[0].row == "cb_guest_id"
    [first, third] = [(await connector.write("contacts", [create(n)]))[0].destination_id or "" for n in (1, 3)]
    move = Write(Origin("s", "o", "3"), {"email": "w1@example.org"}, destination_id=third)
    [outcome] = await connector.write("contacts", [move])
    assert outcome.result is Written.REFUSED
    assert outcome.reasons[0].row == "email"
    assert first in outcome.reasons[0].reason


async def test_creates_need_one_unique_property(connect: Connect) -> None:
    connector = await connect()
    writes = [
        Write(Origin("s", "o", "1"), {"firstname": "Ana"}, key={"firstname": "Ana"}),
        Write(Origin("s", "o", "2"), {"firstname": "Ana"}),
        Write(
            Origin("s", "o", "3"),
            {"email": "w3@example.org", "associations": {"x": 1}},
            key={"email": "w3@example.org"},
        ),
        create(4),
    ]
    outcomes = await connector.write("contacts", writes)
    assert [outcome.result for outcome in outcomes] == [*[Written.REFUSED] * 3, Written.CREATED]
    assert outcomes[2].reasons[0].row == "associations"


async def test_a_refused_batch_is_halved_until_the_poison_stands_alone(
    scripted: Callable[[Script], HubSpotConnector],
) -> None:
    sizes: list[int] = []

    def script(method: str, path: str, body: Any) -> tuple[int, Any]:
        if "/properties/" in path:
            return 200, PROPERTIES
        sizes.append(len(body["inputs"]))
        if any(item["properties"].get("firstname") == "poison" for item in body["inputs"]):
            inside = '[{"isValid":false,"message":"no","error":"INVALID_X","name":"firstname"}]'
            return 400, {"status": "error", "message": f"Property values were not valid: {inside}"}
        return 200, results(body["inputs"])

    async with scripted(script) as connector:
        writes = [create(number, firstname="poison" if number == 5 else "Ana") for number in range(64)]
        outcomes = await connector.write("contacts", writes)
    assert [place for place, outcome in enumerate(outcomes) if outcome.result is not Written.CREATED] == [5]
    [reason] = outcomes[5].reasons
    assert (reason.row, reason.reason, reason.value) == ("firstname", "no (INVALID_X)", "poison")
    assert len(sizes) == 12


@pytest.mark.parametrize("traces", [True, False])
async def test_results_are_matched_to_their_inputs_whatever_their_order(
    scripted: Callable[[Script], HubSpotConnector], traces: bool
) -> None:
    def script(method: str, path: str, body: Any) -> tuple[int, Any]:
        return 200, PROPERTIES if "/properties/" in path else results(body["inputs"], traces=traces)

    async with scripted(script) as connector:
        outcomes = await connector.write("contacts", [create(number) for number in range(5)])
    assert [outcome.destination_id for outcome in outcomes] == ["90", "91", "92", "93", "94"]


async def test_an_input_without_a_word_in_the_answer_is_asked_again(
    scripted: Callable[[Script], HubSpotConnector],
) -> None:
    """A 2xx is no proof: a record that is neither in the results nor in the errors is not taken for written."""
    sent: list[list[str]] = []

    def script(method: str, path: str, body: Any) -> tuple[int, Any]:
        if "/properties/" in path:
            return 200, PROPERTIES
        sent.append([item["id"] for item in body["inputs"]])
        told = [item for item in body["inputs"] if item["id"] != "w2@example.org"]
        if len(body["inputs"]) == 1 and len(sent) == 2:
            told = body["inputs"]
        return 207, results(told)

    async with scripted(script) as connector:
        outcomes = await connector.write("contacts", [create(number) for number in range(4)])
        assert [outcome.result for outcome in outcomes] == [Written.CREATED] * 4
        [again] = await connector.write("contacts", [create(2)])
    assert sent[1] == ["w2@example.org"]
    assert again.result is Written.UNKNOWN


async def test_an_answer_that_says_nothing_of_anybody_leaves_all_unknown_at_once(
    scripted: Callable[[Script], HubSpotConnector],
) -> None:
    sent: list[int] = []

    def script(method: str, path: str, body: Any) -> tuple[int, Any]:
        if "/properties/" in path:
            return 200, PROPERTIES
        sent.append(len(body["inputs"]))
        return 200, {"status": "PENDING", "results": []}

    async with scripted(script) as connector:
        outcomes = await connector.write("contacts", [create(number) for number in range(9)])
    assert {outcome.result for outcome in outcomes} == {Written.UNKNOWN}
    assert sent == [9]


async def test_what_was_written_before_the_connection_broke_is_not_forgotten(
    scripted: Callable[[Script], HubSpotConnector], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mapstudio.connectors.http.random.uniform", lambda *_: 0.0)

    def script(method: str, path: str, body: Any) -> tuple[int, Any]:
        if "/properties/" in path:
            return 200, PROPERTIES
        if len(body["inputs"]) == 4:
            return 400, {"status": "error", "message": "no"}
        if body["inputs"][0]["id"] == "w0@example.org":
            return 200, results(body["inputs"])
        return 503, {"status": "error", "message": "down"}

    async with scripted(script) as connector:
        outcomes = await connector.write("contacts", [create(number) for number in range(4)])
    assert [outcome.result for outcome in outcomes] == [*[Written.CREATED] * 2, *[Written.UNKNOWN] * 2]


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        ({"message": "Contact already exists. Existing ID: 7", "category": "CONFLICT"}, ["email"]),
        ({"message": "Internal trouble"}, ["key"]),
        ({}, ["key"]),
        ("not even an object", ["key"]),
        ({"message": 'Property values were not valid: [{"name":"a","message":"m","error":"E"}]'}, ["a"]),
        ({"message": "Property values were not valid: [{broken"}, ["key"]),
        (
            {"message": "x", "errors": [{"message": "m", "code": "E", "context": {"propertyName": ["a", "b"]}}]},
            ["a", "b"],
        ),
    ],
)
def test_every_error_body_gives_a_row_and_a_sentence(body: JsonValue, rows: list[str]) -> None:
    found = reasons(body, {"email": "a@example.org", "a": 1}, "email")
    assert [reason.row for reason in found] == rows
    assert all(reason.reason for reason in found)


def test_a_list_of_three_hundred_options_does_not_flood_the_reason() -> None:
    told = f"x was not one of the allowed options: [{', '.join(map(str, range(900)))}]"
    body: JsonValue = {"message": "x", "errors": [{"message": told, "context": {"propertyName": ["a"]}}]}
    assert len(reasons(body, {}, "a")[0].reason) < 400
