"""Lists written as one text."""

from __future__ import annotations

from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.functions.declared import FUNCTIONS
from mapstudio.expressions.functions.text import shown
from mapstudio.expressions.kinds import Kind, one
from mapstudio.expressions.registry import Call, Example
from mapstudio.expressions.values import is_blank, type_word
from mapstudio.model import JsonValue

_GROUP = "Text"


@FUNCTIONS.function(
    "join_text",
    one("separator", Kind.TEXT),
    one("values", Kind.LIST, Kind.NULL),
    returns="text or null",
    group=_GROUP,
    summary=(
        "The values of a list as one text, the separator between them: null and blank texts are left out, numbers are "
        "written plainly; null for null and when nothing is left. join is the standard's, for lists of texts only."
    ),
    examples=[
        Example(
            "join_text(', ', [street, floor, city])", "Mayor 1, Cádiz", given={"street": "Mayor 1", "city": "Cádiz"}
        ),
        Example("join_text('/', [`5.0`, 'b'])", "5/b"),
        Example("join_text(', ', `null`)", None),
    ],
)
def _join_text(call: Call, separator: str, values: list[JsonValue] | None) -> JsonValue:
    texts = [_text("join_text", value) for value in values or () if not is_blank(value)]
    call.budget.write(sum(map(len, texts)) + len(separator) * len(texts))
    return separator.join(texts) if texts else None


@FUNCTIONS.function(
    "to_semicolon",
    one("values", Kind.LIST),
    returns="text or null",
    group=_GROUP,
    summary=(
        "The values of a multi-select as one text, a;b;c: trimmed, each once, without null and blank texts; null when "
        "nothing is left. A value with a semicolon in it is an error."
    ),
    examples=[
        Example("to_semicolon(['spa', ' golf ', '', 'spa'])", "spa;golf"),
        Example("to_semicolon(`[]`)", None),
        Example("to_semicolon(['a;b'])", error='"a;b" has a semicolon in it, and would be taken for two values'),
    ],
    null_first=True,
)
def _to_semicolon(call: Call, values: list[JsonValue]) -> JsonValue:
    texts = dict.fromkeys(_text("to_semicolon", value).strip() for value in values if not is_blank(value))
    wrong = next((text for text in texts if ";" in text), None)
    if wrong is not None:
        raise EvaluationError(f"{shown(wrong)} has a semicolon in it, and would be taken for two values", wrong)
    call.budget.write(sum(map(len, texts)) + len(texts))
    return ";".join(texts) or None


def _text(name: str, value: JsonValue) -> str:
    if isinstance(value, list | dict):
        raise EvaluationError(f"{name} needs texts, numbers and booleans, got {type_word(value)}", value)
    return value if isinstance(value, str) else shown(value)
