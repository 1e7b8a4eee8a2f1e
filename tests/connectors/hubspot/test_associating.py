"""Associations on the wire: labels of a direction, an outcome for each pair, and what is read of them afterwards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mapstudio.connectors.exchange import Association, Page, ReadRequest, Reference
from mapstudio.connectors.hubspot import HubSpotConnector
from mapstudio.model.exact_json import loads
from mapstudio.sandbox.ledger import Ledger
from tests.connectors.hubspot.conftest import Connect, Script

LABELS = {
    "results": [
        {"category": "HUBSPOT_DEFINED", "typeId": 3, "label": None},
        {"category": "USER_DEFINED", "typeId": 36, "label": "Payer"},
    ]
}


async def ids(connector: HubSpotConnector, object_name: str, count: int) -> list[str]:
    """Return the ids of some records that are there."""
    pages: list[Page] = [
        page async for page in connector.read(ReadRequest(object_name, frozenset({"id"}), limit=count))
    ]
    return [record.id for page in pages for record in page.records]


async def linked(connector: HubSpotConnector, record: str, target: str) -> dict[str, Any]:
    """Return the labels of all that a deal is associated with, by id."""
    found = await connector.current("deals", [record], [f"associations.{target}"])
    data: Any = found[record].data
    return {entry["id"]: entry["labels"] for entry in data["associations"][target]}


@pytest.mark.parametrize("version", ["2026-03", "2026-09", "v3"])
async def test_pairs_with_and_without_labels_are_made_removed_and_read_back(connect: Connect, version: str) -> None:
    connector = await connect(api_version=version)
    [deal] = await ids(connector, "deals", 1)
    contact, company, other = (await ids(connector, "contacts", 40))[-1], *(await ids(connector, "companies", 40))[-2:]
    before = await linked(connector, deal, "companies")
    wanted = [
        Association(deal, "contacts", contact),
        Association(deal, "companies", company),
        Association(deal, "companies", other, ("Primary",)),
    ]
    assert await connector.associate("deals", wanted) == [None, None, None]
    assert contact in await linked(connector, deal, "contacts")
    companies = await linked(connector, deal, "companies")
    assert companies.keys() == {*before, company, other}
    assert "Primary" in companies[other]
    assert await connector.associate("deals", wanted) == [None, None, None]
    assert await linked(connector, deal, "companies") == companies

    assert await connector.associate("deals", [Association(deal, "companies", company, remove=True)]) == [None]
    assert (await linked(connector, deal, "companies")).keys() == {*before, other}


async def test_one_pair_that_is_refused_leaves_the_others_made(connect: Connect, tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.jsonl") as ledger:
        connector = await connect(serve={"ledger": ledger})
        deals, contacts = await ids(connector, "deals", 10), await ids(connector, "contacts", 20)
        wanted = [Association(deal, "contacts", contacts[-1 - place]) for place, deal in enumerate(deals)]
        wanted[6] = Association(deals[6], "contacts", "999999999")
        told = await connector.associate("deals", wanted)
        lines = (tmp_path / "ledger.jsonl").read_text().splitlines()
    assert [place for place, reason in enumerate(told) if reason is not None] == [6]
    assert told[6] is not None
    assert (told[6].row, told[6].value) == ("associations.contacts", "999999999")
    made = {(entry["id"], entry["values"]["to"]) for entry in map(loads, lines) if isinstance(entry, dict)}  # type: ignore[index, call-overload]
    assert {(item.record_id, f"contacts/{item.other_id}") for item in wanted if item is not wanted[6]} == made


async def test_a_label_that_is_none_is_told_with_those_that_are(connect: Connect) -> None:
    connector = await connect()
    [reason, good] = await connector.associate(
        "deals",
        [
            Association((await ids(connector, "deals", 1))[0], "companies", "1", ("Primry",)),
            Association(
                (await ids(connector, "deals", 1))[0],
                "companies",
                (await ids(connector, "companies", 1))[0],
                ("Primary",),
            ),
        ],
    )
    assert good is None
    assert reason is not None
    assert '"Primry" is no label from deals to companies; did you mean "Primary"?' in reason.reason


async def test_only_one_can_be_the_primary_one(connect: Connect) -> None:
    connector = await connect()
    [deal] = await ids(connector, "deals", 1)
    first, second, third = await ids(connector, "companies", 3)
    wanted = [Association(deal, "companies", other, ("Primary",)) for other in (first, second, third)]
    told = await connector.associate("deals", wanted)
    assert told[0] is None
    assert [reason and reason.reason for reason in told[1:]] == [
        f"only one company can be the primary one, and {first} is given first"
    ] * 2
    assert "Primary" in (await linked(connector, deal, "companies"))[first]
    assert connector.sole_labels("deals", "companies") == {"Primary"}


async def test_a_company_may_be_the_primary_one_of_any_number_of_records(connect: Connect) -> None:
    connector = await connect()
    one, other = await ids(connector, "companies", 2)
    people = await ids(connector, "contacts", 4)
    wanted = [Association(one, "contacts", person, ("Primary",)) for person in people]
    assert await connector.associate("companies", wanted) == [None] * 4
    assert connector.sole_labels("companies", "contacts") == frozenset()
    twice = [Association(company, "contacts", people[0], ("Primary",)) for company in (other, one)]
    told = await connector.associate("companies", twice)
    assert [reason is None for reason in told] == [True, False]


async def test_the_type_of_the_label_is_sent_and_a_pair_without_a_word_is_asked_again(
    scripted: Callable[[Script], HubSpotConnector],
) -> None:
    sent: list[tuple[str, list[Any]]] = []

    def script(method: str, path: str, body: Any) -> tuple[int, Any]:
        if path.endswith("/labels"):
            return 200, LABELS
        sent.append((path.split("/batch/")[1], body["inputs"]))
        told = body["inputs"][:1] if len(body["inputs"]) > 1 else body["inputs"]
        pairs = [
            {"fromObjectId": item["from"]["id"], "toObjectId": int(item["to"]["id"]), "labels": []} for item in told
        ]
        error = {
            "status": "error",
            "message": "contact 4 is gone",
            "context": {"fromObjectId": ["1"], "toObjectId": ["4"]},
        }
        return (207, {"results": pairs, "errors": [error]}) if len(body["inputs"]) > 1 else (201, {"results": pairs})

    async with scripted(script) as connector:
        wanted = [Association("1", "contacts", other, ("Payer",)) for other in ("2", "3", "4")]
        told = await connector.associate("deals", wanted)
    assert [reason.reason if reason else None for reason in told] == [None, None, "contact 4 is gone"]
    assert [(operation, [item["to"]["id"] for item in inputs]) for operation, inputs in sent] == [
        ("create", ["2", "3", "4"]),
        ("create", ["3"]),
    ]
    assert sent[0][1][0]["types"] == [{"associationCategory": "USER_DEFINED", "associationTypeId": 36}]


async def test_a_value_names_its_record_whatever_its_case(connect: Connect) -> None:
    connector = await connect()
    pages = [page async for page in connector.read(ReadRequest("contacts", frozenset({"email"}), limit=30))]
    first = next(item for page in pages for item in page.records if item.data["email"])
    email = str(first.data["email"])
    given = [email.upper(), f" {email}", "nobody@example.org"]
    found = await connector.resolve(Reference("contacts", "email"), given)
    assert found == {email.upper(): [first.id], f" {email}": [first.id]}

    [company] = (await connector.current("companies", ["52000102"], ["name"])).values()
    name = str(company.data["name"])
    by_name = await connector.resolve(Reference("companies", "name"), [name, name.upper()])
    assert "52000102" in by_name[name]
    assert by_name[name] == by_name[name.upper()]


async def test_a_label_of_the_client_s_own_is_that_of_its_direction(connect: Connect) -> None:
    """The ids of such labels are counted from 1: one may be that of a vendor's type, which it must not be taken for."""
    connector = await connect()
    [deal], [contact] = await ids(connector, "deals", 1), (await ids(connector, "contacts", 30))[-1:]
    api = connector._api
    path = f"{api.paths.associations}/deals/contacts/labels"
    answer = await api.send("POST", path, json={"name": "pays", "label": "Payer", "inverseLabel": "Pays for"})
    assert answer.status < 300
    wanted = [Association(deal, "contacts", contact, ("Payer",))]
    assert await connector.associate("deals", wanted) == [None]
    assert (await linked(connector, deal, "contacts"))[contact] == ["Payer"]
    found = await connector.current("contacts", [contact], ["associations.deals"])
    data: Any = found[contact].data
    assert {"id": deal, "labels": ["Pays for"]} in data["associations"]["deals"]
    [reason] = await connector.associate("deals", [Association(deal, "contacts", contact, ("Pays for",))])
    assert reason is not None
    assert "it has: Payer" in reason.reason
