"""Reading the rows of ``fields``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from mapstudio.mapping.context import ReadingContext, take_flag, take_map, take_text
from mapstudio.mapping.definition import Row, RowKind, Table, associated_object, inner_parts
from mapstudio.mapping.expression_text import QUOTE, tables_named, take_expression
from mapstudio.mapping.format import (
    ASSOCIATION,
    ASSOCIATION_PREFIX,
    EXTENSION_PREFIX,
    FEEDING,
    ROW,
    OnNull,
    by_name,
)
from mapstudio.mapping.read_nested import is_nested, read_nested
from mapstudio.mapping.read_values import take_constant, take_default, take_table
from mapstudio.mapping.scalars import is_null
from mapstudio.mapping.yaml_tree import Entry, MapNode, Node, Scalar
from mapstudio.model.paths import split_path
from mapstudio.model.suggest import did_you_mean

_KEYS = by_name(ROW)
_ASSOCIATION_KEYS = by_name(ASSOCIATION)
_KINDS = {
    "from": RowKind.EXPRESSION,
    "constant": RowKind.CONSTANT,
    "binding": RowKind.BINDING,
    "question": RowKind.QUESTION,
    "ignore": RowKind.IGNORE,
}


def read_rows(
    context: ReadingContext, node: Node, *, tables: Collection[str], prefix: str = "", draft: bool = False
) -> tuple[Row, ...]:
    """Return the rows of ``fields``, good and broken, noting every problem.

    Args:
        context: Where problems are noted.
        node: The value of ``fields``.
        tables: The names under ``values``.
        prefix: What the names of inner rows begin with.
        draft: They belong to a draft: an invalid expression is a warning.
    """
    fields = take_map(context, node, "fields", row=inner_parts(prefix)[0] or "")
    rows = [
        _read_row(context, entry, f"{prefix}{entry.name}", tables=tables, draft=draft)
        for entry in (fields.entries if fields is not None else ())
        if isinstance(entry.key, Scalar) and entry.name != "<<"
    ]
    _check_paths(context, rows)
    return tuple(rows)


def _read_row(context: ReadingContext, entry: Entry, name: str, *, tables: Collection[str], draft: bool) -> Row:
    line, value = context.line(entry.key), entry.value
    if isinstance(value, MapNode) and is_nested(value):

        def read_inner(node: Node, prefix: str, of_draft: bool) -> tuple[Row, ...]:
            return read_rows(context, node, tables=tables, prefix=prefix, draft=of_draft)

        return read_nested(context, entry, value, read_inner, name=name)
    if name.startswith(ASSOCIATION_PREFIX) and associated_object(name) is None:
        context.error(entry.key, f"{name} names no object", "write associations.OBJECT", row=name)
    if isinstance(value, MapNode):
        return _LongRow(context, entry, value, tables, name=name, draft=draft).read()
    expression = take_expression(context, value, row=name, draft=draft)
    kind = RowKind.BROKEN if expression is None else RowKind.EXPRESSION
    quoted = isinstance(value, Scalar) and value.quoted
    _check_tables(context, value, expression, tables, row=name)
    return Row(name, line, kind, from_=expression, quoted=quoted)


class _LongRow:
    """Reads one row that is written as a map."""

    def __init__(
        self,
        context: ReadingContext,
        entry: Entry,
        node: MapNode,
        tables: Collection[str],
        *,
        name: str,
        draft: bool,
    ) -> None:
        self.context = context
        self.name = name
        self.entry = entry
        self.node = node
        self.tables = tables
        self.in_draft = draft
        self.keys = _ASSOCIATION_KEYS if associated_object(name) is not None else _KEYS
        self.found: dict[str, Node] = {item.name: item.value for item in reversed(node.entries)}

    def read(self) -> Row:
        self._check_unknown()
        feeding = [key for key in FEEDING if key in self.found]
        self._check_feeding(feeding)
        settings = self._settings()
        if len(feeding) != 1:
            kind = RowKind.BROKEN
        else:
            kind = _KINDS[feeding[0]]
            settings |= self._feed(feeding[0], draft=self.in_draft or bool(settings["draft"]))
            if settings.get("from_" if feeding[0] == "from" else feeding[0]) is None:
                kind = RowKind.BROKEN
        self._check_question()
        self._check_clearing(settings)
        return Row(self.name, self.context.line(self.entry.key), kind, long=True, **settings)

    def _feed(self, key: str, *, draft: bool) -> dict[str, Any]:
        node = self.found[key]
        if key == "from":
            text = take_expression(self.context, node, row=self.name, draft=draft)
            _check_tables(self.context, node, text, self.tables, row=self.name)
            return {"from_": text, "quoted": isinstance(node, Scalar) and node.quoted}
        if key == "constant":
            return {"constant": take_constant(self.context, node, row=self.name)}
        return {key: take_text(self.context, node, self.keys[key], row=self.name)}

    def _settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = {"values": self._table(), "draft": self._flag("draft")}
        for name in ("by", "owner", "due", "answer", "note"):
            settings[name] = self._text(name)
        settings["on_null"] = OnNull(self._text("on_null") or "skip")
        settings["skip_errors"] = self._text("on_error") == "skip"
        settings["keep_blank"] = self._text("blank") == "keep"
        if self.keys is _ASSOCIATION_KEYS:
            settings |= {"label": self._text("label"), "replace": self._flag("replace")}
        if "default" in self.found:
            settings["default"] = take_default(self.context, self.found["default"], row=self.name)
        return settings

    def _text(self, name: str) -> str | None:
        return take_text(self.context, self.found.get(name), self.keys[name], row=self.name)

    def _flag(self, name: str) -> bool:
        return take_flag(self.context, self.found.get(name), name, row=self.name)

    def _table(self) -> str | Table | None:
        node = self.found.get("values")
        if node is None:
            return None
        if is_null(node):
            remedy = "name a value map, or write one here"
            self.context.error(node, '"values" is empty', remedy, row=self.name)
            return None
        if isinstance(node, Scalar):
            _check_table(self.context, node, node.text, self.tables, row=self.name)
            return node.text
        return take_table(self.context, node, "", row=self.name)

    def _check_unknown(self) -> None:
        for entry in self.node.entries:
            name = entry.name
            known = name in self.keys or name.startswith(EXTENSION_PREFIX) or name == "<<"
            if known or not isinstance(entry.key, Scalar):
                continue
            near = did_you_mean(name, self.keys)
            if name == "link" and self.keys is _ASSOCIATION_KEYS:
                near = "write from: link('OBJECT', ID), and quote it"
            if self.node.flow and is_null(entry.value):
                message = f'YAML cut the row at a comma: "{name}" became a key of its own'
                self.context.error(entry.key, message, QUOTE, row=self.name)
            elif self.node.flow and not self._knows_any() and not near:
                message = f'YAML reads a map with the unknown key "{name}" here'
                self.context.error(entry.key, message, f"if this is an expression, {QUOTE}", row=self.name)
            else:
                remedy = near or f"a row takes {', '.join(self.keys)} and x-... keys"
                self.context.error(entry.key, f'unknown key "{name}" in a row', remedy, row=self.name)

    def _knows_any(self) -> bool:
        return any(name in self.keys for name in self.found)

    def _check_feeding(self, feeding: list[str]) -> None:
        if len(feeding) > 1:
            message = f"{' and '.join(feeding)} stand in one row"
            self.context.error(self.entry.key, message, "keep exactly one of them", row=self.name)
        elif not feeding and (self._knows_any() or not self.found):
            remedy = f"add exactly one of {', '.join(FEEDING)}"
            self.context.error(self.entry.key, "nothing feeds the row", remedy, row=self.name)

    def _check_clearing(self, settings: Mapping[str, Any]) -> None:
        if settings.get("on_null") is OnNull.CLEAR and not settings.get("replace", True):
            message = "on_null: clear would remove associations, and without replace none is ever removed"
            self.context.error(self.found["on_null"], message, "add replace: true, or leave on_null out", row=self.name)

    def _check_question(self) -> None:
        for key in ("owner", "due", "answer"):
            if key in self.found and "question" not in self.found:
                message = f'"{key}" has no effect without a question'
                self.context.warn(self.found[key], message, "keep it in note", row=self.name)


def _check_tables(
    context: ReadingContext, node: Node, expression: str | None, tables: Collection[str], *, row: str
) -> None:
    for name in sorted(tables_named(expression)) if expression is not None else ():
        _check_table(context, node, name, tables, row=row)


def _check_table(context: ReadingContext, node: Node, name: str, tables: Collection[str], *, row: str) -> None:
    if name not in tables:
        remedy = did_you_mean(name, tables) or "add it under values, or write the map itself in the row"
        context.error(node, f'there is no value map "{name}"', remedy, row=row)


def _check_paths(context: ReadingContext, rows: list[Row]) -> None:
    """Refuse names that are no path, and rows that would write into or over one another."""
    written: dict[tuple[str, ...], str] = {}
    parents: dict[tuple[str, ...], str] = {}
    for row in rows:
        place = context.line_start(row.line)
        try:
            parts = split_path(row.field)
        except ValueError:
            remedy = "write names joined by dots; a name that holds a dot stands in double quotes"
            context.error(place, f'"{row.field}" is not a field path', remedy, row=row.field)
            continue
        above = [parts[:size] for size in range(1, len(parts))]
        below = next((written[path] for path in above if path in written), None)
        other = written.get(parts) or parents.get(parts) or below
        if other is not None and other != row.field:
            message = f"the rows {other} and {row.field} write to the same place"
            context.error(place, message, "keep one of them", row=row.field)
        written.setdefault(parts, row.field)
        for path in above:
            parents.setdefault(path, row.field)
