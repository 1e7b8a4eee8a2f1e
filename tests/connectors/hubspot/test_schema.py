"""The vendor's definitions as our schema."""

from __future__ import annotations

from mapstudio.connectors.contract import Enforcement
from mapstudio.model import FieldType
from tests.connectors.hubspot.conftest import Connect


async def test_types_flags_and_options_are_translated(connect: Connect) -> None:
    fields = (await (await connect()).schema("contacts")).by_name
    types = {
        "email": FieldType.TEXT,
        "stay_count": FieldType.NUMBER,
        "last_stay": FieldType.DATE,
        "closedate": FieldType.DATETIME,
        "guest_opt_in": FieldType.BOOLEAN,
        "lifecyclestage": FieldType.OPTION,
        "guest_interests": FieldType.OPTIONS,
        "hs_latitude": FieldType.NUMBER,
        "associations.companies": FieldType.LIST,
        "associations.companies[].name": FieldType.TEXT,
    }
    assert {name: fields[name].type for name in types} == types
    assert fields["email"].unique
    assert fields["cb_guest_id"].unique
    assert not fields["firstname"].unique
    assert fields["createdate"].read_only
    assert fields["hs_email_domain"].read_only
    assert not fields["phone"].read_only
    assert "customer" in [option.value for option in fields["lifecyclestage"].options]
    assert fields["associations.companies"].reference == "companies"
    for name in ("id", "createdAt", "updatedAt", "archived"):
        assert fields[name].read_only


async def test_options_that_are_kept_elsewhere_are_brought_or_left_open(connect: Connect) -> None:
    fields = (await (await connect()).schema("deals")).by_name
    owners = {option.label: option.value for option in fields["hubspot_owner_id"].options}
    assert owners["Marta Rey <marta.rey@casa-palma.example>"] == "71100201"
    assert [option.value for option in fields["pipeline"].options] == ["default"]
    assert ("closedwon", "Closed Won") in [(option.value, option.label) for option in fields["dealstage"].options]
    assert fields["hubspot_team_id"].type is FieldType.OPTION
    assert fields["hubspot_team_id"].options == ()


async def test_what_people_look_for_comes_first_and_read_only_last(connect: Connect) -> None:
    schema = await (await connect()).schema("contacts")
    names = [item.name for item in schema.fields if "." not in item.name]
    assert names[:3] == ["email", "firstname", "lastname"]
    assert names.index("vip_note") < names.index("hs_latitude") < names.index("createdate")


async def test_only_unique_properties_may_be_the_key(connect: Connect) -> None:
    connector = await connect()
    for name, keys in (
        ("contacts", ("email", "cb_guest_id", "mapstudio_key")),
        ("companies", ("erp_ref",)),
        ("line_items", ()),
    ):
        await connector.schema(name)
        able = connector.capabilities(name)
        assert set(able.key_fields) == set(keys)
        assert able.upsert_fields == set(keys)
        assert able.create is (Enforcement.UNIQUE_FIELD if keys else Enforcement.NONE)
    assert connector.capabilities("contacts").key_fields[0] == "email"
