"""Which parts of the record a tree reads: that decides what is fetched, and what is decoded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from mapstudio.expressions.parsing import Node, child_nodes
from mapstudio.model.paths import join_path

EVERYTHING = "@"
_SAFE = 2**53


Path: TypeAlias = "tuple[str, ...]"
"""Parts of a path; one that ends in ``[]`` stands for all elements."""


@dataclass(frozen=True, slots=True)
class Reads:
    """What a tree reads of the record.

    Attributes:
        paths: The values that it needs as a whole; the empty path is the record.
        sizes: The values of which it only needs to know how many elements they have.
        ordered: The values that it only compares with a number.
    """

    paths: frozenset[Path]
    sizes: frozenset[Path]
    ordered: frozenset[Path]

    @property
    def texts(self) -> frozenset[str]:
        """All of them as they are written, ``lines[].price``; ``@`` for the whole record."""
        return frozenset(map(_path_text, self.paths | self.sizes | self.ordered))


def reads_of(root: Node) -> Reads:
    """Return what a tree reads."""
    reader = _Reader()
    reader.use(reader.visit(root, _Place(frozenset({()}))))
    return Reads(frozenset(reader.paths), frozenset(reader.sizes), frozenset(reader.ordered))


def _path_text(path: Path) -> str:
    text = ".".join(path)
    while text.endswith("[]"):
        text = text[:-2]
    return text or EVERYTHING


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the record a value may come from; nowhere for one that is made.

    Attributes:
        paths: Alternatives, each as parts; a part that ends in ``[]`` stands for all elements.
        listed: The value is a list made of what stands at the paths.
    """

    paths: frozenset[Path] = frozenset()
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


def is_plain_number(node: Node) -> bool:
    """Return whether the node is a number that a float holds exactly enough to be compared with one."""
    value = node["value"] if node["type"] == "literal" else None
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _SAFE


def _element(path: tuple[str, ...]) -> tuple[str, ...]:
    return (*path[:-1], path[-1] + "[]") if path else ("[]",)


# Nodes that read a place and make nothing.
_PLACES = {"field", "subexpression", "current", "identity", "root"}
_ORDERINGS = {"lt", "lte", "gt", "gte"}
# What these give are elements of their list, or the list itself in another order.
_ONE_OF = {"max_by", "min_by", "first", "last"}
_LIST_OF = {"sort_by", "reverse", "unique", "compact"}
_METHODS = {
    **dict.fromkeys(("subexpression", "index_expression", "pipe"), "_chained"),
    **dict.fromkeys(("or_expression", "and_expression"), "_either"),
    **dict.fromkeys(("projection", "filter_projection", "value_projection"), "_projected"),
    "comparator": "_compared",
    "flatten": "_flattened",
    "ternary": "_ternary",
    "let_expression": "_let",
    "variable_ref": "_variable",
    "function_expression": "_called",
}
_SIMPLE: Mapping[str, Callable[[Node, _Place], _Place]] = {
    "field": lambda node, place: place.below(node["value"]),
    "root": lambda _, __: _Place(frozenset({()})),
    "current": lambda _, place: place,
    "identity": lambda _, place: place,
    "index": lambda _, place: place.elements(),
    "slice": lambda _, place: _Place(place.elements().paths, listed=True),
}


@dataclass
class _Reader:
    """Walks a tree with places instead of values."""

    paths: set[Path] = field(default_factory=set)
    sizes: set[Path] = field(default_factory=set)
    ordered: set[Path] = field(default_factory=set)
    variables: dict[str, _Place] = field(default_factory=dict)

    def use(self, place: _Place) -> _Place:
        """Note that the value at the place is read as a whole."""
        self.paths |= place.paths
        return place

    def visit(self, node: Node, place: _Place) -> _Place:
        """Return the place of the node's value."""
        kind = node["type"]
        if kind in _METHODS:
            method: Callable[[Node, _Place], _Place] = getattr(self, _METHODS[kind])
            return method(node, place)
        for child in child_nodes(node):
            self.use(self.visit(child, place))
        return _SIMPLE[kind](node, place) if kind in _SIMPLE else _MADE

    def _chained(self, node: Node, place: _Place) -> _Place:
        for child in child_nodes(node):
            place = self.visit(child, place)
        return place

    def _flattened(self, node: Node, place: _Place) -> _Place:
        return _Place(self.visit(node["children"][0], place).flattened().paths, listed=True)

    def _compared(self, node: Node, place: _Place) -> _Place:
        for child, other in (node["children"], node["children"][::-1]):
            found = self.visit(child, place)
            # Values often are zero itself, which a near one does not tell.
            is_far = is_plain_number(other) and other["value"] != 0
            if child["type"] in _PLACES and node["value"] in _ORDERINGS and is_far:
                self.ordered |= found.paths
            else:
                self.use(found)
        return _MADE

    def _ternary(self, node: Node, place: _Place) -> _Place:
        self.use(self.visit(node["children"][0], place))
        return self._any_of(node["children"][1:], place)

    def _variable(self, node: Node, _: _Place) -> _Place:
        return self.variables[node["value"]]

    def _either(self, node: Node, place: _Place) -> _Place:
        return self._any_of(child_nodes(node), place)

    def _any_of(self, children: list[Node], place: _Place) -> _Place:
        found = [self.use(self.visit(child, place)) for child in children]
        result = found[0]
        for item in found[1:]:
            result = result.joined(item)
        return result

    def _projected(self, node: Node, place: _Place) -> _Place:
        children = node["children"]
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

    def _let(self, node: Node, place: _Place) -> _Place:
        *assigned, body = node["children"]
        outer = self.variables
        bound = {item["value"]: self.visit(item["children"][0], place) for item in assigned}
        self.variables = {**outer, **bound}
        result = self.visit(body, place)
        self.variables = outer
        return result

    def _called(self, node: Node, place: _Place) -> _Place:
        name, arguments = node["value"], node["children"]
        if name == "length" and arguments[0]["type"] in _PLACES:
            place = self.visit(arguments[0], place)
            self.sizes |= place.paths
            return _MADE
        if name in {"not_null", "coalesce", "default"}:
            return self._any_of(arguments, place)
        expressions = [item for item in arguments if item["type"] == "expref"]
        values = [self.visit(item, place) for item in arguments if item["type"] != "expref"]
        elements = values[0].elements() if values else _MADE
        results = [self.visit(item["children"][0], elements) for item in expressions]
        if name == "map":
            return _Place(results[0].paths, listed=True)
        for result in results:
            self.use(result)
        passes = (name in _ONE_OF or name in _LIST_OF) and len(values) == 1
        for value in values[passes:]:
            self.use(value)
        if not passes:
            return _MADE
        if name not in {"sort_by", "max_by", "min_by"}:
            # They look at whole elements: "unique" compares them.
            self.use(values[0])
        return values[0].elements() if name in _ONE_OF else _Place(elements.paths, listed=True)
