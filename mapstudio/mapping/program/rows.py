"""One row in generated code: what :class:`mapstudio.mapping.pipeline.CompiledRow` does, for values without a fault."""

from __future__ import annotations

from mapstudio.expressions import MISS
from mapstudio.expressions.compiler import NotCompilableError, ResultEmitter, Value
from mapstudio.mapping.format import OnNull
from mapstudio.mapping.pipeline import CompiledRow
from mapstudio.mapping.program.guards import ALWAYS, guard
from mapstudio.model import Field, FieldType

_TEXT: frozenset[type] = frozenset({str, type(None)})
_OBJECT: frozenset[type] = frozenset({dict, type(None)})


class DetourError(Exception):
    """A record that the generated code leaves to :meth:`CompiledMapping.evaluate`, which tells why."""


def detour() -> None:
    """Leave the record.

    Raises:
        DetourError: Always.
    """
    raise DetourError


class RowWriter:
    """Writes one row into the function of a whole mapping.

    Args:
        emitter: Writes the expressions.
        item: The row, which has an expression.
        field: The destination field, when the schema is known.
        needed: The destination requires it of a new record.
    """

    def __init__(self, emitter: ResultEmitter, item: CompiledRow, field: Field | None, *, needed: bool) -> None:
        self._emitter = emitter
        self._writer = emitter.writer
        self._item = item
        self._field = field
        self._needed = needed

    def write(self) -> str:
        """Write the row; return the name of its value.

        Raises:
            NotCompilableError: Its expression is left to the interpreter, or can only fail.
        """
        if self._item.failure or self._item.expression is None:
            raise NotCompilableError
        encoded = self._item.table is None and (self._item.cast is None or self._is_open)
        found = self._emitter.emit_result(self._item.expression.tree.root, encoded=encoded)
        if not self._hands_on(found, encoded=encoded):
            self._emitter.look_at(found)
        name = self._writer.temporary()
        if self._item.table is not None:
            found = self._looked_up(found, name)
        fits = self._fits(found)
        if not fits:
            self._complete(found, name)
            return name
        # Most values are as they should be, and then this is all.
        self._writer.line(f"{name} = {found.code}")
        if fits == ALWAYS:
            return name
        with self._writer.block(f"if not ({fits}):"):
            self._complete(Value(name, found.classes), name)
        return name

    def _fits(self, found: Value) -> str:
        """Return the condition under which nothing is to be done with a value, empty where none can be written."""
        row = self._item.row
        if self._field is None or self._item.cast is None or found.literal or row.by is not None or row.association:
            return ""
        if self._is_object(found):
            return ""
        if found.verbatim and list not in found.classes:
            return f"{found.code} is not None"
        return guard(self._field, found, self._writer, blank_is_null=not self._item.row.keep_blank)

    def _complete(self, found: Value, name: str) -> None:
        """Write what is made of a value, whatever it is."""
        value = self._default(self._named(found, name))
        if value.nullable and (self._needed or self._item.row.on_null is OnNull.ERROR):
            self._writer.line(f"if {name} is None: {self._detour}")
        if self._item.cast is not None and not self._is_object(value):
            cast = f"{self._writer.constant(self._item.cast)}({name})"
            self._writer.line(f"{name} = {f'{cast} if {name} is not None else None' if value.nullable else cast}")

    def _hands_on(self, found: Value, *, encoded: bool) -> bool:
        """Return whether the text of a number, or a list of such texts, is all that is needed of the value."""
        if self._item.table is not None:
            return False
        if self._item.cast is None or list in found.classes:
            return encoded
        return self._is_simply(FieldType.NUMBER)

    @property
    def _is_open(self) -> bool:
        """Whether the field takes whatever an element of a list, or a value in an object, is."""
        is_open = self._field is not None and self._field.type in {FieldType.LIST, FieldType.OBJECT}
        return is_open and self._item.row.association is None

    def _is_object(self, value: Value) -> bool:
        """Return whether the value is an object, or null, for a field that takes any."""
        return self._is_simply(FieldType.OBJECT) and value.is_only(_OBJECT)

    def _is_simply(self, kind: FieldType) -> bool:
        """Return whether the field is of that type, and neither it nor the row asks more of a value."""
        field, row = self._field, self._item.row
        return (
            field is not None and field.type is kind and not field.rules and row.by is None and row.association is None
        )

    @property
    def _detour(self) -> str:
        return f"{self._writer.constant(detour)}()"

    def _named(self, found: Value, name: str) -> Value:
        """Give a value the name; a blank text is null."""
        is_kept = str not in found.classes or self._item.row.keep_blank
        if found.code != name and (found.literal or is_kept):
            self._writer.line(f"{name} = {found.code}")
        if is_kept:
            return Value(name, found.classes)
        text = name if found.literal else found.code
        filled = f"{text} and not {text}.isspace()"
        if not found.is_only(_TEXT):
            filled = f"{text}.__class__ is not str or ({filled})"
        self._writer.line(f"{name} = {text} if {filled} else None")
        return Value(name, found.classes | {type(None)})

    def _looked_up(self, found: Value, name: str) -> Value:
        self._writer.line(f"{name} = {found.code}")
        table = self._item.table
        assert table is not None  # noqa: S101 - asked for by the caller
        miss, lookup = self._writer.constant(MISS), self._writer.constant(table.lookup)
        mapped = self._writer.constant(self._item.mapped)
        # A table's null is final: no default stands in for it.
        final = f"final{name} = {name} is None"
        self._writer.line(f"final{name} = False")
        with self._writer.block(f"if {name}.__class__ is str:"):
            self._writer.line(f"{name} = {lookup}({name})")
            self._writer.line(f"if {name} is {miss}: {name} = {self._default_code or self._detour}")
            self._writer.line(final)
        with self._writer.block(f"elif {name} is not None:"):
            self._writer.line(f"{name} = {mapped}({name})")
            self._writer.line(final)
        return Value(name)

    @property
    def _default_code(self) -> str:
        return self._writer.constant(self._item.default) if self._item.default is not None else ""

    def _default(self, value: Value) -> Value:
        if not self._default_code:
            return value
        name = value.code
        final = f" and not final{name}" if self._item.table is not None else ""
        self._writer.line(f"if {name} is None{final}: {name} = {self._default_code}")
        return Value(name, value.classes | {type(self._item.default)})
