"""Text functions: those of the specification, of JMESPath Community, and for the words people type."""

from __future__ import annotations

from collections.abc import Sequence

from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.functions.declared import FUNCTIONS
from mapstudio.expressions.functions.names import title_case
from mapstudio.expressions.kinds import Kind, one, optional, repeated
from mapstudio.expressions.registry import Call, Example
from mapstudio.expressions.values import Number, is_number, number_text, type_word
from mapstudio.model import JsonValue

_GROUP = "Text"
_ONE_CHARACTER = "pads with one character"


def shown(value: JsonValue) -> str:
    """Return a value as a reason quotes it: one short text."""
    if isinstance(value, str):
        text = value if len(value) <= 60 else value[:57] + "..."
        return f'"{text}"'
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value) if is_number(value) else type_word(value)


def _check_padding(literals: Sequence[JsonValue]) -> tuple[str, str]:
    character = literals[2] if len(literals) > 2 else None
    if isinstance(character, str) and len(character) != 1:
        return f"it {_ONE_CHARACTER}, got {shown(character)}", "give one, such as '0'"
    return "", ""


@FUNCTIONS.function(
    "lower",
    one("text", Kind.TEXT),
    returns="text",
    group=_GROUP,
    summary="The text in lower case.",
    examples=[Example("lower('Ana@Example.COM')", "ana@example.com"), Example("lower(`null`)", None)],
    null_first=True,
)
def _lower(_: Call, text: str) -> JsonValue:
    return text.lower()


@FUNCTIONS.function(
    "upper",
    one("text", Kind.TEXT),
    returns="text",
    group=_GROUP,
    summary="The text in upper case.",
    examples=[Example("upper('es')", "ES")],
    null_first=True,
)
def _upper(_: Call, text: str) -> JsonValue:
    return text.upper()


@FUNCTIONS.function(
    "title_case",
    one("text", Kind.TEXT),
    returns="text",
    group=_GROUP,
    summary=(
        "Names as people write them: ANNA-LENA becomes Anna-Lena, particles (von, de la, van der) stay small before "
        "the name, and what already has capitals inside (McAllister, DeVito) stays as it is."
    ),
    examples=[
        Example(r"title_case('ANNA-LENA o\'connor')", "Anna-Lena O'Connor"),
        Example("title_case('VON DER LEYEN')", "von der Leyen"),
        Example("title_case('McAllister')", "McAllister"),
        Example("title_case('josé de la CRUZ')", "José de la Cruz"),
    ],
    null_first=True,
)
def _title_case(call: Call, text: str) -> JsonValue:
    # Looking at every word takes longer than most of what else is done with a text.
    call.budget.step(len(text) // 3)
    return title_case(text)


@FUNCTIONS.function(
    "trim",
    one("text", Kind.TEXT),
    optional("characters", Kind.TEXT),
    returns="text",
    group=_GROUP,
    summary="The text without white space (or the given characters) at both ends.",
    examples=[Example("trim('  Ana ')", "Ana"), Example("trim('--a--', '-')", "a")],
    null_first=True,
)
def _trim(_: Call, text: str, characters: str = "") -> JsonValue:
    return text.strip(characters or None)


@FUNCTIONS.function(
    "trim_left",
    one("text", Kind.TEXT),
    optional("characters", Kind.TEXT),
    returns="text",
    group=_GROUP,
    summary="The text without white space (or the given characters) at its start.",
    examples=[Example("trim_left('007', '0')", "7")],
    null_first=True,
)
def _trim_left(_: Call, text: str, characters: str = "") -> JsonValue:
    return text.lstrip(characters or None)


@FUNCTIONS.function(
    "trim_right",
    one("text", Kind.TEXT),
    optional("characters", Kind.TEXT),
    returns="text",
    group=_GROUP,
    summary="The text without white space (or the given characters) at its end.",
    examples=[Example("trim_right('a... ', '. ')", "a")],
    null_first=True,
)
def _trim_right(_: Call, text: str, characters: str = "") -> JsonValue:
    return text.rstrip(characters or None)


@FUNCTIONS.function(
    "pad_left",
    one("text", Kind.TEXT),
    one("width", Kind.COUNT),
    optional("character", Kind.TEXT),
    returns="text",
    group=_GROUP,
    summary="The text, with spaces (or the given character) before it until it is so wide; a longer one as it is.",
    examples=[Example("pad_left('42', `6`, '0')", "000042"), Example("pad_left('A-12345', `6`)", "A-12345")],
    null_first=True,
    check_literals=_check_padding,
)
def _pad_left(call: Call, text: str, width: Number, character: str = " ") -> JsonValue:
    return _padding(call, "pad_left", text, width, character) + text


@FUNCTIONS.function(
    "pad_right",
    one("text", Kind.TEXT),
    one("width", Kind.COUNT),
    optional("character", Kind.TEXT),
    returns="text",
    group=_GROUP,
    summary="The text, with spaces (or the given character) behind it until it is so wide; a longer one as it is.",
    examples=[Example("pad_right('A1', `5`, '.')", "A1...")],
    null_first=True,
    check_literals=_check_padding,
)
def _pad_right(call: Call, text: str, width: Number, character: str = " ") -> JsonValue:
    return text + _padding(call, "pad_right", text, width, character)


def _padding(call: Call, name: str, text: str, width: Number, character: str) -> str:
    if len(character) != 1:
        raise EvaluationError(f"{name} {_ONE_CHARACTER}, got {shown(character)}", character)
    missing = int(width) - len(text)
    if missing > 0:
        call.budget.write(missing)
    return character * missing


@FUNCTIONS.function(
    "split",
    one("text", Kind.TEXT),
    one("separator", Kind.TEXT),
    optional("limit", Kind.COUNT),
    returns="list of texts",
    group=_GROUP,
    summary="The parts between the separators, at most so many splits; an empty separator splits into characters.",
    examples=[
        Example("split('a,b,c', ',')", ["a", "b", "c"]),
        Example("split('Ana María López', ' ', `1`)", ["Ana", "María López"]),
    ],
    null_first=True,
)
def _split(call: Call, text: str, separator: str, limit: Number | None = None) -> JsonValue:
    most = -1 if limit is None else min(int(limit), len(text))
    if separator:
        call.budget.step(text.count(separator) if most < 0 else min(most, text.count(separator)))
        return list(text.split(separator, most))
    cut = len(text) if most < 0 else most
    call.budget.step(cut)
    return [*text[:cut], *([text[cut:]] if text[cut:] else [])]


@FUNCTIONS.function(
    "replace",
    one("text", Kind.TEXT),
    one("old", Kind.TEXT),
    one("new", Kind.TEXT),
    optional("count", Kind.COUNT),
    returns="text",
    group=_GROUP,
    summary="The text with the new text in place of the old one, at most so many times.",
    examples=[Example("replace('34-915', '-', ' ')", "34 915"), Example("replace('a.b.c', '.', '', `1`)", "ab.c")],
    null_first=True,
)
def _replace(call: Call, text: str, old: str, new: str, count: Number | None = None) -> JsonValue:
    most = -1 if count is None else min(int(count), len(text) + 1)
    times = text.count(old) if most < 0 else min(most, text.count(old))
    call.budget.write(times * len(new))
    return text.replace(old, new, most)


@FUNCTIONS.function(
    "concat",
    repeated("value"),
    returns="text or null",
    group=_GROUP,
    summary="All values as one text: null is left out, numbers are written plainly; null when all are null.",
    examples=[
        Example("concat('Ana', ' ', `null`, 'Ruiz')", "Ana Ruiz"),
        Example("concat('No. ', `5.0`)", "No. 5"),
        Example("concat(`null`, `null`)", None),
    ],
)
def _concat(call: Call, *values: JsonValue) -> JsonValue:
    parts: list[str] = []
    for value in values:
        if isinstance(value, list | dict):
            raise EvaluationError(f"concat needs texts and numbers, got {type_word(value)}", value)
        if value is not None:
            parts.append(value if isinstance(value, str) else shown(value))
    call.budget.write(sum(map(len, parts)))
    return "".join(parts) if parts else None


@FUNCTIONS.function(
    "join",
    one("separator", Kind.TEXT),
    one("texts", Kind.TEXTS),
    returns="text",
    group=_GROUP,
    summary="The texts of a list with the separator between them.",
    examples=[Example("join(', ', ['a', 'b'])", "a, b")],
)
def _join(call: Call, separator: str, texts: list[str]) -> JsonValue:
    call.budget.write(sum(map(len, texts)) + len(separator) * len(texts))
    return separator.join(texts)


@FUNCTIONS.function(
    "starts_with",
    one("text", Kind.TEXT),
    one("prefix", Kind.TEXT),
    returns="boolean",
    group=_GROUP,
    summary="Whether the text starts so.",
    examples=[Example("starts_with('+34 600', '+34')", True)],
)
def _starts_with(_: Call, text: str, prefix: str) -> JsonValue:
    return text.startswith(prefix)


@FUNCTIONS.function(
    "ends_with",
    one("text", Kind.TEXT),
    one("suffix", Kind.TEXT),
    returns="boolean",
    group=_GROUP,
    summary="Whether the text ends so.",
    examples=[Example("ends_with('a@guest.booking.com', '@guest.booking.com')", True)],
)
def _ends_with(_: Call, text: str, suffix: str) -> JsonValue:
    return text.endswith(suffix)
