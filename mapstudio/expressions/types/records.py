"""The type of a source's records, from its schema.

What makes a field never null is little, since a schema says what a new record needs, not what old ones have:
the record's own id, a unique field that the system sets or requires, and lists, which are empty rather than absent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from mapstudio.expressions.types.lattice import (
    BOOLEAN,
    INTEGER,
    NUMBER,
    TEXT,
    UNKNOWN,
    Format,
    ListType,
    ObjectType,
    Rest,
    TextType,
    Type,
    joined,
    list_of,
    text_of,
    union,
    with_null,
)
from mapstudio.model import Field, FieldType, Schema
from mapstudio.model.paths import split_path

_REMEMBERED = 8
_remembered: list[tuple[Schema, Type]] = []


def record_type(schema: Schema) -> Type:
    """Return the type of the records of a schema; that of the same schema is made once."""
    for known, found in _remembered:
        if known is schema:
            return found
    made = _record_type(schema)
    _remembered.append((schema, made))
    del _remembered[:-_REMEMBERED]
    return made


@dataclass
class _Node:
    """A name in the schema, with what stands below it."""

    item: Field | None = None
    children: dict[str, _Node] = field(default_factory=dict)
    elements: _Node | None = None


def _record_type(schema: Schema) -> Type:
    root = _Node()
    for item in schema.fields:
        _place(root, item)
    fields = {name: _type_of(node, _below("", name)) for name, node in root.children.items()}
    return Type(object=ObjectType(fields, Rest.UNLISTED), path="")


def _place(root: _Node, item: Field) -> None:
    try:
        parts = split_path(item.name)
    except ValueError:
        parts = (item.name,)
    node = root
    for part in parts:
        name = part.removesuffix("[]")
        node = node.children.setdefault(name, _Node()) if name else node
        if part.endswith("[]"):
            node.elements = node.elements or _Node()
            node = node.elements
    node.item = item


def _below(path: str, name: str) -> str:
    quoted = f'"{name}"' if "." in name else name
    return f"{path}.{quoted}" if path else quoted


def _type_of(node: _Node, path: str) -> Type:
    """Return the type of what stands at a name; of a list, of all of it."""
    item = node.item
    if item is None:
        # Only what is below it is listed: a connector's own container, which is always there.
        found = _elements(node, path) if node.elements is not None else _object(node, path, Rest.UNLISTED)
    elif item.type in _LISTS:
        found = _elements(node, path)
    elif item.type is FieldType.REFERENCE:
        found = _reference(node, path)
    elif item.type is FieldType.OBJECT:
        found = _object(node, path, Rest.UNLISTED if node.children and item.reference is None else Rest.ANYTHING)
    else:
        found = _SCALARS[item.type](item)
        if node.children and found.known:
            found = joined(found, _object(node, path, Rest.UNLISTED))
    return replace(found, null=found.null or not _is_always_there(item), path=path)


def _is_always_there(item: Field | None) -> bool:
    if item is None:
        return True
    if item.guessed:
        return False
    if item.type in _LISTS:
        return True
    is_id = item.read_only and item.name.rpartition(".")[2] == "id"
    return is_id or (item.unique and (item.required or item.read_only))


def _object(node: _Node, path: str, rest: Rest) -> Type:
    fields = {name: _type_of(child, _below(path, name)) for name, child in node.children.items()}
    return Type(object=ObjectType(fields, rest), path=path)


def _elements(node: _Node, path: str) -> Type:
    below, item = node.elements, node.item
    linked = item is not None and (item.reference is not None or item.type is FieldType.REFERENCES)
    if below is None:
        element = replace(_some_record(), null=False) if linked else None
    elif below.elements is not None:
        element = _elements(below, f"{path}[]")
    elif below.item is not None:
        element = replace(_type_of(below, f"{path}[]"), null=False)
    else:
        element = _object(below, f"{path}[]", Rest.ANYTHING if linked else Rest.UNLISTED)
    return Type(list=ListType(element), path=path)


_ID = joined(INTEGER, text_of(Format.REFERENCE))


def _reference(node: _Node, path: str) -> Type:
    if not node.children:
        return _some_record()
    listed = _object(node, path, Rest.ANYTHING).object
    assert listed is not None  # noqa: S101 - made just now
    return Type(object=_of_record(listed.fields), path=path)


def _some_record() -> Type:
    """Return the type of a reference of which only its object is known: an id, or an object with it."""
    return replace(union(_ID, Type(object=_of_record({}))), known=False)


def _of_record(fields: Mapping[str, Type]) -> ObjectType:
    return ObjectType({"id": _ID, "name": with_null(TEXT), **fields}, Rest.ANYTHING, reference=True)


def _option(item: Field) -> Type:
    if not item.options:
        return text_of(Format.OPTION)
    return Type(text=TextType(values=frozenset(option.value for option in item.options), options=item.options))


_LISTS = frozenset({FieldType.LIST, FieldType.REFERENCES})
_SCALARS: Mapping[FieldType, Callable[[Field], Type]] = {
    FieldType.TEXT: lambda _: TEXT,
    FieldType.INTEGER: lambda _: INTEGER,
    FieldType.NUMBER: lambda _: NUMBER,
    FieldType.BOOLEAN: lambda _: BOOLEAN,
    FieldType.DATE: lambda _: text_of(Format.DATE),
    FieldType.DATETIME: lambda _: text_of(Format.DATETIME),
    FieldType.OPTION: _option,
    FieldType.OPTIONS: lambda item: list_of(_option(item)),
    FieldType.UNKNOWN: lambda _: UNKNOWN,
}
