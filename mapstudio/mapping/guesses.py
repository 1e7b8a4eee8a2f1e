"""What rests on a guess of the source's schema is a warning: the next record may show that it was wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from mapstudio.mapping.problems import Problem, Severity, errors_of
from mapstudio.model import Schema

WORDS = "as guessed from samples"


def softened(check: Callable[..., Iterable[Problem]], source: Schema | None) -> Iterator[Problem]:
    """Yield what a check finds; an error that it would not find without guesses is a warning that says so.

    Args:
        check: Finds problems, given the source's schema and nothing else.
        source: That schema, where it is known.
    """
    found = [*check(source)]
    if source is None or source.told is source or not errors_of(found):
        yield from found
        return
    certain = errors_of(check(source.told))
    for problem in found:
        rests = problem.severity is Severity.ERROR and problem not in certain
        yield _softer(problem) if rests else problem
    yield from (problem for problem in certain if problem not in found)


def _softer(problem: Problem) -> Problem:
    return replace(problem, severity=Severity.WARNING, message=f"{problem.message}, {WORDS}")
