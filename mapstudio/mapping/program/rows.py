"""One row in generated code: what :class:`mapstudio.mapping.pipeline.CompiledRow` does, for values without a fault."""

from __future__ import annotations

from mapstudio.expressions import MISS
from mapstudio.expressions.compiler import NotCompilableError, ResultEmitter, Value
from mapstudio.mapping.format import OnNull
from mapstudio.mapping.pipeline import CompiledRow
from mapstudio.mapping.program.guards import guard
from mapstudio.model import Field, FieldType

_TEXT: frozenset[type] = frozenset({str, type(None)})


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
        name = self._writer.temporary()
        self._writer.line(f"{name} = {found.code}")
        value = Value(name, found.classes)
        if self._item.table is not None:
            value = self._looked_up(name)
        if str in value.classes and not self._item.row.keep_blank:
            text = f"{name} is not None" if value.is_only(_TEXT) else f"{name}.__class__ is str"
            self._writer.line(f"if {text} and (not {name} or {name}.isspace()): {name} = None")
            value = Value(name, value.classes | {type(None)})
        value = self._default(value)
        if value.nullable and (self._needed or self._item.row.on_null is OnNull.ERROR):
            self._writer.line(f"if {name} is None: {self._detour}")
        self._cast(value)
        return name

    @property
    def _is_open(self) -> bool:
        """Whether the field takes whatever an element of a list is."""
        return self._field is not None and self._field.type is FieldType.LIST

    @property
    def _detour(self) -> str:
        return f"{self._writer.constant(detour)}()"

    def _looked_up(self, name: str) -> Value:
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

    def _cast(self, value: Value) -> None:
        if self._item.cast is None or self._field is None:
            return
        name, cast = value.code, self._writer.constant(self._item.cast)
        fits = guard(self._field, value, self._writer) if self._item.row.by is None else ""
        self._writer.line(f"if {name} is not None{f' and not ({fits})' if fits else ''}: {name} = {cast}({name})")
