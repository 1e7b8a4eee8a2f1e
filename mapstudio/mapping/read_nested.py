"""Reading a row that writes lines: ``order_line: {each: EXPR, key: FIELD, fields: {...}}``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mapstudio.mapping.context import ReadingContext, take_flag, take_keys, take_text
from mapstudio.mapping.definition import INNER, Nested, Row, RowKind, associated_object
from mapstudio.mapping.expression_text import take_expression
from mapstudio.mapping.format import NESTED, by_name
from mapstudio.mapping.scalars import is_null
from mapstudio.mapping.yaml_tree import Entry, MapNode, Node
from mapstudio.model.suggest import did_you_mean

_KEYS = by_name(NESTED)


def is_nested(node: Node) -> bool:
    """Return whether a row is written as one with lines."""
    return isinstance(node, MapNode) and (
        node.get("fields") is not None or (node.get("each") is not None and node.get("from") is None)
    )


def read_nested(
    context: ReadingContext,
    entry: Entry,
    node: MapNode,
    read_inner: Callable[[Node, str, bool], tuple[Row, ...]],
    *,
    name: str,
) -> Row:
    """Return the row, noting what is wrong with it.

    Args:
        context: Where problems are noted.
        entry: The row.
        node: Its value.
        read_inner: Reads inner rows: their node, what their names begin with, and whether they are drafts.
        name: The row's name.
    """
    line = context.line(entry.key)
    refused = _refusal(name)
    if refused is not None:
        context.error(entry.key, *refused, row=name)
        return Row(name, line, RowKind.BROKEN, long=True)
    keys = take_keys(context, node, NESTED, f"the row {name}", row=name)
    draft = take_flag(context, keys.get("draft"), "draft", row=name)
    each = (
        take_expression(context, keys["each"], row=name, draft=draft, links=False, decides="each of a row with lines")
        if "each" in keys
        else None
    )
    key = take_text(context, keys.get("key"), _KEYS["key"], row=name)
    rows = read_inner(keys["fields"], f"{name}{INNER}", draft) if "fields" in keys else ()
    if key is not None and "fields" in keys:
        _check_key(context, keys, key, rows, name=name)
    note = take_text(context, keys.get("note"), _KEYS["note"], row=name)
    if each is None or key is None or not rows:
        return Row(name, line, RowKind.BROKEN, note=note, draft=draft, long=True)
    nested = Nested(key, rows)
    return Row(name, line, RowKind.NESTED, from_=each, note=note, draft=draft, long=True, nested=nested)


def _refusal(name: str) -> tuple[str, str] | None:
    """Return why a row of that name can have no lines, and what to do."""
    if INNER in name:
        return (
            "lines cannot hold lines of their own",
            "map the inner ones with a mapping of their own",
        )
    if associated_object(name) is not None:
        return (
            "an association holds no lines",
            "map its records with a mapping of their own, and associate them here",
        )
    return None


def _check_key(
    context: ReadingContext, keys: Mapping[str, Node], key: str, rows: tuple[Row, ...], *, name: str
) -> None:
    known = [row.own for row in rows]
    if key in known:
        return
    if is_null(keys["fields"]) or not known:
        context.error(keys["fields"], "a line has no row", f"add the row {key} under fields", row=name)
        return
    remedy = did_you_mean(key, known) or f"add a row {key} to its fields, or take another key"
    context.error(keys["key"], f"the key {key} has no row among the fields of a line", remedy, row=name)
