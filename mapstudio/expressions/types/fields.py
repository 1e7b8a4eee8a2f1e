"""Fields that an expression reads and the source does not have, each with what was probably meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mapstudio.expressions.parsing import Node, Tree
from mapstudio.expressions.scanner import Lexeme
from mapstudio.expressions.static import all_nodes
from mapstudio.expressions.types.lattice import Rest, Type
from mapstudio.expressions.types.words import phrase
from mapstudio.model import Schema
from mapstudio.model.paths import join_path
from mapstudio.model.suggest import nearest

_NAMES = {"unquoted_identifier", "quoted_identifier"}


@dataclass(frozen=True, slots=True)
class UnknownField:
    """A field that the source does not have.

    Attributes:
        path: As far as it is a path: ``rooms[].prize``.
        start: Where its name stands in the expression.
        end: Where it ends.
        remedy: What was probably meant; empty when nothing is near.
    """

    path: str
    start: int
    end: int
    remedy: str = ""


def unknown_fields(tree: Tree, scopes: Mapping[int, Type], schema: Schema | None) -> tuple[UnknownField, ...]:
    """Return the fields that the source does not have, in the order of the text.

    Args:
        tree: The expression.
        scopes: The type of ``@`` at each node.
        schema: The source's, to look for similar names.
    """
    found: dict[int, UnknownField] = {}
    for node in all_nodes(tree.root):
        scope = scopes.get(id(node))
        if node["type"] == "field" and scope is not None and is_unknown(scope, node["value"]):
            place = _place(tree, node)
            if place is not None:
                found[tree.lexemes[place].start] = _unknown(tree, place, scope, schema)
    return tuple(found[start] for start in sorted(found))


def is_unknown(of: Type, name: str) -> bool:
    """Return whether reading a field of a value of the type reads something that the schema does not list."""
    if of.object is not None:
        return of.object.rest is Rest.UNLISTED and name not in of.object.fields
    return of.path is not None and of.known and of.list is None and not of.has_no_value


def _place(tree: Tree, node: Node) -> int | None:
    """Return the index of the lexeme that a field's node was made of."""
    start = tree.spans[id(node)][0] if id(node) in tree.spans else -1
    for index, lexeme in enumerate(tree.lexemes):
        if lexeme.start >= start and lexeme.type in _NAMES and lexeme.value == node["value"]:
            return index
    return None


def _unknown(tree: Tree, place: int, scope: Type, schema: Schema | None) -> UnknownField:
    lexeme = tree.lexemes[place]
    name = str(lexeme.value)
    path = _joined(scope.path or "", name) + _further(tree.lexemes[place + 1 :])
    remedy = _with_minus(tree.lexemes, place, scope) or _near(name, scope, schema)
    if lexeme.type == "quoted_identifier" and not remedy:
        text = name.replace("'", "\\'")
        remedy = f"double quotes are for fields; a text is '{text}'"
    return UnknownField(path, lexeme.start, lexeme.end, remedy)


def _joined(path: str, name: str) -> str:
    plain = join_path((name,))
    return f"{path}.{plain}" if path else plain


def _further(lexemes: tuple[Lexeme, ...]) -> str:
    """Return the rest of the path as it is written."""
    written = ""
    rest = iter(zip(lexemes, (*lexemes[1:], None), (*lexemes[2:], None, None), strict=False))
    for first, second, third in rest:
        is_call = third is not None and third.type == "lparen"
        if first.type != "dot" or second is None or second.type not in _NAMES or is_call:
            break
        written += f".{join_path((str(second.value),))}"
        next(rest)
    return written


def _with_minus(lexemes: tuple[Lexeme, ...], place: int, scope: Type) -> str:
    """Return the remedy for ``first-name``, which is one name less another."""
    names = scope.object.fields if scope.object is not None else {}
    first = place
    while first >= 2 and _are_one_word(lexemes[first - 2 : first + 1]):
        first -= 2
    for begin in range(first, place + 1, 2):
        last = begin
        while last + 2 < len(lexemes) and _are_one_word(lexemes[last : last + 3]):
            last += 2
            word = "".join(str(item.value) for item in lexemes[begin : last + 1])
            if last >= place and word in names:
                return f'write "{word}" in double quotes: without them it is a subtraction'
    return ""


def _are_one_word(lexemes: tuple[Lexeme, ...]) -> bool:
    one, dash, other = lexemes
    touching = one.end == dash.start and dash.end == other.start
    return touching and dash.type == "minus" and one.type in _NAMES and other.type in {*_NAMES, "number"}


def _near(name: str, scope: Type, schema: Schema | None) -> str:
    if scope.object is None:
        return f"{scope.path} is {phrase(scope)}: it has no fields"
    found = nearest(name, scope.object.fields)
    if found is not None:
        return f'did you mean "{_joined(scope.path or "", found)}"?'
    elsewhere = list(_named(name, schema)) if schema is not None else []
    return f'did you mean "{elsewhere[0]}"?' if elsewhere else ""


def _named(name: str, schema: Schema) -> Iterator[str]:
    wanted = name.casefold()
    return (item.name for item in schema.fields if item.name.rpartition(".")[2].casefold() == wanted)
