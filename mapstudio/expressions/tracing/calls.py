"""Calls: the arguments, and why the result is one of them, or null."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from mapstudio.expressions.environment import MISS
from mapstudio.expressions.functions import FUNCTIONS
from mapstudio.expressions.parsing import Node
from mapstudio.expressions.tracing import words
from mapstudio.expressions.tracing.reading import Found, FrameReader, Place, Reader
from mapstudio.expressions.tracing.recording import Frame
from mapstudio.expressions.tracing.trace import Outcome, Trace
from mapstudio.expressions.values import is_blank
from mapstudio.model import JsonValue


def read_call(reader: FrameReader, frame: Frame, place: Place) -> Found:
    """Tell of a function's arguments and result."""
    seen = {id(part.node): part for part in frame.parts}
    values = [seen[id(node)].value for node in frame.children if id(node) in seen]
    parts: list[Trace] = []
    for node in frame.children:
        if node["type"] == "expref":
            parts += _each(reader, frame, node, values, place)
        elif id(node) in seen:
            parts += reader.parts([seen[id(node)]], place)
    return Found(_note(reader, frame, values) if frame.done else "", parts)


def _each(reader: FrameReader, frame: Frame, node: Node, values: Sequence[JsonValue], place: Place) -> Sequence[Trace]:
    """Return an ``&expression`` with what it gave for each element."""
    calls = frame.calls.get(id(node["children"][0]))
    if calls is None:
        return ()
    names = [name for item in frame.children if item is not node for name in reader.names(item, place)]
    inside = Place("the element", tuple(dict.fromkeys(names)))
    elements = next((value for value in values if isinstance(value, list)), [])
    found = [
        replace(reader.read(inner, inside, _label(number, inner, elements)), element=True)
        for number, inner in calls.kept.items()
    ]
    start, end = reader.span(node)
    failed = next((inner.error for inner in calls.kept.values() if inner.error is not None), None)
    return [
        Trace(
            reader.text(start, end),
            start,
            end,
            outcome=Outcome.EACH if failed is None else Outcome.STOPPED,
            reason=failed.reason if failed is not None else "",
            note=f"for {words.counted(calls.count, 'element')}",
            names=reader.names(node, inside),
            parts=tuple(found),
            more=calls.count - len(found),
        )
    ]


def _label(number: int, frame: Frame, elements: Sequence[JsonValue]) -> str:
    """Return the element's place; the number of the call where the function does not go through its list in order."""
    same = number < len(elements) and elements[number] is frame.given
    return f"[{number}]" if same else f"{words.ordinal(number)} call"


def _note(reader: FrameReader, frame: Frame, values: Sequence[JsonValue]) -> str:
    name = str(frame.node["value"])
    function = FUNCTIONS.get(name)
    if function is None or not values:
        return ""
    first = values[0]
    if function.null_first and first is None:
        return "null, since its 1st argument is null"
    if function.blank_first and is_blank(first):
        return "null, since its 1st argument is blank"
    if name == "lookup":
        return _looked_up(reader, values)
    telling = _TAKEN.get(name)
    return telling(values) if telling is not None else ""


def _looked_up(reader: FrameReader, values: Sequence[JsonValue]) -> str:
    table = reader.environment.tables.get(str(values[0]))
    key, *default = values[1:]
    if table is None or isinstance(key, list):
        return ""
    if table.lookup(key) is not MISS:
        return "the key is in the value map"
    missed = "null is no key" if key is None else "the key is not in the value map"
    return f"{missed}: takes the default" if default else missed


def _first_of(stays_out: Callable[[JsonValue], bool]) -> Callable[[Sequence[JsonValue]], str]:
    def tell(values: Sequence[JsonValue]) -> str:
        index = next((index for index, value in enumerate(values) if not stays_out(value)), None)
        return "all are null or blank" if index is None else f"takes the {words.ordinal(index)}"

    return tell


def _or_fallback(values: Sequence[JsonValue]) -> str:
    return "takes the fallback: the value is null or blank" if is_blank(values[0]) else ""


_TAKEN: Mapping[str, Callable[[Sequence[JsonValue]], str]] = {
    "coalesce": _first_of(is_blank),
    "not_null": _first_of(lambda value: value is None),
    "default": _or_fallback,
}
READERS: Mapping[str, Reader] = {"function_expression": read_call}
