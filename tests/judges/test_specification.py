"""The judge itself: what it must not let pass."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.judges.recorder import Exchange
from tests.judges.specification import Specification

pytestmark = pytest.mark.reference

MOMENT = "2026-05-04T10:00:00.000Z"
RECORD = {
    "id": "1",
    "properties": {"email": None},
    "createdAt": MOMENT,
    "updatedAt": MOMENT,
    "archived": False,
}


def exchange(body: Any, answer: Any, **changes: Any) -> Exchange:
    """Return a batch update of contacts, or what the changes make of it."""
    whole = Exchange(
        "POST",
        "/crm/objects/2026-03/contacts/batch/update",
        [],
        "application/json",
        json.dumps(body).encode(),
        200,
        json.dumps(answer).encode(),
        {"authorization": "Bearer pat-1"},
    )
    return replace(whole, **changes)


ASKED = {"inputs": [{"id": "1", "properties": {"firstname": "Ana"}}]}
TOLD = {"status": "COMPLETE", "results": [RECORD], "startedAt": MOMENT, "completedAt": MOMENT}


def test_what_the_documents_describe_passes(specification: Specification) -> None:
    assert specification.faults([exchange(ASKED, TOLD)]) == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"path": "/crm/objects/2026-03/contacts/batch/replace"}, "no document knows of it"),
        ({"path": "/crm/objects/2025-09/contacts"}, "no document knows of it"),
        ({"method": "DELETE"}, "no document knows of it"),
        ({"query": [("limit", "10")]}, "parameter limit is not described"),
        ({"headers": {}}, "is let in by none of authorization: bearer"),
        ({"headers": {"authorization": "Basic pat-1"}}, "is let in by none of authorization: bearer"),
        ({"headers": {"authorization": "Bearer pat-1", "x-portal": "7"}}, "header x-portal is not described"),
        ({"content_type": "text/plain"}, "a body of text/plain"),
        ({"body": b""}, "has no body"),
        ({"body": json.dumps({"inputs": [{"id": 1, "properties": {}}]}).encode()}, "string expected, not int"),
        ({"body": json.dumps({**ASKED, "inputz": []}).encode()}, "'inputz' was unexpected"),
        ({"body": json.dumps({"inputs": [{"properties": {}}]}).encode()}, "'id' is a required property"),
        ({"status": 202}, "no such answer, only 200"),
        ({"answer": b"<html>"}, "a body that is no JSON"),
        ({"answer": json.dumps({**TOLD, "startedAt": "2026-05-04"}).encode()}, "is not a 'date-time'"),
        ({"answer": json.dumps({**TOLD, "status": "DONE"}).encode()}, "is not one of"),
        ({"answer": json.dumps({**TOLD, "results": [{**RECORD, "id": 1}]}).encode()}, "string expected, not int"),
    ],
)
def test_what_they_do_not_describe_is_a_fault(specification: Specification, wrong: dict[str, Any], told: str) -> None:
    faults = [str(fault) for fault in specification.faults([replace(exchange(ASKED, TOLD), **wrong)])]
    assert len(faults) == 1
    assert told in faults[0]


def test_one_fault_in_many_records_is_told_once(specification: Specification) -> None:
    wrong = {**TOLD, "results": [{**RECORD, "archived": "no"}] * 3}
    [fault] = specification.faults([exchange(ASKED, wrong)])
    assert "$.results[].archived" in str(fault)


def test_errors_have_an_envelope(specification: Specification) -> None:
    envelope = {
        "status": "error",
        "message": "no",
        "correlationId": "5f8f1d8a-44a8-4b4f-8d3e-0d8f6d3c1a11",
        "category": "VALIDATION_ERROR",
    }
    assert specification.faults([exchange(ASKED, envelope, status=400)]) == []
    [fault] = specification.faults([exchange(ASKED, {**envelope, "correlationId": "17"}, status=400)])
    assert "uuid" in str(fault)
