"""Reading the parts of the file around the rows: source, destination, value maps, ignored fields, examples."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from mapstudio.mapping.context import ReadingContext, take_flag, take_json, take_keys, take_map, take_text
from mapstudio.mapping.definition import AFTER_PREFIX, After, Destination, Each, Example, Ignored, Source, Table
from mapstudio.mapping.expression_text import take_expression
from mapstudio.mapping.format import DESTINATION, EACH, EXAMPLE, NAME_PATTERN, SOURCE, TOP, Mode, by_name
from mapstudio.mapping.read_values import take_links, take_table
from mapstudio.mapping.scalars import is_null
from mapstudio.mapping.yaml_tree import Entry, ListNode, MapNode, Node, Scalar
from mapstudio.model import JsonValue, Record
from mapstudio.model.paths import split_path

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[Tt ].*)?", re.ASCII)


def read_name(context: ReadingContext, node: Node | None) -> str:
    """Return the mapping's name; anything but kebab-case is an error."""
    name = take_text(context, node, by_name(TOP)["name"])
    if name is not None and node is not None and not re.fullmatch(NAME_PATTERN, name):
        proposed = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        remedy = f"write {proposed}" if proposed else "use lower-case letters, digits and hyphens"
        context.error(node, f'the name "{name}" is not in kebab-case', remedy)
    return name or ""


def read_source(context: ReadingContext, node: Node | None) -> Source:
    """Return the source; what is missing is an empty text."""
    found = take_map(context, node, "source") if node is not None else None
    if found is None:
        return Source("", "")
    keys, table = take_keys(context, found, SOURCE, "source"), by_name(SOURCE)
    each = _read_each(context, keys["each"]) if "each" in keys else None
    where = None
    if "where" in keys:
        where = take_expression(context, keys["where"], row="where", links=False)
    return Source(
        connection=take_text(context, keys.get("connection"), table["connection"]) or "",
        object=take_text(context, keys.get("object"), table["object"]) or "",
        where=where,
        each=each,
        line=context.line(found),
        where_line=context.line(keys["where"]) if "where" in keys else 0,
        archived=take_flag(context, keys.get("archived"), "archived"),
    )


def _read_each(context: ReadingContext, node: Node) -> Each | None:
    found = take_map(context, node, '"each"', row="each")
    if found is None:
        return None
    keys = take_keys(context, found, EACH, '"each"', row="each")
    items = take_expression(context, keys["items"], row="each", links=False) if "items" in keys else None
    identity = take_text(context, keys.get("id"), by_name(EACH)["id"], row="each")
    if identity is not None:
        try:
            split_path(identity)
        except ValueError:
            context.error(keys["id"], f"{identity} is not a field of the elements", "name one field", row="each")
            identity = None
    return Each(items, identity, context.line(found)) if items is not None and identity is not None else None


def read_destination(context: ReadingContext, node: Node | None) -> Destination:
    """Return the destination; what is missing is an empty text."""
    found = take_map(context, node, "destination") if node is not None else None
    if found is None:
        return Destination("", "")
    keys, table = take_keys(context, found, DESTINATION, "destination"), by_name(DESTINATION)
    return Destination(
        connection=take_text(context, keys.get("connection"), table["connection"]) or "",
        object=take_text(context, keys.get("object"), table["object"]) or "",
        mode=Mode(take_text(context, keys.get("mode"), table["mode"]) or Mode.UPSERT),
        key=_read_key(context, keys.get("key")),
        line=context.line(found),
        key_line=context.line(keys["key"]) if "key" in keys else 0,
        after=_read_after(context, keys["after"]) if "after" in keys else (),
    )


def _read_after(context: ReadingContext, node: Node) -> tuple[After, ...]:
    """Return the steps: one name, a list of names, or a map of names and conditions."""
    if isinstance(node, MapNode):
        found = [_read_conditional(context, entry) for entry in node.entries if isinstance(entry.key, Scalar)]
        return tuple(item for item in found if item is not None)
    items = node.items if isinstance(node, ListNode) else (node,)
    after: dict[str, After] = {}
    for item in items:
        if not isinstance(item, Scalar) or is_null(item) or not item.text.strip():
            context.error(item, '"after" takes names of steps', "write after: [confirm]", row="after")
        elif item.text in after:
            context.error(item, f"the step {item.text} stands twice", "remove one of them", row="after")
        else:
            after[item.text] = After(item.text, line=context.line(item))
    return tuple(after.values())


def _read_conditional(context: ReadingContext, entry: Entry) -> After | None:
    row = f"{AFTER_PREFIX}{entry.name}"
    when = take_expression(context, entry.value, row=row, links=False)
    return After(entry.name, when, context.line(entry.key)) if when is not None else None


def _read_key(context: ReadingContext, node: Node | None) -> tuple[str, ...]:
    if node is None:
        return ()
    items = node.items if isinstance(node, ListNode) else (node,)
    names = [item.text for item in items if isinstance(item, Scalar) and not is_null(item) and item.text]
    if len(names) != len(items) or not names:
        context.error(node, "a key is one field's name or a list of names", "write key: email", row="key")
    if len(set(names)) != len(names):
        context.error(node, "a field stands twice in the key", "remove one of them", row="key")
    return tuple(dict.fromkeys(names))


def read_tables(context: ReadingContext, node: Node | None) -> Mapping[str, Table]:
    """Return the value maps by name."""
    found = take_map(context, node, "values") if node is not None else None
    tables: dict[str, Table] = {}
    for entry in found.entries if found is not None else ():
        if isinstance(entry.key, Scalar):
            tables.setdefault(entry.name, take_table(context, entry.value, entry.name))
    return tables


def read_ignored(context: ReadingContext, node: Node | None) -> tuple[Ignored, ...]:
    """Return the source fields left out on purpose."""
    found = take_map(context, node, "ignored") if node is not None else None
    result = []
    for entry in found.entries if found is not None else ():
        reason = entry.value
        if isinstance(reason, Scalar) and reason.text.strip() and not is_null(reason):
            result.append(Ignored(entry.name, reason.text, context.line(entry.key)))
        else:
            context.error(entry.key, f"the ignored field {entry.name} has no reason", "write why it is left out")
    return tuple(result)


def read_examples(context: ReadingContext, node: Node | None) -> tuple[Example, ...]:
    """Return the examples that can be run, noting what is wrong with the others."""
    if node is None or is_null(node):
        return ()
    if not isinstance(node, ListNode):
        context.error(node, "examples must be a list", "begin each example with - name:")
        return ()
    examples: list[Example] = []
    for item in node.items:
        if isinstance(item, MapNode):
            example = _read_example(context, item)
            if any(known.name == example.name for known in examples):
                context.error(item, f'two examples are named "{example.name}"', "give each a name of its own")
            examples.append(example)
        else:
            context.error(item, "an example must be a map", "begin it with - name:")
    return tuple(examples)


def _read_example(context: ReadingContext, node: MapNode) -> Example:
    keys, table = take_keys(context, node, EXAMPLE, "an example"), by_name(EXAMPLE)
    name = take_text(context, keys.get("name"), table["name"]) or f"example at line {context.line(node)}"
    given = _take_record(context, keys.get("given"), f'"given" of the example "{name}"')
    expect = _take_expected(context, keys.get("expect"), name)
    errors = _take_reasons(context, keys.get("expect_error"), name)
    skip = take_flag(context, keys.get("expect_skip"), "expect_skip")
    if not skip and not {"expect", "expect_error"} & keys.keys():
        context.error(node, f'the example "{name}" expects nothing', "add expect, expect_error or expect_skip")
    elif skip and {"expect", "expect_error"} & keys.keys():
        remedy = "a skipped record gives nothing: keep expect_skip alone"
        context.error(node, f'the example "{name}" expects a skip and more', remedy)
    day = _take_day(context, keys.get("at"), name)
    links = take_links(context, keys["links"], f'"links" of the example "{name}"') if "links" in keys else {}
    return Example(name, context.line(node), given, expect, errors, skip, day, links)


def _take_expected(context: ReadingContext, node: Node | None, name: str) -> Record | list[JsonValue] | None:
    if node is None:
        return None
    found = take_json(context, node)
    if isinstance(found, dict | list):
        return found
    context.error(node, f'"expect" of the example "{name}" must be a map, or a list with each', "write field: value")
    return None


def _take_record(context: ReadingContext, node: Node | None, what: str) -> dict[str, JsonValue]:
    if node is None:
        return {}
    found = take_json(context, node)
    if isinstance(found, dict):
        return found
    context.error(node, f"{what} must be a map", "write the source record, field: value")
    return {}


def _take_reasons(context: ReadingContext, node: Node | None, name: str) -> Mapping[str, str]:
    if node is None:
        return {}
    found = take_map(context, node, f'"expect_error" of the example "{name}"')
    reasons: dict[str, str] = {}
    for entry in found.entries if found is not None else ():
        if isinstance(entry.value, Scalar):
            reasons[entry.name] = "" if is_null(entry.value) else entry.value.text
        else:
            message = f'the reason for {entry.name} in the example "{name}" must be a text'
            context.error(entry.value, message, "write part of the reason")
    if found is not None and not found.entries:
        context.error(node, f'"expect_error" of the example "{name}" is empty', "write row: part of the reason")
    return reasons


def _take_day(context: ReadingContext, node: Node | None, name: str) -> date | None:
    if node is None:
        return None
    if isinstance(node, Scalar) and _DATE.fullmatch(node.text):
        try:
            return date.fromisoformat(node.text[:10])
        except ValueError:
            pass
    context.error(node, f'"at" of the example "{name}" is not a day', "write YYYY-MM-DD")
    return None
