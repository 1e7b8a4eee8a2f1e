"""Languages by their codes and names; the facts are in ``languages.tsv`` beside this file."""

from __future__ import annotations

import re
from functools import cache

from mapstudio.expressions.functions.codes import code_or_default
from mapstudio.expressions.functions.countries import plain_name
from mapstudio.expressions.functions.declared import FUNCTIONS
from mapstudio.expressions.functions.facts import rows_of
from mapstudio.expressions.kinds import Kind, one, optional
from mapstudio.expressions.registry import Call, Example
from mapstudio.model import JsonValue

_MAX_LENGTH = 100
# es-MX, pt_BR, zh-Hans-CN, C.UTF-8 written behind a language.
_LOCALE = re.compile(r"([A-Za-z]{2,3})[-_][A-Za-z0-9]+(?:[-_.@][A-Za-z0-9_.@-]*)?")
_BRACKETS = re.compile(r"\s*[(\[].*", re.DOTALL)


@FUNCTIONS.function(
    "language_code",
    one("text", Kind.TEXT, Kind.NULL),
    optional("default"),
    returns="text, null or default",
    group="Codes",
    summary=(
        "The language's ISO code of two letters, from a code of two or three letters, a locale such as es-MX, or its "
        "name in English, Spanish or itself. What is no language gives the default, or is an error; null and blank "
        "text give the default or null."
    ),
    examples=[
        Example("language_code('es-MX')", "es"),
        Example("language_code('Alemán')", "de"),
        Example("language_code('français (Canada)')", "fr"),
        Example("language_code('eng')", "en"),
        Example("language_code('Klingon', 'en')", "en"),
        Example("language_code('Klingon')", error='"Klingon" is no language'),
        Example("language_code('')", None),
    ],
)
def _language_code(_: Call, text: str | None, *default: JsonValue) -> JsonValue:
    code = find_language(text) if text is not None else None
    return code_or_default(code, text, default, thing="language")


def find_language(text: str) -> str | None:
    """Return the ISO 639-1 code of a language's code, locale or name, ``None`` when it is not known."""
    if len(text) > _MAX_LENGTH:
        return None
    known = _languages()
    locale = _LOCALE.fullmatch(text.strip())
    if locale is not None:
        return known.get(locale.group(1).lower())
    return known.get(plain_name(text)) or known.get(plain_name(_BRACKETS.sub("", text)))


@cache
def _languages() -> dict[str, str]:
    """Return the alpha-2 code by everything that names a language."""
    known: dict[str, str] = {}
    for code, codes, *names in rows_of("languages.tsv"):
        for name in (code, *codes.split(), *names):
            known.setdefault(plain_name(name), code)
    return known
