"""The JSON Schema of a mapping file, made from the one description of its keys."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from mapstudio.mapping.format import (
    ASSOCIATION,
    DESTINATION,
    EACH,
    EXAMPLE,
    EXTENSION_PREFIX,
    FEEDING,
    NAME_PATTERN,
    NESTED,
    ROW,
    SOURCE,
    TOP,
    VERSION,
    Key,
    Shape,
)

SCHEMA_FILE = Path(__file__).with_name("mapping.schema.json")
"""The shipped copy, for editors."""

JsonSchema: TypeAlias = "dict[str, Any]"

_EXTENSIONS = {f"^{EXTENSION_PREFIX}": True}
_TEXT: JsonSchema = {"type": ["string", "number", "boolean"]}
_ID: JsonSchema = {"type": ["string", "number"]}
_NOT_NULL: JsonSchema = {"not": {"type": "null"}}
_BINDING: JsonSchema = {
    "type": "object",
    "properties": {"binding": {"type": "string", "minLength": 1}},
    "required": ["binding"],
    "additionalProperties": False,
}


def json_schema() -> JsonSchema:
    """Return the JSON Schema (draft 2020-12) of the mapping format."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"mapstudio mapping, format {VERSION}",
        "description": "One file maps the records of a source object onto those of a destination object, row by row.",
        **_map(TOP),
        "$defs": {
            "source": _map(SOURCE),
            "each": _map(EACH),
            "destination": _map(DESTINATION),
            "table": {"type": "object", "additionalProperties": {"description": "A JSON value; null means none."}},
            "row": {**_row(ROW), "oneOf": [*_row(ROW)["oneOf"], {"$ref": "#/$defs/nested"}]},
            "nested": _map(NESTED),
            "inner": _row(ROW),
            "association": _row(ASSOCIATION),
            "example": _map(EXAMPLE),
        },
    }


def _map(keys: Sequence[Key]) -> JsonSchema:
    result: JsonSchema = {
        "type": "object",
        "properties": {key.name: _key(key) for key in keys},
        "patternProperties": dict(_EXTENSIONS),
        "additionalProperties": False,
    }
    required = [key.name for key in keys if key.required]
    if required:
        result["required"] = required
    return result


def _row(keys: Sequence[Key]) -> JsonSchema:
    return {
        "description": "An expression, or a map with exactly one of " + ", ".join(FEEDING) + ".",
        "oneOf": [
            {"type": "string", "minLength": 1},
            {**_map(keys), "oneOf": [{"required": [name]} for name in FEEDING]},
        ],
    }


def _key(key: Key) -> JsonSchema:
    found = dict(_SHAPES[key.shape](key))
    if "$ref" in found:
        return {"description": key.summary, "allOf": [found]}
    return {"description": key.summary, **found}


def _text(key: Key) -> JsonSchema:
    return {"enum": list(key.choices)} if key.choices else dict(_TEXT)


def _of(**schema: Any) -> Callable[[Key], JsonSchema]:  # noqa: ANN401 - a schema's keywords take anything
    return lambda _: schema


def _ref(name: str) -> Callable[[Key], JsonSchema]:
    return lambda _: {"$ref": f"#/$defs/{name}"}


_SHAPES: Mapping[Shape, Callable[[Key], JsonSchema]] = {
    Shape.VERSION: _of(const=VERSION),
    Shape.NAME: _of(type="string", pattern=f"^{NAME_PATTERN}$"),
    Shape.TEXT: _text,
    Shape.EXPRESSION: _of(type="string", minLength=1),
    Shape.FLAG: _of(type="boolean"),
    Shape.VALUE: _of(**_NOT_NULL),
    Shape.BOUND_VALUE: _of(anyOf=[_BINDING, _NOT_NULL]),
    Shape.TABLE: _of(anyOf=[{"type": "string"}, {"$ref": "#/$defs/table"}]),
    Shape.TABLES: _of(type=["object", "null"], additionalProperties={"$ref": "#/$defs/table"}),
    Shape.KEY: _of(
        anyOf=[
            {"type": "string", "minLength": 1},
            {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True},
        ]
    ),
    Shape.SOURCE: _ref("source"),
    Shape.EACH: _ref("each"),
    Shape.DESTINATION: _ref("destination"),
    Shape.ROWS: _of(
        type=["object", "null"],
        patternProperties={r"^associations\.": {"$ref": "#/$defs/association"}},
        additionalProperties={"$ref": "#/$defs/row"},
    ),
    Shape.NESTED_ROWS: _of(type="object", additionalProperties={"$ref": "#/$defs/inner"}, minProperties=1),
    Shape.AFTER: _of(
        anyOf=[
            {"type": "string", "minLength": 1},
            {"type": "array", "items": {"type": "string", "minLength": 1}, "uniqueItems": True},
            {"type": "object", "additionalProperties": {"type": "string", "minLength": 1}},
        ]
    ),
    Shape.REASONS: _of(type=["object", "null"], additionalProperties=_TEXT),
    Shape.EXAMPLES: _of(type=["array", "null"], items={"$ref": "#/$defs/example"}),
    Shape.RECORD: _of(type="object"),
    Shape.EXPECTED: _of(type=["object", "array"]),
    Shape.EXPECTED_ERRORS: _of(type="object", minProperties=1),
    Shape.DATE: _of(type="string", pattern=r"^\d{4}-\d{2}-\d{2}"),
    Shape.LINKS: _of(type="object", additionalProperties={"type": "object", "additionalProperties": _ID}),
}


def write_schema_file() -> None:
    """Write the shipped copy anew."""
    text = json.dumps(json_schema(), indent=2, ensure_ascii=False)
    SCHEMA_FILE.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    write_schema_file()
