"""Cloudbeds' documents as a judge of requests: names, types, headers, and forms as PHP reads them.

Formats are off: documents write ``date-time``, the API wants ``YYYY-MM-DD HH:MM:SS``. Where they are known to be wrong
otherwise, :data:`EXCEPTIONS` says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from tests.judges.recorder import Exchange
from tests.judges.requests import FORM, JSON, Asking, Schema, followed, request_faults, text_faults
from tests.sandbox.cloudbeds.specification import Specification, problems

EXCEPTIONS: Mapping[str, str] = {
    "POST /access_token body code_verifier is not described": "OAuth ignores what it does not know (RFC 6749)",
}
"""What the documents do not allow and is sent, with the reason."""
_STEPS = re.compile(r"([^\[\]]+)((?:\[[^\[\]]+\])*)")
_INDEX = re.compile(r"\[\d+\]")


def faults(documents: Specification, exchanges: Sequence[Exchange]) -> list[str]:
    """Return all that the documents do not allow in the requests, each once, without what is known."""
    found = dict.fromkeys(fault for exchange in exchanges for fault in _judge(documents, exchange))
    return [fault for fault in found if fault not in EXCEPTIONS]


def _judge(documents: Specification, exchange: Exchange) -> Iterator[str]:
    operation = documents.operation(exchange)
    if operation is None:
        yield f"{exchange.method} {exchange.path}: no document knows of it"
        return
    document = operation.document

    def of_json(body: bytes, schema: Schema) -> Iterator[str]:
        yield from problems(json.loads(body), schema, document, "")

    def form(body: bytes, schema: Schema) -> Iterator[str]:
        yield from form_faults(parse_qsl(body.decode(), keep_blank_values=True), schema, document)

    asking = Asking.of(operation.template, operation.content, document)
    for what in request_faults(asking, exchange, {JSON: of_json, FORM: form}):
        yield f"{operation.name} {what}"


def form_faults(pairs: Sequence[tuple[str, str]], schema: Schema, document: Schema) -> Iterator[str]:
    """Yield what a form has that the schema has not, and what it lacks; lists are written ``name[0][member]``."""
    names = [name for name, _ in pairs]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{name} is given more than once"
    yield from _missing(_tree(names), schema, document, "")
    for name, value in pairs:
        shown, place = _INDEX.sub("[]", name), _place(name, schema, document)
        if place is None:
            yield f"{shown} is not described"
            continue
        if place.get("type") in {"array", "object"}:
            yield f"{shown} is a list or an object, and has no brackets"
        for what in text_faults(value, place):
            yield f"{shown} {what}"


def _place(name: str, schema: Schema, document: Schema) -> Schema | None:
    """Return the schema of what a name with brackets stands for."""
    steps = _STEPS.fullmatch(name)
    place: Schema | None = followed(schema, document)
    for step in [steps[1], *re.findall(r"\[([^\]]+)\]", steps[2])] if steps else [name]:
        found = (place or {}).get("items") if step.isdecimal() else (place or {}).get("properties", {}).get(step)
        place = None if found is None else followed(found, document)
        if place is None:
            return None
    return place


def _tree(names: Sequence[str]) -> dict[str, Any]:
    """Return the names as PHP makes arrays of them."""
    tree: dict[str, Any] = {}
    for name in names:
        inner = tree
        for step in re.findall(r"[^\[\]]+", name):
            inner = inner.setdefault(step, {})
    return tree


def _missing(tree: Mapping[str, Any], schema: Schema, document: Schema, path: str) -> Iterator[str]:
    """Yield the required members that are not there, and lists whose places are not counted from nought."""
    schema = followed(schema, document)
    if schema.get("type") == "array":
        if [*tree] != [str(place) for place in range(len(tree))]:
            yield f"{path} is counted {', '.join(tree) or 'not at all'}"
        for inner in tree.values():
            yield from _missing(inner, schema.get("items", {}), document, f"{path}[]")
        return
    required = schema.get("required")
    for name in sorted({*required} - tree.keys()) if isinstance(required, list) else ():
        yield f"{path}[{name}] is missing" if path else f"{name} is missing"
    for name, inner in tree.items():
        if inner and name in schema.get("properties", {}):
            yield from _missing(inner, schema["properties"][name], document, f"{path}[{name}]" if path else name)
