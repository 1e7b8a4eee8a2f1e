"""Operators, pipes and variables: which of several parts was taken, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mapstudio.expressions.parsing import chain
from mapstudio.expressions.tracing import words
from mapstudio.expressions.tracing.reading import Found, FrameReader, Place, Reader
from mapstudio.expressions.tracing.recording import Frame
from mapstudio.expressions.tracing.trace import Trace
from mapstudio.expressions.values import is_false


def read_choice(reader: FrameReader, frame: Frame, place: Place) -> Found:
    """Tell where ``||`` or ``&&`` ended."""
    operands = chain(frame.node)
    parts = reader.parts(frame.parts, place, plain=True) + reader.unused(operands[len(frame.parts) :])
    if not frame.done:
        return Found(parts=parts)
    values = [part.value for part in frame.parts]
    false = is_false(values[-1])
    if frame.kind == "or_expression":
        return Found(words.first_true(values, taken=not false), parts)
    return Found(words.first_false(values, taken=false), parts)


def read_ternary(reader: FrameReader, frame: Frame, place: Place) -> Found:
    """Tell which of two was taken."""
    condition, then, otherwise = frame.children
    seen = {id(part.node): part for part in frame.parts}
    parts: list[Trace] = []
    for node in (condition, then, otherwise):
        part = seen.get(id(node))
        parts += reader.parts([part], place, plain=True) if part is not None else reader.unused([node])
    return Found(words.decided(frame.parts[0].value) if frame.done else "", parts)


def read_negation(reader: FrameReader, frame: Frame, place: Place) -> Found:
    """Tell what counts as false, where that is not plain."""
    value = frame.parts[0].value if frame.done else True
    note = "" if isinstance(value, bool) else words.truth(value)
    return Found(note, reader.parts(frame.parts, place))


def read_comparison(reader: FrameReader, frame: Frame, place: Place) -> Found:
    """Tell where two values cannot be compared."""
    parts = reader.parts(frame.parts, place)
    if not frame.done:
        return Found(parts=parts)
    left, right = (part.value for part in frame.parts)
    return Found(words.incomparable(frame.node["value"], left, right, frame.value), parts)


def read_arithmetic(reader: FrameReader, frame: Frame, place: Place) -> Found:
    """Tell which operand makes the result null."""
    parts = reader.parts(frame.parts, place)
    if not frame.done or frame.value is not None:
        return Found(parts=parts)
    index = next(index for index, part in enumerate(frame.parts) if part.value is None)
    operand = f"the {words.ordinal(index)} operand" if len(frame.parts) > 1 else "its operand"
    return Found(f"null, since {operand} is null", parts)


def read_pipe(reader: FrameReader, frame: Frame, place: Place) -> Found:
    """Show each part with what it gave; it is what the next one begins with."""
    nodes = chain(frame.node)
    parts: list[Trace] = []
    for part in frame.parts:
        found = reader.parts([part], place, plain=True)
        parts += [replace(trace, label="|") for trace in found] if parts else found
        place = Place(reader.called(part.node, place), reader.names(part.node, place))
    return Found(parts=parts + reader.unused(nodes[len(frame.parts) :]))


def read_let(reader: FrameReader, frame: Frame, place: Place) -> Found:
    """Show what variables are bound to, then the body."""
    *assigned, body = frame.children
    seen = {id(part.node): part for part in frame.parts}
    parts: list[Trace] = []
    names: dict[str, tuple[str, ...]] = {}
    for item in assigned:
        name, node = item["value"], item["children"][0]
        bound = seen.get(id(node))
        if bound is not None:
            parts.append(reader.read(bound, place, label=f"{name} ="))
            names[name] = reader.names(node, place)
    with reader.binding(names):
        last = seen.get(id(body))
        parts += [reader.read(last, place, label="in")] if last is not None else reader.unused([body])
    return Found(parts=parts)


def read_list(reader: FrameReader, frame: Frame, place: Place) -> Found:
    """Show what a list is made of."""
    return Found(_nothing_to_select(frame, place), reader.parts(frame.parts, place))


def read_object(reader: FrameReader, frame: Frame, place: Place) -> Found:
    """Show what an object is made of, by its keys."""
    parts: list[Trace] = []
    for pair in frame.parts:
        label = f"{words.name_text(pair.node['value'])}:"
        found = reader.parts(pair.parts, place)
        parts += [replace(found[0], label=label)] if len(found) == 1 else found
    return Found(_nothing_to_select(frame, place), parts)


def _nothing_to_select(frame: Frame, place: Place) -> str:
    return f"null, since {place.it} is null" if frame.done and frame.value is None else ""


READERS: Mapping[str, Reader] = {
    "or_expression": read_choice,
    "and_expression": read_choice,
    "ternary": read_ternary,
    "not_expression": read_negation,
    "comparator": read_comparison,
    "arithmetic": read_arithmetic,
    "arithmetic_unary": read_arithmetic,
    "pipe": read_pipe,
    "let_expression": read_let,
    "multi_select_list": read_list,
    "multi_select_dict": read_object,
}
