"""Functions declared once: name, typed signature, summary and examples; everything else is derived from that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import RLock
from typing import Any, TypeAlias

from mapstudio.expressions.budget import Budget
from mapstudio.expressions.environment import Environment
from mapstudio.expressions.errors import EvaluationError, ExpressionSyntaxError
from mapstudio.expressions.kinds import Kind, Parameter, expected, one, optional, repeated
from mapstudio.expressions.values import NumberRangeError, is_blank
from mapstudio.model import JsonValue

# All that a package needs which brings functions, in one place.
__all__ = [
    "Call",
    "Example",
    "ExpressionArgument",
    "Function",
    "FunctionDoc",
    "Kind",
    "Parameter",
    "Registry",
    "one",
    "optional",
    "repeated",
]


@dataclass(frozen=True, slots=True)
class Example:
    """One use of a function, run as a test.

    Attributes:
        expression: Complete, with literals in place of fields where it can be.
        result: What it gives.
        given: The record, when it reads one.
        tables: Value maps by name, when it looks up.
        error: Instead of a result: the reason why it fails.
    """

    expression: str
    result: JsonValue = None
    given: JsonValue = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, JsonValue]] | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class FunctionDoc:
    """A function as reference, completion and help show it."""

    name: str
    signature: str
    summary: str
    examples: tuple[Example, ...]
    group: str


class Call:
    """What a function may use beside its arguments.

    Args:
        environment: What it may see.
        budget: What the evaluation may still do; made when it is first asked for, since few functions do.

    Attributes:
        environment: As given.
        record: Which evaluation this is: with another one it may do as much as with the one before.
    """

    __slots__ = ("_budget", "_of", "environment", "record")

    def __init__(self, environment: Environment, budget: Budget | None = None) -> None:
        self.environment = environment
        self.record = self._of = 0
        self._budget = budget

    @property
    def budget(self) -> Budget:
        """What the evaluation may still do."""
        if self._budget is None or self._of != self.record:
            self._budget, self._of = Budget(), self.record
        return self._budget


ExpressionArgument: TypeAlias = Callable[[JsonValue], JsonValue]
"""An ``&expression`` argument: gives its value for an element."""


@dataclass(frozen=True)
class Function:
    """One function.

    Attributes:
        name: As it is called.
        parameters: Its arguments.
        returns: The result's type in words: kinds, and the names of arguments that are given back as they are; ``null``
            where it can be null although the first argument is not.
        summary: One sentence.
        examples: See :class:`Example`.
        group: The heading in the reference.
        implementation: Gets the :class:`Call` and the arguments, their types checked.
        null_first: Null as first argument gives null.
        blank_first: A blank text as first argument gives null, too.
        check_literals: Gets the arguments that are literals (``None`` for the others) when an expression is compiled;
            returns what is wrong with them and what to write instead, or two empty texts.
    """

    name: str
    parameters: tuple[Parameter, ...]
    returns: str
    summary: str
    examples: tuple[Example, ...]
    group: str
    implementation: Callable[..., JsonValue]
    null_first: bool = False
    blank_first: bool = False
    check_literals: Callable[[Sequence[JsonValue]], tuple[str, str]] | None = None

    @cached_property
    def made(self) -> frozenset[Kind]:
        """What the result may be where it is none of :attr:`passed`."""
        return frozenset(Kind(word) for word in _words(self.returns) if word in _KINDS)

    @cached_property
    def passed(self) -> tuple[int, ...]:
        """The places of the parameters whose arguments may be the result, as they are."""
        names = [item.name for item in self.parameters]
        return tuple(names.index(word) for word in _words(self.returns) if word not in _KINDS)

    @cached_property
    def result(self) -> frozenset[Kind]:
        """What the result may be, for any arguments that pass; where :attr:`null_first` holds, null besides."""
        kinds = self.made.union(*(self.parameters[place].kinds for place in self.passed))
        return frozenset({Kind.ANY}) if Kind.ANY in kinds else kinds

    @cached_property
    def signature(self) -> str:
        """The signature, such as ``split(text, separator: text, [limit: count]) -> list of texts``."""
        return f"{self.name}({', '.join(item.text() for item in self.parameters)}) -> {self.returns}"

    @cached_property
    def least(self) -> int:
        """How many arguments it needs."""
        return sum(not item.optional for item in self.parameters)

    @cached_property
    def most(self) -> int | None:
        """How many arguments it takes, ``None`` for any number."""
        return None if self.parameters and self.parameters[-1].repeated else len(self.parameters)

    @cached_property
    def doc(self) -> FunctionDoc:
        """What is shown of it."""
        return FunctionDoc(self.name, self.signature, self.summary, self.examples, self.group)

    def parameter(self, index: int) -> Parameter:
        """Return the parameter that an argument is for."""
        return self.parameters[min(index, len(self.parameters) - 1)]

    def arity_words(self) -> str:
        """Return how many arguments it takes: ``1 argument``, ``2 to 3 arguments``, ``at least 1 argument``."""
        if self.most is None:
            return f"at least {self.least} argument{'' if self.least == 1 else 's'}"
        if self.least == self.most:
            return f"{self.least} argument{'' if self.least == 1 else 's'}" if self.most else "no arguments"
        return f"{self.least} to {self.most} arguments"

    def __call__(self, call: Call, arguments: Sequence[Any]) -> JsonValue:
        """Return the function's value.

        Raises:
            EvaluationError: An argument of a wrong type, or a value that the function refuses.
        """
        if self.null_first and arguments:
            first = arguments[0]
            if first is None or (self.blank_first and is_blank(first)):
                return None
        try:
            for index, argument in enumerate(arguments):
                kinds = self.parameter(index).kinds
                if kinds[0] is not Kind.ANY:
                    self._check(index, kinds, argument)
            result = self.implementation(call, *arguments)
        except NumberRangeError as error:
            raise EvaluationError(f"{self.name} got a number that is out of range") from error
        call.budget.take(result)
        return result

    def _check(self, index: int, kinds: Sequence[Kind], argument: object) -> None:
        if (wrong := expected(kinds, argument)) is None:
            return
        words, got, value = wrong
        place = f" as its {_ordinal(index)} argument" if index else ""
        raise EvaluationError(f"{self.name} needs {words}{place}, got {got}", value)


_KINDS = frozenset(Kind)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _words(returns: str) -> list[str]:
    return re.split(", | or ", returns)


def _ordinal(index: int) -> str:
    return ("1st", "2nd", "3rd")[index] if index < 3 else f"{index + 1}th"


class Registry:
    """Functions by name.

    Args:
        more: Adds the functions of other packages, and returns why some could not be added; called when a function is
            asked for that is not here, or all of them are.
    """

    def __init__(self, more: Callable[[Registry], Sequence[str]] | None = None) -> None:
        self._functions: dict[str, Function] = {}
        self._more = more
        self._problems: tuple[str, ...] = ()
        # Entered again by a package that compiles an expression while it is imported.
        self._lock = RLock()

    def add(self, function: Function) -> None:
        """Add a function.

        Raises:
            ValueError: There is one of that name, nobody could call it by its name, or what it returns is in words that
                nobody knows.
        """
        if function.name in self._functions:
            raise ValueError(f"there are two functions with the name {function.name}")
        if not _NAME.fullmatch(function.name):
            raise ValueError(f"{function.name!r} is no name that an expression can call")
        known = {*_KINDS, *(item.name for item in function.parameters)}
        if not known.issuperset(_words(function.returns)):
            raise ValueError(f"{function.name} returns {function.returns!r}, which is none of {', '.join(Kind)}")
        self._functions[function.name] = function

    def function(
        self,
        name: str,
        *parameters: Parameter,
        returns: str,
        group: str,
        summary: str,
        examples: Sequence[Example],
        null_first: bool = False,
        blank_first: bool = False,
        check_literals: Callable[[Sequence[JsonValue]], tuple[str, str]] | None = None,
    ) -> Callable[[Callable[..., JsonValue]], Callable[..., JsonValue]]:
        """Declare the decorated callable as a function; see :class:`Function`."""

        def declare(implementation: Callable[..., JsonValue]) -> Callable[..., JsonValue]:
            self.add(
                Function(
                    name=name,
                    parameters=parameters,
                    returns=returns,
                    summary=summary,
                    examples=tuple(examples),
                    group=group,
                    implementation=implementation,
                    null_first=null_first,
                    blank_first=blank_first,
                    check_literals=check_literals,
                )
            )
            return implementation

        return declare

    def get(self, name: str) -> Function | None:
        """Return the function of that name, or ``None``.

        Raises:
            ExpressionSyntaxError: There is none, and a package that might have brought it could not be added.
        """
        function = self._functions.get(name)
        if function is None:
            problems = self.problems
            function = self._functions.get(name)
            if function is None and problems:
                raise ExpressionSyntaxError(f"there is no function {name}, but {'; '.join(problems)}", 0)
        return function

    def __iter__(self) -> Iterator[Function]:
        self._complete()
        return iter(tuple(self._functions.values()))

    @property
    def names(self) -> tuple[str, ...]:
        """All names, in the order in which they were added."""
        self._complete()
        return tuple(self._functions)

    @property
    def problems(self) -> tuple[str, ...]:
        """Why functions of other packages are missing; each is one sentence without a full stop."""
        self._complete()
        return self._problems

    def _complete(self) -> None:
        with self._lock:
            more, self._more = self._more, None
            if more is not None:
                self._problems = tuple(more(self))
