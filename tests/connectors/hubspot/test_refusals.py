"""Whatever an error body looks like, people read a row and a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio.connectors.hubspot.refusals import reasons
from mapstudio.model import JsonValue, Record
from mapstudio.model.exact_json import dumps, loads

SENT: Record = {"email": "a@example.org", "a": 1, "b": "x"}


def validation(*entries: dict[str, JsonValue], errors: list[JsonValue] | None = None) -> JsonValue:
    told: JsonValue = [{**entry} for entry in entries]
    body: Record = {"status": "error", "message": f"Property values were not valid: {dumps(told)}"}
    return body if errors is None else {**body, "errors": errors}


def rows(body: JsonValue) -> list[tuple[str, str]]:
    return [(reason.row, reason.reason) for reason in reasons(body, SENT, "email")]


def test_several_values_of_one_record_are_told_each_at_its_row() -> None:
    body = validation(
        {"name": "a", "message": "m was not a valid long.", "error": "INVALID_LONG"},
        {"name": "b", "message": "too old", "error": "INVALID_DATE"},
    )
    found = reasons(body, SENT, "email")
    assert [(item.row, item.reason, item.value) for item in found] == [
        ("a", "m was not a valid long. (INVALID_LONG)", 1),
        ("b", "too old (INVALID_DATE)", "x"),
    ]


def test_two_faults_of_one_value_are_both_told_and_a_repeated_one_once() -> None:
    body = validation(
        {"name": "a", "message": "too short", "error": "MIN_LENGTH"},
        {"name": "a", "message": "only letters", "error": "INVALID_ALPHA"},
        errors=[{"message": "too short", "code": "MIN_LENGTH", "context": {"propertyName": ["a"]}}],
    )
    assert rows(body) == [("a", "too short (MIN_LENGTH); only letters (INVALID_ALPHA)")]


def test_a_fault_without_a_property_is_still_a_sentence() -> None:
    """As recorded in 2025: the entry has nothing but a message."""
    assert rows(validation({"isValid": False, "message": "Enter a number..."})) == [("key", "Enter a number...")]


@pytest.mark.parametrize("context", [{"propertyName": ["a"]}, {"propertyName": "a"}])
def test_the_property_is_found_wherever_the_structured_error_names_it(context: JsonValue) -> None:
    entry: Record = {"message": "m", "code": "E", "context": context}
    assert rows({"message": "x", "errors": [entry]}) == [("a", "m (E)")]
    assert rows({"message": "x", "errors": [{"message": "m", "in": "properties.a"}]}) == [("a", "m")]


def test_required_properties_that_are_missing_are_rows() -> None:
    body: JsonValue = {"message": "Some required properties were not set.", "context": {"properties": ["c", "d"]}}
    assert [row for row, _ in rows(body)] == ["c", "d"]


def test_a_conflict_is_told_at_the_address_or_at_the_key() -> None:
    body: JsonValue = {"message": "Contact already exists. Existing ID: 7", "category": "CONFLICT"}
    assert rows(body) == [("email", "Contact already exists. Existing ID: 7")]
    assert reasons(body, {"ref": 1}, "ref")[0].row == "ref"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["message", "errors", "context", "propertyName", "in", "name", "code"]), inner
            )
        ),
        max_leaves=12,
    )
)
def test_no_body_is_too_odd(body: JsonValue) -> None:
    shapes: list[JsonValue] = [
        body,
        {"message": "[{" + dumps(body), "errors": body},
        {"message": f"x: [{dumps({'name': body})}]"},
    ]
    for shape in shapes:
        found = reasons(shape, SENT, "email")
        assert found
        assert all(reason.row and reason.reason for reason in found)


@pytest.mark.reference
def test_every_known_validation_error_names_its_property(reference_folder: Path) -> None:
    known: Any = loads((reference_folder / "hubspot" / "errors.json").read_bytes())
    codes = set()
    for error in known["errors"]:
        found = reasons(error["body"], {}, "email")
        assert all(item.reason and "[{" not in item.reason for item in found)
        start = error["body"].get("message", "").find("[{")
        if start < 0:
            continue
        for entry in json.loads(error["body"]["message"][start:]):
            codes.add(entry["error"])
            [reason] = found
            assert reason.row == entry["name"]
            assert entry["error"] in reason.reason
    assert {"INVALID_OPTION", "PROPERTY_DOESNT_EXIST", "READ_ONLY_VALUE", "INVALID_EMAIL", "INVALID_DATE"} <= codes
