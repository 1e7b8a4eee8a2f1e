"""What Odoo damages without a word, and what mapstudio makes of it: the server itself is the witness."""

from __future__ import annotations

import pytest

from mapstudio.connectors.exchange import Written
from mapstudio.model import JsonValue
from tests.live_odoo.workshop import Workshop


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("country_id", "Spain"),
        ("country_id", {"code": "ES"}),
        ("is_company", "false"),
        ("street", 12),
        ("create_date", "2001-01-01T00:00:00Z"),
        ("commercial_partner_id", 1),
        ("type", "Contact"),
        ("category_id", "Customer"),
        ("color", 2**40),
        ("ref", "a\x00b"),
    ],
)
async def test_nothing_of_a_refused_value_arrives(workshop: Workshop, name: str, value: JsonValue) -> None:
    country = await workshop.country("ES")
    identifier = await workshop.make(
        "res.partner", {"name": f"Trap {workshop.mark}", "country_id": country, "ref": "r"}
    )
    before = await workshop.now("res.partner", identifier, name, "write_date")
    outcome = await workshop.change("res.partner", identifier, {name: value})
    assert outcome.result is Written.REFUSED
    assert outcome.reasons[0].row == name
    assert await workshop.now("res.partner", identifier, name, "write_date") == before


async def test_the_server_really_empties_a_reference_given_as_text(workshop: Workshop) -> None:
    country = await workshop.country("ES")
    identifier = await workshop.make("res.partner", {"name": f"Trap {workshop.mark}", "country_id": country})
    assert await workshop.call("res.partner", "write", [int(identifier)], {"country_id": "Spain"}) is True
    assert (await workshop.now("res.partner", identifier, "country_id"))["country_id"] is None


async def test_an_id_as_text_and_an_external_id_are_references(workshop: Workshop) -> None:
    country = await workshop.country("FR")
    identifier = await workshop.make("res.partner", {"name": f"Trap {workshop.mark}", "country_id": str(country)})
    assert (await workshop.now("res.partner", identifier, "country_id.code"))["country_id"]["code"] == "FR"  # type: ignore[index,call-overload]
    outcome = await workshop.change("res.partner", identifier, {"country_id": "base.mx"})
    assert outcome.result is Written.UPDATED
    assert (await workshop.now("res.partner", identifier, "country_id.code"))["country_id"]["code"] == "MX"  # type: ignore[index,call-overload]


async def test_a_time_arrives_as_the_moment_it_is(workshop: Workshop) -> None:
    customer = await workshop.partner()
    sent = "2026-12-31T23:30:00.5+01:00"
    order = await workshop.make("sale.order", {"partner_id": customer, "date_order": sent})
    assert (await workshop.now("sale.order", order, "date_order"))["date_order"] == "2026-12-31T22:30:00Z"
    changed = await workshop.change("sale.order", order, {"date_order": "2026-12-30T00:00:00Z"})
    assert changed.result is Written.UPDATED
    assert (await workshop.now("sale.order", order, "date_order"))["date_order"] == "2026-12-30T00:00:00Z"


async def test_money_is_compared_as_the_currency_rounds_it(workshop: Workshop) -> None:
    lead = await workshop.make("crm.lead", {"name": f"Trap {workshop.mark}", "expected_revenue": 10.126})
    now = await workshop.now("crm.lead", lead, "expected_revenue")
    assert await workshop.same("crm.lead", "expected_revenue", now["expected_revenue"], 10.126)
    assert not await workshop.same("crm.lead", "expected_revenue", now["expected_revenue"], 11.13)


async def test_markup_is_cleaned_and_told_as_kept(workshop: Workshop) -> None:
    sent = '<p onclick="x()">hi <b>you</b></p><script>alert(1)</script>'
    identifier = await workshop.make("res.partner", {"name": f"Trap {workshop.mark}", "comment": sent})
    now = (await workshop.now("res.partner", identifier, "comment"))["comment"]
    item = (await workshop.erp.schema("res.partner")).by_name["comment"]
    assert "script" not in str(now)
    assert workshop.erp.keeps(item, now, sent), now
    assert not workshop.erp.keeps(item, now, "<p>bye</p>")
    assert not workshop.erp.keeps(item, now, now)


async def test_a_clean_text_and_clean_markup_are_quiet_the_second_time(workshop: Workshop) -> None:
    for name, sent in {
        "text": "Tom & Jerry < 3",
        "markup": "<p>One</p><ul><li>two &amp; <b>three</b></li></ul>",
    }.items():
        identifier = await workshop.make("res.partner", {"name": f"{name} {workshop.mark}", "comment": sent}, name)
        now = (await workshop.now("res.partner", identifier, "comment"))["comment"]
        assert await workshop.same("res.partner", "comment", now, sent), now


async def test_a_boolean_and_an_empty_text_arrive(workshop: Workshop) -> None:
    identifier = await workshop.make(
        "res.partner", {"name": f"Trap {workshop.mark}", "is_company": True, "street": "", "city": "Lugo"}
    )
    await workshop.change("res.partner", identifier, {"city": "", "is_company": False})
    now = await workshop.now("res.partner", identifier, "is_company", "street", "city")
    assert now == {"id": int(identifier), "is_company": False, "street": None, "city": None}
