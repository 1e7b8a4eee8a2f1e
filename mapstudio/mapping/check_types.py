"""Checking that what a row gives can be what its destination field takes, before any record is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mapstudio.expressions.lints.parts import listed
from mapstudio.expressions.types.lattice import Format, kinds_of, only
from mapstudio.expressions.types.words import phrase, type_words
from mapstudio.mapping.check_expressions import inferred
from mapstudio.mapping.definition import Mapping, Row
from mapstudio.mapping.fitting import Alternative, Fit, alternatives, is_any_text
from mapstudio.mapping.fitting_words import remedy_for, why
from mapstudio.mapping.format import OnNull
from mapstudio.mapping.problems import Problem, Severity
from mapstudio.mapping.row_scopes import row_scope, row_scopes
from mapstudio.mapping.row_types import RowType, row_type
from mapstudio.mapping.schema_fields import find_field
from mapstudio.model import Field, FieldType, Schema

CODE = "type"
_READ_FROM_TEXT = {FieldType.DATE, FieldType.DATETIME, FieldType.NUMBER, FieldType.INTEGER}


def check_types(mapping: Mapping, source: Schema | None, destination: Schema | None) -> Iterator[Problem]:
    """Yield rows whose values cannot fit, or may not, and an ``each`` that is no list.

    Args:
        mapping: The mapping.
        source: The source's schema; without it only literals and functions have types.
        destination: The destination's.
    """
    each = mapping.source.each
    if each is not None:
        of = inferred(row_scopes(mapping, source).items, each.items)
        if of is not None and of.type.list is None and not of.type.null:
            message = f"each takes a list, and {each.items} is {phrase(of.type)}"
            yield Problem(mapping.file, each.line, "each", message, "name the list", code=CODE)
    for row in mapping.all_rows:
        yield from row_problems(mapping, row, source, destination)


def typed_row(mapping: Mapping, row: Row, source: Schema | None) -> RowType | None:
    """Return the type of a row's value; ``None`` for a row without a valid expression."""
    of = inferred(row_scope(mapping, row, source), row.from_) if row.from_ is not None else None
    return row_type(mapping, row, of.type) if of is not None else None


def row_problems(mapping: Mapping, row: Row, source: Schema | None, destination: Schema | None) -> Iterator[Problem]:
    """Yield what the types say of one row: an error when nothing that it gives can be written, else a warning."""
    of = typed_row(mapping, row, source)
    if of is None:
        return
    lenient = Severity.WARNING if row.draft or row.skip_errors else Severity.ERROR
    if of.given.is_nothing:
        yield _problem(mapping, row, "the expression fails on every record", "", lenient)
        return
    if row.nested is not None:
        if of.given.list is None and of.given.known and not of.given.has_no_value:
            message = f"each takes a list, and {row.from_} is {phrase(of.given)}"
            yield _problem(mapping, row, message, "name the list", lenient)
        return
    if of.missing:
        name = f"the value map {row.values}" if isinstance(row.values, str) else "the value map"
        message = f"the source can give {listed(of.missing)}, which {name} does not have"
        yield _problem(mapping, row, message, "add them, or a default", Severity.WARNING)
    if of.value.has_no_value and row.on_null is OnNull.ERROR:
        yield _problem(mapping, row, "there is never a value, and on_null is error", "", lenient)
    item = find_field(destination, row.field)
    # What an association takes is no type of a field: an id, a text, an object, or a list of them.
    if item is not None and row.association is None:
        yield from _mismatch(mapping, row, of, item, lenient)


def _mismatch(mapping: Mapping, row: Row, of: RowType, item: Field, lenient: Severity) -> Iterator[Problem]:
    # Values of a map, and a default, are checked one by one as they stand in the file.
    looked_at = of.kept if row.values is None else only(of.kept, "list")
    found = alternatives(looked_at, item, row.by)
    refused = [one for one in found if one.fit is Fit.NONE]
    sentence = f"{type_words(of.value)} into {field_words(item)}"
    something_else = _may_take_the_default(row, of) or kinds_of(of.kept) - kinds_of(looked_at)
    if refused and len(refused) == len(found) and not something_else:
        yield _told(mapping, row, sentence, refused, item, lenient)
        return
    doubtful = refused + [one for one in found if one.fit is Fit.SOME and _is_doubtful(one, item)]
    if doubtful and looked_at.known:
        yield _told(mapping, row, sentence, doubtful, item, Severity.WARNING)


def _may_take_the_default(row: Row, of: RowType) -> bool:
    return row.default is not None and (of.given.null or of.given.text is not None or row.values is not None)


def _is_doubtful(one: Alternative, item: Field) -> bool:
    """Return whether some values that are refused are worth a word: not every text is an option that is none."""
    if one.refused or one.type.list is not None:
        return one.type.list is None or one.type.list.elements.known
    if is_any_text(one.type):
        return item.type in _READ_FROM_TEXT
    formats = one.type.text.formats if one.type.text is not None else frozenset()
    return item.type is FieldType.DATE and formats == {Format.DATETIME}


def _told(
    mapping: Mapping, row: Row, sentence: str, found: Sequence[Alternative], item: Field, severity: Severity
) -> Problem:
    reasons = "; ".join(dict.fromkeys(why(one, item) for one in found))
    return _problem(mapping, row, f"{sentence}: {reasons}", remedy_for(found[0], item), severity)


def field_words(item: Field) -> str:
    """Return the field's type as a sentence says it: ``required date``."""
    required = "required " if item.required and not item.read_only else ""
    return f"{required}{item.type}"


def _problem(mapping: Mapping, row: Row, message: str, remedy: str, severity: Severity) -> Problem:
    return Problem(mapping.file, row.line, row.field, message, remedy, severity, CODE)
