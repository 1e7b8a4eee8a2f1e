"""Countries by their codes and names; the facts are in ``countries.tsv`` beside this file."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files

from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.functions.declared import FUNCTIONS
from mapstudio.expressions.functions.text import shown
from mapstudio.expressions.registry import Call, Example, Kind, one, optional
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
    if code is not None:
        return code
    if default:
        return default[0]
    if text is None or not text.strip():
        return None
    raise EvaluationError(f"{shown(text)} is no country", text)


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
    lines = (files(__package__) / "countries.tsv").read_text(encoding="utf-8").splitlines()
    known: dict[str, str] = {}
    for line in lines:
        if not line.startswith("#"):
            code, *names = line.split("\t")
            for name in (code, *names):
                known.setdefault(plain_name(name), code)
    return known
