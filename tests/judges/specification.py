"""HubSpot's own OpenAPI documents as a judge of requests and answers.

As strict of answers as :mod:`tests.judges.requests` is of requests: a member that the document does not name is a
fault. Where a document is known to be wrong, :mod:`tests.judges.known_faults` says so.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from jsonschema import Draft202012Validator, FormatChecker

from tests.judges.known_faults import ALIASES, EDITS, PAGES, PARAMETERS, STATUSES, WAYS_IN
from tests.judges.recorder import Exchange
from tests.judges.requests import FORM, JSON, Asking, path_pattern, request_faults

Schema = dict[str, Any]
_INDEX = re.compile(r"\[\d+\]")

FORMATS = FormatChecker(formats=[])


def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def _is_uuid(value: object) -> bool:
    return not isinstance(value, str) or bool(UUID(value))


def _is_int32(value: object) -> bool:
    return not isinstance(value, int) or -(2**31) <= value < 2**31


FORMATS.checks("date-time", raises=ValueError)(_is_moment)
FORMATS.checks("uuid", raises=ValueError)(_is_uuid)
FORMATS.checks("int32")(_is_int32)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that the documents do not allow."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class Document:
    """One OpenAPI file."""

    def __init__(self, path: Path) -> None:
        self.name = f"{path.parent.name}/{path.stem}"
        self.content: Schema = json.loads(path.read_text(encoding="utf-8"))

    @cached_property
    def components(self) -> Schema:
        """The schemas, closed, and without the faults that are known of them."""
        schemas: dict[str, Schema] = copy.deepcopy(self.content["components"].get("schemas", {}))
        for schema in schemas.values():
            _close(schema)
        for edit in EDITS:
            for name, schema in schemas.items():
                if edit.concerns(self.name, name):
                    edit.apply(schema)
        return schemas

    def problems(self, schema: Schema, value: object) -> Iterator[str]:
        """Yield what is wrong with a value."""
        whole = {**_closed(schema), "components": {"schemas": self.components}}
        for error in Draft202012Validator(whole, format_checker=FORMATS).iter_errors(value):
            what = error.message
            if error.validator == "type":
                what = f"{error.validator_value} expected, not {type(error.instance).__name__}"
            # One fault in a hundred records is one fault.
            yield f"{_INDEX.sub('[]', error.json_path)}: {what[:300]}"

    def answer(self, operation: Mapping[str, Any], status: int) -> Schema | None:
        """Return the description of an answer: the status's own, or for an error that of all errors."""
        responses = operation["responses"]
        found: Schema | None = responses.get(str(status))
        if found is None and status >= 400:
            found = responses.get("default")
        if found is not None and "$ref" in found:
            found = self.content["components"]["responses"][found["$ref"].rpartition("/")[2]]
        return found


@dataclass(frozen=True, slots=True)
class Operation:
    """A method on a path."""

    document: Document
    template: str
    method: str
    content: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The method and the path, as the document writes it."""
        return f"{self.method} {self.template}"


class Specification:
    """All documents of a folder."""

    def __init__(self, folder: Path) -> None:
        self._operations: list[tuple[re.Pattern[str], Operation]] = []
        for path in sorted(folder.glob("*/*.json")):
            document = Document(path)
            for template, methods in document.content["paths"].items():
                for method, content in methods.items():
                    operation = Operation(document, template, method.upper(), content)
                    self._operations.append((path_pattern(template), operation))
        # What is written out goes before what is a placeholder.
        self._operations.sort(key=lambda item: (item[1].template.count("{"), item[1].document.name))

    def operation(self, exchange: Exchange) -> Operation | None:
        """Return what the exchange calls, ``None`` when no document knows of it."""
        path = exchange.path
        for alias in ALIASES:
            path = alias.instead(path)
        for pattern, operation in self._operations:
            if operation.method == exchange.method and pattern.fullmatch(path):
                return operation
        return None

    def faults(self, exchanges: Iterable[Exchange]) -> list[Fault]:
        """Return everything in the exchanges that the documents do not allow, each once."""
        return list(dict.fromkeys(fault for exchange in exchanges for fault in self._judge(exchange)))

    def _judge(self, exchange: Exchange) -> Iterator[Fault]:
        if exchange.path in PAGES:
            return
        operation = self.operation(exchange)
        if operation is None:
            yield Fault(f"{exchange.method} {exchange.path}", "no document knows of it")
            return
        # A request that was refused may well have been wrong; that is what it was refused for.
        if exchange.status not in {400, 404, 405, 409}:
            for what in _asked(operation, exchange):
                yield Fault(f"{operation.name} request", what)
        for what in _answer(operation, exchange):
            yield Fault(f"{operation.name} {exchange.status}", what)


def _asked(operation: Operation, exchange: Exchange) -> Iterator[str]:
    document = operation.document

    def form(body: bytes, schema: Any) -> Iterator[str]:
        yield from document.problems(schema, dict(parse_qsl(body.decode(), keep_blank_values=True)))

    def of_json(body: bytes, schema: Any) -> Iterator[str]:
        yield from document.problems(schema, json.loads(body))

    also = {item.name for item in PARAMETERS if item.concerns(operation.template)}
    asking = Asking.of(operation.template, operation.content, document.content, WAYS_IN)
    return request_faults(asking, exchange, {JSON: of_json, FORM: form}, also)


def _answer(operation: Operation, exchange: Exchange) -> Iterator[str]:
    described = operation.document.answer(operation.content, exchange.status)
    if described is None:
        for known in STATUSES:
            if known.concerns(operation.template, exchange.status):
                found = (operation.document.answer(operation.content, status) for status in known.as_if)
                described = next((item for item in found if item is not None), None if known.as_if else {})
    if described is None:
        yield f"no such answer, only {', '.join(operation.content['responses'])}"
        return
    content = described.get("content", {})
    schema = content.get(JSON, content.get("*/*", {})).get("schema")
    if schema is None:
        if exchange.answer and exchange.status < 400:
            yield "a body where none is described"
        return
    try:
        value = json.loads(exchange.answer)
    except ValueError:
        yield "a body that is no JSON"
        return
    yield from operation.document.problems(schema, value)


def _closed(schema: Schema) -> Schema:
    whole = copy.deepcopy(schema)
    _close(whole)
    return whole


def _close(schema: Any) -> None:
    """Allow no member that is not described, and null where ``nullable`` says so; in place."""
    if isinstance(schema, list):
        for item in schema:
            _close(item)
    if not isinstance(schema, dict):
        return
    for key, item in schema.items():
        if key == "properties":
            for member in item.values():
                _close(member)
        elif key not in {"example", "enum", "default"}:
            _close(item)
    if schema.get("type") == "object" and "properties" in schema and "additionalProperties" not in schema:
        schema["additionalProperties"] = False
    if schema.pop("nullable", False) is True and "type" in schema:
        schema["type"] = [schema["type"], "null"]
