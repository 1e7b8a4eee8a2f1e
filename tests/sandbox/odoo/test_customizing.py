"""What clients add to the local Odoo: fields, models, properties, messages, texts in another language."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.odoo.client import Client, Refused
from tests.sandbox.odoo.conftest import is_new

BUDGET = {"name": "hs_budget", "type": "integer", "string": "Budget"}
TIER = {"name": "hs_tier", "type": "selection", "string": "Tier", "selection": [["a", "Gold"], ["b", "Silver"]],
        "default": "b"}  # fmt: skip


def _model(erp: Client, name: str) -> int:
    found: int = erp.call("ir.model", "search", [["model", "=", name]])[0]
    return found


def _field(erp: Client, name: str, kind: str = "char", model: str = "res.partner", **more: Any) -> int:
    told = {"name": name, "model_id": _model(erp, model), "ttype": kind, "field_description": "HubSpot ID", **more}
    found: int = erp.call("ir.model.fields", "create", told)
    return found


def test_a_custom_field_is_there_at_once_and_goes_again(erp: Client) -> None:
    with pytest.raises(Refused, match="starts with 'x_'"):
        _field(erp, "hubspot_id")
    assert "hubspot_id" not in erp.call("res.partner", "fields_get", [], ["type"])
    field = _field(erp, "x_hubspot_id")
    told = erp.call("res.partner", "fields_get", ["x_hubspot_id"])["x_hubspot_id"]
    assert (told["type"], told["string"], told["manual"]) == ("char", "HubSpot ID", True)
    [record] = erp.call("res.partner", "load", ["id", "name", "x_hubspot_id"], [["hs.x", "X", "777"]])["ids"]
    assert erp.call("res.partner", "search", [["x_hubspot_id", "=", "777"]]) == [record]
    with pytest.raises(Refused, match="unique per model"):
        _field(erp, "x_hubspot_id")
    erp.call("ir.model.fields", "unlink", [field])
    with pytest.raises(Refused):
        erp.call("res.partner", "read", [record], ["x_hubspot_id"])


def test_a_custom_selection_takes_its_options_only(erp: Client) -> None:
    _field(erp, "x_size", "selection", selection="[('s', 'Small'), ('l', 'Large')]")
    partner = erp.call("res.partner", "create", {"name": "Ana", "x_size": "s"})
    with pytest.raises(Refused, match="Wrong value"):
        erp.call("res.partner", "write", [partner], {"x_size": "xl"})
    result = erp.call("res.partner", "load", [".id", "x_size"], [[str(partner), "Large"]])
    assert result["ids"] == [partner]
    assert erp.call("res.partner", "read", [partner], ["x_size"])[0]["x_size"] == "l"


def test_a_model_of_ones_own_holds_records(erp: Client) -> None:
    with pytest.raises(Refused, match="x_"):
        erp.call("ir.model", "create", {"name": "Stay", "model": "stay"})
    erp.call("ir.model", "create", {"name": "Stay", "model": "x_stay"})
    _field(erp, "x_guest_id", "many2one", "x_stay", relation="res.partner")
    with pytest.raises(Refused, match="Unknown model name"):
        _field(erp, "x_none", "many2one", "x_stay", relation="no.such")
    guest = erp.call("res.partner", "create", {"name": "Ana"})
    stay = erp.call("x_stay", "create", {"x_name": "Room 4", "x_guest_id": guest})
    assert erp.call("x_stay", "read", [stay], ["display_name", "x_guest_id"]) == [
        {"id": stay, "display_name": "Room 4", "x_guest_id": [guest, "Ana"]}
    ]
    assert erp.call("x_stay", "search", [["x_guest_id.name", "=", "Ana"]]) == [stay]


def test_an_integration_may_not_add_fields(served: dict[str, Any]) -> None:
    user = Client(served, served["login"], served["password"])
    with pytest.raises(Refused) as refused:
        user.call("ir.model.fields", "create", {"name": "x_no", "model_id": 1, "ttype": "char"})
    assert refused.value.name == "odoo.exceptions.AccessError"


def test_properties_are_replaced_by_each_write(erp: Client) -> None:
    lead = erp.call("crm.lead", "create", {"name": "Deal", "team_id": 1})
    assert erp.call("crm.lead", "read", [lead], ["lead_properties"])[0]["lead_properties"] == []
    erp.call("crm.team", "write", [1], {"lead_properties_definition": [BUDGET, TIER]})

    def values() -> dict[str, Any]:
        [read] = erp.call("crm.lead", "read", [lead], ["lead_properties"])
        return {one["name"]: one.get("value", "none") for one in read["lead_properties"]}

    assert values() == {"hs_budget": "none", "hs_tier": "none"}
    erp.call("crm.lead", "write", [lead], {"lead_properties": {"hs_budget": 500, "hs_tier": "a"}})
    assert values() == {"hs_budget": 500, "hs_tier": "a"}
    left_out = "none" if is_new(erp) else False
    erp.call("crm.lead", "write", [lead], {"lead_properties": {"hs_budget": 7}})
    assert values() == {"hs_budget": 7, "hs_tier": left_out}
    assert erp.call("crm.lead", "write", [lead], {"lead_properties": {"hs_tier": "zzz", "nosuch": 1}}) is True
    assert values() == {"hs_budget": left_out, "hs_tier": False}
    fresh = erp.call("crm.lead", "create", {"name": "Other", "team_id": 1})
    [read] = erp.call("crm.lead", "read", [fresh], ["lead_properties"])
    assert {one["name"]: one.get("value") for one in read["lead_properties"]}["hs_tier"] == "b"


def test_a_text_has_another_language(erp: Client) -> None:
    product = erp.call("product.template", "create", {"name": "Honey"})
    erp.call("product.template", "write", [product], {"name": "Miel"}, context={"lang": "fr_FR"})

    def name(**context: str) -> str:
        return str(erp.call("product.template", "read", [product], ["name"], context=context)[0]["name"])

    assert (name(), name(lang="fr_FR")) == ("Honey", "Miel")
    assert erp.call("product.template", "search", [["name", "=", "Miel"]], context={"lang": "fr_FR"}) == [product]


def test_messages_stay_on_their_record(erp: Client) -> None:
    lead, other = (erp.call("crm.lead", "create", {"name": name}) for name in ("One", "Two"))
    answer = erp.call("crm.lead", "message_post", [lead], body="<b>Hello</b> there", message_type="comment")
    message = answer[0] if is_new(erp) else answer
    [told] = erp.call("mail.message", "read", [message], ["body", "model", "res_id", "message_type"])
    body = "<p>&lt;b&gt;Hello&lt;/b&gt; there</p>" if is_new(erp) else "<span><b>Hello</b> there</span>"
    assert told == {"id": message, "body": body, "model": "crm.lead", "res_id": lead, "message_type": "comment"}
    assert message in erp.call("crm.lead", "read", [lead], ["message_ids"])[0]["message_ids"]
    assert message not in erp.call("crm.lead", "read", [other], ["message_ids"])[0]["message_ids"]
    with pytest.raises(Refused):
        erp.call("res.country", "message_post", [1], body="No")
    erp.call("crm.lead", "unlink", [lead])
    assert erp.call("mail.message", "search", [["id", "=", message]]) == []


def test_a_lost_lead_is_archived_with_its_reason(erp: Client) -> None:
    lead = erp.call("crm.lead", "create", {"name": "Deal"})
    assert erp.call("crm.lead", "action_set_lost", [lead], lost_reason_id=1) is None
    told = ["active", "probability", "lost_reason_id"]
    [read] = erp.call("crm.lead", "read", [lead], told)
    assert (read["active"], read["probability"], read["lost_reason_id"][0]) == (False, 0.0, 1)
    assert erp.call("crm.lead", "search", [["id", "=", lead]]) == []
    erp.call("crm.lead", "action_unarchive", [lead])
    assert erp.call("crm.lead", "read", [lead], told)[0]["active"] is True
    assert erp.call("crm.lead", "action_set_won", [lead]) is True
    if is_new(erp):
        with pytest.raises(Refused, match="Won stage cannot be lost"):
            erp.call("crm.lead", "action_set_lost", [lead])


def test_a_value_written_by_hand_lasts_until_it_is_worked_out_anew(erp: Client) -> None:
    partner = erp.call("res.partner", "create", {"name": "Ana"})
    erp.call("res.partner", "write", [partner], {"commercial_partner_id": 1})
    read = ["commercial_partner_id"]
    assert erp.call("res.partner", "read", [partner], read)[0]["commercial_partner_id"][0] == 1
    erp.call("res.partner", "write", [partner], {"is_company": True})
    assert erp.call("res.partner", "read", [partner], read)[0]["commercial_partner_id"][0] == partner
