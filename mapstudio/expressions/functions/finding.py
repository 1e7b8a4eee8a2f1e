"""Where a text stands in another one, as JMESPath Community counts it."""

from __future__ import annotations

from mapstudio.expressions.functions.declared import FUNCTIONS
from mapstudio.expressions.functions.whole import whole
from mapstudio.expressions.kinds import Kind, one, optional
from mapstudio.expressions.registry import Call, Example
from mapstudio.expressions.values import Number
from mapstudio.model import JsonValue

_GROUP = "Text"


@FUNCTIONS.function(
    "find_first",
    one("text", Kind.TEXT),
    one("search", Kind.TEXT),
    optional("start", Kind.NUMBER),
    optional("end", Kind.NUMBER),
    returns="number or null",
    group=_GROUP,
    summary=(
        "Where the search text begins for the first time, counted from 0; null where it is not in the text. Start and "
        "end hold the search to a part; negative ones count from the text's end."
    ),
    examples=[
        Example("find_first('Suite 101, Suite 102', 'Suite')", 0),
        Example("find_first('Suite 101, Suite 102', 'Suite', `1`)", 11),
        Example("find_first('Suite 101', 'Room')", None),
    ],
    null_first=True,
)
def _find_first(_: Call, text: str, search: str, *limits: Number) -> JsonValue:
    start, end = _part(text, "find_first", limits)
    found = text.find(search, start, end) if search else -1
    return found if found >= 0 else None


@FUNCTIONS.function(
    "find_last",
    one("text", Kind.TEXT),
    one("search", Kind.TEXT),
    optional("start", Kind.NUMBER),
    optional("end", Kind.NUMBER),
    returns="number or null",
    group=_GROUP,
    summary=(
        "Where the search text begins for the last time, counted from 0; null where it is not in the text. Start and "
        "end hold the search to a part; negative ones count from the text's end."
    ),
    examples=[
        Example("find_last('Suite 101, Suite 102', 'Suite')", 11),
        Example("find_last('Suite 101, Suite 102', 'Suite', `0`, `11`)", 0),
    ],
    null_first=True,
)
def _find_last(_: Call, text: str, search: str, *limits: Number) -> JsonValue:
    start, end = _part(text, "find_last", limits)
    found = text.rfind(search, start, end) if search else -1
    return found if found >= 0 else None


def _part(text: str, name: str, limits: tuple[Number, ...]) -> tuple[int, int]:
    start, end = (*(whole(name, item) for item in limits), *(0, len(text))[len(limits) :])
    return start, end
