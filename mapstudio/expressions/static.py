"""What a tree tells without a record: functions and their arguments, and the value maps that it names."""

from __future__ import annotations

from collections.abc import Iterator

from mapstudio.expressions.errors import ExpressionSyntaxError
from mapstudio.expressions.functions import FUNCTIONS
from mapstudio.expressions.parsing import Node, Tree, child_nodes
from mapstudio.expressions.registry import Function
from mapstudio.expressions.remedies import at
from mapstudio.model.suggest import nearest


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
                "write && for and; & is for arguments of functions such as sort_by, group_by and map",
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
