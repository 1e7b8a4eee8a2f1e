"""``mapstudio eval``: an expression on a record, as mappings evaluate it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mapstudio.cli import output
from mapstudio.cli.options import json_option, verbose_option
from mapstudio.model.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from mapstudio.expressions import EvaluationError, Expression
    from mapstudio.model import JsonValue

_SHOWN = 100
"""So much of a long expression stands around the place at fault."""


@click.command("eval")
@click.argument("expression")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.option("--trace", is_flag=True, help="Print why: each part with its value and what happened there.")
@json_option
@verbose_option
def command(*, expression: str, file: Path | None, trace: bool, as_json: bool) -> int:
    """Evaluate EXPRESSION on the JSON in FILE (- or a pipe: standard input). Does not use the network.

    FILE holds one JSON value, or one on each line, such as mapstudio records prints; each gives a result. Without a
    FILE and without a pipe the expression sees null. The result is JSON in any case. Exit code 2 when the expression
    is invalid, 1 when it fails on a value.

    With --trace the result is a tree: the expression, its parts below it, each with its value; with --json the tree is
    data. "!" marks what failed, "-" what was left out or not evaluated.
    """
    from mapstudio.expressions import ExpressionSyntaxError, compile_expression

    try:
        compiled = compile_expression(expression)
    except ExpressionSyntaxError as error:
        raise UsageError(
            f"{error.message.rstrip('.')}:\n{_pointed(expression, error.position)}", remedy=error.remedy
        ) from error
    values, several = _values(file)
    indent = 0 if several or as_json else 2
    code = ExitCode.DONE
    for number, value in values:
        line = number if several else 0
        failure = _trace(compiled, value, line, as_json=as_json) if trace else _give(compiled, value, indent)
        if failure is not None:
            place = f"line {number}: " if several else ""
            output.error(f"{place}{failure.reason}", _shown_value(failure.value))
            code = ExitCode.REJECTED
    return code


def _give(compiled: Expression, value: JsonValue, indent: int) -> EvaluationError | None:
    """Print the result; return why there is none."""
    from mapstudio.expressions import EvaluationError, UnresolvedLinkError

    try:
        result = compiled.search(value)
    except UnresolvedLinkError as error:
        # Without links to ask it stays open, as in transform.
        result = error.placeholder
    except EvaluationError as error:
        return error
    output.json_data(result, indent=indent)
    return None


def _trace(compiled: Expression, value: JsonValue, line: int, *, as_json: bool) -> EvaluationError | None:
    """Print the trace; return why there is no result."""
    from mapstudio.cli.trace_view import show_lines, trace_lines
    from mapstudio.expressions import UnresolvedLinkError
    from mapstudio.expressions.tracing import explain_with_error

    found, error = explain_with_error(compiled, value)
    if as_json:
        output.json_data(found.to_json(), indent=0 if line else 2)
    else:
        if line:
            output.data(f"line {line}")
        show_lines(list(trace_lines(found)))
    return None if isinstance(error, UnresolvedLinkError) else error


def _values(file: Path | None) -> tuple[Iterator[tuple[int, JsonValue]], bool]:
    """Return the values with their lines, and whether they stand on lines of their own."""
    from mapstudio.model.exact_json import JsonError, loads

    text = _text(file)
    if text is None:
        return iter([(1, None)]), False
    try:
        return iter([(1, loads(text))]), False
    except JsonError as error:
        lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
        name = "standard input" if file is None or str(file) == "-" else str(file)
        if len(lines) < 2:
            raise UsageError(f"{name}: {error}.") from error
        return _lines(lines, name), True


def _lines(lines: list[tuple[int, bytes]], name: str) -> Iterator[tuple[int, JsonValue]]:
    from mapstudio.model.exact_json import JsonError, loads

    for number, line in lines:
        try:
            yield number, loads(line)
        except JsonError as error:
            raise UsageError(f"{name}, line {number}: {error}.") from error


def _text(file: Path | None) -> bytes | None:
    if file is None and sys.stdin.isatty():
        return None
    if file is None or str(file) == "-":
        text = sys.stdin.buffer.read()
        return text if text.strip() or file is not None else None
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror or error}.") from error


def _pointed(expression: str, position: int) -> str:
    """Return the expression's line with a mark below the place at fault."""
    begin = expression.rfind("\n", 0, position) + 1
    end = expression.find("\n", position)
    line = output.safe(expression[begin : end if end >= 0 else None])
    before = output.safe(expression[begin:position])
    cut = max(0, len(before) - _SHOWN // 2)
    shown = f"{'…' if cut else ''}{line[cut : cut + _SHOWN]}{'…' if len(line) > cut + _SHOWN else ''}"
    space = " " * (output.width(before[cut:]) + bool(cut))
    return f"  {shown}\n  {space}^"


def _shown_value(value: JsonValue) -> str:
    return "" if value is None else f"The value is {output.json_text(value)[:200]}"
