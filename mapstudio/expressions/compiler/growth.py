"""Which trees can make much more than they read: only these count their steps while they run."""

from __future__ import annotations

from mapstudio.expressions.parsing import Node, child_nodes

MAX_READS = 64
"""An expression that names more places than this could multiply a large record even without loops."""

_CHAINS = {"subexpression", "index_expression", "pipe"}
_LOOPS = {"projection", "filter_projection", "value_projection"}
_MAKERS = {"multi_select_list", "multi_select_dict", "function_expression"}


def must_count(root: Node) -> bool:
    """Return whether the work of a tree can be more than the size of its record times the length of its text."""
    return _reads(root) > MAX_READS or _multiplies(root, in_loop=False)


def _multiplies(node: Node, *, in_loop: bool) -> bool:
    kind, children = node["type"], child_nodes(node)
    if kind == "let_expression" or (kind == "root" and in_loop):
        return True
    if kind in _CHAINS:
        made = False
        for child in children:
            if made and _reads(child) > 1:
                return True
            made = made or _makes(child)
    if kind in _LOOPS:
        left, *rest = children
        if _makes(left) and any(_reads(child) > 1 for child in rest):
            return True
        return _multiplies(left, in_loop=in_loop) or any(_multiplies(child, in_loop=True) for child in rest)
    return any(_multiplies(child, in_loop=in_loop or kind == "expref") for child in children)


def _makes(node: Node) -> bool:
    """Return whether the value is made by the expression, and no part of the record."""
    return node["type"] in _MAKERS or any(map(_makes, child_nodes(node)))


def _reads(node: Node) -> int:
    """Return how often the node's ``@`` is read."""
    kind, children = node["type"], child_nodes(node)
    if kind in _CHAINS or kind in _LOOPS or kind == "flatten":
        return _reads(children[0])
    if not children:
        return 0 if kind == "literal" else 1
    return sum(map(_reads, children))
