"""Properties: a write sends the whole set, so what it does not name stays; what does not fit is refused by name."""

from __future__ import annotations

from mapstudio.connectors.exchange import Origin, Write, Written
from mapstudio.connectors.odoo import OdooConnector
from mapstudio.model import JsonValue, Record
from tests.connectors.writes import update

DEFINITIONS = [
    {"name": "budget", "type": "integer", "string": "Budget"},
    {"name": "tier", "type": "selection", "string": "Tier", "selection": [["a", "Gold"], ["b", "Silver"]]},
    {"name": "note", "type": "char", "string": "Note"},
]


async def _lead(erp: OdooConnector, admin: OdooConnector, properties: Record) -> tuple[str, tuple[str, ...]]:
    await admin._rpc.call("crm.team", "write", [[1], {"lead_properties_definition": DEFINITIONS}])
    values: Record = {"name": "Renovación", "team_id": 1, "lead_properties": properties}
    [outcome] = await erp.write("crm.lead", [Write(Origin("crm", "deals", "p1"), values)])
    assert outcome.result is Written.CREATED, outcome.reasons
    return str(outcome.destination_id), tuple(reason.row for reason in outcome.reasons)


async def _held(erp: OdooConnector, lead: str) -> dict[str, JsonValue]:
    told = await erp._rpc.call("crm.lead", "read", [[int(lead)], ["lead_properties"]])
    [row] = told if isinstance(told, list) else []
    assert isinstance(row, dict)
    assert isinstance(row["lead_properties"], list)
    return {str(one["name"]): one.get("value") or None for one in row["lead_properties"] if isinstance(one, dict)}


async def test_what_a_write_does_not_name_stays(erp: OdooConnector, admin: OdooConnector) -> None:
    lead, failed = await _lead(erp, admin, {"budget": 500, "tier": "a"})
    assert failed == ()
    assert await _held(erp, lead) == {"budget": 500, "tier": "a", "note": None}
    [outcome] = await erp.write("crm.lead", [update(lead, "lead_properties", {"note": "Llamar"})])
    assert outcome.result is Written.UPDATED, outcome.reasons
    assert await _held(erp, lead) == {"budget": 500, "tier": "a", "note": "Llamar"}
    await erp.write("crm.lead", [update(lead, "lead_properties", {"budget": None})])
    assert await _held(erp, lead) == {"budget": None, "tier": "a", "note": "Llamar"}


async def test_what_odoo_would_swallow_is_refused_by_name(erp: OdooConnector, admin: OdooConnector) -> None:
    lead, _ = await _lead(erp, admin, {"tier": "a"})
    wrong: dict[str, JsonValue] = {"tier": "zzz", "budget": "much", "nosuch": 1}
    for name, value in wrong.items():
        [outcome] = await erp.write("crm.lead", [update(lead, "lead_properties", {name: value})])
        assert outcome.result is Written.REFUSED
        assert outcome.reasons[0].row == f"lead_properties.{name}"
    assert await _held(erp, lead) == {"budget": None, "tier": "a", "note": None}


async def test_a_new_record_says_which_property_it_could_not_take(erp: OdooConnector, admin: OdooConnector) -> None:
    _, failed = await _lead(erp, admin, {"nosuch": 1})
    assert failed == ("lead_properties.nosuch",)
