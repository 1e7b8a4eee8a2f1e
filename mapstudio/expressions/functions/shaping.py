"""Texts brought into the form that a destination takes: cut, without HTML, as a slug, as a hash."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence

from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.functions.countries import plain_name
from mapstudio.expressions.functions.declared import FUNCTIONS
from mapstudio.expressions.functions.markup import text_of
from mapstudio.expressions.functions.text import shown
from mapstudio.expressions.kinds import Kind, one, optional
from mapstudio.expressions.registry import Call, Example
from mapstudio.expressions.values import Number
from mapstudio.model import JsonValue
from mapstudio.model.suggest import did_you_mean

_GROUP = "Text"
_ALGORITHMS = ("sha256", "sha512", "sha384", "sha1", "md5")
_JOINER = "\u200d"
# Two of them are a flag.
_FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


@FUNCTIONS.function(
    "truncate",
    one("text", Kind.TEXT),
    one("length", Kind.COUNT),
    optional("ellipsis", Kind.TEXT),
    returns="text",
    group=_GROUP,
    summary=(
        "The text cut to so many characters, the ellipsis included; a shorter one as it is. An accent or an emoji is "
        "not cut in two, and no white space is left at the cut."
    ),
    examples=[
        Example("truncate('Sea view, late arrival', `8`)", "Sea view"),
        Example("truncate('Sea view, late arrival', `14`, '...')", "Sea view, l..."),
        Example("truncate('short', `8`)", "short"),
    ],
    null_first=True,
)
def _truncate(_: Call, text: str, length: Number, ellipsis: str = "") -> JsonValue:
    if len(text) <= length:
        return text
    if len(ellipsis) > length:
        raise EvaluationError(f"the ellipsis {shown(ellipsis)} is longer than the text may be", ellipsis)
    cut = int(length) - len(ellipsis)
    while cut and _belong_together(text, cut):
        cut -= 1
    return text[:cut].rstrip() + ellipsis


def _belong_together(text: str, place: int) -> bool:
    """Return whether the character at this place is drawn as one with the one before."""
    left, right = text[place - 1], text[place]
    if right.isascii():
        return False
    if _JOINER in {left, right} or "\U0001f3fb" <= right <= "\U0001f3ff":
        return True
    if right in _FLAG_LETTERS:
        before = text[:place]
        return (len(before) - len(before.rstrip(_FLAG_LETTERS))) % 2 == 1
    return unicodedata.category(right).startswith("M")


@FUNCTIONS.function(
    "strip_html",
    one("html", Kind.TEXT),
    returns="text",
    group=_GROUP,
    summary=(
        "The text of HTML: without tags, scripts and styles, entities decoded; blocks and br begin a new line. A text "
        "without any tag keeps its lines."
    ),
    examples=[
        Example("strip_html('<p>Hu&eacute;sped <b>VIP</b></p><p>Late</p>')", "Huésped VIP\nLate"),
        Example("strip_html('Rooms &lt; 3')", "Rooms < 3"),
    ],
    null_first=True,
)
def _strip_html(call: Call, html: str) -> JsonValue:
    call.budget.step(len(html) // 8)
    return text_of(html)


@FUNCTIONS.function(
    "slug",
    one("text", Kind.TEXT),
    returns="text or null",
    group=_GROUP,
    summary=(
        "The text as small letters a to z, digits and single hyphens, without accents; null when nothing is left of it."
    ),
    examples=[
        Example("slug('Suite Océano & Jardín')", "suite-oceano-and-jardin"),
        Example("slug('  Straße 12/B ')", "strasse-12-b"),
        Example("slug('日本')", None),
    ],
    null_first=True,
)
def _slug(call: Call, text: str) -> JsonValue:
    call.budget.step(len(text) // 8)
    return _NOT_IN_SLUG.sub("-", plain_name(text)).strip("-") or None


def _check_algorithm(literals: Sequence[JsonValue]) -> tuple[str, str]:
    name = literals[1] if len(literals) > 1 else None
    if isinstance(name, str) and name not in _ALGORITHMS:
        return f"there is no hash {shown(name)}", did_you_mean(name, _ALGORITHMS) or f"one of {', '.join(_ALGORITHMS)}"
    return "", ""


@FUNCTIONS.function(
    "hash",
    one("text", Kind.TEXT),
    optional("algorithm", Kind.TEXT),
    returns="text",
    group=_GROUP,
    summary="The text's hash in hexadecimal digits: sha256, or sha512, sha384, sha1, md5 by name; of its UTF-8.",
    examples=[
        Example("hash('ana@example.com')", "8e43ca37701228e74983efdbd0cff5c16b3b1e5d4e29a7c05626d4d25a018e11"),
        Example("hash('4711', 'md5')", "b52340b4de4566b804c9880aa0b4af5f"),
    ],
    null_first=True,
    check_literals=_check_algorithm,
)
def _hash(call: Call, text: str, algorithm: str = "sha256") -> JsonValue:
    if algorithm not in _ALGORITHMS:
        raise EvaluationError(f"there is no hash {shown(algorithm)}", algorithm)
    call.budget.step(len(text) // 1000)
    # Half of a character, as JSON can hold it, has a hash as well.
    data = text.encode("utf-8", "surrogatepass")
    return hashlib.new(algorithm, data, usedforsecurity=False).hexdigest()
