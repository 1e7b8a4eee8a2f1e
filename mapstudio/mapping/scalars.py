"""Plain YAML scalars read as JSON values, and any node as JSON.

YAML 1.2 as JSON has it: ``yes`` and ``no`` are text, dates are text, and a number that JSON would not write the same
way (``012``, ``1_000``, ``+5``, ``0x1f``) is an error, since its author may have meant the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from mapstudio.mapping.yaml_tree import Alias, ListNode, Node, Scalar
from mapstudio.model import JsonValue
from mapstudio.model.exact_json import MAX_INTEGER_DIGITS, parse_number

_NULL = {"", "~", "null", "Null", "NULL"}
_BOOLEAN = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_JSON_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
# What YAML, some YAML parsers or a quick reader would take for a number, and JSON would not.
_OTHER_NUMBER = re.compile(
    r"[-+]?(?:\.[0-9][0-9_]*|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?0[xX][0-9a-fA-F_]+|0[oO][0-7_]+"
    r"|[-+]?0[bB][01_]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
MAX_EXPONENT = 400


class ScalarError(ValueError):
    """A plain scalar that could mean a number or a text.

    Attributes:
        start: Where it stands.
    """

    def __init__(self, message: str, start: int) -> None:
        super().__init__(message)
        self.start = start


def scalar_value(node: Scalar) -> JsonValue:
    """Return the JSON value of a scalar.

    Raises:
        ScalarError: A plain scalar that looks like a number but is none in JSON.
    """
    text = node.text
    if not node.plain:
        return text
    if text in _NULL:
        return None
    if text in _BOOLEAN:
        return _BOOLEAN[text]
    if _JSON_INTEGER.fullmatch(text):
        if len(text) > MAX_INTEGER_DIGITS:
            raise ScalarError(f"a number of {len(text)} digits is too long", node.start)
        return int(text)
    if _JSON_NUMBER.fullmatch(text):
        if abs(Decimal(text).adjusted()) > MAX_EXPONENT:
            raise ScalarError(f"{text} is out of range", node.start)
        return parse_number(text)
    if _OTHER_NUMBER.fullmatch(text):
        raise ScalarError(f"{text} is not a number as JSON writes it", node.start)
    return text


def node_value(node: Node, *, on_error: Callable[[ScalarError], JsonValue] | None = None) -> JsonValue:
    """Return the JSON value of a node; a map's keys are their text as written.

    Args:
        node: A node of a tree, which is never deeper than the tree's own limit.
        on_error: Gives the value that stands for an ambiguous scalar or an alias; by default the error is raised.

    Raises:
        ScalarError: An ambiguous scalar or an alias, without ``on_error``.
    """
    if isinstance(node, Scalar | Alias):
        try:
            return _leaf_value(node)
        except ScalarError as error:
            if on_error is None:
                raise
            return on_error(error)
    if isinstance(node, ListNode):
        return [node_value(item, on_error=on_error) for item in node.items]
    return {entry.name: node_value(entry.value, on_error=on_error) for entry in node.entries}


def _leaf_value(node: Scalar | Alias) -> JsonValue:
    if isinstance(node, Alias):
        raise ScalarError(f"the alias *{node.name} has no value of its own", node.start)
    return scalar_value(node)


def is_null(node: Node) -> bool:
    """Return whether the node is YAML's null: empty, ``~`` or ``null``, unquoted."""
    return isinstance(node, Scalar) and node.plain and node.text in _NULL


def same_json(left: JsonValue, right: JsonValue) -> bool:
    """Return whether two JSON values are equal: numbers by decimal value, ``true`` is never ``1``."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, int | float | Decimal) and isinstance(right, int | float | Decimal):
        return Decimal(str(left)) == Decimal(str(right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same_json(value, right[key]) for key, value in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(same_json(*pair) for pair in zip(left, right, strict=True))
    return type(left) is type(right) and left == right
