"""Whether all engines give the same outputs: without that there is nothing to compare."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from benchmarks.engines import Engine
from benchmarks.timing import BenchmarkError, Files, run
from benchmarks.workload import expressions
from mapstudio.expressions import compile_expression
from mapstudio.model import JsonValue
from mapstudio.model.exact_json import JsonError, dumps, loads

_NOISE = Decimal("1e-9")
_SHOWN = 120


def require_same(engines: Sequence[Engine], source: Path, files: Files) -> int:
    """Run every engine that maps and compare its outputs with the first one's; return how many were compared.

    Raises:
        BenchmarkError: One differs.
    """
    first, *others = [engine for engine in engines if engine.maps]
    run(first, source, files)
    expected = _outputs(first, files)
    if not expected:
        raise BenchmarkError(f"{first.title} gives no outputs")
    for engine in others:
        run(engine, source, files)
        found = _outputs(engine, files)
        if len(found) != len(expected):
            raise BenchmarkError(f"{first.title} gives {len(expected)} outputs, {engine.title} {len(found)}")
        for number, (ours, theirs) in enumerate(zip(expected, found, strict=True), 1):
            difference = first_difference(ours, theirs, noisy_rows())
            if difference:
                raise BenchmarkError(f"output {number} of {first.title} and {engine.title} differ: {difference}")
    return len(expected)


def noisy_rows() -> frozenset[str]:
    """Return the rows that calculate: other tools do it in binary floats, which differ in the last digits."""
    return frozenset(
        name for name, text in expressions().items() if compile_expression(text).functions & {"sum", "avg"}
    )


def first_difference(ours: JsonValue, theirs: JsonValue, noisy: Iterable[str] = ()) -> str:
    """Return where two outputs differ, empty when they do not.

    A field that is null or blank counts as left out, as the mapping format says of rows. Numbers are compared by their
    decimal value; in noisy rows within a billionth.
    """
    left, right = _fields(ours), _fields(theirs)
    for name in sorted(left.keys() | right.keys()):
        one, two = left.get(name), right.get(name)
        if not _same(one, two, _NOISE if name in noisy else Decimal(0)):
            return f"{name} is {dumps(one)[:_SHOWN]} and {dumps(two)[:_SHOWN]}"
    return ""


def _outputs(engine: Engine, files: Files) -> list[JsonValue]:
    try:
        return [loads(line) for line in files.output(engine).read_bytes().splitlines()]
    except JsonError as error:
        raise BenchmarkError(f"{engine.title} writes no JSON lines: {error}") from error


def _fields(output: JsonValue) -> dict[str, JsonValue]:
    if not isinstance(output, dict):
        raise BenchmarkError(f"an output is no object: {dumps(output)[:_SHOWN]}")
    return {name: value for name, value in output.items() if value is not None and not _is_blank(value)}


def _is_blank(value: JsonValue) -> bool:
    return isinstance(value, str) and not value.strip()


def _same(one: JsonValue, two: JsonValue, noise: Decimal) -> bool:
    if isinstance(one, dict) and isinstance(two, dict):
        return one.keys() == two.keys() and all(_same(one[key], two[key], noise) for key in one)
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(_same(a, b, noise) for a, b in zip(one, two, strict=True))
    left, right = _number(one), _number(two)
    if left is None or right is None:
        return type(one) is type(two) and one == two
    return abs(left - right) <= noise * abs(left)


def _number(value: JsonValue) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
