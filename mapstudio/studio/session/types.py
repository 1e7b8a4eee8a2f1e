"""What is known of a row before any record is read: the type of what it gives, its traps, and whether that can fit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from mapstudio.expressions import type_words
from mapstudio.mapping.check_expressions import row_traps
from mapstudio.mapping.check_types import row_problems, typed_row
from mapstudio.mapping.definition import Mapping, Row
from mapstudio.mapping.guesses import softened
from mapstudio.mapping.problems import Problem
from mapstudio.model import Schema

_LESS_SAID = {"unknown", "nothing"}


@dataclass(frozen=True, slots=True)
class TypeFacts:
    """What is known of a row.

    Attributes:
        given: The type of what its expression gives, null left out; empty when nothing is known of it.
        nullable: It may be null, and nothing stands in for that.
        problems: Its traps, then what speaks against it being written.
    """

    given: str = ""
    nullable: bool = False
    problems: tuple[Problem, ...] = ()


def type_facts(mapping: Mapping, row: Row, source: Schema | None, destination: Schema | None) -> TypeFacts:
    """Return what is known of a row.

    Args:
        mapping: The mapping, for its value maps and for what ``where`` and ``each`` leave of the source.
        row: The row, as it is typed or as the file has it.
        source: The source's schema.
        destination: The destination's.
    """
    given, nullable = row_words(mapping, row, source)
    fitting = softened(partial(row_problems, mapping, row, destination=destination), source)
    problems = (*row_traps(mapping, row, source), *fitting)
    return TypeFacts(given, nullable, problems)


def row_words(mapping: Mapping, row: Row, source: Schema | None) -> tuple[str, bool]:
    """Return the words of :class:`TypeFacts`: the type, and whether it may be null."""
    of = typed_row(mapping, row, source)
    if of is None:
        return "", False
    words = type_words(of.given, null=False)
    return ("" if words in _LESS_SAID else words), of.given.may_be_null and row.default is None
