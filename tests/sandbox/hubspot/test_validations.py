"""Validation rules: set by an administrator, and then applied to every write."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from mapstudio.sandbox.hubspot.value_rules import RULE_TYPES
from tests.sandbox.hubspot.conftest import Start

RULES = "/crm/property-validations/2026-03/0-1"
CONTACTS = "/crm/objects/2026-03/contacts"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

TEXT, AREA, PHONE = ("string", "text"), ("string", "textarea"), ("string", "phonenumber")
NUMBER, DATE, DATETIME = ("number", "number"), ("date", "date"), ("datetime", "date")

# Of each rule: what kind of property it is set on, its arguments, what it takes and what it refuses.
CASES = [
    ("ALPHANUMERIC", TEXT, ["ALPHA_ONLY"], "Añá", "An4"),
    ("ALPHANUMERIC", TEXT, ["NUMERIC_ONLY"], "97000", "97-000"),
    ("ALPHANUMERIC", TEXT, ["ALPHANUMERIC"], "AB12", "AB 12"),
    ("FORMAT", TEXT, ["UPPER"], "AB1", "Ab1"),
    ("FORMAT", TEXT, ["LOWER"], "ab1", "Ab1"),
    ("FORMAT", TEXT, ["CAPITALIZATION"], "Playa Norte", "Playa norte"),
    ("MAX_LENGTH", AREA, ["4"], "VIP!", "VIP!!"),
    ("MIN_LENGTH", PHONE, ["7"], "5551234", "555123"),
    ("MAX_NUMBER", NUMBER, ["99.5"], "99.5", "100"),
    ("MIN_NUMBER", NUMBER, ["-1"], "-1", "-1.5"),
    ("DECIMAL", NUMBER, ["2"], "1.250", "1.255"),
    ("DECIMAL", NUMBER, ["0"], "100", "100.5"),
    ("REGEX", TEXT, [r"\d{5}", "Five digits"], "97000", "970001"),
    ("SPECIAL_CHARACTERS", TEXT, ["NOT_ALLOWED"], "Playa Norte", "Playa-Norte"),
    ("WHITESPACE", TEXT, [], "Playa", "Playa Norte"),
    ("WHITESPACE", TEXT, ["TRIM"], "Playa Norte", " Playa"),
    ("DOMAIN", TEXT, [], "palma.example", "palma"),
    ("EMAIL", TEXT, [], "a@palma.example", "palma.example"),
    ("EMAIL_ALLOWED_DOMAINS", TEXT, ["palma.example"], "a@mx.palma.example", "a@notpalma.example"),
    ("EMAIL_BLOCKED_DOMAINS", TEXT, ["palma.example"], "a@notpalma.example", "a@palma.example"),
    ("URL", TEXT, [], "https://palma.example/x", "palma"),
    ("URL_ALLOWED_DOMAINS", TEXT, ["palma.example"], "www.palma.example/x", "https://other.example"),
    ("URL_BLOCKED_DOMAINS", TEXT, ["spam.example"], "https://palma.example", "http://spam.example:80"),
    ("PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE", PHONE, [], "+525512345678", "5512345678"),
    ("PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE", PHONE, ["mx"], "+525512345678", "+4915123456789"),
    ("START_DATE", DATE, ["1767225600000"], "2026-01-01", "2025-12-31"),
    ("END_DATE", DATE, ["1767225600000"], "2026-01-01", "2026-01-02"),
    ("START_DATETIME", DATETIME, ["1767225600000"], "2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z"),
    ("END_DATETIME", DATETIME, ["1767225600000"], "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"),
    ("AFTER_DURATION", DATE, ["P1M"], "2026-12-20", "2026-12-19"),
    ("BEFORE_DURATION", DATE, ["P1Y1M2W1D"], "2025-10-05", "2025-10-06"),
    ("AFTER_DATETIME_DURATION", DATETIME, ["P7D"], "2026-11-27T12:00:00Z", "2026-11-27T11:59:59Z"),
    ("BEFORE_DATETIME_DURATION", DATETIME, ["P1Y"], "2025-11-20T12:00:00Z", "2025-11-20T12:00:01Z"),
    ("DAYS_OF_WEEK", DATE, ["FRIDAY", "SATURDAY"], "2026-11-20", "2026-11-22"),
]


def put(client: httpx.Client, name: str, rule: str, arguments: list[Any]) -> httpx.Response:
    return client.put(f"{RULES}/{name}/rule-type/{rule}", json={"ruleArguments": arguments})


def write(client: httpx.Client, name: str, value: str) -> list[tuple[str, str]]:
    """Try to write one value; return property and code of what was refused."""
    answer = client.post(CONTACTS, json={"properties": {name: value}})
    if answer.status_code == 201:
        return []
    assert answer.status_code == 400, answer.text
    return [(item["name"], item["error"]) for item in json.loads(answer.json()["message"].partition(": ")[2])]


def test_each_rule_takes_and_refuses(start: Start) -> None:
    assert {rule for rule, *_ in CASES} == RULE_TYPES
    client = start(now=lambda: NOW)
    for place, (rule, (kind, control), arguments, good, bad) in enumerate(CASES):
        name = f"case_{place}"
        body = {"name": name, "label": name, "type": kind, "fieldType": control, "groupName": "contactinformation"}
        assert client.post("/crm/v3/properties/contacts", json=body).status_code == 201
        assert put(client, name, rule, arguments).status_code == 204, rule
        assert write(client, name, good) == [], (rule, arguments, good)
        [(refused, code)] = write(client, name, bad) or [("nothing", "")]
        assert refused == name, (rule, arguments, bad)
        assert code.startswith("INVALID_")


def test_a_rule_is_told_where_it_was_set(client: httpx.Client) -> None:
    put(client, "zip", "ALPHANUMERIC", ["NUMERIC_ONLY"])
    rule = {"ruleType": "MAX_LENGTH", "ruleArguments": ["5"], "shouldApplyNormalization": True}
    body = {key: value for key, value in rule.items() if key != "ruleType"}
    assert client.put("/crm/v3/property-validations/contacts/zip/rule-type/MAX_LENGTH", json=body).status_code == 204
    numeric = {"ruleType": "ALPHANUMERIC", "ruleArguments": ["NUMERIC_ONLY"]}
    assert client.get(f"{RULES}/zip").json()["results"] == [numeric, rule]
    assert client.get(RULES).json()["results"] == [{"propertyName": "zip", "propertyValidationRules": [numeric, rule]}]
    assert client.get(f"{RULES}/zip/rule-type/MAX_LENGTH").json() == rule
    assert client.get(f"{RULES}/zip/rule-type/REGEX").status_code == 404
    assert client.get(f"{RULES}/nothing").status_code == 404


def test_a_rule_replaces_the_one_of_its_type_and_judges_changes_too(client: httpx.Client) -> None:
    put(client, "zip", "REGEX", ["[0-9]+", "Digits only"])
    put(client, "zip", "REGEX", ["[A-Z]+", "Capitals only"])
    record = client.post(CONTACTS, json={"properties": {"zip": "ABC"}}).json()["id"]
    answer = client.patch(f"{CONTACTS}/{record}", json={"properties": {"zip": "97000"}})
    [told] = json.loads(answer.json()["message"].partition(": ")[2])
    assert (told["message"], told["error"]) == ("Capitals only", "INVALID_REGEX")
    # An empty value has nothing to judge.
    assert client.patch(f"{CONTACTS}/{record}", json={"properties": {"zip": ""}}).status_code == 200


def test_letters_only_is_told_as_the_vendor_documents_it(client: httpx.Client) -> None:
    put(client, "firstname", "ALPHANUMERIC", ["ALPHA_ONLY"])
    answer = client.post(CONTACTS, json={"properties": {"firstname": "R2"}})
    [told] = json.loads(answer.json()["message"].partition(": ")[2])
    assert (told["error"], told["message"], told["isValid"]) == ("INVALID_ALPHA", "Enter only letters", False)


@pytest.mark.parametrize(
    ("name", "rule", "arguments"),
    [
        ("zip", "NO_SUCH_RULE", []),
        ("zip", "MAX_NUMBER", ["1"]),
        ("stay_count", "REGEX", ["a"]),
        ("zip", "REGEX", ["("]),
        ("zip", "REGEX", []),
        ("zip", "MAX_LENGTH", ["0"]),
        ("zip", "MAX_LENGTH", ["many"]),
        ("zip", "ALPHANUMERIC", ["SOME"]),
        ("stay_count", "MIN_NUMBER", ["NaN"]),
        ("last_stay", "AFTER_DURATION", ["7 days"]),
        ("last_stay", "AFTER_DURATION", ["P"]),
        ("last_stay", "DAYS_OF_WEEK", ["monday"]),
        ("work_email", "EMAIL_ALLOWED_DOMAINS", []),
        ("zip", "MAX_LENGTH", [5]),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(
    client: httpx.Client, name: str, rule: str, arguments: list[Any]
) -> None:
    assert put(client, name, rule, arguments).status_code == 400
    assert client.get(RULES).json()["results"] == []
