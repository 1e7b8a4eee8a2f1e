"""A mapping file's text and its edits: what is not edited stays byte for byte as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property

from mapstudio.expressions.environment import key_text
from mapstudio.mapping.definition import INNER, inner_parts, path_parts
from mapstudio.mapping.format import FEEDING, TOP, VERSION
from mapstudio.mapping.rendering import render_below
from mapstudio.mapping.row_edit import RowEdit, changes
from mapstudio.mapping.scalars import ScalarError, is_null, node_value, same_json, scalar_value
from mapstudio.mapping.splicing import CannotSpliceError, Splicer
from mapstudio.mapping.yaml_tree import Entry, MapNode, Node, NotYamlError, Scalar, Tree, content_end, parse_tree
from mapstudio.model import JsonValue, UsageError
from mapstudio.model.suggest import did_you_mean

_BOM = "\ufeff"
_BREAK = re.compile(r"\r\n|\n|\r")
_SECTIONS = tuple(key.name for key in TOP)


class Document:
    """The text of one mapping file. Every edit either does exactly what was asked or changes nothing.

    All edits raise ``UsageError`` when the file cannot be edited (not YAML, a newer format), when the row is not
    there or stands twice, or when the edit cannot be written without touching a neighbour.

    Attributes:
        file: The file's name as the user gave it.
        tree: The parsed text, ``None`` when it is no YAML.
        failure: Why it is no YAML.
    """

    def __init__(self, text: str, file: str = "mapping.yaml") -> None:
        self.file = file
        self._bom = _BOM if text.startswith(_BOM) else ""
        self._set_body(text[len(self._bom) :])

    @property
    def text(self) -> str:
        """The file's whole text."""
        return self._bom + self.body

    @property
    def data(self) -> bytes:
        """The file's bytes."""
        return self.text.encode("utf-8", "surrogateescape")

    @cached_property
    def locked(self) -> str:
        """Why the file cannot be edited; empty when it can."""
        if self.failure is not None:
            return "it is not YAML"
        root = self.tree.root if self.tree is not None else None
        if not isinstance(root, MapNode):
            return "it is not a mapping"
        entry = root.get("mapstudio")
        try:
            version = scalar_value(entry.value) if entry is not None and isinstance(entry.value, Scalar) else VERSION
        except ScalarError:
            version = VERSION
        return f"it is of format {version}" if isinstance(version, int) and version > VERSION else ""

    def fields(self) -> list[str]:
        """Return the names of all rows, in file order."""
        return list(self._names(("fields",)))

    def set_row(self, field: str, edit: RowEdit) -> None:
        """Change a row, or add one at the end of ``fields``.

        A short row stays short as long as only its expression is set; setting the expression of a long row replaces
        only its ``from``. Setting what is there already changes no byte.
        """
        path = self._row_path(field)
        entry = self._find(path)
        present = self._present(entry)
        if "fields" in present and edit.given().keys() & set(FEEDING):
            raise UsageError(
                f"{self.file}: the row {field} writes lines.",
                remedy=f"Edit one of its rows, {field}{INNER}FIELD, or remove it.",
            )
        wanted = changes(edit, present)
        after: dict[str, JsonValue] = {key: value for key, value in {**present, **wanted}.items() if value is not None}
        feeding = [key for key in FEEDING if after.get(key) is not None]
        if len(feeding) != 1 and "fields" not in present:
            raise UsageError(
                f"{self.file}: the row {field} would have {' and '.join(feeding) or 'nothing that feeds it'}.",
                remedy=f"Give exactly one of {', '.join(FEEDING)}.",
            )
        if entry is None or not isinstance(entry.value, MapNode):
            if after.keys() == {"from"}:
                self._edit(path, after["from"])
            elif wanted:
                self._edit(path, after)
            return
        self._edit_long(path, present, wanted)

    def remove_row(self, field: str) -> None:
        """Remove a row's own lines; comments above it stay."""
        self._drop(self._row_path(field), f"row {field}")

    def set_ignored(self, field: str, reason: str) -> None:
        """Say why a source field is left out."""
        self._edit(("ignored", field), reason)

    def remove_ignored(self, field: str) -> None:
        """Take a source field out of ``ignored``."""
        self._drop(("ignored", field), f"ignored field {field}")

    def set_table_value(self, table: str, key: str, value: JsonValue) -> None:
        """Set one entry of a named value map, adding map and entry where missing; ``None`` means none."""
        self._edit(("values", table, self._table_key(table, key)), value)

    def remove_table_value(self, table: str, key: str) -> None:
        """Remove one entry of a named value map."""
        self._drop(("values", table, self._table_key(table, key)), f"key {key} in the value map {table}")

    def remove_table(self, table: str) -> None:
        """Remove a named value map."""
        self._drop(("values", table), f"value map {table}")

    def set_source(self, key: str, value: JsonValue) -> None:
        """Set one key of ``source`` (``where``, ``object``, ...); ``None`` removes it."""
        self._set_or_drop(("source", key), value)

    def set_destination(self, key: str, value: JsonValue) -> None:
        """Set one key of ``destination`` (``key``, ``mode``, ...); ``None`` removes it."""
        self._set_or_drop(("destination", key), value)

    def set_description(self, text: str | None) -> None:
        """Set what the mapping is for; ``None`` removes it."""
        self._set_or_drop(("description",), text)

    def set_name(self, name: str) -> None:
        """Set the mapping's name."""
        self._edit(("name",), name)

    def _set_body(self, body: str) -> None:
        self.body = body
        self.tree: Tree | None = None
        self.failure: NotYamlError | None = None
        self.__dict__.pop("locked", None)
        try:
            self.tree = parse_tree(body)
        except NotYamlError as error:
            self.failure = error

    def _edit_long(self, path: tuple[str, ...], present: dict[str, JsonValue], wanted: dict[str, JsonValue]) -> None:
        before = self.body
        try:
            old = next((key for key in FEEDING if key in present and wanted.get(key, "") is None), None)
            new = next((key for key in FEEDING if wanted.get(key) is not None and key not in present), None)
            if old is not None and new is not None:
                row, entry = self._entry((*path, old))
                self._change(path, lambda splicer: splicer.rename(entry, new, flow=row.flow))
                wanted = {key: value for key, value in wanted.items() if key != old}
            for key, value in wanted.items():
                self._set_or_drop((*path, key), value)
        except UsageError:
            self._set_body(before)
            raise

    def _set_or_drop(self, path: tuple[str, ...], value: JsonValue) -> None:
        if value is not None:
            self._edit(path, value)
        elif self._find(path) is not None:
            self._drop(path, path[-1])

    def _edit(self, path: tuple[str, ...], value: JsonValue) -> None:
        """Write a value at a path of keys, making the maps on the way."""
        found = self._find(path)
        if found is not None and same_json(_lenient(found.value), value):
            return
        owner, used = self._root(), 0
        for index, name in enumerate(path):
            entry, below = self._only(owner, name), path[index + 1 :]
            used = 2 * index + len(name) + 2
            if entry is None:
                rendered = render_below(below, value, flow=owner.flow, used=used, step=self._step)
                place = self._section_before(name) if index == 0 else None
                self._change(path, lambda splicer: splicer.insert(owner, name, rendered, after=place), value)  # noqa: B023
                return
            if not below or _is_empty(entry.value):
                rendered = render_below(below, value, flow=owner.flow, used=used, step=self._step)
                self._change(path, lambda splicer: splicer.replace_value(owner, entry, rendered), value)  # noqa: B023
                return
            if not isinstance(entry.value, MapNode):
                where = ".".join(path[: index + 1])
                raise UsageError(f"{self.file}: {where} is not a map.", remedy="Correct the file.")
            owner = entry.value

    def _drop(self, path: tuple[str, ...], what: str) -> None:
        if self._find(path) is None:
            remedy = did_you_mean(path[-1], self._names(path[:-1])) or "Look at the file's names with map ls."
            raise UsageError(f"{self.file} has no {what}.", remedy=remedy)
        owner, entry = self._entry(path)
        self._change(path, lambda splicer: splicer.remove(owner, entry))

    def _change(self, path: tuple[str, ...], change: Callable[[Splicer], str], value: JsonValue = None) -> None:
        """Apply a splice, and take it back unless it changed just what stands at the path."""
        before, others = self.body, self._slices(path)
        refused = UsageError(
            f"{self.file}: {'.'.join(path)} is written in a way that cannot be edited alone.",
            remedy="Edit the file in a text editor.",
        )
        try:
            self._set_body(change(Splicer(before, self._newline, self._step)))
        except CannotSpliceError as error:
            raise refused from error
        found = self._find(path) if self.tree is not None else None
        is_done = value is None or (found is not None and same_json(_lenient(found.value), value))
        if self.tree is None or not is_done or self._slices(path) != others:
            self._set_body(before)
            raise refused

    def _slices(self, path: tuple[str, ...]) -> list[tuple[str, str]]:
        """Return the text of every entry of the file that is neither at, above nor below the path."""
        result: list[tuple[str, str]] = []
        owner: Node | None = self.tree.root if self.tree is not None else None
        for name in path:
            if not isinstance(owner, MapNode):
                break
            inner: Node | None = None
            for entry in owner.entries:
                if entry.name == name:
                    inner = entry.value
                else:
                    end = content_end(self.body, entry.value)
                    result.append((entry.name, self.body[entry.key.start : max(end, entry.key.end)].rstrip()))
            owner = inner
        return result

    def _root(self) -> MapNode:
        if self.locked:
            raise UsageError(f"{self.file} cannot be edited: {self.locked}.", remedy="It was left as it is.")
        root = self.tree.root if self.tree is not None else None
        assert isinstance(root, MapNode)  # noqa: S101 - ``locked`` says so otherwise
        return root

    def _find(self, path: Sequence[str]) -> Entry | None:
        owner: Node = self._root()
        entry: Entry | None = None
        for name in path:
            entry = self._only(owner, name) if isinstance(owner, MapNode) else None
            if entry is None:
                return None
            owner = entry.value
        return entry

    def _entry(self, path: tuple[str, ...]) -> tuple[MapNode, Entry]:
        parent = self._find(path[:-1])
        owner = parent.value if parent is not None else self._root()
        entry = self._only(owner, path[-1]) if isinstance(owner, MapNode) else None
        assert isinstance(owner, MapNode)  # noqa: S101 - asked only for what was found
        assert entry is not None  # noqa: S101
        return owner, entry

    def _only(self, owner: MapNode, name: str) -> Entry | None:
        found = [entry for entry in owner.entries if entry.name == name]
        if len(found) > 1:
            raise UsageError(f"{self.file}: {name} stands twice.", remedy="Remove one of them in a text editor.")
        return found[0] if found else None

    def _names(self, path: tuple[str, ...]) -> list[str]:
        entry = self._find(path) if path else None
        owner = entry.value if entry is not None else None
        return [item.name for item in owner.entries] if isinstance(owner, MapNode) else []

    def _row_path(self, field: str) -> tuple[str, ...]:
        """Return the keys under which a row stands; ``order_line[].name`` stands in the row ``order_line``."""
        parent, own = inner_parts(field)
        if parent is None:
            return ("fields", self._row_name(("fields",), field))
        above = ("fields", self._row_name(("fields",), parent), "fields")
        if self._find(above) is None:
            raise UsageError(f"{self.file}: {parent} is no row with lines.", remedy="Write it in a text editor first.")
        return (*above, self._row_name(above, own))

    def _row_name(self, above: tuple[str, ...], field: str) -> str:
        names = self._names(above)
        parts = path_parts(field)
        return next((name for name in names if name == field), None) or next(
            (name for name in names if path_parts(name) == parts), field
        )

    def _table_key(self, table: str, key: str) -> str:
        """Return how the file writes the key; keys are compared by their text."""
        entry = self._find(("values", table))
        owner = entry.value if entry is not None else None
        keys = [item.key for item in owner.entries] if isinstance(owner, MapNode) else []
        return next((item.text for item in keys if isinstance(item, Scalar) and _key_text(item) == key), key)

    def _section_before(self, name: str) -> Entry | None:
        order = _SECTIONS[: _SECTIONS.index(name)] if name in _SECTIONS else _SECTIONS
        known = [entry for entry in self._root().entries if entry.name in order]
        return known[-1] if known else None

    @staticmethod
    def _present(entry: Entry | None) -> dict[str, JsonValue]:
        if entry is None:
            return {}
        if isinstance(entry.value, MapNode):
            return {item.name: _lenient(item.value) for item in entry.value.entries}
        value = _lenient(entry.value)
        return {"from": value} if isinstance(value, str) else {}

    @property
    def _newline(self) -> str:
        match = _BREAK.search(self.body)
        return match.group() if match else "\n"

    @property
    def _step(self) -> str:
        """The indentation that the file's own blocks have."""
        for entry in self._root().entries:
            if isinstance(entry.value, MapNode) and not entry.value.flow and entry.value.entries:
                start = entry.value.entries[0].key.start
                return " " * (start - max(self.body.rfind("\n", 0, start), self.body.rfind("\r", 0, start)) - 1)
        return "  "


def _key_text(node: Scalar) -> str | None:
    try:
        return key_text(scalar_value(node))
    except ScalarError:
        return None


def _is_empty(node: Node) -> bool:
    return is_null(node) or (isinstance(node, MapNode) and not node.entries)


def _lenient(node: Node) -> JsonValue:
    """Return the node's value; what is ambiguous stands as a list, which no edit asks for."""
    return node_value(node, on_error=lambda error: [str(error)])
