"""The vendor's own Python client against the sandbox: nothing but its host is another."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import hubspot
import pytest
from hubspot.crm.contacts.exceptions import ApiException

from tests.judges.conftest import Portal

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
NOBODY = "99999999999"


@pytest.fixture(name="client")
def _client(portal: Portal) -> Any:
    """The client as a user makes it."""
    return hubspot.Client.create(access_token=portal.token, host=portal.url, base_url=portal.url)


def person(name: str, **more: str) -> dict[str, str]:
    """Return the properties of a contact."""
    return {"email": f"{name}@palma.example", "firstname": name.title(), **more}


def test_a_contact_from_its_creation_to_its_end(client: Any) -> None:
    contacts = client.crm.contacts.basic_api
    made = contacts.create({"properties": person("ana", stay_count="3"), "associations": []})
    assert (made.properties["email"], made.archived) == ("ana@palma.example", False)

    contacts.update(made.id, {"properties": {"firstname": "Anna", "stay_count": ""}})
    found = contacts.get_by_id(
        "ANA@palma.example", id_property="email", properties=["firstname", "stay_count", "vip_note"]
    )
    assert found.id == made.id
    assert {name: found.properties[name] for name in ("firstname", "stay_count", "vip_note")} == {
        "firstname": "Anna",
        "stay_count": None,
        "vip_note": None,
    }
    history = contacts.get_by_id(made.id, properties_with_history=["firstname"]).properties_with_history
    assert [entry.value for entry in history["firstname"]] == ["Anna", "Ana"]

    contacts.archive(made.id)
    with pytest.raises(ApiException) as refused:
        contacts.get_by_id(made.id)
    assert refused.value.status == 404
    assert contacts.get_by_id(made.id, archived=True).archived is True


def test_all_pages_of_a_list_hold_each_record_once(client: Any) -> None:
    everyone = client.crm.contacts.get_all(properties=["email"])
    assert len(everyone) > 300
    assert len({record.id for record in everyone}) == len(everyone)
    page = client.crm.companies.basic_api.get_page(limit=2, associations=["contacts"])
    assert len(page.results) == 2
    assert page.paging.next.after


def test_a_second_contact_with_the_address_is_a_conflict_that_names_the_first(client: Any) -> None:
    contacts = client.crm.contacts.basic_api
    first = contacts.create({"properties": person("bea")})
    with pytest.raises(ApiException) as refused:
        contacts.create({"properties": {"email": "BEA@palma.example"}})
    assert refused.value.status == 409
    assert f"Existing ID: {first.id}" in refused.value.body


def test_search_finds_sorts_and_pages(client: Any) -> None:
    search = client.crm.deals.search_api
    request = {
        "filterGroups": [{"filters": [{"propertyName": "amount", "operator": "GT", "value": "100"}]}],
        "sorts": [{"propertyName": "amount", "direction": "DESCENDING"}],
        "properties": ["amount"],
        "limit": 3,
    }
    first = search.do_search(request)
    amounts = [float(record.properties["amount"]) for record in first.results]
    assert first.total > 3
    assert amounts == sorted(amounts, reverse=True)
    second = search.do_search({**request, "after": first.paging.next.after})
    assert not {record.id for record in first.results} & {record.id for record in second.results}


def test_batches_tell_of_each_record(client: Any) -> None:
    batch = client.crm.contacts.batch_api
    inputs = [
        {"properties": person("cara"), "associations": [], "objectWriteTraceId": "one"},
        {"properties": person("dora", lifecyclestage="no such stage"), "associations": [], "objectWriteTraceId": "two"},
    ]
    made = batch.create({"inputs": inputs})
    assert [record.properties["firstname"] for record in made.results] == ["Cara"]
    assert made.num_errors == 1
    assert made.errors[0].context["objectWriteTraceId"] == ["two"]
    [cara] = made.results

    read = batch.read({"inputs": [{"id": cara.id}, {"id": NOBODY}], "properties": ["email"]})
    assert [record.id for record in read.results] == [cara.id]
    assert read.errors[0].context["ids"] == [NOBODY]

    changed = batch.update({"inputs": [{"id": cara.id, "properties": {"lastname": "Soler"}}]})
    assert changed.results[0].properties["lastname"] == "Soler"

    upserted = batch.upsert(
        {
            "inputs": [
                {"id": item["email"], "idProperty": "email", "properties": item}
                for item in (person("cara", lastname="Vidal"), person("eva"))
            ]
        }
    )
    assert sorted((record.properties["email"], record.new) for record in upserted.results) == [
        ("cara@palma.example", False),
        ("eva@palma.example", True),
    ]

    batch.archive({"inputs": [{"id": cara.id}]})
    assert batch.read({"inputs": [{"id": cara.id}], "properties": []}).results == []


def test_without_trace_ids_one_bad_input_sinks_the_batch(client: Any) -> None:
    inputs = [{"properties": person("fe")}, {"properties": person("gil", stay_count="three")}]
    with pytest.raises(ApiException) as refused:
        client.crm.contacts.batch_api.create({"inputs": inputs})
    assert refused.value.status == 400
    with pytest.raises(ApiException):
        client.crm.contacts.basic_api.get_by_id("fe@palma.example", id_property="email")


def test_associations_with_labels(client: Any) -> None:
    contact = client.crm.contacts.basic_api.create({"properties": person("hana")}).id
    one, two = (client.crm.companies.basic_api.create({"properties": {"name": name}}).id for name in ("One", "Two"))
    definitions = client.crm.associations.v4.schema.definitions_api
    label = definitions.create("contacts", "companies", {"name": "travel_agent", "label": "Travel agent"}).results[0]
    assert "Travel agent" in [kind.label for kind in definitions.get_all("contacts", "companies").results]

    basic = client.crm.associations.v4.basic_api
    basic.create_default("contacts", contact, "companies", one)
    spec = [{"associationCategory": label.category, "associationTypeId": label.type_id}]
    basic.create("contacts", contact, "companies", two, spec)
    links = {
        str(link.to_object_id): link.association_types
        for link in basic.get_page("contacts", contact, "companies").results
    }
    assert {*links} == {one, two}
    assert label.type_id in [kind.type_id for kind in links[two]]
    assert 1 in [kind.type_id for kind in links[one]]  # the first company is the primary one

    batch = client.crm.associations.v4.batch_api
    pair = {"from": {"id": contact}, "to": {"id": one}, "types": spec}
    assert len(batch.create("contacts", "companies", {"inputs": [pair]}).results) == 1
    batch.archive_labels("contacts", "companies", {"inputs": [pair]})
    read = batch.get_page("contacts", "companies", {"inputs": [{"id": contact}, {"id": NOBODY}]})
    assert {str(to.to_object_id) for result in read.results for to in result.to} == {one, two}
    batch.archive("contacts", "companies", {"inputs": [{"from": {"id": contact}, "to": [{"id": one}]}]})
    basic.archive("contacts", contact, "companies", two)
    assert basic.get_page("contacts", contact, "companies").results == []
    definitions.remove("contacts", "companies", label.type_id)


def test_properties_and_their_groups(client: Any) -> None:
    groups, core = client.crm.properties.groups_api, client.crm.properties.core_api
    groups.create("contacts", {"name": "stays", "label": "Stays", "displayOrder": 3})
    assert "stays" in [group.name for group in groups.get_all("contacts").results]
    made = core.create(
        "contacts",
        {
            "name": "guest_ref",
            "label": "Guest",
            "type": "string",
            "fieldType": "text",
            "groupName": "stays",
            "hasUniqueValue": True,
        },
    )
    assert made.has_unique_value is True
    assert core.update("contacts", "guest_ref", {"label": "Guest number"}).label == "Guest number"
    upserted = client.crm.contacts.batch_api.upsert(
        {"inputs": [{"id": "G-1", "idProperty": "guest_ref", "properties": {"guest_ref": "G-1", "firstname": "Ina"}}]}
    )
    assert upserted.results[0].new is True
    batch = client.crm.properties.batch_api
    names = {"inputs": [{"name": "guest_ref"}, {"name": "email"}], "archived": False}
    assert {item.name for item in batch.read("contacts", names).results} == {"guest_ref", "email"}
    with pytest.raises(Exception, match="409"):
        core.create("contacts", {**made.to_dict(), "fieldType": "text", "groupName": "stays"})
    core.archive("contacts", "guest_ref")
    groups.archive("contacts", "stays")
    assert "guest_ref" not in [item.name for item in core.get_all("contacts").results]


def test_pipelines_and_owners(client: Any) -> None:
    pipelines = client.crm.pipelines.pipelines_api
    made = pipelines.create(
        "deals",
        {
            "label": "Groups",
            "displayOrder": 5,
            "stages": [{"label": "Asked", "displayOrder": 0, "metadata": {"probability": "0.2"}}],
        },
    )
    stage = client.crm.pipelines.pipeline_stages_api.create(
        "deals", made.id, {"label": "Held", "displayOrder": 1, "metadata": {"probability": "0.6"}}
    )
    labels = [item.label for item in client.crm.pipelines.pipeline_stages_api.get_all("deals", made.id).results]
    assert labels == ["Asked", "Held"]
    deal = client.crm.deals.basic_api.create(
        {"properties": {"dealname": "A wedding", "pipeline": made.id, "dealstage": stage.id}}
    )
    assert deal.properties["dealstage"] == stage.id

    owners = client.crm.owners.get_all()
    assert owners
    assert client.crm.owners.owners_api.get_by_id(owners[0].id).email == owners[0].email
    [found] = client.crm.owners.owners_api.get_page(email=owners[-1].email).results
    assert found.id == owners[-1].id


def test_a_custom_object_and_its_records(client: Any) -> None:
    schemas = client.crm.schemas.core_api
    made = schemas.create(
        {
            "name": "room",
            "labels": {"singular": "Room", "plural": "Rooms"},
            "primaryDisplayProperty": "number",
            "requiredProperties": ["number"],
            "properties": [
                {"name": "number", "label": "Number", "type": "string", "fieldType": "text", "hasUniqueValue": True}
            ],
            "associatedObjects": ["CONTACT"],
        }
    )
    assert made.object_type_id.startswith("2-")
    assert made.fully_qualified_name in [item.fully_qualified_name for item in schemas.get_all().results]
    room = client.crm.objects.basic_api.create(made.object_type_id, {"properties": {"number": "101"}})
    assert client.crm.objects.basic_api.get_by_id(made.fully_qualified_name, room.id).id == room.id


def test_requests_that_the_client_has_no_name_for(client: Any) -> None:
    details = client.api_request({"path": "/account-info/v3/details"}).json()
    assert details["accountType"] == "DEVELOPER_TEST"


def test_tokens(portal: Portal) -> None:
    app = portal.access["oauth"]
    client = hubspot.Client.create(host=portal.url)
    form = {
        "client_id": app["client_id"],
        "redirect_uri": "http://localhost/callback",
        "scope": "oauth crm.objects.contacts.read",
        "agreed": "yes",
    }
    agreed = httpx.post(f"{portal.url}/oauth/authorize", data=form, trust_env=False)
    given = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
    first = client.oauth.tokens_api.create(
        grant_type="authorization_code",
        code=parse_qs(urlsplit(agreed.headers["Location"]).query)["code"][0],
        redirect_uri=form["redirect_uri"],
        **given,
    )
    again = client.oauth.tokens_api.create(grant_type="refresh_token", refresh_token=first.refresh_token, **given)
    assert again.expires_in == 1800
    assert client.oauth.access_tokens_api.get(again.access_token).hub_id == 4412911
    assert client.oauth.refresh_tokens_api.get(first.refresh_token).client_id == app["client_id"]
    lent = hubspot.Client.create(access_token=again.access_token, host=portal.url)
    assert lent.crm.contacts.basic_api.get_page(limit=1).results
    with pytest.raises(Exception, match="403"):
        lent.crm.companies.basic_api.get_page()
    client.oauth.refresh_tokens_api.archive(first.refresh_token)
    with pytest.raises(Exception, match="400"):
        client.oauth.tokens_api.create(grant_type="refresh_token", refresh_token=first.refresh_token, **given)


def test_a_token_of_somebody_else(portal: Portal) -> None:
    client = hubspot.Client.create(access_token="another", host=portal.url)
    with pytest.raises(ApiException) as refused:
        client.crm.contacts.basic_api.get_page()
    assert refused.value.status == 401
