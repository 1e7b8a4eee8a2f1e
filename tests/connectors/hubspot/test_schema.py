"""The vendor's definitions as our schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mapstudio.connectors.declarations import Enforcement
from mapstudio.connectors.exchange import Origin, ReadRequest, Reference, Write
from mapstudio.connectors.hubspot import HubSpotConnector
from mapstudio.connectors.hubspot.definitions import RECORD_FIELDS
from mapstudio.mapping.checking import check_mapping
from mapstudio.mapping.reading import parse_mapping
from mapstudio.model import FieldType, Option, UsageError
from tests.connectors.conformance import read_all
from tests.connectors.hubspot.conftest import Connect, Script

RECORD = {item.name for item in RECORD_FIELDS}


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
    assert Option("closedwon", "Closed Won", within="default") in fields["dealstage"].options
    assert fields["dealstage"].options_by == "pipeline"
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
        assert set(able.proposed_keys) == {(key,) for key in keys}
        assert able.upsert_fields == set(keys)
        assert able.create is (Enforcement.UNIQUE_FIELD if keys else Enforcement.NONE)
    assert connector.capabilities("contacts").proposed_keys[0] == ("email",)


EVERY = [
    "contacts", "companies", "deals", "tickets", "products", "line_items", "quotes", "orders", "invoices", "notes",
]  # fmt: skip


async def test_everything_that_is_sold_or_said_is_an_object(connect: Connect) -> None:
    connector = await connect()
    objects = {info.name: info for info in await connector.objects()}
    assert [name for name in objects if objects[name].writable][: len(EVERY)] == EVERY
    required: dict[str, list[str]] = {}
    for name in EVERY:
        schema = await connector.schema(name)
        required[name] = [item.name for item in schema.fields if item.required]
        assert schema.by_name["hs_object_id"].read_only
        assert all(item.group for item in schema.fields if "." not in item.name and item.name not in RECORD)
    assert required["notes"] == ["hs_timestamp"]
    assert required["contacts"] == []


async def test_an_object_of_the_accounts_own_has_its_fields_and_who_it_belongs_to(connect: Connect) -> None:
    connector = await connect()
    api = connector._api
    body = {
        "name": "stay",
        "labels": {"singular": "Stay", "plural": "Stays"},
        "primaryDisplayProperty": "stay_code",
        "requiredProperties": ["stay_code"],
        "properties": [
            {"name": "stay_code", "label": "Code", "type": "string", "fieldType": "text", "hasUniqueValue": True},
            {"name": "nights", "label": "Nights", "type": "number", "fieldType": "number"},
        ],
        "associatedObjects": ["CONTACT"],
    }
    assert (await api.send("POST", api.paths.schemas, json=body)).status == 201
    pipeline = {"label": "Stays", "displayOrder": 0, "stages": [_stage("Booked", 0), _stage("Left", 1)]}
    assert (await api.send("POST", f"{api.paths.pipelines}/stay", json=pipeline)).status == 201
    async with HubSpotConnector.open("crm", {"url": api.url, "token": api.credentials.whose()}) as fresh:
        [own] = [info for info in await fresh.objects() if info.label == "Stays"]
        schema = await fresh.schema(own.name)
        assert schema.fields[0].name == "stay_code"
        assert schema.by_name["stay_code"].required
        assert schema.by_name["nights"].type is FieldType.NUMBER
        assert [option.label for option in schema.by_name["hs_pipeline_stage"].options] == ["Booked", "Left"]
        assert own.name in [record.data["object"] for record in await read_all(fresh, ReadRequest("pipelines"))]
        assert schema.by_name["associations.contacts"].reference == "contacts"
        assert schema.by_name["associations.contacts[].email"].label == "Email"
        assert fresh.capabilities(own.name).upsert_fields == {"stay_code"}
        write = Write(Origin("s", "o", "1"), {"stay_code": "S-1", "nights": 3}, key={"stay_code": "S-1"})
        [outcome] = await fresh.write(own.name, [write])
        [contact] = await read_all(fresh, ReadRequest("contacts", paths=frozenset({"email"}), limit=1))
        put = f"{api.paths.objects}/contacts/{contact.id}/associations/default/{own.name}/{outcome.destination_id}"
        assert (await api.send("PUT", put)).status == 200
        request = ReadRequest("contacts", paths=frozenset({f"associations.{own.name}[].nights"}))
        found = {record.id: record.data["associations"] for record in await read_all(fresh, request)}
        assert found[contact.id] == {own.name: [{"id": outcome.destination_id, "labels": [], "nights": 3}]}
        assert f"associations.{own.name}" in (await fresh.schema("contacts")).by_name


def _stage(label: str, order: int) -> dict[str, Any]:
    return {"label": label, "displayOrder": order, "metadata": {}}


async def test_owners_and_pipelines_are_looked_at_but_never_written(connect: Connect) -> None:
    connector = await connect()
    offered = {info.name: info for info in await connector.objects()}
    for name in ("owners", "pipelines"):
        assert not offered[name].writable
        assert not connector.capabilities(name).update
        assert connector.capabilities(name).create is Enforcement.NONE
        schema = await connector.schema(name)
        assert all(item.read_only for item in schema.fields)
        for record in await read_all(connector, ReadRequest(name)):
            assert record.data.keys() <= {item.name for item in schema.fields}
    owners = await read_all(connector, ReadRequest("owners"))
    assert "marta.rey@casa-palma.example" in [owner.data["email"] for owner in owners]
    assert len(await read_all(connector, ReadRequest("owners", limit=1))) == 1
    pipelines = await read_all(connector, ReadRequest("pipelines"))
    lists: list[tuple[Any, Any]] = [(record.data["object"], record.data["stages"]) for record in pipelines]
    stages = {(name, stage["id"]) for name, some in lists for stage in some}
    assert ("deals", "closedwon") in stages
    assert len({record.id for record in pipelines}) == len(pipelines)
    with pytest.raises(UsageError, match="email, id"):
        await connector.resolve(Reference("owners", "lastName"), ["Rey"])


async def test_labels_of_associations_are_those_of_the_account(connect: Connect) -> None:
    fields = (await (await connect()).schema("deals")).by_name
    assert "Primary" in [option.value for option in fields["associations.companies[].labels"].options]


async def test_what_the_token_may_not_see_of_others_is_left_out(scripted: Callable[[Script], HubSpotConnector]) -> None:
    def script(method: str, path: str, body: Any) -> tuple[int, Any]:
        if "/companies" in path or "/owners" in path or "/schemas" in path:
            return 403, {"status": "error", "category": "MISSING_SCOPES", "message": "required scopes are missing"}
        if "/quotes" in path or "property-validations" in path:
            return 404, {"status": "error", "category": "OBJECT_NOT_FOUND", "message": "resource not found"}
        return 200, {"results": [{"name": "email", "label": "Email", "type": "string", "fieldType": "text"}]}

    async with scripted(script) as connector:
        names = (await connector.schema("contacts")).by_name
    assert "email" in names
    assert "associations.deals" in names
    assert "associations.companies" not in names
    assert "associations.quotes" not in names


async def test_an_association_without_labels_has_no_field_for_them_and_check_says_so(connect: Connect) -> None:
    schema = await (await connect()).schema("line_items")
    assert "associations.deals[].id" in schema.by_name
    assert "associations.deals[].labels" not in schema.by_name
    text = """\
mapstudio: 1
name: lines
source: {connection: erp, object: lines}
destination: {connection: crm, object: line_items, key: mapstudio_key}
fields:
  mapstudio_key: id
  associations.deals: {from: dealId, label: Payer}
"""
    told = [item.message for item in check_mapping(parse_mapping(text, "lines.yaml"), destination_schema=schema)]
    assert '"Payer" is no label of associations.deals, which has none' in told
