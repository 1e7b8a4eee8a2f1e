"""Functions of other packages, found by the entry points ``mapstudio.functions``.

Such code is held at arm's length: what it raises becomes a reason, and what it gives must be what it declares, since
expressions are compiled to code that relies on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.kinds import fits
from mapstudio.expressions.registry import Call, Function, Registry
from mapstudio.expressions.values import NumberRangeError, is_number, type_word
from mapstudio.model import JsonValue

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "mapstudio.functions"
# What a mistake in code raises; what stops a program (KeyboardInterrupt, MemoryError, SystemExit) passes.
_MISTAKES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    ImportError,
    LookupError,
    NameError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)


def add_packages(registry: Registry) -> Sequence[str]:
    """Add the functions of all packages that bring some; a package that is broken adds none.

    Args:
        registry: Where they go.

    Returns:
        What is wrong with packages.
    """
    # Half of what importing this package would cost, and most expressions call functions of ours only.
    from importlib.metadata import entry_points  # noqa: PLC0415

    problems = []
    for point in sorted(entry_points(group=GROUP), key=lambda item: (_package(item), item.name)):
        try:
            _add(point, registry)
        except _MISTAKES as error:
            problems.append(f"the functions of the package {_package(point)} could not be loaded: {_reason(error)}")
    return problems


def _add(point: EntryPoint, registry: Registry) -> None:
    loaded = point.load()
    if not isinstance(loaded, Registry):
        raise TypeError(f"{point.value} is no Registry")
    known = set(registry.names)
    functions = list(loaded)
    double = next((function.name for function in functions if function.name in known), None)
    if double is not None:
        raise ValueError(f"there is a function {double} already")
    for function in functions:
        registry.add(_guarded(function, _package(point)))


def _package(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist is not None else point.module


def _reason(error: BaseException) -> str:
    """Return what an error says in one line."""
    text = " ".join(str(error).split())
    plain = isinstance(error, ImportError | TypeError | ValueError) and text
    return text if plain else f"{type(error).__name__}{': ' if text else ''}{text}"


def _guarded(function: Function, package: str) -> Function:
    kinds, implementation, check = function.result, function.implementation, function.check_literals
    name = f"{function.name} of the package {package}"

    def guarded(call: Call, *arguments: object) -> JsonValue:
        try:
            result = implementation(call, *arguments)
        except (EvaluationError, NumberRangeError, RecursionError):
            raise
        except _MISTAKES as error:
            raise EvaluationError(f"{name} failed: {_reason(error)}") from error
        wrong = _no_json(result)
        if wrong or not any(fits(kind, result) for kind in kinds):
            raise EvaluationError(f"{name} gave {wrong or type_word(result)} where it declares {function.returns}")
        return result

    return replace(function, implementation=guarded, check_literals=_guarded_check(check, name) if check else None)


def _guarded_check(
    check: Callable[[Sequence[JsonValue]], tuple[str, str]], name: str
) -> Callable[[Sequence[JsonValue]], tuple[str, str]]:
    def guarded(literals: Sequence[JsonValue]) -> tuple[str, str]:
        try:
            return check(literals)
        except _MISTAKES as error:
            return f"{name} failed: {_reason(error)}", ""

    return guarded


def _no_json(result: object) -> str:
    """Return what of a value is no JSON: the name of a type, or an empty text."""
    pending = [result]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            wrong = next((key for key in item if not isinstance(key, str)), None)
            if wrong is not None:
                return f"an object with a key of the type {type(wrong).__name__}"
            pending += item.values()
        elif isinstance(item, list):
            pending += item
        elif not (item is None or isinstance(item, str | bool) or is_number(item)):
            return type(item).__name__
    return ""
