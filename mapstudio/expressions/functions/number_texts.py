"""Numbers as people write them: ``1.234,56 €`` in Spain, ``$1,234.56`` in Mexico."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.functions.currencies import minor_digits
from mapstudio.expressions.functions.declared import FUNCTIONS
from mapstudio.expressions.functions.rounding import rounded
from mapstudio.expressions.functions.text import shown
from mapstudio.expressions.functions.whole import whole
from mapstudio.expressions.kinds import Kind, one, optional
from mapstudio.expressions.registry import Call, Example
from mapstudio.expressions.values import Number, as_decimal, number_text, plain_number
from mapstudio.model import JsonValue

_GROUP = "Numbers"
_MAX_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Style:
    """How numbers are written somewhere.

    Attributes:
        point: Before the decimals.
        group: Between groups of digits, as it is written.
        groups: What may stand between groups when it is read.
        indian: The groups behind the thousands have two digits.
    """

    point: str
    group: str
    groups: str
    indian: bool = False


# All of them read a space between groups: no number means something else by it.
_SPACES = " \u00a0\u202f\u2009"
_POINT = Style(".", ",", "," + _SPACES)
_COMMA = Style(",", ".", "." + _SPACES)
_COMMA_SPACE = Style(",", "\u00a0", _SPACES)
_SWISS = Style(".", "’", "’'" + _SPACES)
_PLAIN = Style(".", "", "")

_LANGUAGES = {
    _POINT: "en he hi ja ko ms th tl zh",
    _COMMA: "ca da de el es eu gl hr id is it nl pt ro sl sr tr vi",
    _COMMA_SPACE: "bg cs et fi fr hu hy ka kk lt lv nb nn no pl ru sk sq sv uk uz",
}
_REGIONS = {
    _POINT: "es-DO es-GT es-HN es-MX es-NI es-PA es-PE es-PR es-SV es-US en-AU en-GB en-IE en-US",
    _COMMA_SPACE: "en-ZA es-CR pt-PT",
    _SWISS: "de-CH de-LI it-CH",
    Style(".", ",", "," + _SPACES, indian=True): "en-IN hi-IN",
}
STYLES = {name: style for table in (_LANGUAGES, _REGIONS) for style, names in table.items() for name in names.split()}
_LOCALE = re.compile(r"([a-z]{2})(?:[-_][a-z]{4})?(?:[-_]([a-z]{2}|\d{3}))?(?:[-_.@].*)?", re.IGNORECASE)
_CODE = re.compile(r"^(?:([A-Z]{3})(?![A-Z])\s*)?(.*?)(?:\s*(?<![A-Z])([A-Z]{3}))?$", re.DOTALL)
_DOLLARS = re.compile(r"^[A-Z]{1,3}(?=[$£])")
_PLAIN_ONLY = "a plain number; name the locale that it is written in"
_SIGNS = "-+−"


def number_style(locale: str) -> Style | None:
    """Return how numbers are written in a language or a region: ``es``, ``es-MX``; ``None`` when it is not known."""
    match = _LOCALE.fullmatch(locale.strip()) if len(locale) <= _MAX_LENGTH else None
    if match is None:
        return None
    language, region = match.group(1).lower(), (match.group(2) or "").upper()
    # 419 is Latin America as a whole, where both ways are in use.
    return None if region == "419" else STYLES.get(f"{language}-{region}") or STYLES.get(language)


def _check_locale(literals: Sequence[JsonValue]) -> tuple[str, str]:
    locale = literals[1] if len(literals) > 1 else None
    return (
        (_unknown(locale), "name a language or a language and a country: es, es-MX, en, de-CH")
        if (isinstance(locale, str) and number_style(locale) is None)
        else ("", "")
    )


def _unknown(locale: str) -> str:
    return f"how numbers are written in {shown(locale)} is not known"


def _style(locale: str) -> Style:
    style = number_style(locale)
    if style is None:
        raise EvaluationError(_unknown(locale), locale)
    return style


@FUNCTIONS.function(
    "parse_number",
    one("text", Kind.TEXT, Kind.NUMBER),
    optional("locale", Kind.TEXT),
    returns="number",
    group=_GROUP,
    summary=(
        "The number that a text writes in a locale: es, es-MX, en, de-CH, fr, ... A currency sign or code before or "
        "behind it is left out. Without a locale only digits and a decimal point are understood."
    ),
    examples=[
        Example("parse_number('1.234,56', 'es')", 1234.56),
        Example("parse_number('$1,234.56', 'es-MX')", 1234.56),
        Example("parse_number('EUR -0,50', 'de')", -0.5),
        Example("parse_number('1234.5')", 1234.5),
        Example("parse_number('1.23', 'es')", error='"1.23" is not a number as es writes it'),
        Example(
            "parse_number('1,234')",
            error='"1,234" is not a plain number; name the locale that it is written in',
        ),
        Example("parse_number('')", None),
    ],
    null_first=True,
    blank_first=True,
    check_literals=_check_locale,
)
def _parse_number(_: Call, text: str | Number, locale: str = "") -> JsonValue:
    if not isinstance(text, str):
        return plain_number(as_decimal(text))
    style = _style(locale) if locale else _PLAIN
    plain = _digits(text, style) if len(text) <= _MAX_LENGTH else None
    if plain is None:
        wanted = f"a number as {locale} writes it" if locale else _PLAIN_ONLY
        raise EvaluationError(f"{shown(text)} is not {wanted}", text)
    return plain_number(as_decimal(Decimal(plain)))


def _digits(text: str, style: Style) -> str | None:
    """Return a number's text as Python reads it, ``None`` when it is none."""
    sign, amount = _signed(_without_currency(text.strip()))
    whole_part, point, decimals = amount.partition(style.point)
    if point and not (decimals.isascii() and decimals.isdigit()):
        return None
    digits = _ungrouped(whole_part, style)
    if digits is None or (not digits and not point):
        return None
    return f"{sign}{digits or '0'}{'.' + decimals if point else ''}"


def _signed(text: str) -> tuple[str, str]:
    sign = text[:1]
    if sign and sign in _SIGNS:
        return "" if sign == "+" else "-", text[1:].lstrip()
    return "", text


def _without_currency(text: str) -> str:
    """Leave out one currency sign or code; a sign may stand on either side of it."""
    sign, bare = _signed(text)
    bare = _DOLLARS.sub("", bare)
    match = _CODE.match(bare)
    before, amount, behind = match.groups() if match is not None else (None, bare, None)
    codes = [code for code in (before, behind) if code]
    if len(codes) == 1 and minor_digits(codes[0]) is not None:
        bare = amount.strip()
    elif unicodedata.category(bare[:1] or "0") == "Sc":
        bare = bare[1:].lstrip()
    elif unicodedata.category(bare[-1:] or "0") == "Sc":
        bare = bare[:-1].rstrip()
    return f"{sign}{bare}"


def _ungrouped(text: str, style: Style) -> str | None:
    """Return the digits of a whole number without the marks between its groups, ``None`` where it is none."""
    marks = {character for character in text if character in style.groups}
    if len(marks) > 1:
        return None
    first, *rest = text.split(marks.pop()) if marks else [text]
    if rest:
        *middle, last = rest
        size = 2 if style.indian else 3
        fits = 1 <= len(first) <= size and len(last) == 3 and all(len(part) == size for part in middle)
        # 0,123 is no thousand of anything, but most likely a number of another locale.
        if not fits or first[0] == "0":
            return None
    digits = "".join([first, *rest])
    return digits if not digits or (digits.isascii() and digits.isdigit()) else None


@FUNCTIONS.function(
    "format_number",
    one("number", Kind.NUMBER),
    one("locale", Kind.TEXT),
    optional("digits", Kind.COUNT),
    returns="text",
    group=_GROUP,
    summary=(
        "The number as a locale writes it: es, es-MX, en, de-CH, fr, ...; with exactly so many digits behind the "
        "point, rounded half to even, or with all that it has."
    ),
    examples=[
        Example("format_number(`1234.5`, 'es', `2`)", "1.234,50"),
        Example("format_number(`1234.5`, 'es-MX', `2`)", "1,234.50"),
        Example("format_number(`1234567`, 'en-IN')", "12,34,567"),
        Example("format_number(`0.125`, 'en', `2`)", "0.12"),
    ],
    null_first=True,
    check_literals=_check_locale,
)
def _format_number(_: Call, number: Number, locale: str, digits: Number | None = None) -> JsonValue:
    style = _style(locale)
    exact = as_decimal(number)
    places = None if digits is None else whole("format_number", digits)
    plain = number_text(number) if places is None else format(rounded(exact, places), "f")
    whole_part, *more = plain.lstrip("-").split(".")
    decimals = more[0] if more else ""
    if places is not None:
        decimals = decimals.ljust(places, "0")
    amount = _grouped(whole_part, style) + (style.point + decimals if decimals else "")
    return f"-{amount}" if plain.startswith("-") and amount.strip("0.,") else amount


def _grouped(digits: str, style: Style) -> str:
    head, groups = digits[:-3], [digits[-3:]]
    size = 2 if style.indian else 3
    while head:
        groups.insert(0, head[-size:])
        head = head[:-size]
    return style.group.join(groups)
