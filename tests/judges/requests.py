"""Requests, judged by what a document says of the operation that they call; the same for every vendor.

Stricter than OpenAPI is: a parameter, a header of the vendor's or a member that the document does not name is a fault
as well, so that a misspelt one is found. Systems ignore it without a word, and a misspelt filter reads everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from tests.judges.recorder import Exchange

Schema: TypeAlias = Mapping[str, Any]
BodyJudge: TypeAlias = Callable[[bytes, Schema], Iterator[str]]
"""Yields what is wrong with a body of one content type."""
JSON, FORM = "application/json", "application/x-www-form-urlencoded"

_PLACEHOLDER = re.compile(r"\{([^}]+)\}")
_PLAIN = {
    "integer": re.compile(r"-?\d+"),
    "number": re.compile(r"-?\d+(\.\d+)?"),
    "boolean": re.compile(r"true|false", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Asking:
    """What a document says of the requests of one operation, with all references followed.

    Attributes:
        template: The whole path, with its placeholders.
        parameters: Those of the path, the query and the headers.
        bodies: The schema of the body by content type.
        needs_body: Whether there must be one.
        ways_in: Each way to be let in: the security schemes that it takes.
    """

    template: str
    parameters: Sequence[Schema]
    bodies: Mapping[str, Schema]
    needs_body: bool
    ways_in: Sequence[Sequence[Schema]]

    @classmethod
    def of(
        cls, template: str, operation: Schema, document: Schema, ways_in: Mapping[str, Schema] | None = None
    ) -> Asking:
        """Return what a document says of an operation; ``ways_in`` are schemes that it describes wrongly."""
        body = followed(operation.get("requestBody", {}), document)
        schemes = {**document.get("components", {}).get("securitySchemes", {}), **(ways_in or {})}
        security = operation.get("security", document.get("security", ()))
        return cls(
            template,
            [_parameter(item, document) for item in operation.get("parameters", ())],
            {kind: content.get("schema", {}) for kind, content in body.get("content", {}).items()},
            body.get("required") is True,
            [[followed(schemes[name], document) for name in way] for way in security],
        )

    def at(self, place: str) -> dict[str, Schema]:
        """Return the schemas of the parameters of one place by name; headers have names without case."""
        found = [item for item in self.parameters if item["in"] == place]
        return {_name(item): item["schema"] for item in found}

    def needed(self, place: str) -> set[str]:
        """Return the names of the parameters of one place that may not be missing."""
        return {_name(item) for item in self.parameters if item["in"] == place and item.get("required") is True}


def request_faults(
    asking: Asking, exchange: Exchange, judges: Mapping[str, BodyJudge], also: Collection[str] = ()
) -> Iterator[str]:
    """Yield all that a request has and the document does not allow.

    Args:
        asking: What the document says.
        exchange: The request, with its answer.
        judges: Those of the bodies, by content type.
        also: Parameters of the query that are taken although they are not described.
    """
    yield from _path(asking, exchange.path)
    yield from _query(asking, exchange.query, also)
    yield from _headers(asking, exchange.headers)
    yield from _body(asking, exchange, judges)


def text_faults(value: str, schema: Schema) -> Iterator[str]:
    """Yield what is wrong with a value that stands in a path, a query, a header or a form."""
    kind = schema.get("type")
    if kind in {"array", "object"} and value.startswith(("[", "{")):
        yield f"is JSON text: {value[:40]}"
    pattern = _PLAIN.get(str(kind))
    if value and pattern is not None and not pattern.fullmatch(value):
        yield f"is no {kind}: {value[:40]}"
    options = schema.get("enum")
    if value and options and value not in {str(option) for option in options}:
        yield f"is none of its options: {value[:40]}"


def path_pattern(template: str) -> re.Pattern[str]:
    """Return what matches the paths that a template stands for, with a group for each placeholder."""
    literals = [re.escape(part) for part in _PLACEHOLDER.split(template)[::2]]
    return re.compile("([^/]+)".join(literals))


def followed(schema: Schema, document: Schema) -> Schema:
    """Return what a reference stands for."""
    while "$ref" in schema:
        found: Any = document
        for part in schema["$ref"][2:].split("/"):
            found = found[part.replace("~1", "/")]
        schema = found
    return schema


def _parameter(item: Schema, document: Schema) -> Schema:
    item = followed(item, document)
    return {**item, "schema": followed(item.get("schema", {}), document)}


def _name(item: Schema) -> str:
    name = str(item["name"])
    return name.lower() if item["in"] == "header" else name


def _path(asking: Asking, path: str) -> Iterator[str]:
    known, match = asking.at("path"), path_pattern(asking.template).fullmatch(path)
    values = match.groups() if match else ()
    for name, value in zip(_PLACEHOLDER.findall(asking.template), values, strict=False):
        for what in text_faults(value, known.get(name, {})):
            yield f"path {name} {what}"


def _query(asking: Asking, given: Sequence[tuple[str, str]], also: Collection[str]) -> Iterator[str]:
    known, names = asking.at("query"), [name for name, _ in given]
    for name in sorted(asking.needed("query") - {*names}):
        yield f"parameter {name} is missing"
    for name in sorted({name for name in names if names.count(name) > 1}):
        if known.get(name, {}).get("type") != "array":
            yield f"parameter {name} is given more than once"
    for name, value in given:
        if name not in known:
            if name not in also:
                yield f"parameter {name} is not described"
            continue
        schema = known[name]
        several = schema.get("type") == "array"
        for what in text_faults(value, schema.get("items", {}) if several else schema):
            yield f"parameter {name} {what}"


def _headers(asking: Asking, given: Mapping[str, str]) -> Iterator[str]:
    known = asking.at("header")
    for name in sorted(asking.needed("header") - given.keys()):
        yield f"header {name} is missing"
    for name in sorted(known.keys() & given.keys()):
        for what in text_faults(given[name], known[name]):
            yield f"header {name} {what}"
    keys = {scheme["name"].lower() for way in asking.ways_in for scheme in way if scheme["type"] == "apiKey"}
    if asking.ways_in and not any(all(_lets_in(scheme, given) for scheme in way) for way in asking.ways_in):
        yield f"is let in by none of {', '.join(sorted({_way(scheme) for way in asking.ways_in for scheme in way}))}"
    for name in sorted(given.keys() - known.keys() - keys):
        if name.startswith("x-"):
            yield f"header {name} is not described"


def _lets_in(scheme: Schema, given: Mapping[str, str]) -> bool:
    if scheme["type"] == "apiKey":
        return scheme["in"] == "header" and bool(given.get(scheme["name"].lower()))
    kind, _, token = given.get("authorization", "").partition(" ")
    return kind.lower() == "bearer" and bool(token)


def _way(scheme: Schema) -> str:
    return str(scheme["name"]).lower() if scheme["type"] == "apiKey" else "authorization: bearer"


def _body(asking: Asking, exchange: Exchange, judges: Mapping[str, BodyJudge]) -> Iterator[str]:
    if not exchange.body:
        if asking.needs_body:
            yield "has no body"
        return
    if exchange.content_type not in asking.bodies:
        yield f"has a body of {exchange.content_type or 'no type'}, not of {', '.join(asking.bodies) or 'none'}"
        return
    judge = judges.get(exchange.content_type)
    if judge is not None:
        for what in judge(exchange.body, asking.bodies[exchange.content_type]):
            yield f"body {what}"
