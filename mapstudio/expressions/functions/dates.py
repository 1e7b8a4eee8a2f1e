"""Dates in and out: ISO is understood, anything else by a format."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.functions.date_formats import (
    MONTHS,
    DateError,
    Moment,
    parse_iso,
    parse_with,
    read_format,
    write_with,
)
from mapstudio.expressions.functions.declared import FUNCTIONS
from mapstudio.expressions.functions.text import shown
from mapstudio.expressions.kinds import Kind, Parameter, one, optional
from mapstudio.expressions.registry import Call, Example
from mapstudio.model import JsonValue

_GROUP = "Dates"


def _check_formats(literals: Sequence[JsonValue]) -> tuple[str, str]:
    for item in literals[1:]:
        if isinstance(item, str):
            try:
                read_format(item)
            except DateError as error:
                return str(error), error.remedy
    return "", ""


def _check_format(literals: Sequence[JsonValue]) -> tuple[str, str]:
    language = literals[2] if len(literals) > 2 else None
    if isinstance(language, str) and _language(language) is None:
        return _no_months(language), f"one of {', '.join(MONTHS)}"
    return _check_formats(literals[:2])


def _language(text: str) -> str | None:
    """Return one of the languages of months, given as ``es`` or as a locale."""
    plain = re.split(r"[-_]", text.strip().lower())[0]
    return plain if plain in MONTHS else None


def _no_months(language: str) -> str:
    return f"months have no names in {shown(language)} here"


@FUNCTIONS.function(
    "parse_date",
    one("text", Kind.TEXT),
    Parameter("format", (Kind.TEXT,), optional=True, repeated=True),
    returns="text",
    group=_GROUP,
    summary=(
        "The date as YYYY-MM-DD, a date with a time as RFC 3339. Without a format the text must be ISO; with several "
        "the first that fits is taken. A time without a zone stays without one."
    ),
    examples=[
        Example("parse_date('2024-05-01')", "2024-05-01"),
        Example("parse_date('31/12/2024', 'DD/MM/YYYY')", "2024-12-31"),
        Example("parse_date('1 mayo 2024', 'D MMMM YYYY')", "2024-05-01"),
        Example("parse_date('2024-05-01 10:20 +02:00', 'YYYY-MM-DD HH:mm Z')", "2024-05-01T10:20:00+02:00"),
        Example("parse_date('')", None),
        Example(
            "parse_date('31/02/2024', 'DD/MM/YYYY')", error='"31/02/2024" is not a date: there is no such day or time'
        ),
    ],
    null_first=True,
    blank_first=True,
    check_literals=_check_formats,
)
def _parse_date(_: Call, text: str, *formats: str) -> JsonValue:
    return parsed(text, formats).text()


@FUNCTIONS.function(
    "format_date",
    one("date", Kind.TEXT),
    one("format", Kind.TEXT),
    optional("language", Kind.TEXT),
    returns="text",
    group=_GROUP,
    summary=(
        "An ISO date or date-time in a format; the time stays in its own zone, months are in English, or in Spanish "
        "with es."
    ),
    examples=[
        Example("format_date('2024-12-31', 'DD/MM/YYYY')", "31/12/2024"),
        Example("format_date('2024-12-31T15:04:05Z', 'D MMM YYYY, h:mm A')", "31 Dec 2024, 3:04 PM"),
        Example("format_date('2024-12-31', 'D de MMMM de YYYY', 'es')", "31 de diciembre de 2024"),
        Example("format_date('2024-12-31T23:30:00-05:00', 'YYYY-MM-DD')", "2024-12-31"),
    ],
    null_first=True,
    blank_first=True,
    check_literals=_check_format,
)
def _format_date(_: Call, text: str, format_text: str, language: str = "en") -> JsonValue:
    known = _language(language)
    if known is None:
        raise EvaluationError(_no_months(language), language)
    moment = parsed(text)
    try:
        return write_with(moment, format_text, known)
    except DateError as error:
        raise EvaluationError(str(error), text) from error


@FUNCTIONS.function(
    "today",
    returns="text",
    group=_GROUP,
    summary="The present day as YYYY-MM-DD; examples fix it by at.",
    examples=[Example("length(today())", 10)],
)
def _today(call: Call) -> JsonValue:
    return call.environment.today().isoformat()


def parsed(text: str, formats: Sequence[str] = ()) -> Moment:
    """Return what a text of a date says.

    Args:
        text: ISO, or in one of the formats.
        formats: The first that fits is taken.

    Raises:
        EvaluationError: It is no date, with the reason.
    """
    plain = text.strip()
    if not formats:
        try:
            return parse_iso(plain)
        except DateError as error:
            raise EvaluationError(f"{shown(text)} is not a date: {error}", text) from error
    reasons: list[str] = []
    for item in formats:
        try:
            return parse_with(plain, item)
        except DateError as error:
            reasons.append(str(error))
    # One that fits in form but names no real day says more than the formats that do not fit.
    telling = [reason for reason in reasons if not reason.startswith("expected ")]
    reason = telling[0] if telling else "expected " + " or ".join(formats)
    raise EvaluationError(f"{shown(text)} is not a date: {reason}", text)
