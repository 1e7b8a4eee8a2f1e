"""Random calls: every function that there is, with arguments of the kinds that it takes, and now and then of others.

What a text argument means to a function (a pattern, a format, a region) is taken from the function's own examples.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from mapstudio.expressions.functions import FUNCTIONS
from mapstudio.expressions.kinds import Kind, Parameter
from mapstudio.expressions.parsing import Tree, parse
from mapstudio.expressions.registry import Function
from mapstudio.model import JsonValue
from tests.expressions.generating.samples import paths

if TYPE_CHECKING:
    from tests.expressions.generating.expressions import Expressions, Part

STANDARD_FUNCTIONS = (
    *("abs", "avg", "ceil", "contains", "ends_with", "floor", "join", "keys", "length", "map", "max", "max_by"),
    *("merge", "min", "min_by", "not_null", "reverse", "sort", "sort_by", "starts_with", "sum", "to_array"),
    *("to_number", "to_string", "type", "values"),
)
SUPERSET_FUNCTIONS = FUNCTIONS.names
_TABLE_NAMES = ("'stages'", "'codes'")


class CallMaker:
    """Makes calls.

    Args:
        expressions: Makes the arguments.
        names: Of the functions that are called.
    """

    def __init__(self, expressions: Expressions, names: Sequence[str]) -> None:
        self._make = expressions
        self._functions = [function for function in FUNCTIONS if function.name in names]

    def any(self, sample: JsonValue, depth: int) -> Part:
        """Return a call of any function."""
        return self._call(self._chosen(self._functions), sample, depth)

    def _chosen(self, functions: Sequence[Function]) -> Function:
        """Return a function; those that most expressions use, and that have code of their own, more often."""
        often = [function for function in functions if function.name in STANDARD_FUNCTIONS]
        return self._make.dice.pick(often if often and self._make.dice.chance(40) else functions)

    def giving(self, kind: Kind, sample: JsonValue, depth: int) -> Part | None:
        """Return a call of a function that gives this kind; ``None`` where none does for certain."""
        known = [function for function in self._functions if function.result == {kind}]
        return self._call(self._chosen(known), sample, depth) if known else None

    def _call(self, function: Function, sample: JsonValue, depth: int) -> Part:
        dice = self._make.dice
        known = _EXAMPLES.get(function.name, ())
        checked = function.check_literals is not None
        example = dice.pick(known) if known and (checked or dice.chance(55)) else ()
        arguments = self._checked(example, sample) if checked else self._made(function, example, sample, depth)
        return self._make.called(f"{function.name}({', '.join(arguments)})", sample)

    def _checked(self, example: Sequence[str], sample: JsonValue) -> list[str]:
        """Return arguments whose literals make sense: others would be refused before a record is looked at."""
        known = [item.text for item in paths(sample)] or ["@"]
        return [self._make.dice.pick(known) if self._make.dice.chance(25) else text for text in example]

    def _made(self, function: Function, example: Sequence[str], sample: JsonValue, depth: int) -> list[str]:
        parameters = list(self._parameters(function))
        arguments: dict[int, str] = {}
        element: JsonValue = None
        # The list first: what an expression is evaluated on are its elements.
        for place in sorted(range(len(parameters)), key=lambda item: parameters[item].is_expression):
            parameter = parameters[place]
            if parameter.is_expression:
                arguments[place] = f"&{self._key(element, depth).text}"
            elif place and place < len(example) and not example[place].startswith("&"):
                arguments[place] = example[place]
            else:
                part = self._argument(function, parameter, sample, depth)
                element = self._make.element_of(part.value)
                arguments[place] = part.text
        return [arguments[place] for place in range(len(parameters))]

    def _parameters(self, function: Function) -> Iterator[Parameter]:
        dice = self._make.dice
        for parameter in function.parameters:
            if parameter.optional and not dice.chance(50):
                return
            yield parameter
            if parameter.repeated:
                for _ in range(dice.number(0, 2)):
                    yield parameter

    def _argument(self, function: Function, parameter: Parameter, sample: JsonValue, depth: int) -> Part:
        dice = self._make.dice
        if function.name == "lookup" and parameter.name == "table" and dice.chance(90):
            return self._make.called(dice.pick(_TABLE_NAMES), sample)
        if dice.chance(14):
            return dice.pick((self._make.any, self._make.missing, self._make.mixed))(sample, depth)
        return self._make.of(parameter.kinds, sample, depth)

    def _key(self, element: JsonValue, depth: int) -> Part:
        if self._make.dice.chance(25):
            return self._make.any(element, depth)
        return self._make.of((Kind.NUMBER, Kind.TEXT), element, 0)


def _examples() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the arguments, as text, of each call of a function in its own examples."""
    for function in FUNCTIONS:
        for example in function.examples:
            tree = parse(example.expression)
            if tree.root["type"] == "function_expression" and tree.root["value"] == function.name:
                yield function.name, tuple(_texts(tree, example.expression))


def _texts(tree: Tree, text: str) -> Iterator[str]:
    for node in tree.root["children"]:
        start, end = tree.spans[id(node)]
        yield text[start:end]


def _by_name() -> Mapping[str, Sequence[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for name, arguments in _examples():
        found.setdefault(name, []).append(arguments)
    return found


_EXAMPLES = _by_name()
