"""The type of an expression and of each of its parts, known without a record, from the schema of the source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from mapstudio.expressions.expression import Expression, compile_expression
from mapstudio.expressions.types.calls import TableType
from mapstudio.expressions.types.fields import UnknownField, unknown_fields
from mapstudio.expressions.types.lattice import UNKNOWN, Type
from mapstudio.expressions.types.narrowing import Fact
from mapstudio.expressions.types.records import record_type
from mapstudio.expressions.types.walk import Walk
from mapstudio.model import Schema

_MOST_REMEMBERED = 2000


@dataclass(frozen=True)
class Inferred:
    """What is known of an expression before any record is looked at.

    Attributes:
        expression: The expression.
        type: What it gives. Every value that it gives for a record of the schema is of this type; a type of nothing
            means that it fails on every record.
        types: The type of each node that is reached, by its ``id``; for this package only.
        scopes: The type of ``@`` at each of them; for this package only.
        tables: The value maps by name; ``None`` when nobody knows them.
        schema: The source's, when known.
    """

    expression: Expression
    type: Type
    types: Mapping[int, Type]
    scopes: Mapping[int, Type]
    tables: Mapping[str, TableType] | None = None
    schema: Schema | None = None

    @cached_property
    def parts(self) -> Mapping[tuple[int, int], Type]:
        """The type of each part, by where it starts and ends in the text."""
        spans = self.expression.tree.spans
        return {spans[node]: of for node, of in self.types.items() if node in spans}

    @cached_property
    def unknown(self) -> tuple[UnknownField, ...]:
        """The fields that the source does not have, in the order of the text."""
        return unknown_fields(self.expression.tree, self.scopes, self.schema)


@dataclass(frozen=True, eq=False)
class Scope:
    """What expressions are read against; remembers what it has inferred.

    Attributes:
        record: The type of ``@``.
        whole: The type of ``$``.
        tables: The value maps by name; ``None`` when nobody knows them.
        schema: The source's, when known.
    """

    record: Type = UNKNOWN
    whole: Type = UNKNOWN
    tables: Mapping[str, TableType] | None = None
    schema: Schema | None = None
    _inferred: dict[str, Inferred] = field(default_factory=dict, repr=False)

    @classmethod
    def of_schema(cls, schema: Schema | None, tables: Mapping[str, TableType] | None = None) -> Scope:
        """Return the scope of a source's records; without a schema nothing is known of them."""
        record = record_type(schema) if schema is not None else UNKNOWN
        return cls(record, record, tables, schema)

    def infer(self, expression: Expression | str) -> Inferred:
        """Return what is known of an expression.

        Raises:
            ExpressionSyntaxError: The text is no expression.
        """
        compiled = compile_expression(expression) if isinstance(expression, str) else expression
        known = self._inferred.get(compiled.text)
        if known is None:
            if len(self._inferred) >= _MOST_REMEMBERED:
                self._inferred.clear()
            known = self._inferred[compiled.text] = self._infer(compiled)
        return known

    def where(self, condition: Expression) -> Scope:
        """Return the scope of the records for which a condition is true."""
        walk = Walk(self.whole, self.tables)
        try:
            record = walk.assume(self.record, condition.tree.root, Fact.TRUE)
        except RecursionError:
            record = self.record
        if record.is_nothing:
            # A condition that is never true; what is wrong with it is told there.
            record = self.record
        return Scope(record, record, self.tables, self.schema)

    def elements(self, items: Expression) -> Scope:
        """Return the scope of the elements of a list."""
        of = self.infer(items).type.list
        known = of is not None and not of.elements.is_nothing
        return Scope(of.elements if of is not None and known else UNKNOWN, self.whole, self.tables, self.schema)

    def _infer(self, expression: Expression) -> Inferred:
        walk = Walk(self.whole, self.tables)
        try:
            of = walk.visit(expression.tree.root, self.record)
        except RecursionError:
            return Inferred(expression, UNKNOWN, {}, {}, self.tables, self.schema)
        return Inferred(expression, of, walk.types, walk.scopes, self.tables, self.schema)


def infer(expression: Expression | str, schema: Schema | None = None) -> Inferred:
    """Return what is known of an expression over the records of a schema.

    Args:
        expression: Compiled, or its text.
        schema: The source's; without it only literals and functions have types.

    Raises:
        ExpressionSyntaxError: The text is no expression.
    """
    return _scope_of(schema).infer(expression)


_scopes: list[Scope] = []


def _scope_of(schema: Schema | None) -> Scope:
    """Return the scope of a schema; that of the same one is made once."""
    for known in _scopes:
        if known.schema is schema:
            return known
    made = Scope.of_schema(schema)
    _scopes.append(made)
    del _scopes[:-8]
    return made
