"""The vendor's documents as a judge of answers: by keys and JSON types, with formats off.

The documents are no valid OpenAPI in every line (integer keys, booleans in ``required``), so that they are read as
plain data. What they do not name is a fault, and so is a value of another type. Where they are known to be wrong,
:data:`EXCEPTIONS` says so, with the reason.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.judges.recorder import Exchange
from tests.judges.requests import Schema, followed, path_pattern

FILES: Mapping[str, str] = {
    "pms-v1.3-openapi.yaml": "/api/v1.3",
    "guest-profiles-v1.0-openapi.yaml": "/guest-profiles/v1",
    "accounting-v1.0-openapi.json": "",
    "pms-v2.0-openapi.yaml": "",
}
"""The documents, with what stands before their paths."""
EXCEPTIONS: Mapping[str, str] = {
    "GET /getRooms data[].rooms[].doorlockID: not described": "stands in the reference's example",
    "GET /getRoomsUnassigned data[].rooms[].doorlockID: not described": "an alias of getRooms",
    "GET /getGuestList data: list": "PHP writes an object without members as []",
    "GET /getGuest message: not described": "every method says so why it refuses",
    "GET /getGuestList data.*.propertyID: not described": "stands in the reference's example",
    "GET /getReservations data[].guestList.*.guestStatus: not described": "stands in the reference's example",
    "GET /getReservationsWithRateDetails data[].guestName: not described": "stands in the reference's example",
    "GET /getReservationsWithRateDetails data[].guestList.*.guestStatus: not described": "as in getReservations",
    "GET /getReservation data.guestList.*.rooms[].roomTypeID: not described": "stands in the reference's example",
    "GET /getReservation data.orderId: not described": "recorded",
    "GET /getRoomTypes count: not described": "it takes pageNumber, and no page ends without a total",
    "GET /getRoomTypes total: not described": "it takes pageNumber, and no page ends without a total",
    "GET /profiles/{profileId}/stats : list": "an object by its schema, a list by its example",
    "GET /profiles/{profileId}/stats [].sources: not described": "stands in the document's own example",
}
_TYPES: Mapping[str, Any] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "object": dict,
    "array": list,
}
_IDS = re.compile(r"^\d[\d-]*$")


@dataclass(frozen=True, slots=True)
class Operation:
    """A method on a path of one document.

    Attributes:
        name: As the document writes it, ``GET /getGuest``.
        template: The whole path, with its placeholders.
    """

    name: str
    template: str
    content: Schema
    document: Schema


class Specification:
    """All documents of the folder."""

    def __init__(self, folder: Path) -> None:
        self._operations: list[tuple[str, re.Pattern[str], Operation]] = []
        for name, root in FILES.items():
            document = _load(folder / name)
            for path, methods in document["paths"].items():
                for method in methods.keys() & {"get", "post", "put", "patch", "delete"}:
                    verb = method.upper()
                    operation = Operation(f"{verb} {path}", root + path, methods[method], document)
                    self._operations.append((verb, path_pattern(operation.template), operation))
        self._operations.sort(key=lambda item: item[2].template.count("{"))

    def operation(self, exchange: Exchange) -> Operation | None:
        """Return what an exchange calls, ``None`` when no document knows of it."""
        for verb, pattern, operation in self._operations:
            if verb == exchange.method and pattern.fullmatch(exchange.path):
                return operation
        return None

    def answer(self, name: str) -> Any:
        """Return an answer of an operation with every field that its document describes."""
        operation = next(operation for _, _, operation in self._operations if operation.name == name)
        described = followed(operation.content["responses"]["200"], operation.document)
        return example(described["content"]["application/json"]["schema"], operation.document)

    def names(self) -> list[str]:
        """Return all operations, as ``GET /getGuest``."""
        return [operation.name for _, _, operation in self._operations]

    def faults(self, exchanges: Sequence[Exchange]) -> list[str]:
        """Return all that the documents do not allow in the answers, each once, without what is known."""
        found = dict.fromkeys(fault for exchange in exchanges for fault in self._judge(exchange))
        return [fault for fault in found if fault not in EXCEPTIONS]

    def _judge(self, exchange: Exchange) -> Iterator[str]:
        operation = self.operation(exchange)
        if operation is None:
            yield f"{exchange.method} {exchange.path}: no document knows of it"
            return
        described = operation.content["responses"].get(str(exchange.status))
        if described is None:
            yield f"{operation.name}: no answer {exchange.status}"
            return
        described = followed(described, operation.document)
        content = described.get("content", {}).get("application/json", {})
        if "schema" in content and exchange.status != 204:
            for what in problems(json.loads(exchange.answer), content["schema"], operation.document, ""):
                yield f"{operation.name} {what}"


@cache
def specification(folder: Path) -> Specification:
    """Return the documents of a folder, read once."""
    return Specification(folder)


def _load(path: Path) -> Schema:
    text = path.read_text(encoding="utf-8")
    loaded = json.loads(text) if path.suffix == ".json" else YAML(typ="safe").load(text)
    document: Schema = _texts(loaded)
    return document


def _texts(value: Any) -> Any:
    """Return a document whose keys are all texts."""
    if isinstance(value, dict):
        return {str(key): _texts(inner) for key, inner in value.items()}
    return [_texts(inner) for inner in value] if isinstance(value, list) else value


def problems(value: Any, schema: Schema, document: Schema, path: str) -> Iterator[str]:
    """Yield what a schema does not allow of a value."""
    schema = _merged(followed(schema, document), document)
    if value is None:
        types = schema.get("type", [])
        if not schema.get("nullable") and "null" not in types:
            yield f"{path}: null"
        return
    for choices in (schema.get("oneOf"), schema.get("anyOf")):
        if choices:
            tries = [list(problems(value, choice, document, path)) for choice in choices]
            yield from min(tries, key=len)
            return
    wanted = schema.get("type")
    if wanted is not None:
        names = wanted if isinstance(wanted, list) else [wanted]
        if not any(_is(value, name) for name in names):
            yield f"{path}: {_name(value)}"
            return
    options = schema.get("enum")
    if options and value != "" and str(value) not in {str(option) for option in options}:
        yield f"{path}: {value} is none of its options"
    if isinstance(value, dict):
        yield from _members(value, schema, document, path)
    elif isinstance(value, list) and "items" in schema:
        for inner in value:
            yield from problems(inner, schema["items"], document, f"{path}[]")


def example(schema: Schema, document: Schema) -> Any:
    """Return a value with everything that a schema describes."""
    schema = _merged(followed(schema, document), document)
    choices = schema.get("oneOf") or schema.get("anyOf")
    if choices:
        return max((example(choice, document) for choice in choices), key=lambda value: len(json.dumps(value)))
    members = {name: example(inner, document) for name, inner in schema.get("properties", {}).items()}
    if isinstance(schema.get("additionalProperties"), dict):
        members["1"] = example(schema["additionalProperties"], document)
    if members:
        return members
    return [example(schema["items"], document)] if "items" in schema else "x"


def _members(value: Schema, schema: Schema, document: Schema, path: str) -> Iterator[str]:
    known, rest = schema.get("properties", {}), schema.get("additionalProperties")
    for name in schema.get("required", []) if isinstance(schema.get("required"), list) else []:
        if name not in value:
            yield f"{path}.{name}: missing".lstrip(".")
    for name, inner in value.items():
        where = f"{path}.{'*' if _IDS.match(name) else name}".lstrip(".")
        if name in known:
            yield from problems(inner, known[name], document, where)
        elif isinstance(rest, dict):
            yield from problems(inner, rest, document, where)
        elif known and rest is not True:
            yield f"{where}: not described"


def _merged(schema: Schema, document: Schema) -> Schema:
    """Return a schema with those of its ``allOf`` in it."""
    if "allOf" not in schema:
        return schema
    merged: dict[str, Any] = {"type": "object", "properties": {}}
    for part in schema["allOf"]:
        merged["properties"] |= _merged(followed(part, document), document).get("properties", {})
    return merged


def _is(value: object, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    kind = _TYPES.get(name)
    return kind is not None and isinstance(value, kind)


def _name(value: object) -> str:
    kinds = {str: "string", bool: "boolean", int: "number", float: "number", list: "list", dict: "object"}
    return kinds[type(value)]
