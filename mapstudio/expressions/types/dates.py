"""The types of the functions that read and write dates."""

from __future__ import annotations

from collections.abc import Mapping

from mapstudio.expressions.functions.date_formats import DateError, read_format
from mapstudio.expressions.types.calls import Called, Rule
from mapstudio.expressions.types.lattice import MOMENTS, NOTHING, TEXT, Format, TextType, Type, text_of, union

_HOURS = {"HH", "H", "hh", "h"}
_ISO_DATE = "YYYY-MM-DD"


def _parse_date(called: Called) -> Type:
    text, *formats = called.types
    if text.text is None:
        return NOTHING
    if not formats:
        return _same_moment(text.text)
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


def _date_add(called: Called) -> Type:
    text, amount = called.types[:2]
    null = Type(null=True, known=amount.known) if amount.null else NOTHING
    if amount.number is None or text.text is None:
        return null
    return union(_same_moment(text.text), null)


def _same_moment(of: TextType) -> Type:
    """Return the formats of known dates and times, or that it is one of them."""
    return text_of(*of.formats) if of.formats <= MOMENTS and not of.values else text_of(Format.MOMENT)


RULES: Mapping[str, Rule] = {
    "date_add": _date_add,
    "format_date": _format_date,
    "from_epoch_ms": lambda _: text_of(Format.DATETIME),
    "from_utc": lambda _: text_of(Format.DATETIME),
    "parse_date": _parse_date,
    "to_utc": lambda _: text_of(Format.DATETIME),
    "today": lambda _: text_of(Format.DATE),
}
