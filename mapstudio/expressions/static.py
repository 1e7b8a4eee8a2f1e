"""What a tree tells without a record: functions and their arguments, value maps, and the paths that it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from mapstudio.expressions.errors import ExpressionSyntaxError
from mapstudio.expressions.functions import FUNCTIONS
from mapstudio.expressions.parsing import Node, Tree, child_nodes
from mapstudio.expressions.registry import Function
from mapstudio.expressions.remedies import at
from mapstudio.model.paths import join_path
from mapstudio.model.suggest import nearest

EVERYTHING = "@"


def all_nodes(root: Node) -> Iterator[Node]:
    """Yield a node and everything below it."""
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(child_nodes(node))


def check_calls(tree: Tree) -> frozenset[str]:
    """Check all calls of a tree.

    Returns:
        The names of the functions.

    Raises:
        ExpressionSyntaxError: An unknown function, a wrong number of arguments, ``&`` where no function takes it, or a
            literal that can only fail.
    """
    names: set[str] = set()
    allowed: set[int] = set()
    calls = [node for node in all_nodes(tree.root) if node["type"] == "function_expression"]
    # In the order of the text, so that the first mistake is told first.
    for node in sorted(calls, key=lambda item: tree.spans[id(item)]):
        names.add(node["value"])
        allowed |= _check_call(tree, node)
    expressions = [item for item in all_nodes(tree.root) if item["type"] == "expref"]
    for node in expressions:
        if id(node) not in allowed:
            start = tree.spans[id(node)][0]
            raise ExpressionSyntaxError(
                f"& stands where no function takes an expression {at(start)}",
                start,
                "write && for and; & is for arguments of sort_by, min_by, max_by and map",
            )
    return frozenset(names)


def _check_call(tree: Tree, node: Node) -> set[int]:
    start = tree.spans[id(node)][0]
    name, arguments = node["value"], node["children"]
    # After a dot the span begins at the name, too; brackets around a call belong to its span.
    place = next(
        item.start
        for item in tree.lexemes
        if item.start >= start and item.type == "unquoted_identifier" and item.value == name
    )
    function = FUNCTIONS.get(name)
    if function is None:
        near = nearest(name, FUNCTIONS.names)
        remedy = f'did you mean "{near}"?' if near else "mapstudio's functions are in docs/reference/functions.md"
        raise ExpressionSyntaxError(f"there is no function {name} {at(place)}", place, remedy)
    count = len(arguments)
    if count < function.least or (function.most is not None and count > function.most):
        raise ExpressionSyntaxError(
            f"{name} takes {function.arity_words()}, got {count} {at(place)}", place, f"write {function.signature}"
        )
    _check_literals(function, arguments, place)
    allowed: set[int] = set()
    for index, argument in enumerate(arguments):
        parameter = function.parameter(index)
        if argument["type"] == "expref" and parameter.is_expression:
            allowed.add(id(argument))
        elif parameter.is_expression:
            begin = tree.spans[id(argument)][0]
            raise ExpressionSyntaxError(
                f"{name} takes an expression with & {at(begin)}", begin, f"write {function.signature}"
            )
    return allowed


def _check_literals(function: Function, arguments: list[Node], place: int) -> None:
    if function.check_literals is not None:
        literals = [item["value"] if item["type"] == "literal" else None for item in arguments]
        problem, remedy = function.check_literals(literals)
        if problem:
            raise ExpressionSyntaxError(f"{function.name} {at(place)}: {problem}", place, remedy)


def tables_read(root: Node) -> frozenset[str]:
    """Return the value maps that are looked up by a literal name."""
    calls = [node for node in all_nodes(root) if node["type"] == "function_expression" and node["value"] == "lookup"]
    names = [node["children"][0] for node in calls]
    return frozenset(item["value"] for item in names if item["type"] == "literal" and isinstance(item["value"], str))


def paths_read(root: Node) -> frozenset[str]:
    """Return the static paths of the record that a tree reads; ``@`` where it reads all of it."""
    reader = _Reader()
    reader.use(reader.visit(root, _Place(frozenset({()}))))
    return frozenset(reader.paths)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the record a value may come from; nowhere for one that is made.

    Attributes:
        paths: Alternatives, each as parts; a part that ends in ``[]`` stands for all elements.
        listed: The value is a list made of what stands at the paths.
    """

    paths: frozenset[tuple[str, ...]] = frozenset()
    listed: bool = False

    def below(self, name: str) -> _Place:
        """The place of a field."""
        return _Place(frozenset((*path, join_path((name,))) for path in self.paths)) if not self.listed else _MADE

    def elements(self) -> _Place:
        """The place of the elements, when the value is a list."""
        return _Place(self.paths) if self.listed else _Place(frozenset(map(_element, self.paths)))

    def flattened(self) -> _Place:
        """The place of the elements of the elements, as ``a[].b[].c`` means them."""
        return _Place(frozenset(map(_element, self.paths)))

    def joined(self, other: _Place) -> _Place:
        """Either of the two."""
        return _Place(self.paths | other.paths, self.listed or other.listed)


_MADE = _Place()


def _element(path: tuple[str, ...]) -> tuple[str, ...]:
    return (*path[:-1], path[-1] + "[]") if path else ("[]",)


_CHAINED = {"subexpression", "index_expression", "pipe"}
_EITHER = {"or_expression", "and_expression"}
_PROJECTIONS = {"projection", "filter_projection", "value_projection"}
_SIMPLE: Mapping[str, Callable[[Node, _Place], _Place]] = {
    "field": lambda node, place: place.below(node["value"]),
    "current": lambda _, place: place,
    "identity": lambda _, place: place,
    "index": lambda _, place: place.elements(),
    "slice": lambda _, place: _Place(place.elements().paths, listed=True),
}


@dataclass
class _Reader:
    """Walks a tree with places instead of values."""

    paths: set[str] = field(default_factory=set)

    def use(self, place: _Place) -> _Place:
        """Note that the value at the place is read as a whole."""
        for path in place.paths:
            text = ".".join(path)
            while text.endswith("[]"):
                text = text[:-2]
            self.paths.add(text or EVERYTHING)
        return place

    def visit(self, node: Node, place: _Place) -> _Place:
        """Return the place of the node's value."""
        kind, children = node["type"], child_nodes(node)
        if kind in _CHAINED:
            for child in children:
                place = self.visit(child, place)
            return place
        if kind == "flatten":
            return _Place(self.visit(children[0], place).flattened().paths, listed=True)
        if kind in _PROJECTIONS:
            return self._projected(node, children, place)
        if kind == "function_expression":
            return self._called(node, place)
        if kind in _EITHER:
            return self._either(children, place)
        for child in children:
            self.use(self.visit(child, place))
        return _SIMPLE[kind](node, place) if kind in _SIMPLE else _MADE

    def _either(self, children: list[Node], place: _Place) -> _Place:
        found = [self.use(self.visit(child, place)) for child in children]
        result = found[0]
        for item in found[1:]:
            result = result.joined(item)
        return result

    def _projected(self, node: Node, children: list[Node], place: _Place) -> _Place:
        base = self.visit(children[0], place)
        if node["type"] == "value_projection":
            # Which keys there are is not known: all of the object is read.
            self.use(base)
            self.use(self.visit(children[1], _MADE))
            return _MADE
        elements = base.elements()
        if node["type"] == "filter_projection":
            self.use(self.visit(children[2], elements))
        return _Place(self.visit(children[1], elements).paths, listed=True)

    def _called(self, node: Node, place: _Place) -> _Place:
        name, arguments = node["value"], node["children"]
        if name in {"sort_by", "max_by", "min_by"}:
            base = self.visit(arguments[0], place)
            self.use(self.visit(arguments[1]["children"][0], base.elements()))
            return _Place(base.elements().paths, listed=name == "sort_by")
        if name == "map":
            base = self.visit(arguments[1], place)
            return _Place(self.visit(arguments[0]["children"][0], base.elements()).paths, listed=True)
        if name in {"reverse", "to_array"}:
            base = self.visit(arguments[0], place)
            return base if name == "reverse" else _Place(base.paths, listed=True)
        if name in {"not_null", "coalesce", "default"}:
            return self._either(arguments, place)
        for argument in arguments:
            self.use(self.visit(argument, place))
        return _MADE
