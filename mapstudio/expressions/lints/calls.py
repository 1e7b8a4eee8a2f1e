"""Traps of calls: arguments that a function does not take, or not when they are null."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mapstudio.expressions.functions import FUNCTIONS
from mapstudio.expressions.lints.comparisons import has_any_text, near_option
from mapstudio.expressions.lints.parts import Lint, Parts, Rule, listed, literal, written
from mapstudio.expressions.parsing import Node
from mapstudio.expressions.registry import Function
from mapstudio.expressions.types.arguments import accepted
from mapstudio.expressions.types.choices import keys_of
from mapstudio.expressions.types.lattice import NOTHING, Type, kinds_of, only
from mapstudio.expressions.types.words import phrase

_KEYS: Mapping[str, tuple[frozenset[str], bool]] = {
    **dict.fromkeys(("sort_by", "max_by", "min_by"), (frozenset({"text", "number"}), False)),
    "group_by": (frozenset({"text"}), False),
    "sum_by": (frozenset({"number"}), True),
}
"""What an ``&expression`` may give for each element, and whether that may be null."""
_WORDS = {"text": "a text", "number": "a number"}


def arguments(parts: Parts) -> Iterator[Lint]:
    """What a function does not take."""
    for node, function in _calls(parts):
        for index, argument in enumerate(node["children"]):
            if not function.parameter(index).is_expression:
                yield from _argument(parts, function, index, argument)


def _calls(parts: Parts, *names: str) -> Iterator[tuple[Node, Function]]:
    for node in parts.nodes("function_expression"):
        function = FUNCTIONS.get(node["value"])
        if function is not None and (not names or function.name in names):
            yield node, function


def _argument(parts: Parts, function: Function, index: int, argument: Node) -> Iterator[Lint]:
    of = parts.type(argument)
    taken = accepted(function, index, of)
    if of.is_nothing or not (of.known or taken.has_no_value):
        return
    wrong = only(of, *(kinds_of(of) - kinds_of(taken)))
    if not wrong.has_no_value:
        what = "is" if taken.has_no_value else "may be"
        message = f"{function.name} fails: {parts.text(argument)} {what} {phrase(wrong)}"
        if taken.has_no_value and of.null:
            message = f"{function.name} fails where there is a value: {parts.text(argument)} is {phrase(wrong)}"
        yield parts.lint("wrong-argument", argument, message, f"it is {function.signature}")
    elif of.may_be_null and not taken.null:
        name = parts.text(argument)
        is_always = of.has_no_value
        message = f"{function.name} fails{':' if is_always else ' where'} {name} is null"
        yield parts.lint("null-argument", argument, message, _instead_of_null(parts, argument))
    else:
        yield from _elements_of(parts, function, argument, _elements(of), _elements(taken))


def _elements(of: Type) -> Type:
    return of.list.elements if of.list is not None else NOTHING


def _elements_of(parts: Parts, function: Function, argument: Node, of: Type, taken: Type) -> Iterator[Lint]:
    name = parts.text(argument)
    wrong = only(of, *(kinds_of(of) - kinds_of(taken)))
    if of.known and not wrong.has_no_value:
        message = f"{function.name} fails where an element of {name} is {phrase(wrong)}"
        yield parts.lint("wrong-argument", argument, message, f"it is {function.signature}")
    elif of.may_be_null and not taken.null:
        message = f"{function.name} fails where an element of {name} is null"
        yield parts.lint("null-argument", argument, message, f"write {parts.operand(argument)}[?@] to leave those out")


def _instead_of_null(parts: Parts, argument: Node) -> str:
    kinds = kinds_of(parts.type(argument))
    empty = "''" if kinds == {"text"} else "`[]`" if kinds == {"list"} else ""
    return f"write {parts.operand(argument)} || {empty}" if empty else "say what to take then, with || or coalesce"


def keys_of_elements(parts: Parts) -> Iterator[Lint]:
    """``sort_by`` and its like fail when one element has no value to sort by."""
    for node, function in _calls(parts, *_KEYS):
        elements, expression = node["children"]
        key = expression["children"][0]
        of = parts.type(key)
        if not of.known or of.is_nothing:
            continue
        kinds, takes_null = _KEYS[function.name]
        wrong = kinds_of(of) - kinds
        if wrong:
            needed = " or ".join(_WORDS[kind] for kind in sorted(kinds))
            message = f"{function.name} needs {needed} for each element: {parts.text(key)} may be "
            yield parts.lint("wrong-argument", key, message + phrase(only(of, *wrong)))
        elif of.null and not takes_null:
            message = f"{function.name} fails where {parts.text(key)} is null in an element"
            remedy = f"leave those out: {function.name}({parts.operand(elements)}[?{parts.code(key)}], ...)"
            yield parts.lint("null-argument", key, message, remedy)


def always_fails(parts: Parts, found: Sequence[Lint]) -> Iterator[Lint]:
    """A call that fails though its arguments are of the right types, when nothing inside of it explains that."""
    for node, function in _calls(parts):
        if not parts.type(node).is_nothing or parts.scope(node).is_nothing:
            continue
        types = [parts.type(item) for item in node["children"] if item["type"] != "expref"]
        fits = [not accepted(function, index, of).is_nothing for index, of in enumerate(types)]
        start, end = parts.span(node)
        is_told = any(start <= item.start and item.end <= end for item in found)
        if all(fits) and not any(of.is_nothing for of in types) and not is_told:
            yield parts.lint("always-fails", node, f"{parts.text(node)} fails on every record")


def numbers_from_text(parts: Parts) -> Iterator[Lint]:
    """``to_number('12,50')`` is null."""
    for node, _ in _calls(parts, "to_number"):
        argument = node["children"][0]
        of = parts.type(argument)
        if not of.known or of.text is None:
            continue
        name = parts.text(argument)
        if parts.type(node).has_no_value:
            yield parts.lint("to-number", node, f"{parts.text(node)} is null: {name} is no plain decimal", _reading())
        elif has_any_text(of):
            message = f"to_number gives null where {name} is a text such as 12,50 or 1.200,00"
            yield parts.lint("to-number", node, message, _reading())


def _reading() -> str:
    if FUNCTIONS.get("parse_number") is not None:
        return "parse_number reads the numbers of a language, and fails where there is none"
    return "replace(text, ',', '.') makes a decimal comma a point"


def blank_values(parts: Parts) -> Iterator[Lint]:
    """For ``not_null`` a blank text is a value."""
    for node, _ in _calls(parts, "not_null"):
        for argument in node["children"][:-1]:
            of = parts.type(argument)
            if of.known and has_any_text(of):
                message = f"not_null takes a blank {parts.text(argument)} for a value"
                yield parts.lint("blank-is-not-null", argument, message, "coalesce takes the next one then")
                break


def options_in_lists(parts: Parts) -> Iterator[Lint]:
    """``contains(tags, 'x')`` where no tag is called so."""
    for node, _ in _calls(parts, "contains"):
        subject, search = node["children"]
        of = parts.type(subject)
        elements = of.list.elements if of.list is not None else None
        if elements is None or not literal(search, str) or elements.text is None or not elements.known:
            continue
        if elements.text.options and not elements.text.formats and search["value"] not in elements.text.values:
            message = f"{parts.text(subject)} never holds {written(search['value'])}: that is none of its options"
            yield parts.lint("never-an-option", search, message, near_option(parts, elements, search["value"]))


def keys_of_tables(parts: Parts) -> Iterator[Lint]:
    """Options that a value map does not have, where nothing is said for a miss."""
    tables = parts.inferred.tables
    for node, _ in _calls(parts, "lookup"):
        name, key, *default = node["children"]
        table = tables.get(str(name["value"])) if tables is not None and literal(name, str) else None
        if table is None or default or not parts.type(key).known:
            continue
        keys = keys_of(_scalar(parts.type(key)))
        missing = sorted((keys or frozenset()) - table.entries.keys())
        if missing:
            message = f"{parts.text(key)} can be {listed(missing)}, which the value map {name['value']} does not have"
            yield parts.lint("not-in-table", key, message, "add them, or give lookup a default")


def _scalar(of: Type) -> Type:
    return of.list.elements if of.list is not None else of


RULES: tuple[Rule, ...] = (
    arguments,
    keys_of_elements,
    numbers_from_text,
    blank_values,
    options_in_lists,
    keys_of_tables,
)
