"""The types of the functions that read and write dates."""

from __future__ import annotations

from collections.abc import Mapping

from mapstudio.expressions.functions.date_formats import DateError, read_format
from mapstudio.expressions.types.calls import Called, Rule
from mapstudio.expressions.types.lattice import MOMENTS, NOTHING, TEXT, Format, Type, text_of, union

_HOURS = {"HH", "H", "hh", "h"}
_ISO_DATE = "YYYY-MM-DD"


def _parse_date(called: Called) -> Type:
    text, *formats = called.types
    if text.text is None:
        return NOTHING
    if not formats:
        known = text.text.formats & MOMENTS
        is_known = known == text.text.formats and not text.text.values
        return text_of(*known) if is_known else text_of(Format.MOMENT)
    return union(*(_of_format(item) for item in formats))


def _of_format(of: Type) -> Type:
    if of.text is None or of.text.formats:
        return text_of(Format.MOMENT)
    return union(*(text_of(_parsed(value)) for value in of.text.values))


def _parsed(date_format: str) -> Format:
    """Return what a text read by the format becomes."""
    try:
        tokens = {token for token, _ in read_format(date_format)}
    except DateError:
        return Format.MOMENT
    if not tokens & _HOURS:
        return Format.DATE
    return Format.DATETIME if "Z" in tokens else Format.LOCAL


def _format_date(called: Called) -> Type:
    written = called.types[1].text
    is_date = written is not None and not written.formats and written.values == {_ISO_DATE}
    return text_of(Format.DATE) if is_date else TEXT


RULES: Mapping[str, Rule] = {
    "format_date": _format_date,
    "parse_date": _parse_date,
    "today": lambda _: text_of(Format.DATE),
}
