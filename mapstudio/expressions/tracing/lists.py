"""Projections: each element with what became of it, and why some are not in the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mapstudio.expressions.tracing import words
from mapstudio.expressions.tracing.reading import Found, FrameReader, Place, Reader
from mapstudio.expressions.tracing.recording import Calls, Frame
from mapstudio.expressions.tracing.trace import Outcome, Trace
from mapstudio.expressions.values import is_false
from mapstudio.model import JsonValue


@dataclass(frozen=True, slots=True)
class _Base:
    """What a projection goes through.

    Attributes:
        frames: What gave the list, before it was flattened or sliced.
        value: That.
        items: The elements.
        labels: Where they stand in the list that they are from.
        note: What ``[]`` or a slice did.
    """

    frames: Sequence[Frame]
    value: JsonValue
    items: Sequence[JsonValue]
    labels: Sequence[str]
    note: str = ""


def read_projection(reader: FrameReader, frame: Frame, place: Place) -> Found:
    """Tell of the list, of its elements, and of those that are left out."""
    if not frame.parts:
        return Found()
    base = _base(frame)
    node = base.frames[-1].node
    holder = reader.called(node, place)
    parts = reader.parts(base.frames, place)
    if not frame.parts[0].done:
        return Found(parts=parts)
    if isinstance(base.value, str) and frame.kind == "projection" and _is_slice(frame.parts[0]):
        inside = Place(holder, reader.names(node, place))
        rest = [call for calls in frame.calls.values() for call in calls.kept.values()]
        return Found(base.note, [*parts, *reader.parts(rest, inside)])
    of_object = frame.kind == "value_projection"
    if not isinstance(base.value, dict if of_object else list):
        return Found(words.no_list(base.value, holder, of_object=of_object), parts)
    elements = _elements(reader, frame, base, Place("the element", reader.names(node, place)))
    notes = [base.note, _losses(frame, base)]
    if not frame.done:
        return Found(parts=[*parts, *elements])
    more = len(base.items) - len(elements)
    if frame.kind != "filter_projection" and frame.children[1]["type"] == "identity":
        # Those that stay are in the result as they are.
        elements = [element for element in elements if element.outcome is Outcome.LEFT_OUT]
        more = _nulls(frame, base) - len(elements)
    return Found("; ".join(filter(None, notes)), [*parts, *elements], more)


def _base(frame: Frame) -> _Base:
    left = frame.parts[0]
    if left.kind == "flatten" and left.parts:
        inner = left.parts[0]
        return _Base([inner], inner.value, _listed(left.value), _places(left.value), _merged(inner.value))
    if _is_slice(left) and len(left.parts) > 1:
        *before, cut = left.parts
        return _sliced(before, cut)
    if isinstance(left.value, dict):
        labels = [f".{words.name_text(key)}" for key in left.value]
        return _Base([left], left.value, list(left.value.values()), labels)
    return _Base([left], left.value, _listed(left.value), _places(left.value))


def _is_slice(frame: Frame) -> bool:
    return frame.kind == "index_expression" and frame.children[-1]["type"] == "slice"


def _sliced(before: Sequence[Frame], cut: Frame) -> _Base:
    whole = cut.given
    if not isinstance(whole, list | str):
        return _Base(before, whole, (), ())
    places = range(len(whole))[slice(*cut.node["children"])]
    word = "element" if isinstance(whole, list) else "character"
    note = f"the slice takes {len(places):,} of {words.counted(len(whole), word)}"
    return _Base(before, whole, _listed(cut.value), [f"[{place}]" for place in places], note)


def _listed(value: JsonValue) -> Sequence[JsonValue]:
    return value if isinstance(value, list) else ()


def _places(value: JsonValue) -> Sequence[str]:
    return [f"[{index}]" for index in range(len(value))] if isinstance(value, list) else ()


def _merged(value: JsonValue) -> str:
    inner = sum(isinstance(item, list) for item in value) if isinstance(value, list) else 0
    return f"{words.counted(inner, 'list')} in it merged" if inner else ""


def _losses(frame: Frame, base: _Base) -> str:
    filtered = len(base.items) - len(_calls(frame, 2).truths) if frame.kind == "filter_projection" else 0
    return words.kept(len(base.items), filtered, _nulls(frame, base) - filtered)


def _nulls(frame: Frame, base: _Base) -> int:
    return len(base.items) - len(_listed(frame.value))


def _calls(frame: Frame, child: int) -> Calls:
    return frame.calls.get(id(frame.children[child]), Calls())


def _elements(reader: FrameReader, frame: Frame, base: _Base, place: Place) -> list[Trace]:
    """Return the elements that are shown, in the order of the list."""
    rights = _calls(frame, 1).kept
    end = reader.span(frame.node)[1]
    if frame.kind != "filter_projection":
        return [
            _element(reader, right, None, base.labels[index], place, end) for index, right in sorted(rights.items())
        ]
    filters = _calls(frame, 2)
    by_index = {filters.truths[number]: right for number, right in rights.items()}
    # What passes the filter is shown with what became of it; before that there is nothing to show.
    shown = {index for index, found in filters.kept.items() if not found.done or is_false(found.value)}
    return [
        _filtered(reader, filters.kept[index], base, index, place, end)
        if index not in by_index
        else _element(reader, by_index[index], filters.kept.get(index), base.labels[index], place, end)
        for index in sorted(shown | by_index.keys())
    ]


def _element(reader: FrameReader, right: Frame, condition: Frame | None, label: str, place: Place, end: int) -> Trace:
    trace = replace(reader.read(right, place, label), element=True)
    if not trace.text:
        trace = replace(trace, start=end, end=end)
    if right.done and right.value is None:
        note = trace.note or ("the element is null" if right.kind == "identity" else "null")
        trace = replace(trace, outcome=Outcome.LEFT_OUT, note=note)
    if condition is None:
        return trace
    return replace(trace, parts=(reader.read(condition, place, label="?"), *trace.parts))


def _filtered(reader: FrameReader, condition: Frame, base: _Base, index: int, place: Place, end: int) -> Trace:
    """Return an element that the filter leaves out, or on which it fails."""
    part = reader.read(condition, place, label="?")
    element = Trace("", end, end, base.labels[index], Outcome.LEFT_OUT, base.items[index], element=True)
    if condition.done:
        note = f"the filter is {words.falsehood(condition.value)}"
        return replace(element, note=note, names=place.names, parts=(part,))
    return replace(element, outcome=Outcome.STOPPED, value=None, reason=part.reason, parts=(part,))


READERS: Mapping[str, Reader] = {
    "projection": read_projection,
    "value_projection": read_projection,
    "filter_projection": read_projection,
}
