"""Compiled expressions: the one door to evaluation. What is behind it may change, callers do not see it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import InvalidOperation
from enum import Enum
from functools import cached_property, lru_cache
from math import isfinite
from typing import Final, Literal, TypeAlias

from mapstudio.expressions.compiler import Program, compile_tree
from mapstudio.expressions.environment import Engine, Environment
from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.interpreter import Interpreter
from mapstudio.expressions.parsing import Tree, parse
from mapstudio.expressions.reads import Reads, reads_of
from mapstudio.expressions.static import check_calls, tables_read
from mapstudio.expressions.values import NumberRangeError
from mapstudio.model import JsonValue

_EMPTY = Environment()


class _Untold(Enum):
    UNTOLD = "untold"


UNTOLD: Final = _Untold.UNTOLD
"""Stands in :meth:`Expression.search_each` for a value, or an error, that only :meth:`Expression.search` tells."""
Untold: TypeAlias = Literal[_Untold.UNTOLD]
_FAILURES = (EvaluationError, NumberRangeError, InvalidOperation, RecursionError)
"""What generated code raises where there is a reason; which one it is, the interpreter tells."""


class Expression:
    """One compiled expression. Never changes; safe to share between threads. Made by :func:`compile_expression`.

    Args:
        text: The expression.

    Attributes:
        text: As it was given.
        functions: The names of the functions that it calls.
    """

    __slots__ = ("__dict__", "_tree", "functions", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._tree = parse(text)
        self.functions: frozenset[str] = check_calls(self._tree)

    def search(self, data: JsonValue, environment: Environment = _EMPTY, whole: JsonValue = None) -> JsonValue:
        """Return the expression's value for a record.

        Args:
            data: The record, ``@``; it is not changed, and the result may share parts with it.
            environment: Value maps and the present day.
            whole: What ``$`` is, when ``data`` is a part of it (an element of ``each``); ``None``: ``data`` itself.

        Raises:
            EvaluationError: It fails on this record; the reason is a sentence.
        """
        if environment.engine is Engine.COMPILED and self.program is not None:
            try:
                value = self.program.run(data, data if whole is None else whole, environment)
            except _FAILURES:
                pass
            else:
                if not isinstance(value, float) or isfinite(value):
                    return value
        return Interpreter(environment).run(self._tree.root, data, whole)

    def search_each(
        self, records: Sequence[JsonValue], wholes: Sequence[JsonValue], environment: Environment = _EMPTY
    ) -> list[JsonValue | Untold]:
        """Return the value for each of many records, at less cost than :meth:`search`; ``UNTOLD`` where that must tell.

        Args:
            records: The records.
            wholes: For each the whole that it is a part of, or itself.
            environment: Value maps and the present day.
        """
        if environment.engine is not Engine.COMPILED or self.program is None:
            return [UNTOLD] * len(records)
        found: list[JsonValue | Untold] = []
        values = map(self.program.runner(environment), records, wholes)
        while True:
            # What is raised for one record ends the loop, and not what the loop is over.
            try:
                for value in values:
                    found.append(value)  # noqa: PERF402 - those before the failure are kept
                break
            except _FAILURES:
                found.append(UNTOLD)
        if float in map(type, found):
            return [UNTOLD if value.__class__ is float and not isfinite(value) else value for value in found]
        return found

    @cached_property
    def program(self) -> Program | None:
        """The generated code; ``None`` where only the interpreter evaluates. For this package and tests only."""
        return compile_tree(self._tree.root)

    @cached_property
    def paths(self) -> frozenset[str]:
        """The static paths that it reads: ``guestEmail``, ``lines[].price``; ``@`` for the whole record."""
        return self.reads.texts

    @cached_property
    def reads(self) -> Reads:
        """What it reads, more exactly: for those who decode records."""
        return reads_of(self._tree.root)

    @cached_property
    def tables(self) -> frozenset[str]:
        """The value maps that it looks up by a literal name."""
        return tables_read(self._tree.root)

    @cached_property
    def bare_field(self) -> str | None:
        """The field's name when the expression is nothing but one field, else ``None``."""
        root = self._tree.root
        return str(root["value"]) if root["type"] == "field" else None

    @property
    def tree(self) -> Tree:
        """The syntax tree; for this package only, its form changes with the engine."""
        return self._tree

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


@lru_cache(maxsize=4096)
def compile_expression(text: str) -> Expression:
    """Compile an expression; the same text is compiled once.

    Raises:
        ExpressionSyntaxError: It is no expression; says where, and what to write instead.
    """
    return Expression(text)


def search(expression: str, data: JsonValue, environment: Environment = _EMPTY) -> JsonValue:
    """Return an expression's value for a record.

    Raises:
        ExpressionSyntaxError: See :func:`compile_expression`.
        EvaluationError: See :meth:`Expression.search`.
    """
    return compile_expression(expression).search(data, environment)
