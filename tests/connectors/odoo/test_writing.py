"""Writing: what is refused before it is sent, how a bad record is found, and what a repetition does."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from mapstudio.connectors.exchange import Origin, ReadRequest, Write, Written
from mapstudio.connectors.http import HttpClient, LostAnswerError
from mapstudio.connectors.odoo import OdooConnector
from mapstudio.connectors.odoo.faults import Fault
from mapstudio.connectors.odoo.jsonrpc import JsonRpc
from mapstudio.connectors.odoo.transport import Rpc
from mapstudio.model import AuthenticationError, JsonValue, Record, UsageError
from mapstudio.sandbox.ledger import Ledger
from mapstudio.sandbox.odoo import SANDBOX
from tests.connectors.conformance import read_all
from tests.connectors.odoo.test_conformance import settings
from tests.connectors.writes import update
from tests.sandbox.running import build, running


@pytest.fixture(params=["16", "19"])
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def access(version: str, tmp_path: Path) -> Iterator[dict[str, Any]]:
    with (
        Ledger(tmp_path / "ledger.jsonl") as ledger,
        running(build(SANDBOX, ledger=ledger, options={"odoo-version": version})) as sandboxes,
    ):
        yield sandboxes["odoo"]


@pytest_asyncio.fixture
async def connector(access: dict[str, Any]) -> AsyncIterator[OdooConnector]:
    async with OdooConnector.open("erp", settings(access)) as opened:
        yield opened


def _ledger(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "ledger.jsonl").read_text().splitlines()]


def _create(number: int, values: Record) -> Write:
    return Write(Origin("crm", "companies", f"55{number}"), values)


async def _created(connector: OdooConnector, model: str, values: Record) -> Record:
    [outcome] = await connector.write(model, [_create(1, values)])
    assert outcome.result is Written.CREATED, outcome.reasons
    found = await connector.current(model, [str(outcome.destination_id)], values)
    return found[str(outcome.destination_id)].data


@pytest.mark.parametrize(
    ("model", "name", "value", "reason"),
    [
        ("res.partner", "country_id", "Spain", "without a word"),
        ("res.partner", "country_id", {"code": "ES"}, "without a word"),
        ("res.partner", "country_id", 0, "without a word"),
        ("res.partner", "is_company", "false", "any text for true"),
        ("res.partner", "street", 12, "not a text"),
        ("res.partner", "type", "Contact", "not one of the options"),
        ("res.partner", "create_date", "2026-01-01T00:00:00Z", "sets this field itself"),
        ("res.partner", "category_id", "Customer", "not a list"),
        ("res.partner", "credit_limit", None, "no empty number"),
        ("crm.lead", "expected_revenue", "12,50", "not a number"),
        ("crm.lead", "date_deadline", "31/12/2026", "not a date"),
        ("sale.order", "date_order", "2026-12-31T10:00:00", "not a time with a zone"),
        ("res.partner", "color", 2**40, "integer of Odoo's range"),
        ("sale.order", "order_line", [], "each, key and fields"),
        ("sale.order", "state", "sale", "read-only"),
        ("res.partner", "commercial_partner_id", 1, "read-only"),
        ("res.partner", "street", "Calle\x00Mayor", "null character"),
        ("res.country", "code", "USA", "keeps 2 and cuts"),
    ],
)
async def test_what_odoo_would_damage_is_refused_before_it_is_sent(
    connector: OdooConnector, tmp_path: Path, model: str, name: str, value: JsonValue, reason: str
) -> None:
    [outcome] = await connector.write(model, [update("1", name, value)])
    assert outcome.result is Written.REFUSED
    [found] = outcome.reasons
    assert (found.row, found.value) == (name, value)
    assert reason in found.reason
    assert _ledger(tmp_path) == []


async def test_a_create_is_known_by_its_origin_and_repeatable(connector: OdooConnector, tmp_path: Path) -> None:
    write = _create(1, {"name": "Ñandú & Söhne", "is_company": True, "country_id": "68"})
    [first] = await connector.write("res.partner", [write])
    [second] = await connector.write("res.partner", [write])
    assert first.destination_id == second.destination_id
    assert await connector.by_origin("res.partner", [write.origin, Origin("crm", "companies", "other")]) == {
        write.origin: first.destination_id
    }
    assert await connector.by_origin("crm.lead", [write.origin]) == {}
    lines = _ledger(tmp_path)
    assert [line["op"] for line in lines] == ["create", "update"]
    assert {line["key"] for line in lines} == {"mapstudio_crm.companies-551-res_2e_partner"}
    assert lines[1]["changed"] == []


async def test_one_source_record_can_become_records_of_several_models(connector: OdooConnector) -> None:
    write = _create(1, {"name": "Ñandú"})
    [partner] = await connector.write("res.partner", [write])
    [lead] = await connector.write("crm.lead", [write])
    assert (partner.result, lead.result) == (Written.CREATED, Written.CREATED), lead.reasons


async def test_an_administrator_finds_origins_in_one_search(access: dict[str, Any]) -> None:
    values = {**settings(access), "login": "admin", "password": "admin"}
    async with OdooConnector.open("erp", values) as admin:
        writes = [_create(number, {"name": f"Sociedad {number}"}) for number in range(3)]
        outcomes = await admin.write("res.partner", writes)
        found = await admin.by_origin("res.partner", [write.origin for write in writes])
        assert list(found.values()) == [outcome.destination_id for outcome in outcomes]


async def test_values_arrive_as_they_were_sent(connector: OdooConnector) -> None:
    lead = await _created(
        connector,
        "crm.lead",
        {
            "name": "Renovación",
            "expected_revenue": 1234.5,
            "date_deadline": "2026-12-31",
            "priority": "2",
            "partner_id": 1,
            "tag_ids": [1, 2],
            "description": "Llamar",
        },
    )
    assert lead["expected_revenue"] == 1234.5
    assert lead["date_deadline"] == "2026-12-31"
    assert [tag["id"] for tag in lead["tag_ids"]] == [1, 2]  # type: ignore[union-attr,index,call-overload]
    item = (await connector.schema("crm.lead")).by_name["description"]
    assert connector.canonical(item, lead["description"]) == connector.canonical(item, "Llamar")


async def test_times_are_not_moved_by_the_user_s_zone(connector: OdooConnector) -> None:
    sent = "2026-12-31T23:30:00.5+01:00"
    order = await _created(connector, "sale.order", {"partner_id": 1, "date_order": sent})
    assert order["date_order"] == "2026-12-31T22:30:00Z", "load would apply the user's zone"
    item = (await connector.schema("sale.order")).by_name["date_order"]
    assert connector.canonical(item, order["date_order"]) == connector.canonical(item, "2026-12-31T22:30:00+00:00")


async def test_odoo_s_own_spelling_counts_as_equal(connector: OdooConnector) -> None:
    partner = await _created(
        connector,
        "res.partner",
        {"name": "Web", "website": "web.example", "email": "Info@Web.example", "active": False},
    )
    schema = await connector.schema("res.partner")
    assert partner["website"] == "http://web.example"
    assert partner["active"] is False
    for name, sent in {"website": "web.example", "email": "info@web.example"}.items():
        assert connector.canonical(schema.by_name[name], partner[name]) == connector.canonical(
            schema.by_name[name], sent
        )


async def test_money_is_compared_at_the_currency_s_places(connector: OdooConnector) -> None:
    lead = await _created(connector, "crm.lead", {"name": "Redondeo", "expected_revenue": 10.126})
    item = (await connector.schema("crm.lead")).by_name["expected_revenue"]
    assert lead["expected_revenue"] == 10.13
    assert connector.canonical(item, 10.126) == connector.canonical(item, lead["expected_revenue"])
    assert connector.canonical(item, 10.14) != connector.canonical(item, lead["expected_revenue"])


async def test_a_reference_may_be_named_by_external_id(connector: OdooConnector) -> None:
    partner = await _created(connector, "res.partner", {"name": "Por nombre", "country_id": "base.es"})
    assert partner["country_id"] == {"id": 68, "name": "Spain"}
    [outcome] = await connector.write("res.partner", [update("1", "country_id", "base.nosuch")])
    assert outcome.result is Written.REFUSED
    assert outcome.reasons[0].row == "country_id"


async def test_records_with_other_fields_do_not_empty_each_other(connector: OdooConnector) -> None:
    writes = [_create(1, {"name": "Uno", "phone": "+34 600"}), _create(2, {"name": "Dos", "city": "Cádiz"})]
    await connector.write("res.partner", writes)
    again = [_create(1, {"name": "Uno", "city": "Lugo"}), _create(2, {"name": "Dos", "city": "Cádiz"})]
    outcomes = await connector.write("res.partner", again)
    found = await connector.current("res.partner", [str(one.destination_id) for one in outcomes], ["phone", "city"])
    assert [(one.data["phone"], one.data["city"]) for one in found.values()] == [("+34 600", "Lugo"), (None, "Cádiz")]


async def test_equal_updates_go_in_one_call(connector: OdooConnector, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[list[int]] = []
    real = Rpc.call

    async def watched(self: Rpc, model: str, method: str, args: Any, kwargs: Any = None, **rest: Any) -> Any:
        if method == "write":
            calls.append(args[0])
        return await real(self, model, method, args, kwargs, **rest)

    ids = [one.id for one in await read_all(connector, ReadRequest("res.partner", frozenset({"name"}), limit=40))]
    monkeypatch.setattr(Rpc, "call", watched)
    writes = [update(number, "function", "Compras" if index % 2 else "Ventas") for index, number in enumerate(ids)]
    outcomes = await connector.write("res.partner", writes)
    assert {one.result for one in outcomes} == {Written.UPDATED}
    assert sorted(len(call) for call in calls) == [20, 20]


async def test_a_rule_of_the_server_names_its_field(connector: OdooConnector) -> None:
    [first] = (await read_all(connector, ReadRequest("product.product", frozenset({"barcode"}), limit=1)))[:1]
    writes = [
        _create(1, {"name": "Nuevo", "barcode": "999"}),
        _create(2, {"name": "Repetido", "barcode": first.data["barcode"]}),
    ]
    good, bad = await connector.write("product.product", writes)
    assert good.result is Written.CREATED
    assert (bad.result, bad.reasons[0].row) == (Written.REFUSED, "barcode")
    nameless, named = await connector.write("res.partner", [_create(3, {"city": "X"}), _create(4, {"name": "Y"})])
    assert (nameless.reasons[0].row, named.result) == ("name", Written.CREATED)
    assert nameless.reasons[0].reason == "Contacts require a name"


async def test_a_gone_record_is_told_apart_from_a_gone_reference(connector: OdooConnector) -> None:
    gone, lost = await connector.write(
        "res.partner", [update("999999", "name", "X"), update("1", "country_id", 999999)]
    )
    assert "999999 does not exist any more" in gone.reasons[0].reason
    assert lost.reasons[0].row == "country_id"


async def test_no_right_to_write_stops_at_once(connector: OdooConnector) -> None:
    with pytest.raises(AuthenticationError, match=r"res\.country"):
        await connector.write("res.country", [update("1", "name", "Andorra la Vella")])


async def test_an_unknown_field_is_a_usage_error(connector: OdooConnector) -> None:
    with pytest.raises(UsageError, match="nosuch"):
        await connector.write("res.partner", [update("1", "nosuch", "x")])


async def test_a_conflict_is_tried_again(connector: OdooConnector, monkeypatch: pytest.MonkeyPatch) -> None:
    real = JsonRpc._service
    failures = iter([True, True])

    async def contended(self: JsonRpc, service: str, method: str, args: Any, **rest: Any) -> Any:
        if len(args) > 4 and args[4] == "write" and next(failures, False):
            raise Fault("psycopg2.errors.SerializationFailure", "could not serialize access due to concurrent update\n")
        return await real(self, service, method, args, **rest)

    monkeypatch.setattr(JsonRpc, "_service", contended)
    [outcome] = await connector.write("res.partner", [update("1", "function", "X")])
    assert outcome.result is Written.UPDATED
    assert next(failures, None) is None


async def test_a_conflict_in_a_load_is_tried_again(connector: OdooConnector, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Rpc.call
    message = {
        "rows": {"from": 0, "to": 0},
        "record": 0,
        "type": "error",
        "message": "could not serialize access due to\n",
    }
    answers: list[Any] = [{"ids": False, "messages": [message], "nextrow": 0}]

    async def contended(self: Rpc, model: str, method: str, args: Any, kwargs: Any = None, **rest: Any) -> Any:
        return answers.pop() if method == "load" and answers else await real(self, model, method, args, kwargs, **rest)

    monkeypatch.setattr(Rpc, "call", contended)
    [outcome] = await connector.write("res.partner", [_create(1, {"name": "Al segundo"})])
    assert outcome.result is Written.CREATED


async def test_a_lost_answer_is_asked_for_again_and_doubles_nothing(
    connector: OdooConnector, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = HttpClient.send
    lost = iter([True])

    async def flaky(self: HttpClient, method: str, path: str, *, repeatable: bool, **content: Any) -> Any:
        answer = await real(self, method, path, repeatable=repeatable, **content)
        if b'"load"' in content["content"] and next(lost, False):
            if not repeatable:
                raise LostAnswerError("lost")
            return await real(self, method, path, repeatable=repeatable, **content)
        return answer

    monkeypatch.setattr(HttpClient, "send", flaky)
    [outcome] = await connector.write("res.partner", [_create(1, {"name": "Una vez"})])
    assert outcome.result is Written.CREATED
    assert [line["op"] for line in _ledger(tmp_path)] == ["create", "update"]
    assert len({line["id"] for line in _ledger(tmp_path)}) == 1
