"""Whatever a client sends, it gets an answer of the vendor's kind, never a server's failure."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mapstudio.model import JsonValue
from mapstudio.sandbox.contract import Service
from mapstudio.sandbox.hubspot import SANDBOX
from tests.sandbox.running import build

ROOT = "/crm/objects/2026-03"
PATHS = [
    ("POST", f"{ROOT}/contacts"),
    ("PATCH", f"{ROOT}/contacts/61000101"),
    ("POST", f"{ROOT}/contacts/search"),
    ("POST", f"{ROOT}/contacts/merge"),
    ("POST", f"{ROOT}/contacts/gdpr-delete"),
    *(("POST", f"{ROOT}/contacts/batch/{word}") for word in ("create", "read", "update", "upsert", "archive")),
    ("PUT", f"{ROOT}/contacts/61000101/associations/companies/52000101"),
    *(
        ("POST", f"/crm/associations/2026-03/contacts/companies/batch/{word}")
        for word in ("create", "read", "archive", "labels/archive", "associate/default")
    ),
    ("POST", "/crm/v3/associations/contacts/companies/batch/create"),
    ("POST", "/crm/associations/2026-03/contacts/companies/labels"),
    ("PUT", "/crm/associations/2026-03/contacts/companies/labels"),
    ("POST", "/crm/associations/2026-03/definitions/configurations/contacts/companies/batch/create"),
    ("POST", "/crm/properties/2026-03/contacts"),
    ("PATCH", "/crm/properties/2026-03/contacts/vip_note"),
    *(("POST", f"/crm/properties/2026-03/contacts/batch/{word}") for word in ("create", "read", "archive")),
    ("POST", "/crm/properties/2026-03/contacts/groups"),
    ("PATCH", "/crm/properties/2026-03/contacts/groups/contactinformation"),
    ("PUT", "/crm/property-validations/2026-03/0-1/zip/rule-type/MAX_LENGTH"),
    ("POST", "/crm/pipelines/2026-03/deals"),
    ("PUT", "/crm/pipelines/2026-03/deals/default"),
    ("PATCH", "/crm/pipelines/2026-03/deals/default"),
    ("POST", "/crm/pipelines/2026-03/deals/default/stages"),
    ("PATCH", "/crm/pipelines/2026-03/deals/default/stages/closedwon"),
    ("POST", "/crm-object-schemas/2026-03/schemas"),
    ("POST", "/crm-object-schemas/2026-03/schemas/batch/read"),
    ("POST", "/crm-object-schemas/2026-03/schemas/contacts/associations"),
]
WORDS = (
    *("inputs", "properties", "id", "idProperty", "objectWriteTraceId", "associations", "to", "from", "types", "type"),
    *("associationCategory", "associationTypeId", "filterGroups", "filters", "propertyName", "operator", "value"),
    *("values", "highValue", "sorts", "direction", "query", "limit", "after", "email", "firstname", "closedate"),
    *("primaryObjectId", "objectIdToMerge", "objectId", "name", "label", "inverseLabel", "labels", "options", "stages"),
    *("metadata", "displayOrder", "fieldType", "groupName", "ruleArguments", "requiredProperties", "associatedObjects"),
    *("typeId", "category", "maxToObjectIds", "singular", "plural", "fromObjectTypeId", "toObjectTypeId", "archived"),
    *("propertiesWithHistory", "probability", "searchableProperties", "hasUniqueValue", "hidden", "stay_count"),
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["", "61000101", "52000101", "email", "EQ", "BETWEEN", "IN", "USER_DEFINED", "string", "text", "0-1"]
    ),
    st.text(max_size=5),
)
BODIES: st.SearchStrategy[JsonValue] = st.recursive(
    VALUES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(WORDS), inner, max_size=6)),
    max_leaves=24,
)


FILTERS = st.fixed_dictionaries(
    {
        "propertyName": st.sampled_from(["email", "stay_count", "last_stay", "associations.company", ""]) | VALUES,
        "operator": st.sampled_from(["EQ", "IN", "BETWEEN", "GT", "CONTAINS_TOKEN", "HAS_PROPERTY"]) | VALUES,
    },
    optional={"value": BODIES, "values": BODIES, "highValue": BODIES},
)
ANY = st.dictionaries(st.sampled_from(WORDS), BODIES, max_size=6)
SHAPED: st.SearchStrategy[JsonValue] = st.one_of(
    st.fixed_dictionaries({"inputs": st.lists(ANY, max_size=3)}),
    st.fixed_dictionaries({"properties": ANY, "associations": st.lists(ANY, max_size=2)}),
    st.fixed_dictionaries(
        {
            "filterGroups": st.lists(st.fixed_dictionaries({"filters": st.lists(FILTERS, max_size=3)}), max_size=2),
            "sorts": st.lists(ANY | VALUES, max_size=2),
            "properties": st.lists(VALUES, max_size=2),
        }
    ),
    st.fixed_dictionaries({"label": VALUES, "displayOrder": VALUES, "stages": st.lists(ANY, max_size=2)}),
    ANY,
    BODIES,
)


@cache
def service() -> Service:
    return build(SANDBOX)[0]


async def send(method: str, path: str, **request: Any) -> httpx.Response:
    access = service().access
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=service().app),
        base_url="http://sandbox",
        headers={"Authorization": f"Bearer {access['token']}"},
    ) as client:
        return await client.request(method, path, **request)


@pytest.mark.parametrize(("method", "path"), PATHS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(body=SHAPED)
def test_any_body_has_an_answer(method: str, path: str, body: JsonValue) -> None:
    answer = asyncio.run(send(method, path, json=body))
    assert answer.status_code < 500
    if answer.status_code >= 400:
        assert answer.json()["status"] == "error"
        assert answer.json()["message"]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"inputs": [{}]}', b'{"a": 1, "a": 2}', b"[" * 2000])
def test_any_bytes_have_an_answer(content: bytes) -> None:
    for method, path in PATHS:
        assert asyncio.run(send(method, path, content=content)).status_code < 500, path


@pytest.mark.parametrize(
    ("path", "body"),
    [
        *((f"{ROOT}/contacts/search", {"filterGroups": groups}) for groups in (5, [1], {"a": 1}, [{"filters": 3}])),
        (f"{ROOT}/contacts/search", {"filterGroups": [{"filters": [1]}]}),
        (f"{ROOT}/contacts/search", {"sorts": 3}),
        (f"{ROOT}/contacts/search", {"properties": 4}),
        (f"{ROOT}/contacts/search", {"limit": 10**30}),
        (f"{ROOT}/contacts/search", {"after": "9" * 5000}),
        (f"{ROOT}/contacts/batch/read", {"inputs": [{"id": "1"}], "properties": 5}),
        (f"{ROOT}/contacts/batch/create", {"inputs": [{"properties": {}, "associations": [5]}]}),
        (f"{ROOT}/contacts/batch/create", {"inputs": [{"properties": {}, "objectWriteTraceId": [1]}]}),
        (f"{ROOT}/contacts", {"properties": {}, "associations": {"a": 1}}),
        (f"{ROOT}/contacts", {"properties": {"stay_count": "9" * 5000, "last_stay": "9" * 400}}),
        ("/crm-object-schemas/2026-03/schemas", {"name": "x", "labels": [1], "properties": []}),
    ],
)
def test_a_wrong_shape_is_the_clients_fault(path: str, body: JsonValue) -> None:
    answer = asyncio.run(send("POST", path, json=body))
    assert answer.status_code == 400
    assert answer.json()["category"] == "VALIDATION_ERROR"


@given(
    path=st.sampled_from([f"{ROOT}/contacts", f"{ROOT}/contacts/61000101", "/crm/v3/owners"]),
    params=st.dictionaries(
        st.sampled_from(["limit", "after", "properties", "propertiesWithHistory", "associations", "archived", "email"]),
        st.text(max_size=6) | st.sampled_from(["10", "companies", "0", "-1", "²", "1e3", "9" * 30, "9" * 5000]),
        max_size=4,
    ),
)
def test_any_parameters_have_an_answer(path: str, params: dict[str, str]) -> None:
    assert asyncio.run(send("GET", path, params=params)).status_code < 500
