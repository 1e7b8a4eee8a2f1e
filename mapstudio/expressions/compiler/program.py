"""A tree as one Python function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol, TypeAlias

from mapstudio.expressions.compiler.emitter import Emitter
from mapstudio.expressions.compiler.growth import must_count
from mapstudio.expressions.compiler.values import Value
from mapstudio.expressions.compiler.writer import NotCompilableError, Writer
from mapstudio.expressions.environment import Environment
from mapstudio.expressions.parsing import Node
from mapstudio.expressions.registry import Call
from mapstudio.expressions.values import are_numbers, are_texts, have_own_order, total
from mapstudio.model import JsonValue

_BUILTINS = (len, list, str, dict, int, float, bool, Decimal, enumerate, max, min)
_CHECKS = (are_texts, are_numbers, have_own_order, total)
_Run: TypeAlias = Callable[[JsonValue, JsonValue], JsonValue]


class _Code(Protocol):
    """Generated code."""

    def __call__(self, record: JsonValue, whole: JsonValue, call: Call | None = None) -> JsonValue:
        """Return the expression's value."""


@dataclass(frozen=True, slots=True)
class Program:
    """The compiled code of one expression.

    Attributes:
        source: The Python source, for those who want to see it.
        code: Gets the record, the whole and, where functions need it, a :class:`Call`.
        uses_call: Whether they do.
        counted: Whether the result can be much larger than the record.
    """

    source: str
    code: _Code
    uses_call: bool
    counted: bool

    def run(self, record: JsonValue, whole: JsonValue, environment: Environment) -> JsonValue:
        """Return the expression's value.

        Raises:
            EvaluationError: Some error; which one, the interpreter tells.
            NumberRangeError: As above.
            RecursionError: As above.
        """
        return self.runner(environment)(record, whole) if self.uses_call else self.code(record, whole)

    def runner(self, environment: Environment) -> _Run:
        """Return what runs it on many records, one after the other, as :meth:`run` does."""
        code, counted = self.code, self.counted
        if not self.uses_call:
            return code
        call = Call(environment)

        def run(record: JsonValue, whole: JsonValue) -> JsonValue:
            call.record += 1
            value = code(record, whole, call)
            if counted:
                call.budget.walk(value)
            return value

        return run


def compile_tree(root: Node) -> Program | None:
    """Compile a tree; ``None`` for one that is left to the interpreter, such as loops too deep for Python."""
    writer = Writer(level=1)
    emitter = Emitter(writer, Value("record"), Value("whole"), counted=must_count(root))
    try:
        value = emitter.emit_plain(root)
    except (NotCompilableError, RecursionError):
        return None
    writer.line(f"return {value.code}")
    source = f"def evaluate(record, whole, call=None):\n{writer.source}"
    code: _Code = load_function(source, "evaluate", writer)
    return Program(source, code, emitter.uses_call, emitter.counted)


def load_function(source: str, name: str, writer: Writer) -> Callable[..., Any]:
    """Return a function of generated source; it finds the writer's objects and a handful of Python's own names.

    The source is made of names and of literals that ``repr`` wrote: no text of an expression gets into it as it is.
    """
    names = {**writer.names, "__builtins__": {kind.__name__: kind for kind in (*_BUILTINS, *_CHECKS)}}
    exec(compile(source, f"<{name}>", "exec"), names)  # noqa: S102 - see above
    function: Callable[..., Any] = names[name]  # type: ignore[assignment] # defined by the line before
    return function
