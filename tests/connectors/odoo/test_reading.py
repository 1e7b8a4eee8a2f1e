"""Reading, finding and resolving, where Odoo has ways of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio

from mapstudio.connectors.declarations import Enforcement
from mapstudio.connectors.exchange import Origin, ReadRequest, Reference
from mapstudio.connectors.odoo import OdooConnector
from mapstudio.connectors.odoo.faults import Fault
from mapstudio.connectors.odoo.transport import Rpc
from mapstudio.model import AuthenticationError, FieldType, Record, SourceRecord, UsageError
from mapstudio.model.paths import get_path
from mapstudio.sandbox.odoo import SANDBOX
from tests.connectors.conformance import read_all
from tests.connectors.odoo.test_conformance import settings
from tests.connectors.writes import update
from tests.sandbox.running import build, running


@pytest.fixture(scope="module", params=["16", "19", "19 with a key"])
def access(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    version, _, key = request.param.partition(" ")
    with running(build(SANDBOX, options={"odoo-version": version})) as sandboxes:
        told = sandboxes["odoo"]
        yield {**told, "password": told["api_key"]} if key else told


@pytest_asyncio.fixture
async def connector(access: dict[str, Any]) -> AsyncIterator[OdooConnector]:
    async with OdooConnector.open("erp", settings(access)) as opened:
        yield opened


def _rows(record: SourceRecord, name: str) -> list[Record]:
    """Return the records of a list."""
    found = record.data[name]
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


async def _read(connector: OdooConnector, model: str, *paths: str, limit: int | None = None) -> list[SourceRecord]:
    return await read_all(connector, ReadRequest(model, frozenset(paths), limit=limit))


async def test_expansions_stand_beside_the_reference(connector: OdooConnector) -> None:
    partners = await _read(connector, "res.partner", "country_id.code", "country_id.currency_id.name", limit=60)
    countries = [country for one in partners if isinstance(country := one.data["country_id"], dict)]
    assert countries
    for country in countries:
        assert set(country) == {"id", "name", "code", "currency_id"}
        assert len(str(country["code"])) == 2
    assert {"Spain": "ES"}.items() <= {c["name"]: c["code"] for c in countries if c["name"] == "Spain"}.items()
    assert any(isinstance(country["currency_id"], dict) for country in countries)


async def test_lines_come_with_their_own_expansions(connector: OdooConnector) -> None:
    orders = await _read(
        connector, "sale.order", "order_line[].product_id.default_code", "order_line[].price_subtotal", "amount_untaxed"
    )
    for order in orders:
        lines = _rows(order, "order_line")
        assert lines
        total = sum(float(str(line["price_subtotal"])) for line in lines)
        assert total == pytest.approx(float(str(order.data["amount_untaxed"])), abs=0.05)
    codes = {get_path(line, "product_id.default_code") for line in _rows(orders[0], "order_line")}
    assert codes - {None}


async def test_tags_are_records_with_what_people_call_them(connector: OdooConnector) -> None:
    partners = await _read(connector, "res.partner", "category_id")
    tags = [tag for one in partners for tag in _rows(one, "category_id")]
    assert {tag["name"] for tag in tags} >= {"Customer", "Prospect"}


async def test_only_the_fields_of_the_paths_are_asked_for(
    connector: OdooConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    real = Rpc.call

    async def watched(self: Rpc, model: str, method: str, args: Any, kwargs: Any = None, **rest: Any) -> Any:
        if model == "res.partner" and method == "search_read":
            asked.append(kwargs["fields"])
        return await real(self, model, method, args, kwargs, **rest)

    monkeypatch.setattr(Rpc, "call", watched)
    await _read(connector, "res.partner", "name", "country_id.code", limit=3)
    assert set(asked[-1]) == {"name", "country_id", "write_date", "active"}


async def test_a_field_of_another_version_is_told_with_its_nearest(connector: OdooConnector) -> None:
    with pytest.raises(UsageError, match=r'no field "emial".*did you mean "email"'):
        await _read(connector, "res.partner", "emial")


async def test_archived_records_are_read_where_they_are_asked_for_and_say_so(connector: OdooConnector) -> None:
    usual = await _read(connector, "res.partner", "name")
    pages = [page async for page in connector.read(ReadRequest("res.partner", frozenset({"name"}), archived=True))]
    everything = [one for page in pages for one in page.records]
    assert pages[0].total == len(everything) > len(usual)
    archived = [one for one in everything if one.data["active"] is False]
    assert {one.id for one in everything} - {one.id for one in usual} == {one.id for one in archived}
    assert all("active" not in one.data for one in usual)


async def test_an_email_is_found_in_any_case(connector: OdooConnector) -> None:
    people = await _read(connector, "res.partner", "email")
    shouted = next(one for one in people if one.data["email"] and str(one.data["email"]).isupper())
    email = str(shouted.data["email"]).lower()
    found = await connector.lookup("res.partner", ["email"], [(email,)], ["name"])
    assert shouted.id in [one.id for one in found[(email,)]]


async def test_a_login_is_no_pattern(connector: OdooConnector) -> None:
    assert await connector.lookup("res.users", ["login"], [("%",), ("admi_",)], ["login"]) == {}
    assert len(await connector.lookup("res.users", ["login"], [("admin",)], ["login"])) == 1


async def test_people_below_a_company_are_not_found_by_its_tax_id(connector: OdooConnector) -> None:
    companies = await _read(connector, "res.partner", "vat", "is_company", "child_ids")
    staffed = next(
        one for one in companies if one.data["is_company"] and one.data["vat"] and len(_rows(one, "child_ids")) > 1
    )
    vat = str(staffed.data["vat"])
    sharing = [one for one in companies if one.data["vat"] == vat]
    assert len(sharing) > 1, "the staff carries the company's tax id"
    found = await connector.lookup("res.partner", ["vat"], [(vat,)], ["name"])
    assert {one.id for one in found[(vat,)]} == {one.id for one in sharing if one.data["is_company"]}


async def test_an_archived_record_is_found_only_where_no_active_one_is(access: dict[str, Any]) -> None:
    options = {"odoo-version": access["version"].partition(".")[0]}
    with running(build(SANDBOX, options=options)) as sandboxes:
        async with OdooConnector.open("erp", settings(sandboxes["odoo"])) as own:
            twins = await own.lookup("res.partner", ["website"], [("https://tucan-textil.example",)], ["name"])
            first, second = twins[("https://tucan-textil.example",)]
            await own.write("res.partner", [update(first.id, "active", False)])
            [[left]] = (await own.lookup("res.partner", ["website"], list(twins), ["name"])).values()
            assert left.id == second.id
            await own.write("res.partner", [update(second.id, "active", False)])
            [both] = (await own.lookup("res.partner", ["website"], list(twins), ["name"])).values()
            assert {one.id for one in both} == {first.id, second.id}
            assert all(one.data["active"] is False for one in both)


async def test_a_field_that_odoo_cannot_search_is_refused(connector: OdooConnector) -> None:
    # Version 16 would ignore the condition and find everybody.
    with pytest.raises(UsageError, match="cannot be searched"):
        await connector.lookup("res.partner", ["contact_address"], [("x",)], ["name"])


async def test_references_are_resolved_by_code_state_and_external_id(connector: OdooConnector) -> None:
    by_code = await connector.resolve(Reference("res.country", "code"), ["ES", "MX", "ZZ"])
    assert set(by_code) == {"ES", "MX"}
    states = await connector.resolve(Reference("res.country.state", "code"), ["AL"])
    assert len(states["AL"]) > 1, "Alabama, Almería and Alagoas share a code"
    by_name = await connector.resolve(Reference("res.country"), ["base.es", "base.nosuch", "base.MXN"])
    assert by_name == {"base.es": by_code["ES"]}


async def test_the_user_without_administration_rights_finds_by_origin(connector: OdooConnector) -> None:
    assert await connector.by_origin("res.partner", [Origin("crm", "companies", "7")]) == {}


async def test_schema_says_what_a_new_record_needs(connector: OdooConnector) -> None:
    async def required(model: str) -> set[str]:
        return {item.name for item in (await connector.schema(model)).fields if item.required}

    assert await required("res.partner") == {"name"}
    assert await required("sale.order") == {"partner_id"}
    assert await required("product.product") == {"name"}
    assert await required("crm.lead") == {"name"}


async def test_schema_translates_types(connector: OdooConnector, access: dict[str, Any]) -> None:
    schema = await connector.schema("sale.order")
    partner = schema.by_name["partner_id"]
    assert (partner.type, partner.reference, partner.read_only) == (FieldType.REFERENCE, "res.partner", False)
    assert schema.by_name["order_line"].type is FieldType.LIST
    assert schema.by_name["order_line[].product_id.default_code"].type is FieldType.TEXT
    assert schema.by_name["amount_total"].read_only
    assert schema.by_name["date_order"].type is FieldType.DATETIME
    assert [option.value for option in schema.by_name["state"].options][:3] == ["draft", "sent", "sale"]
    tax = "order_line[].tax_ids" if access["version"] == "19.0" else "order_line[].tax_id"
    assert tax in schema.by_name
    country = await connector.schema("res.country")
    assert country.by_name["code"].max_length == 2


async def test_objects_say_what_may_be_written(connector: OdooConnector) -> None:
    objects = {info.name: info for info in await connector.objects()}
    assert objects["res.partner"].writable
    assert not objects["res.country"].writable
    assert "ir.model.data" not in objects
    assert connector.capabilities("res.partner").create is Enforcement.EXTERNAL_ID
    assert connector.capabilities("res.country").create is Enforcement.NONE


async def test_an_api_key_signs_in_like_a_password(access: dict[str, Any]) -> None:
    async with OdooConnector.open("erp", {**settings(access), "password": access["api_key"]}) as opened:
        assert (await opened.whoami()).name == f"{access['db']} as integration"


async def test_a_wrong_database_is_a_usage_error(access: dict[str, Any]) -> None:
    async with OdooConnector.open("erp", {**settings(access), "db": "nowhere"}) as opened:
        with pytest.raises(UsageError, match="nowhere"):
            await opened.whoami()


async def test_a_model_that_the_user_may_not_read_is_told(connector: OdooConnector) -> None:
    with pytest.raises(AuthenticationError, match=r"ir\.model\.data"):
        await _read(connector, "ir.model.data", "name")


@pytest.mark.parametrize("operation", ["read", "expansion"])
async def test_a_record_that_may_not_be_read_does_not_end_the_run(
    connector: OdooConnector, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, operation: str
) -> None:
    # As when a field is worked out from records that a rule hides: Odoo refuses the whole page.
    model, field = ("res.partner", "email") if operation == "read" else ("res.country", "code")
    secret = {"res.partner": 9, "res.country": 68}[model]
    real = Rpc.call
    calls = 0

    async def ruled(self: Rpc, asked: str, method: str, args: Any, kwargs: Any = None, **rest: Any) -> Any:
        nonlocal calls
        found: Any = await real(self, asked, method, args, kwargs, **rest)
        if asked == model and method == "search_read" and field in kwargs["fields"]:
            calls += 1
            if any(row["id"] == secret for row in found):
                raise Fault("odoo.exceptions.AccessError", "Uh-oh! Looks like you have stumbled upon some secrets.")
        return found

    everything = await _read(connector, "res.partner", "name", "country_id")
    monkeypatch.setattr(Rpc, "call", ruled)
    found = await _read(connector, "res.partner", "name", "email", "country_id.code")
    assert f"{model} {secret}" in caplog.text
    if operation == "read":
        assert [one.id for one in found] == [one.id for one in everything if one.id != str(secret)]
        assert calls < 25, "found by halves"
    else:
        assert [one.id for one in found] == [one.id for one in everything]
        codes = {get_path(one.data, "country_id.id"): get_path(one.data, "country_id.code") for one in found}
        assert codes[secret] is None
        assert len([code for code in codes.values() if code]) > 1


async def test_rights_that_are_wrong_altogether_end_the_run(
    connector: OdooConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Rpc.call

    async def ruled(self: Rpc, model: str, method: str, args: Any, kwargs: Any = None, **rest: Any) -> Any:
        if model == "res.partner" and method == "search_read" and "email" in kwargs["fields"]:
            raise Fault("odoo.exceptions.AccessError", "Due to security restrictions, you are not allowed to.")
        return await real(self, model, method, args, kwargs, **rest)

    monkeypatch.setattr(Rpc, "call", ruled)
    with pytest.raises(AuthenticationError, match="security restrictions"):
        await _read(connector, "res.partner", "email")


async def test_a_changed_line_brings_its_order(access: dict[str, Any]) -> None:
    options = {"odoo-version": access["version"].partition(".")[0]}
    with running(build(SANDBOX, options=options)) as sandboxes:
        async with OdooConnector.open("erp", settings(sandboxes["odoo"])) as own:
            paths = frozenset({"name", "order_line[].name"})
            pages = [page async for page in own.read(ReadRequest("sale.order", paths))]
            order = pages[0].records[3]
            [line, *_] = _rows(order, "order_line")
            await own.write("sale.order.line", [update(str(line["id"]), "name", "Otra descripción")])
            again = await read_all(own, ReadRequest("sale.order", paths, since=pages[-1].checkpoint))
            assert order.id in [one.id for one in again]
            orders = await read_all(own, ReadRequest("sale.order", frozenset({"name"}), since=pages[-1].checkpoint))
            assert order.id not in [one.id for one in orders], "a line's text does not move its order's own date"


async def test_a_foreign_checkpoint_is_refused(connector: OdooConnector) -> None:
    with pytest.raises(UsageError, match="no checkpoint"):
        await read_all(connector, ReadRequest("res.partner", frozenset({"name"}), since="2026-11-01"))
