"""What the arguments of a function may be: kinds in the words of its signature, and whether a value is of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mapstudio.expressions.values import as_decimal, is_number, plain_number, type_word
from mapstudio.model import JsonValue


class Kind(StrEnum):
    """What an argument may be, in the words of its signature."""

    ANY = "any"
    NULL = "null"
    TEXT = "text"
    NUMBER = "number"
    COUNT = "count"
    """A whole number from 0."""
    BOOLEAN = "boolean"
    LIST = "list"
    OBJECT = "object"
    TEXTS = "list of texts"
    NUMBERS = "list of numbers"
    EXPRESSION = "&expression"


_WORDS = {
    Kind.TEXT: "text",
    Kind.NUMBER: "a number",
    Kind.COUNT: "a whole number from 0",
    Kind.BOOLEAN: "true or false",
    Kind.LIST: "a list",
    Kind.OBJECT: "an object",
    Kind.TEXTS: "a list of texts",
    Kind.NUMBERS: "a list of numbers",
    Kind.EXPRESSION: "an expression with & before it",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a function.

    Attributes:
        name: In signatures.
        kinds: What it may be.
        optional: It may be left out; so may all that follow.
        repeated: It may stand more than once; the last one only.
    """

    name: str
    kinds: tuple[Kind, ...]
    optional: bool = False
    repeated: bool = False

    @property
    def is_expression(self) -> bool:
        """Whether it is an expression that the function evaluates itself."""
        return Kind.EXPRESSION in self.kinds

    def text(self) -> str:
        """Return the parameter as it stands in a signature."""
        types = " or ".join(kind for kind in self.kinds if kind is not Kind.NULL)
        name = self.name if types in {self.name, Kind.ANY} else f"{self.name}: {types}"
        if self.is_expression:
            name = f"&{self.name}"
        if self.repeated:
            name += ", ..."
        return f"[{name}]" if self.optional else name


def one(name: str, *kinds: Kind) -> Parameter:
    """Return an argument that must be given."""
    return Parameter(name, kinds or (Kind.ANY,))


def optional(name: str, *kinds: Kind) -> Parameter:
    """Return an argument that may be left out."""
    return Parameter(name, kinds or (Kind.ANY,), optional=True)


def repeated(name: str, *kinds: Kind) -> Parameter:
    """Return an argument that stands once or more."""
    return Parameter(name, kinds or (Kind.ANY,), repeated=True)


def _is_count(argument: object) -> bool:
    return is_number(argument) and argument >= 0 and isinstance(plain_number(as_decimal(argument)), int)


_FITS: Mapping[Kind, Callable[[Any], bool]] = {
    Kind.ANY: lambda _: True,
    Kind.NULL: lambda argument: argument is None,
    Kind.TEXT: lambda argument: isinstance(argument, str),
    Kind.NUMBER: is_number,
    Kind.COUNT: _is_count,
    Kind.BOOLEAN: lambda argument: isinstance(argument, bool),
    Kind.LIST: lambda argument: isinstance(argument, list),
    Kind.OBJECT: lambda argument: isinstance(argument, dict),
    Kind.TEXTS: lambda argument: isinstance(argument, list) and all(isinstance(item, str) for item in argument),
    Kind.NUMBERS: lambda argument: isinstance(argument, list) and all(map(is_number, argument)),
    Kind.EXPRESSION: callable,
}


def fits(kind: Kind, argument: object) -> bool:
    """Return whether a value is of a kind."""
    return _FITS[kind](argument)


def expected(kinds: Sequence[Kind], argument: object) -> tuple[str, str, JsonValue] | None:
    """Return what was wanted in place of an argument, what was given and the value at fault; ``None`` when it fits."""
    if any(_FITS[kind](argument) for kind in kinds):
        return None
    return (" or ".join(_WORDS[kind] for kind in kinds if kind is not Kind.NULL), *_what(kinds, argument))


def _what(kinds: Sequence[Kind], argument: Any) -> tuple[str, JsonValue]:  # noqa: ANN401 - any argument at all
    """Return what was given in place of the right thing, and the value at fault."""
    if isinstance(argument, list) and argument and set(kinds) <= {Kind.TEXTS, Kind.NUMBERS}:
        best = Kind.TEXTS if Kind.TEXTS in kinds and isinstance(argument[0], str) else kinds[-1]
        wrong = next(item for item in argument if not _FITS[best]([item]))
        return f"{type_word(wrong)} in it", wrong
    if is_number(argument) and Kind.COUNT in kinds:
        return "another number", argument
    return type_word(argument), argument
