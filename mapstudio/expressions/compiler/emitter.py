"""From a tree to Python source: one method a kind of node, each written so that it means what the interpreter does.

Errors are left to the interpreter: code that meets one raises, and the caller evaluates the record again to say why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal

from mapstudio.expressions.compiler import runtime
from mapstudio.expressions.compiler.calls import CallEmitter
from mapstudio.expressions.compiler.operators import OperatorEmitter
from mapstudio.expressions.compiler.projections import ProjectionEmitter
from mapstudio.expressions.compiler.shapes import Expected
from mapstudio.expressions.compiler.values import ANY, EXPECTED, LIST, NOTHING, NULL, OBJECT, TEXT, Value
from mapstudio.expressions.compiler.writer import NotCompilableError, Writer
from mapstudio.expressions.environment import Environment
from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.interpreter import Interpreter
from mapstudio.expressions.parsing import CHAINS, Node, child_nodes
from mapstudio.expressions.values import literal_copy
from mapstudio.model import JsonValue

_MAX_DEPTH = 100
_FOLDED = {
    "comparator",
    "or_expression",
    "and_expression",
    "not_expression",
    "arithmetic",
    "arithmetic_unary",
    "ternary",
}


class Emitter(OperatorEmitter, ProjectionEmitter, CallEmitter):
    """Writes expressions into one function; equal sub-expressions of all of them are computed once.

    Args:
        writer: Where the source goes.
        record: What ``@`` is at the beginning.
        whole: What ``$`` is.
        counted: The code takes its steps from ``call.budget``.

    Attributes:
        looked_at: The code needs values of which it has only the texts, and cannot run. Their shapes are not verbatim
            any more: write it again.
    """

    def __init__(self, writer: Writer, record: Value, whole: Value, *, counted: bool = False) -> None:
        self.writer = writer
        self.current = record
        self.whole = whole
        self.counted = counted
        self.uses_call = counted
        self.variables: dict[str, Value] = {}
        self._layers: list[dict[tuple[str, str], Value]] = [{}]
        self._keys: dict[int, str | None] = {}
        self._depth = 0
        self.looked_at = False

    def emit(self, node: Node) -> Value:
        """Write what computes the node's value for the current ``@``, unless it stands there already.

        Raises:
            NotCompilableError: The tree is left to the interpreter.
        """
        key = self._key(node)
        known = (self.current.code, key) if key is not None else None
        if known is not None:
            for layer in reversed(self._layers):
                if known in layer:
                    return layer[known]
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise NotCompilableError
        method: Callable[[Node], Value] | None = getattr(self, f"_{node['type']}", None)
        if method is None:
            raise NotCompilableError
        value = self._folded(node) if _is_constant(node) else method(node)
        self._depth -= 1
        if known is not None:
            self._layers[-1][known] = value
        return value

    @contextmanager
    def layer(self) -> Iterator[None]:
        """What is computed inside may not have been computed behind it."""
        self._layers.append({})
        yield
        self._layers.pop()

    @contextmanager
    def at(self, value: Value) -> Iterator[None]:
        """Inside, the value is ``@``."""
        self.look_at(value)
        outer = self.current
        self.current = value
        yield
        self.current = outer

    def plain(self, value: Value) -> Value:
        """Return the value, which must be plain JSON.

        Raises:
            NotCompilableError: Only a part of it was decoded.
        """
        if value.shape is not None or value.near:
            raise NotCompilableError
        self.look_at(value)
        return value

    def look_at(self, value: Value) -> None:
        """Note that the code needs the value itself: of what is verbatim there is only the text, so it is in vain."""
        if value.leaf is not None and value.verbatim:
            value.leaf.expected = Expected.ANYTHING
            self.looked_at = True

    def verbatim(self, value: Value) -> Value:
        """Return a value that is only handed on: plain JSON, or a text that is looked at later."""
        if not value.verbatim:
            return self.plain(value)
        if list not in value.classes:
            self.writer.line(f"if {value.code} is not None: keep({value.code})")
        return value

    def assign(self, code: str, classes: frozenset[type] = ANY) -> Value:
        """Write the code's value into a name of its own."""
        name = self.writer.temporary()
        self.writer.line(f"{name} = {code}")
        return Value(name, classes)

    def emit_plain(self, node: Node) -> Value:
        """See :meth:`emit` and :meth:`plain`."""
        return self.plain(self.emit(node))

    def _key(self, node: Node) -> str | None:
        """Return a text that equal trees share; ``None`` for what depends on more than ``@``."""
        known = self._keys.get(id(node), "")
        if known != "":
            return known
        parts = [node["type"], f"{type(node.get('value')).__name__}{node.get('value')!r}"]
        key: str | None = ""
        # Of a chain the operands, which do not nest.
        for child in child_nodes(node) if node["type"] in CHAINS else node["children"]:
            part = self._key(child) if isinstance(child, dict) else repr(child)
            if part is None:
                key = None
                break
            parts.append(part)
        if key is not None and node["type"] not in {"variable_ref", "let_expression"}:
            key = f"({' '.join(parts)})"
        else:
            key = None
        self._keys[id(node)] = key
        return key

    def _field(self, node: Node) -> Value:
        parent, name = self.current, node["value"]
        if parent.shape is not None:
            if parent.shape.element is not None:
                return NOTHING
            below = parent.shape.fields.get(name)
            if below is None:
                raise NotCompilableError
            attribute = parent.shape.attribute(name)
            guard = f" if {parent.code} is not None else None" if parent.nullable else ""
            value = self.assign(f"{parent.code}.{attribute}{guard}")
            if not below.plain:
                return Value(value.code, ANY, below)
            if below.expected is Expected.VERBATIM:
                self.writer.line(f"if {value.code} == {self.writer.constant(runtime.NULL_TEXT)}: {value.code} = None")
            return Value(value.code, EXPECTED[below.expected], leaf=below)
        if dict not in parent.classes:
            return NOTHING
        guard = "" if parent.is_only(OBJECT) else f" if {parent.code}.__class__ is dict else None"
        return self.assign(f"{parent.code}.get({name!r}){guard}")

    def _folded(self, node: Node) -> Value:
        try:
            value = Interpreter(Environment()).run(node, None)
        except EvaluationError as error:
            raise NotCompilableError from error
        return self._constant(value)

    def _literal(self, node: Node) -> Value:
        return self._constant(node["value"])

    def _constant(self, value: JsonValue) -> Value:
        if isinstance(value, list | dict):
            copy, known = self.writer.constant(literal_copy), self.writer.constant(value)
            return self.assign(f"{copy}({known})", frozenset({type(value)}))
        # In brackets, so that an attribute can follow a number.
        code = self.writer.constant(value) if isinstance(value, Decimal) else f"({value!r})"
        return Value(code, frozenset({type(value)}), literal=True)

    def _current(self, _: Node) -> Value:
        return self.current

    def _identity(self, _: Node) -> Value:
        return self.current

    def _root(self, _: Node) -> Value:
        return self.whole

    def _variable_ref(self, node: Node) -> Value:
        return self.variables[node["value"]]

    def _let_expression(self, node: Node) -> Value:
        *assigned, body = node["children"]
        outer = self.variables
        bound = {item["value"]: self.emit(item["children"][0]) for item in assigned}
        self.variables = {**outer, **bound}
        value = self.emit(body)
        self.variables = outer
        return value

    def _chained(self, nodes: list[Node]) -> Value:
        first, *rest = nodes
        value = self.emit(first)
        for node in rest:
            with self.at(value):
                value = self.emit(node)
        return value

    def _subexpression(self, node: Node) -> Value:
        return self._chained(node["children"])

    def _index_expression(self, node: Node) -> Value:
        return self._chained(node["children"])

    def _pipe(self, node: Node) -> Value:
        return self._chained(child_nodes(node))

    def _index(self, node: Node) -> Value:
        base, index = self.current, node["value"]
        if base.shape is not None and base.shape.element is None:
            return NOTHING
        if base.shape is None and list not in base.classes:
            return NOTHING
        enough = f"len({base.code}) > {index}" if index >= 0 else f"len({base.code}) >= {-index}"
        value = self.assign(f"{base.code}[{index}] if {self.is_list(base)} and {enough} else None")
        element = base.shape.element if base.shape is not None else None
        return value if element is None or element.plain else Value(value.code, ANY, element)

    def _slice(self, node: Node) -> Value:
        base = self.current
        part = ":".join("" if item is None else str(item) for item in node["children"])
        if base.shape is not None:
            if base.shape.element is None:
                return NOTHING
            value = self.assign(f"{base.code}[{part}] if {base.code} is not None else None", LIST | NULL)
            return Value(value.code, value.classes, base.shape)
        possible = base.classes & (LIST | TEXT)
        if not possible:
            return NOTHING
        condition = " or ".join(f"{base.code}.__class__ is {kind.__name__}" for kind in sorted(possible, key=str))
        return self.assign(f"{base.code}[{part}] if {condition} else None", possible | NULL)

    def is_list(self, value: Value) -> str:
        """Return the condition that the value is a list."""
        if value.shape is not None:
            return f"{value.code} is not None" if value.nullable else "True"
        return "True" if value.is_only(LIST) else f"{value.code}.__class__ is list"


def _is_constant(node: Node) -> bool:
    """Return whether the node computes with literals only."""
    pending, found = [node], False
    while pending:
        item = pending.pop()
        if item["type"] in _FOLDED:
            found = True
            pending.extend(item["children"])
        elif item["type"] != "literal":
            return False
    return found
