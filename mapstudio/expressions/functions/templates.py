"""``format``: a template with places for values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.functions.declared import FUNCTIONS
from mapstudio.expressions.functions.text import shown
from mapstudio.expressions.kinds import Kind, one, repeated
from mapstudio.expressions.registry import Call, Example
from mapstudio.expressions.values import type_word
from mapstudio.model import JsonValue

_PART = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_NAME = re.compile(r"[^\W\d]\w*")


class Places(Enum):
    """How a template says which value is meant."""

    IN_ORDER = "{}"
    BY_NUMBER = "{0}"
    BY_NAME = "{name}"


@dataclass(frozen=True, slots=True)
class Template:
    """A template that was read.

    Attributes:
        parts: Text, and the number or name of the value behind it.
        end: The text behind the last value.
        places: How values are meant.
    """

    parts: tuple[tuple[str, int | str], ...]
    end: str
    places: Places = Places.IN_ORDER

    @property
    def most(self) -> int:
        """How many values it needs at least."""
        return max((place + 1 for _, place in self.parts if isinstance(place, int)), default=0)


class TemplateError(ValueError):
    """No template; the message is a part of a sentence, ``remedy`` what to do."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


@lru_cache(maxsize=256)
def read_template(text: str) -> Template:
    """Read a template.

    Raises:
        TemplateError: It is none.
    """
    parts: list[tuple[str, int | str]] = []
    kinds: set[Places] = set()
    literal, position = "", 0
    for match in _PART.finditer(text):
        literal += text[position : match.start()]
        position = match.end()
        if match.group() in {"{{", "}}"}:
            literal += match.group()[0]
            continue
        if match.group(1) is None:
            raise TemplateError(f"{match.group()} stands alone", f"write {match.group() * 2} for the character itself")
        kind, place = _place(match.group(1).strip(), len(parts))
        kinds.add(kind)
        parts.append((literal, place))
        literal = ""
    if len(kinds) > 1:
        raise TemplateError("it has places of different kinds", "use {} or {0} or {name} alone")
    return Template(tuple(parts), literal + text[position:], *kinds)


def _place(written: str, following: int) -> tuple[Places, int | str]:
    if not written:
        return Places.IN_ORDER, following
    if written.isascii() and written.isdigit() and len(written) <= 3:
        return Places.BY_NUMBER, int(written)
    if not _NAME.fullmatch(written):
        raise TemplateError(f"{{{written}}} is no place for a value", "write {}, {0} or {name}")
    return Places.BY_NAME, written


def _check_template(literals: Sequence[JsonValue]) -> tuple[str, str]:
    text, values = literals[0], len(literals) - 1
    if not isinstance(text, str):
        return "", ""
    try:
        template = read_template(text)
    except TemplateError as error:
        return f"the template {shown(text)}: {error}", error.remedy
    if template.places is Places.BY_NAME:
        return ("", "") if values == 1 else ("names in { } need one object", "such as format('{first} {last}', @)")
    if template.most > values or (template.most < values and template.places is Places.IN_ORDER):
        return f"the template {shown(text)} has {_counted(template.most, 'place')} for {_counted(values, 'value')}", ""
    return "", ""


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


@FUNCTIONS.function(
    "format",
    one("template", Kind.TEXT),
    repeated("value"),
    returns="text or null",
    group="Text",
    summary=(
        "The template with the values in its places: {} one after the other, {0} by number from 0, {name} from one "
        "object; {{ and }} are brackets. Null is written as nothing; null when all values are null."
    ),
    examples=[
        Example("format('{}, {}', city, country)", "Cádiz, ES", given={"city": "Cádiz", "country": "ES"}),
        Example("format('{1}-{0}', 'a', `5.0`)", "5-a"),
        Example("format('{first} {last}', @)", "Ana Ruiz", given={"first": "Ana", "last": "Ruiz"}),
        Example("format('Room {}', `null`)", None),
        Example(
            "format('{}', lines)",
            error="format needs texts, numbers and booleans, got a list",
            given={"lines": [1]},
        ),
    ],
    null_first=True,
    check_literals=_check_template,
)
def _format(call: Call, text: str, *values: JsonValue) -> JsonValue:
    try:
        template = read_template(text)
    except TemplateError as error:
        raise EvaluationError(f"the template {shown(text)}: {error}", text) from error
    found = [_text(_value(text, place, values)) for _, place in template.parts]
    if found and not any(item is not None for item in found):
        return None
    written = [part for (literal, _), item in zip(template.parts, found, strict=True) for part in (literal, item or "")]
    call.budget.write(sum(map(len, written)) + len(template.end))
    return "".join([*written, template.end])


def _value(template: str, place: int | str, values: Sequence[JsonValue]) -> JsonValue:
    if isinstance(place, int):
        if place >= len(values):
            raise EvaluationError(f"the template {shown(template)} has more places than values", template)
        return values[place]
    record = values[0]
    if record is not None and not isinstance(record, dict):
        raise EvaluationError(f"names in {{ }} need one object, got {type_word(record)}", record)
    return record.get(place) if record is not None else None


def _text(value: JsonValue) -> str | None:
    if isinstance(value, list | dict):
        raise EvaluationError(f"format needs texts, numbers and booleans, got {type_word(value)}", value)
    return value if isinstance(value, str) or value is None else shown(value)
