"""Reading constants, defaults and value maps."""

from __future__ import annotations

from mapstudio.expressions.environment import key_text
from mapstudio.mapping.context import ReadingContext, take_json, take_map
from mapstudio.mapping.definition import Table, placeholder
from mapstudio.mapping.scalars import ScalarError, is_null, scalar_value
from mapstudio.mapping.yaml_tree import Entry, ListNode, MapNode, Node, Scalar
from mapstudio.model import JsonValue

_BINDING = "binding"


def binding_name(node: Node) -> str | None:
    """Return the name in ``{binding: NAME}``, ``None`` for any other node."""
    if isinstance(node, MapNode) and len(node.entries) == 1 and node.entries[0].name == _BINDING:
        value = node.entries[0].value
        return value.text if isinstance(value, Scalar) and not is_null(value) else None
    return None


def take_bound_value(context: ReadingContext, node: Node, *, row: str) -> JsonValue:
    """Return a JSON value in which ``{binding: NAME}``, alone or in a list, is a placeholder."""
    name = binding_name(node)
    if name is not None:
        return placeholder(name)
    if isinstance(node, ListNode):
        return [take_bound_value(context, item, row=row) for item in node.items]
    return take_json(context, node, row=row)


def take_constant(context: ReadingContext, node: Node, *, row: str) -> JsonValue:
    """Return a constant; null and a binding are refused."""
    if is_null(node):
        remedy = 'to leave the field alone write {ignore: "why"}; to empty it use from with on_null: clear'
        context.error(node, "a constant cannot be null", remedy, row=row)
        return None
    name = binding_name(node)
    if name is not None:
        context.error(node, "a binding is no constant", f"write {{binding: {name}}} as the row", row=row)
        return None
    return take_json(context, node, row=row)


def take_default(context: ReadingContext, node: Node, *, row: str) -> JsonValue:
    """Return a default; null is refused."""
    if is_null(node):
        context.error(node, "a default cannot be null", "leave default out, or say on_null: clear", row=row)
        return None
    return take_bound_value(context, node, row=row)


def take_table(context: ReadingContext, node: Node, name: str, *, row: str = "") -> Table:
    """Return a value map; keys are compared by their text, two keys with one text are an error."""
    what = f'the value map "{name}"' if name else "the value map"
    found = take_map(context, node, what, row=row)
    entries: dict[str, JsonValue] = {}
    written: dict[str, str] = {}
    lines: dict[str, int] = {}
    for entry in found.entries if found is not None else ():
        key = table_key(context, entry, what, row=row)
        if key is None:
            continue
        if key in entries and written[key] != entry.name:
            message = f"{written[key]} and {entry.name} are one key in {what}: keys are compared by their text"
            context.error(entry.key, message, "remove one of them", row=row)
        entries.setdefault(key, take_bound_value(context, entry.value, row=row))
        written.setdefault(key, entry.name)
        lines.setdefault(key, context.line(entry.key))
    return Table(name, entries, context.line(node), lines)


def table_key(context: ReadingContext, entry: Entry, what: str, *, row: str = "") -> str | None:
    """Return the text by which a key is compared: 1, 1.0 and "1" are ``1``; ``None`` and a problem for a null."""
    if not isinstance(entry.key, Scalar):
        return None
    try:
        value = scalar_value(entry.key)
    except ScalarError as error:
        context.error(entry.key, f"{error} (a key in {what})", "quote it if it is text", row=row)
        return None
    if value is None:
        remedy = 'use default for null, or quote it if the text "null" is meant'
        context.error(entry.key, f"null is no key in {what}: null never looks up", remedy, row=row)
        return None
    return key_text(value)


def take_links(context: ReadingContext, node: Node, what: str) -> dict[str, dict[str, str]]:
    """Return destination ids by source object and source id, all of them by their text."""
    found = take_map(context, node, what)
    links: dict[str, dict[str, str]] = {}
    for entry in found.entries if found is not None else ():
        ids = take_map(context, entry.value, f"{entry.name} in {what}")
        for pair in ids.entries if ids is not None else ():
            source_id, value = table_key(context, pair, what), take_json(context, pair.value)
            identifier = key_text(value) if not isinstance(value, bool) else None
            if source_id is not None and identifier:
                links.setdefault(entry.name, {})[source_id] = identifier
            elif source_id is not None:
                context.error(pair.value, f"{entry.name} {source_id} has no id in {what}", "write the destination id")
    return links
