"""The vendor's documents as a judge of requests: the names and types of what is asked and sent.

A parameter or a member of a form that the document does not name is a fault: the API ignores it without a word, so
that a misspelt filter reads everything. Formats are off: documents write ``date-time``, the API wants
``YYYY-MM-DD HH:MM:SS``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from tests.judges.recorder import Exchange
from tests.sandbox.cloudbeds.specification import Operation, Specification, followed, problems

EXCEPTIONS: Mapping[str, str] = {}
"""What the documents do not allow and the API takes, with the reason."""
_FORM = "application/x-www-form-urlencoded"
_STEPS = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]+\])*)$")
_PLAIN = {
    "integer": re.compile(r"-?\d+"),
    "number": re.compile(r"-?\d+(\.\d+)?"),
    "boolean": re.compile(r"true|false"),
}


def request_faults(documents: Specification, exchanges: Sequence[Exchange]) -> list[str]:
    """Return all that the documents do not allow in the requests, each once, without what is known."""
    found = dict.fromkeys(fault for exchange in exchanges for fault in _judge(documents, exchange))
    return [fault for fault in found if fault not in EXCEPTIONS]


def _judge(documents: Specification, exchange: Exchange) -> Iterator[str]:
    operation = documents.operation(exchange)
    if operation is None:
        yield f"{exchange.method} {exchange.path}: no document knows of it"
        return
    for what in (*_query(operation, exchange.query), *_body(operation, exchange)):
        yield f"{operation.name} {what}"


def _query(operation: Operation, given: Sequence[tuple[str, str]]) -> Iterator[str]:
    described = [followed(item, operation.document) for item in operation.content.get("parameters", [])]
    known = {item["name"]: item for item in described if item["in"] == "query"}
    for name in {name for name, item in known.items() if item.get("required") is True} - dict(given).keys():
        yield f"parameter {name} is missing"
    for name, value in given:
        if name not in known:
            yield f"parameter {name} is not described"
            continue
        for what in _text(value, followed(known[name].get("schema", {}), operation.document)):
            yield f"parameter {name} {what}"


def _body(operation: Operation, exchange: Exchange) -> Iterator[str]:
    content = operation.content.get("requestBody", {}).get("content", {})
    if not exchange.body:
        if operation.content.get("requestBody", {}).get("required"):
            yield "has no body"
        return
    if exchange.content_type not in content:
        yield f"has a body of {exchange.content_type or 'no type'}, not of {', '.join(content) or 'none'}"
        return
    schema = content[exchange.content_type]["schema"]
    if exchange.content_type == _FORM:
        yield from form_faults(parse_qsl(exchange.body.decode(), keep_blank_values=True), schema, operation.document)
    else:
        for what in problems(json.loads(exchange.body), schema, operation.document, ""):
            yield f"body {what}"


def form_faults(
    pairs: Sequence[tuple[str, str]], schema: Mapping[str, Any], document: Mapping[str, Any]
) -> Iterator[str]:
    """Yield what a form has that the schema has not, and what it lacks; lists are written ``name[0][member]``."""
    schema = followed(schema, document)
    required = schema.get("required")
    given = {name.partition("[")[0] for name, _ in pairs}
    for name in {*required} - given if isinstance(required, list) else ():
        yield f"form {name} is missing"
    for name, value in pairs:
        steps = _STEPS.match(name)
        place: Mapping[str, Any] | None = {"properties": schema.get("properties", {})}
        for step in [steps[1], *re.findall(r"\[([^\]]+)\]", steps[2])] if steps else [name]:
            place = _below(place or {}, step, document)
            if place is None:
                break
        if place is None:
            yield f"form {re.sub(r'[[][0-9]+[]]', '[]', name)} is not described"
        else:
            for what in _text(value, place):
                yield f"form {name} {what}"


def _below(schema: Mapping[str, Any], step: str, document: Mapping[str, Any]) -> Mapping[str, Any] | None:
    found = schema.get("items") if step.isdecimal() else schema.get("properties", {}).get(step)
    return None if found is None else followed(found, document)


def _text(value: str, schema: Mapping[str, Any]) -> Iterator[str]:
    kind = schema.get("type")
    if kind in {"array", "object"} and value.startswith(("[", "{")):
        yield f"is JSON text where PHP wants brackets: {value[:40]}"
    pattern = _PLAIN.get(str(kind))
    if value and pattern is not None and not pattern.fullmatch(value):
        yield f"is no {kind}: {value[:40]}"
    options = schema.get("enum")
    if value and options and value not in {str(option) for option in options}:
        yield f"is none of its options: {value[:40]}"
