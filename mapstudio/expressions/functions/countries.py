"""Countries by their codes and names; the facts are in ``countries.tsv`` beside this file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.functions.codes import code_or_default
from mapstudio.expressions.functions.declared import FUNCTIONS
from mapstudio.expressions.functions.facts import rows_of
from mapstudio.expressions.functions.text import shown
from mapstudio.expressions.kinds import Kind, one, optional
from mapstudio.expressions.registry import Call, Example
from mapstudio.model import JsonValue

_MAX_LENGTH = 100
# Typed into forms for "none"; without its dots it would be Namibia.
_NONE = {"n.a.", "n.a", "n/a"}
_NO_LETTER = re.compile(r"[\W_]+")
_ARTICLES = re.compile(r"^(?:the|el|la|los|las|le|les|il|die|der|das|o|a|os|as) ")
# Letters that do not decompose into a base letter and a mark.
_PLAIN = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})


@FUNCTIONS.function(
    "country_code",
    one("text", Kind.TEXT, Kind.NULL),
    optional("default"),
    returns="text, null or default",
    group="Codes",
    summary=(
        "The country's ISO code of two letters, from a code of two or three letters or its name in English, "
        "Spanish or its own languages. What is no country gives the default, or is an error; null and blank text give "
        "the default or null."
    ),
    examples=[
        Example("country_code('México')", "MX"),
        Example("country_code('deutschland')", "DE"),
        Example("country_code('ESP')", "ES"),
        Example("country_code('Atlantis', 'ES')", "ES"),
        Example("country_code('Atlantis')", error='"Atlantis" is no country'),
        Example("country_code('')", None),
    ],
)
def _country_code(_: Call, text: str | None, *default: JsonValue) -> JsonValue:
    code = find_country(text) if text is not None else None
    return code_or_default(code, text, default, thing="country")


def _check_language(literals: Sequence[JsonValue]) -> tuple[str, str]:
    language = literals[1] if len(literals) > 1 else None
    if isinstance(language, str) and _language(language) is None:
        return f"countries have no names in {shown(language)} here", "en or es"
    return "", ""


@FUNCTIONS.function(
    "country_name",
    one("text", Kind.TEXT),
    optional("language", Kind.TEXT),
    returns="text",
    group="Codes",
    summary=(
        "The country's name in English, or in Spanish with es, from anything that country_code understands. What is no "
        "country is an error; null and blank text give null."
    ),
    examples=[
        Example("country_name('DE')", "Germany"),
        Example("country_name('DE', 'es')", "Alemania"),
        Example("country_name('Deutschland', 'es-MX')", "Alemania"),
        Example("country_name('Atlantis')", error='"Atlantis" is no country'),
    ],
    null_first=True,
    blank_first=True,
    check_literals=_check_language,
)
def _country_name(_: Call, text: str, language: str = "en") -> JsonValue:
    column = _language(language)
    if column is None:
        raise EvaluationError(f"countries have no names in {shown(language)} here", language)
    code = find_country(text)
    if code is None:
        raise EvaluationError(f"{shown(text)} is no country", text)
    return _names()[code][column]


def _language(text: str) -> int | None:
    """Return which of a country's names is in a language, given as ``es`` or as a locale."""
    return {"en": 0, "es": 1}.get(re.split(r"[-_]", text.strip().lower())[0])


def find_country(text: str) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of a country's code or name, ``None`` when it is not known."""
    if len(text) > _MAX_LENGTH or text.strip().lower() in _NONE:
        return None
    plain = plain_name(text)
    known = _countries()
    return known.get(plain) or known.get(_ARTICLES.sub("", plain))


def plain_name(text: str) -> str:
    """Return a name as it is compared: small letters without accents, marks and punctuation."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    letters = "".join(character for character in decomposed if not unicodedata.combining(character))
    words = _NO_LETTER.sub(" ", letters.replace("&", " and ").replace(".", "").replace("'", "").replace("’", ""))
    return words.strip()


@cache
def _countries() -> dict[str, str]:
    """Return the alpha-2 code by everything that names a country."""
    known: dict[str, str] = {}
    for code, *names in rows_of("countries.tsv"):
        for name in (code, *names):
            known.setdefault(plain_name(name), code)
    return known


@cache
def _names() -> dict[str, tuple[str, str]]:
    """Return the names in English and Spanish by code."""
    return {code: (english, spanish) for code, _, english, spanish, *_ in rows_of("countries.tsv")}
