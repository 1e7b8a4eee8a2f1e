"""Random expressions over the whole grammar, led by the document that they are made for, so that they find something.

Each part knows what it gives for a sample of its ``@``; the part that uses it is chosen by that. One part in ten is
chosen without looking, since wrong types are part of the language, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from mapstudio.expressions import EvaluationError, ExpressionSyntaxError
from mapstudio.expressions.environment import Environment
from mapstudio.expressions.interpreter import Interpreter
from mapstudio.expressions.kinds import Kind, fits
from mapstudio.expressions.parsing import parse
from mapstudio.model import JsonValue
from tests.expressions.generating.calls import CallMaker
from tests.expressions.generating.dice import Dice
from tests.expressions.generating.documents import Documents
from tests.expressions.generating.samples import literal_text, name_text, paths, raw_text

_COMPARATORS = ("==", "!=", "<", ">", "<=", ">=")
_SUMS, _PRODUCTS = ("+", "-", "\N{MINUS SIGN}"), ("*", "/", "//", "%", "\N{MULTIPLICATION SIGN}", "\N{DIVISION SIGN}")
_SLICES = ("[1:]", "[:2]", "[::-1]", "[-2:]", "[:-1]", "[::2]", "[1:1]", "[-1::-2]", "[:]", "[5:0:-1]")
_WORDS = ("`a`", "`2024-05-01`", "`Ana`")
_VARIABLE = re.compile(r"\$[x-z]\b")
_KINDS = (Kind.TEXT, Kind.NUMBER, Kind.LIST, Kind.OBJECT, Kind.BOOLEAN, Kind.NULL)


class Level(IntEnum):
    """How strongly a part holds together: what is weaker than its place needs brackets."""

    WHOLE = 0
    PIPE = 1
    TERNARY = 2
    OR = 3
    AND = 4
    COMPARED = 5
    SUM = 6
    PRODUCT = 7
    CHAIN = 8
    ATOM = 9


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an expression, and what it gives for the sample."""

    text: str
    level: Level
    value: JsonValue = None

    def at(self, level: Level) -> str:
        """Return the text where a part must be at least so strong."""
        return self.text if self.level >= level else f"({self.text})"


class Expressions:
    """Makes expressions.

    Args:
        dice: The choices.
        whole: The document.
        superset: Not only what plain JMESPath knows.
        functions: The names of those that are called.
    """

    def __init__(self, dice: Dice, whole: JsonValue, *, superset: bool, functions: Iterable[str]) -> None:
        self.dice = dice
        self._whole = whole
        self._superset = superset
        self._constants = Documents(dice, decimals=superset)
        self._calls = CallMaker(self, tuple(functions))
        self._variables: dict[str, JsonValue] = {}
        self._made: list[tuple[JsonValue, Part]] = []

    def expression(self) -> str:
        """Return a whole expression."""
        return self.any(self._whole, self.dice.weighed([(1, 1), (3, 2), (4, 3)])).text

    def any(self, sample: JsonValue, depth: int) -> Part:
        """Return any expression for an ``@`` like the sample."""
        if depth <= 0:
            return self._leaf(sample)
        # What stands in several places is computed once, where it can be.
        known = [part for at, part in self._made if at is sample and self._is_bound(part)]
        if known and self.dice.chance(12):
            return self.dice.pick(known)
        part = self._new(sample, depth)
        self._made.append((sample, part))
        return part

    def _new(self, sample: JsonValue, depth: int) -> Part:
        makers: list[tuple[int, Callable[[JsonValue, int], Part]]] = [
            (6, self._chain),
            (7, self._call),
            (2, self._compared),
            (2, self._either),
            (1, self._not),
            (2, self._listed),
            (2, self.object),
            (3, self._pipe),
        ]
        if self._superset:
            makers += [(4, self.computed), (1, self._signed), (2, self._ternary), (3, self._let)]
        return self.dice.weighed(makers)(sample, depth - 1)

    def of(self, kinds: Iterable[Kind], sample: JsonValue, depth: int) -> Part:
        """Return an expression that gives one of these kinds for the sample, if that can be done."""
        wanted: Sequence[Kind] = [kind for kind in kinds if kind is not Kind.ANY] or _KINDS
        kind = self.dice.pick(wanted)
        known = [Part(item.text, Level.CHAIN, item.value) for item in paths(sample)]
        known += [Part(name, Level.ATOM, value) for name, value in self._variables.items()]
        known = [part for part in known if fits(kind, part.value)]
        if known and self.dice.chance(75):
            return self.dice.pick(known)
        if depth > 0 and self.dice.chance(60):
            made = self._calls.giving(kind, sample, depth - 1)
            if made is not None:
                return made
        return self._literal(self._value_of(kind))

    def value_of(self, text: str, sample: JsonValue) -> JsonValue:
        """Return what an expression gives for the sample; null where that cannot be told."""
        try:
            tree = parse(text)
            return Interpreter(Environment()).run(tree.root, sample, self._whole)
        except (ExpressionSyntaxError, EvaluationError):
            return None

    def missing(self, sample: JsonValue, depth: int) -> Part:
        """Return a field that is not there."""
        return self._part(self.dice.pick(("none", "@.none", "`null`")), Level.CHAIN, sample)

    def mixed(self, sample: JsonValue, depth: int) -> Part:
        """Return a list of whatever there is."""
        return self._listed(sample, depth)

    def _is_bound(self, part: Part) -> bool:
        return all(name in self._variables for name in _VARIABLE.findall(part.text))

    def element_of(self, value: JsonValue) -> JsonValue:
        """Return an element of a list that can stand for the others."""
        if not isinstance(value, list):
            return None
        return next((item for item in value if isinstance(item, dict | list)), next(iter(value), None))

    def _part(self, text: str, level: Level, sample: JsonValue) -> Part:
        return Part(text, level, self.value_of(text, sample))

    def _value_of(self, kind: Kind) -> JsonValue:
        made: Mapping[Kind, Callable[[], JsonValue]] = {
            Kind.TEXT: self._constants.text,
            Kind.NUMBER: self._constants.number,
            Kind.COUNT: lambda: self.dice.number(0, 4),
            Kind.BOOLEAN: lambda: self.dice.chance(50),
            Kind.NULL: lambda: None,
            Kind.TEXTS: lambda: [self._constants.text() for _ in range(self.dice.number(0, 3))],
            Kind.NUMBERS: lambda: [self._constants.number() for _ in range(self.dice.number(0, 3))],
        }
        return made[kind]() if kind in made else self._constants.anything(2)

    def _literal(self, value: JsonValue) -> Part:
        text = raw_text(value) if isinstance(value, str) and self.dice.chance(80) else literal_text(value)
        return Part(text, Level.ATOM, value)

    def _leaf(self, sample: JsonValue) -> Part:
        known = paths(sample, 2)
        if known and self.dice.chance(75):
            found = self.dice.pick(known)
            return Part(found.text, Level.CHAIN, found.value)
        makers: list[tuple[int, Callable[[], Part]]] = [
            (3, lambda: self._field(sample)),
            (3, lambda: Part("@", Level.ATOM, sample)),
            (4, lambda: self._literal(self._constants.anything(self.dice.number(0, 2)))),
            (1, lambda: self._part(self.dice.pick(_WORDS), Level.ATOM, sample)),
            (1, lambda: self._part("*", Level.CHAIN, sample)),
        ]
        if self._superset:
            makers.append((2, lambda: Part("$", Level.ATOM, self._whole)))
        if self._variables:
            makers.append((12, self._variable))
        return self.dice.weighed(makers)()

    def _variable(self) -> Part:
        name, value = self.dice.pick(list(self._variables.items()))
        return Part(name, Level.ATOM, value)

    def _field(self, sample: JsonValue) -> Part:
        name = self._constants.name()
        return Part(name_text(name), Level.ATOM, sample.get(name) if isinstance(sample, dict) else None)

    def _chain(self, sample: JsonValue, depth: int) -> Part:
        """Return a base with fields, indexes, slices and projections behind it."""
        base = self._leaf(sample) if self.dice.chance(75) else self.any(sample, depth)
        text, value = base.at(Level.CHAIN), base.value
        for _ in range(self.dice.number(1, 4)):
            if isinstance(value, dict | list) or (isinstance(value, str) and self._superset) or self.dice.chance(10):
                suffix, value = self._suffix(value, depth)
                text += suffix
        return self._part(text, Level.CHAIN, sample)

    def _suffix(self, value: JsonValue, depth: int) -> tuple[str, JsonValue]:
        """Return what stands behind a base, and what the suffix behind that one sees."""
        kinds = [dict, list, str] if self._superset else [dict, list]
        kind = self.dice.pick(kinds) if self.dice.chance(8) or type(value) not in kinds else type(value)
        if kind is str:
            return self.dice.pick(_SLICES), value
        if kind is list:
            return self._list_suffix(value if isinstance(value, list) else [], depth)
        return self._object_suffix(value if isinstance(value, dict) else {}, depth)

    def _object_suffix(self, value: dict[str, JsonValue], depth: int) -> tuple[str, JsonValue]:
        choice = self.dice.weighed([(8, "field"), (1, "*"), (1, "list"), (1, "object")])
        if choice == "*":
            return ".*", self.element_of(list(value.values()))
        if choice == "field" or depth <= 0:
            name = self.dice.pick(list(value)) if value and self.dice.chance(88) else self._constants.name()
            return f".{name_text(name)}", value.get(name)
        part = self._listed(value, depth - 1) if choice == "list" else self.object(value, depth - 1)
        return f".{part.text}", part.value

    def _list_suffix(self, value: list[JsonValue], depth: int) -> tuple[str, JsonValue]:
        element = self.element_of(value)
        choice = self.dice.weighed([(3, "[*]"), (3, "[]"), (2, "index"), (4, "filter"), (2, "slice")])
        if choice == "index":
            index = self.dice.pick((0, -1, 1, 2, -3, 9))
            return f"[{index}]", value[index] if -len(value) <= index < len(value) else None
        if choice == "slice":
            return self.dice.pick(_SLICES), element
        if choice == "filter":
            condition = self._condition(element, depth - 1)
            return f"[?{condition.text}]", element
        if choice == "[]" and isinstance(element, list):
            return "[]", self.element_of(element)
        return choice, element

    def _condition(self, sample: JsonValue, depth: int) -> Part:
        if depth > 0 and self.dice.chance(30):
            return self.any(sample, depth)
        return self._compared(sample, depth) if self.dice.chance(70) else self._leaf(sample)

    def _call(self, sample: JsonValue, depth: int) -> Part:
        return self._calls.any(sample, depth)

    def called(self, text: str, sample: JsonValue) -> Part:
        """Return a call as a part."""
        return self._part(text, Level.ATOM, sample)

    def _compared(self, sample: JsonValue, depth: int) -> Part:
        left = self.of((self.dice.pick((Kind.NUMBER, Kind.TEXT, Kind.ANY)),), sample, depth)
        same = next((kind for kind in _KINDS if fits(kind, left.value)), Kind.ANY)
        right = self.of((same,), sample, depth) if self.dice.chance(80) else self.any(sample, depth)
        if self.dice.chance(20):
            right = self._literal(left.value) if self.dice.chance(70) else replace(left)
        if self.dice.chance(25):
            left, right = right, left
        text = f"{left.at(Level.SUM)} {self.dice.pick(_COMPARATORS)} {right.at(Level.SUM)}"
        return self._part(text, Level.COMPARED, sample)

    def _either(self, sample: JsonValue, depth: int) -> Part:
        level, operator = self.dice.pick(((Level.OR, "||"), (Level.AND, "&&")))
        parts = [self._chosen(sample, depth).at(level) for _ in range(self.dice.number(2, 3))]
        return self._part(f" {operator} ".join(parts), level, sample)

    def _chosen(self, sample: JsonValue, depth: int) -> Part:
        """Return what is asked whether it is true: also numbers, of which zero is."""
        if self.dice.chance(80):
            return self.any(sample, depth)
        return self._calls.giving(Kind.NUMBER, sample, depth - 1) or self.any(sample, depth)

    def _not(self, sample: JsonValue, depth: int) -> Part:
        return self._part(f"!{self._chosen(sample, depth).at(Level.ATOM)}", Level.CHAIN, sample)

    def _listed(self, sample: JsonValue, depth: int) -> Part:
        parts = [self.any(sample, depth - 1).text for _ in range(self.dice.number(1, 3))]
        return self._part(f"[{', '.join(parts)}]", Level.ATOM, sample)

    def object(self, sample: JsonValue, depth: int) -> Part:
        """Return a multi-select with names."""
        names = [self._constants.name() for _ in range(self.dice.number(1, 3))]
        pairs = [f"{name_text(name)}: {self.any(sample, depth - 1).text}" for name in names]
        return self._part(f"{{{', '.join(pairs)}}}", Level.ATOM, sample)

    def _pipe(self, sample: JsonValue, depth: int) -> Part:
        part = self.any(sample, depth)
        for _ in range(self.dice.number(1, 2)):
            after = self.any(part.value, depth)
            part = Part(f"{part.at(Level.PIPE)} | {after.at(Level.TERNARY)}", Level.PIPE, after.value)
        return part

    def computed(self, sample: JsonValue, depth: int) -> Part:
        """Return arithmetic with two operands."""
        level, operators = self.dice.pick(((Level.SUM, _SUMS), (Level.PRODUCT, _PRODUCTS)))
        left, right = (
            self.of((Kind.NUMBER,), sample, depth) if self.dice.chance(92) else self.any(sample, depth)
            for _ in range(2)
        )
        text = f"{left.at(level)} {self.dice.pick(operators)} {right.at(Level(level + 1))}"
        return self._part(text, level, sample)

    def _signed(self, sample: JsonValue, depth: int) -> Part:
        part = self.of((Kind.NUMBER,), sample, depth)
        return self._part(f"{self.dice.pick(('-', '+'))}{part.at(Level.CHAIN)}", Level.PRODUCT, sample)

    def _ternary(self, sample: JsonValue, depth: int) -> Part:
        condition = self._chosen(sample, depth)
        then, otherwise = (self.any(sample, depth) for _ in range(2))
        text = f"{condition.at(Level.OR)} ? {then.at(Level.TERNARY)} : {otherwise.at(Level.TERNARY)}"
        return self._part(text, Level.TERNARY, sample)

    def _let(self, sample: JsonValue, depth: int) -> Part:
        bound = {f"${self.dice.pick('xxyz')}": self.any(sample, depth) for _ in range(self.dice.number(1, 2))}
        outer = self._variables
        self._variables = {**outer, **{name: part.value for name, part in bound.items()}}
        body = self.any(sample, depth)
        self._variables = outer
        assigned = ", ".join(f"{name} = {part.text}" for name, part in bound.items())
        text = f"let {assigned} in {body.text}"
        if not self.dice.chance(20):
            return self._part(text, Level.WHOLE, sample)
        # The same body once more, where its variables are something else.
        other = ", ".join(f"{name} = {self._leaf(sample).text}" for name in bound)
        return self._part(f"[{text}, let {other} in {body.text}]", Level.ATOM, sample)
