"""Bad records among good ones: found with few requests, whatever the system tells of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapstudio.connectors.exchange import Origin, Write, Written
from mapstudio.connectors.http import Answer
from mapstudio.connectors.hubspot import HubSpotConnector
from mapstudio.connectors.hubspot.api import Api
from mapstudio.connectors.hubspot.catalogue import Catalogue
from mapstudio.connectors.hubspot.paths import VERSIONS
from mapstudio.connectors.hubspot.writing import Writer
from tests.connectors.hubspot.conftest import Connect, Script
from tests.connectors.hubspot.test_writing import PROPERTIES, create, results

POISON = "poison"


def invalid(name: str, value: str, code: str = "INVALID_OPTION") -> dict[str, Any]:
    """Return the refusal of a whole batch for one value."""
    text = f"{value} was not one of the allowed options: [a, b]"
    inside = [{"isValid": False, "message": text, "error": code, "name": name, "localizedErrorMessage": text}]
    return {"status": "error", "message": f"Property values were not valid: {json.dumps(inside)}"}


def refuse_all(tell: Callable[[str], dict[str, Any]]) -> tuple[Script, list[int]]:
    """Return a system that refuses a whole batch for its first bad record, and the sizes of the batches it got."""
    sizes: list[int] = []

    def script(method: str, path: str, body: Any) -> tuple[int, Any]:
        if "/properties/" in path:
            return 200, PROPERTIES
        sizes.append(len(body["inputs"]))
        bad = [item for item in body["inputs"] if POISON in item["properties"].get("firstname", "")]
        return (400, tell(bad[0]["properties"]["firstname"])) if bad else (200, results(body["inputs"]))

    return script, sizes


class CannedApi:
    """Answers by a script, without a server: thousands of requests are asked for here."""

    connection = "crm"
    system = "crm (hubspot)"
    paths = VERSIONS["2026-03"]

    def __init__(self, script: Script) -> None:
        self._script = script

    async def send(self, method: str, path: str, **content: Any) -> Answer:
        return Answer(*self._ask(method, path, content.get("json")))

    async def get(self, path: str, **_: str) -> Any:
        return self._ask("GET", path, None)[2]

    def _ask(self, method: str, path: str, body: object) -> tuple[int, dict[str, str], Any]:
        status, found = self._script(method, path, body)
        return status, {}, found


async def refused_places(script: Script, bad: Collection[int], count: int = 100) -> list[int]:
    """Write a batch in which some first names are poison; return the places that were refused."""
    writes = [create(place, firstname=f"{POISON}{place}" if place in bad else "Ana") for place in range(count)]
    api = cast(Api, CannedApi(script))
    outcomes = await Writer(api, Catalogue(api)).write("contacts", writes)
    assert {outcome.result for outcome in outcomes} <= {Written.CREATED, Written.REFUSED}
    return [place for place, outcome in enumerate(outcomes) if outcome.result is Written.REFUSED]


async def test_one_bad_record_of_a_hundred_that_is_named_by_its_value_costs_three_requests() -> None:
    for place in (0, 37, 99):
        script, sizes = refuse_all(lambda value: invalid("firstname", value))
        assert await refused_places(script, {place}) == [place]
        assert sizes == [100, 99, 1]


async def test_one_bad_record_of_a_hundred_that_nothing_points_at_costs_fifteen_requests_at_most() -> None:
    costs = []
    for place in range(100):
        script, sizes = refuse_all(lambda _: {"status": "error", "message": "There was a problem with the request."})
        assert await refused_places(script, {place}) == [place]
        costs.append(len(sizes))
    assert max(costs) <= 15
    assert sum(costs) / len(costs) < 12


@settings(max_examples=30, deadline=None)
@given(st.sets(st.integers(0, 99), max_size=12), st.booleans())
async def test_exactly_the_bad_ones_are_refused_and_each_costs_little(bad: set[int], told: bool) -> None:
    script, sizes = refuse_all(
        lambda value: invalid("firstname", value) if told else {"status": "error", "message": "no"}
    )
    assert await refused_places(script, bad) == sorted(bad)
    assert len(sizes) <= (1 + 2 * len(bad) if told else 1 + 14 * len(bad))


async def test_a_value_that_happens_to_stand_in_the_message_condemns_nobody() -> None:
    """Whoever is suspected is asked alone: here the message speaks of everything but the bad record."""
    script, _ = refuse_all(lambda _: invalid("email", "w1@example.org, w2@example.org"))
    assert await refused_places(script, {50}) == [50]


async def test_a_property_that_does_not_exist_is_told_for_all_at_once() -> None:
    script, sizes = refuse_all(lambda _: invalid("firstname", "firstname", "PROPERTY_DOESNT_EXIST"))
    assert len(await refused_places(script, range(100))) == 100
    assert len(sizes) == 1


async def test_two_records_with_one_address_are_written_one_after_the_other(connect: Connect) -> None:
    connector = await connect()
    writes = [
        Write(
            Origin("s", "o", "1"), {"email": "Ana@Example.org", "firstname": "Ana"}, key={"email": "Ana@Example.org"}
        ),
        Write(
            Origin("s", "o", "2"), {"email": "ana@example.ORG ", "firstname": "Eva"}, key={"email": "ana@example.ORG "}
        ),
        create(3),
    ]
    first, second, third = await connector.write("contacts", writes)
    assert [outcome.result for outcome in (first, second, third)] == [Written.CREATED, Written.UPDATED, Written.CREATED]
    assert first.destination_id == second.destination_id
    found = await connector.current("contacts", [first.destination_id or ""], ["firstname"])
    assert found[first.destination_id or ""].data["firstname"] == "Eva"


def conflicts(present: dict[str, Any]) -> tuple[Script, list[Any]]:
    """Return a system that has contact 7 and refuses creates that clash with it, inside a 207, and all it was sent."""
    sent: list[Any] = []

    def script(method: str, path: str, body: Any) -> tuple[int, Any]:
        if "/properties/" in path:
            return 200, PROPERTIES
        if path.endswith("/batch/read"):
            return 200, {"status": "COMPLETE", "results": [{"id": "7", "properties": present}]}
        sent.append((path.rsplit("/", 1)[-1], body["inputs"]))
        if path.endswith("/batch/update"):
            found = [
                {"id": item["id"], "properties": {}, "objectWriteTraceId": item["objectWriteTraceId"]}
                for item in body["inputs"]
            ]
            return 200, {"status": "COMPLETE", "results": found}
        good = [item for item in body["inputs"] if item["id"] != "w1@example.org"]
        error = {
            "status": "error",
            "category": "CONFLICT",
            "message": "Contact already exists. Existing ID: 7",
            "context": {"objectWriteTraceId": ["1"]},
        }
        return 207, {**results(good), "numErrors": 1, "errors": [error]}

    return script, sent


@pytest.mark.parametrize(
    ("present", "values"),
    [
        ({"email": "w1@example.org"}, {"email": "w1@example.org", "firstname": "Ana"}),
        ({"email": "W1@Example.org"}, {"email": "w1@example.org", "firstname": "Ana"}),
        ({"email": "x@example.org", "hs_additional_emails": "a@b.c;w1@example.org"}, {"firstname": "Ana"}),
    ],
)
async def test_a_create_that_names_its_own_record_becomes_an_update_of_it(
    scripted: Callable[[Script], HubSpotConnector], present: dict[str, Any], values: dict[str, str]
) -> None:
    script, sent = conflicts(present)
    async with scripted(script) as connector:
        outcomes = await connector.write("contacts", [create(place, firstname="Ana") for place in range(3)])
    assert [outcome.result for outcome in outcomes] == [Written.CREATED, Written.UPDATED, Written.CREATED]
    assert outcomes[1].destination_id == "7"
    assert sent[1] == ("update", [{"id": "7", "properties": values, "objectWriteTraceId": "1"}])


async def test_a_create_that_clashes_with_another_record_is_refused_with_its_id(
    scripted: Callable[[Script], HubSpotConnector],
) -> None:
    script, sent = conflicts({"email": "somebody@example.org"})
    async with scripted(script) as connector:
        outcomes = await connector.write("contacts", [create(place) for place in range(3)])
    assert [outcome.result for outcome in outcomes] == [Written.CREATED, Written.REFUSED, Written.CREATED]
    [reason] = outcomes[1].reasons
    assert (reason.row, reason.reason) == ("email", "Contact already exists. Existing ID: 7")
    assert len(sent) == 1


async def test_an_upsert_that_was_repeated_after_a_lost_answer_says_so(
    scripted: Callable[[Script], HubSpotConnector], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second try finds what the first one created: only who knows what was there before can tell which it was."""
    monkeypatch.setattr("mapstudio.connectors.http.random.uniform", lambda *_: 0.0)
    tries: list[int] = []

    def script(method: str, path: str, body: Any) -> tuple[int, Any]:
        if "/properties/" in path:
            return 200, PROPERTIES
        tries.append(1)
        found = results(body["inputs"])
        found["results"] = [{**item, "new": False} for item in found["results"]]
        return (502, {"message": "bad gateway"}) if len(tries) == 1 else (200, found)

    async with scripted(script) as connector:
        [lost] = await connector.write("contacts", [create(1)])
        [known] = await connector.write("contacts", [create(1)])
    assert (lost.result, lost.repeated) == (Written.UPDATED, True)
    assert (known.result, known.repeated) == (Written.UPDATED, False)
