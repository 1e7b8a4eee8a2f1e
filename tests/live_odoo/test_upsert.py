"""Creating, repeating and changing contacts, as a user who may not read external ids."""

from __future__ import annotations

import pytest

from mapstudio.connectors.exchange import Write, Written
from mapstudio.connectors.odoo import OdooConnector
from mapstudio.model import AuthenticationError, Record
from tests.live_odoo.workshop import Workshop


async def test_a_create_is_known_by_its_origin_and_repeated_without_a_double(workshop: Workshop) -> None:
    country = await workshop.country("MX")
    writes = [
        Write(workshop.origin(f"p{number}"), {"name": f"Live {number} {workshop.mark}", "country_id": country})
        for number in range(5)
    ]
    first = await workshop.write("res.partner", writes)
    assert {one.result for one in first} == {Written.CREATED}, first
    again = await workshop.write("res.partner", writes)
    assert [one.destination_id for one in again] == [one.destination_id for one in first]
    known = await workshop.erp.by_origin("res.partner", [*(one.origin for one in writes), workshop.origin("none")])
    assert known == {write.origin: one.destination_id for write, one in zip(writes, first, strict=True)}


async def test_values_of_all_kinds_come_back_equal(workshop: Workshop) -> None:
    country = await workshop.country("ES")
    values: Record = {
        "name": f"Óscar {workshop.mark}",
        "email": f"Oscar.{workshop.mark}@Example.com",
        "website": "oscar.example",
        "comment": "Llamar\nmañana",
        "is_company": True,
        "country_id": country,
        "ref": "007",
    }
    identifier = await workshop.make("res.partner", dict(values))
    now = await workshop.now("res.partner", identifier, *values)
    for name, value in values.items():
        assert await workshop.same("res.partner", name, now[name], value), (name, now[name])


async def test_an_update_changes_its_fields_and_no_others(workshop: Workshop) -> None:
    ids = [
        await workshop.make("res.partner", {"name": f"Live {number} {workshop.mark}", "phone": "+34 600"}, f"p{number}")
        for number in range(5)
    ]
    writes = [
        Write(workshop.origin(f"p{number}"), {"function": f"Job {number}"}, identifier)
        for number, identifier in enumerate(ids)
    ]
    assert {one.result for one in await workshop.write("res.partner", writes)} == {Written.UPDATED}
    await workshop.erp.write("res.partner", [Write(workshop.origin("p0"), {"phone": None}, ids[0])])
    found = await workshop.erp.current("res.partner", ids, ["function", "phone"])
    assert [found[one].data["function"] for one in ids] == [f"Job {number}" for number in range(5)]
    assert [found[one].data["phone"] for one in ids] == [None, *["+34 600"] * 4]


async def test_an_archived_record_can_be_changed(workshop: Workshop) -> None:
    ids = [await workshop.make("res.partner", {"name": f"A {n} {workshop.mark}"}, f"p{n}") for n in range(4)]
    assert await workshop.erp.archive("res.partner", [*ids, "999999999"]) == [None] * 5
    assert await workshop.erp.archive("res.partner", ids) == [None] * 4
    writes = [Write(workshop.origin(f"p{n}"), {"ref": f"{workshop.mark}-{n}"}, one) for n, one in enumerate(ids)]
    assert {one.result for one in await workshop.write("res.partner", writes)} == {Written.UPDATED}
    found = await workshop.erp.current("res.partner", ids, ["active", "ref"])
    assert [found[one].data["active"] for one in ids] == [False] * 4
    assert [found[one].data["ref"] for one in ids] == [f"{workshop.mark}-{n}" for n in range(4)]


async def test_a_bad_record_is_named_and_its_neighbours_are_written(workshop: Workshop) -> None:
    writes = [
        Write(workshop.origin(f"p{n}"), {"name": f"Live {n} {workshop.mark}", "parent_id": None}) for n in range(8)
    ]
    writes[3] = Write(workshop.origin("p3"), {"name": f"Live 3 {workshop.mark}", "parent_id": 999999999})
    outcomes = await workshop.write("res.partner", writes)
    assert [one.result for one in outcomes] == [Written.CREATED] * 3 + [Written.REFUSED] + [Written.CREATED] * 4
    assert outcomes[3].reasons[0].row == "parent_id"


async def test_a_gone_record_is_told(workshop: Workshop) -> None:
    outcome = await workshop.change("res.partner", "999999999", {"ref": "x"})
    assert outcome.result is Written.REFUSED
    assert "does not exist any more" in outcome.reasons[0].reason


async def test_what_the_user_may_not_write_stops_at_once(erp: OdooConnector, workshop: Workshop) -> None:
    if await erp._catalogue.may("res.country", "write"):
        pytest.skip("the user may write countries")
    country = await workshop.country("AD")
    with pytest.raises(AuthenticationError, match="may not"):
        await workshop.change("res.country", str(country), {"name": "Andorra la Vella"})


async def test_a_contact_s_address_never_overwrites_its_company_s(workshop: Workshop) -> None:
    office: Record = {"name": f"Co {workshop.mark}", "is_company": True, "street": "HQ 1", "city": "Madrid"}
    company = await workshop.make("res.partner", office, "company")
    values: Record = {"name": f"Ann {workshop.mark}", "parent_id": int(company), "street": "Own 2", "city": "Sevilla"}
    [outcome] = await workshop.write("res.partner", [Write(workshop.origin("contact"), values)])
    if (await workshop.erp.whoami()).system == "odoo 16.0":
        assert outcome.result is Written.CREATED, outcome.reasons
        now = await workshop.now("res.partner", str(outcome.destination_id), "street", "city")
        assert (now["street"], now["city"]) == ("Own 2", "Sevilla")
    else:
        assert outcome.result is Written.REFUSED
        assert outcome.reasons[0].row == "street"
        assert "type other" in outcome.reasons[0].reason
        same = await workshop.make("res.partner", {**values, "street": "HQ 1", "city": "Madrid"}, "same")
        changed = await workshop.change("res.partner", same, {"city": "Sevilla"})
        assert (changed.result, changed.reasons[0].row) == (Written.REFUSED, "city")
    apart = await workshop.make("res.partner", {**values, "type": "other"}, "apart")
    assert (await workshop.change("res.partner", apart, {"street": "Own 3"})).result is Written.UPDATED
    assert (await workshop.now("res.partner", apart, "street", "city"))["street"] == "Own 3"
    assert (await workshop.now("res.partner", company, "street"))["street"] == "HQ 1"
