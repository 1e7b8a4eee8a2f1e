"""Paths: ``guest.addresses[0].city`` is one part, and tells where it ends in nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mapstudio.expressions.tracing import words
from mapstudio.expressions.tracing.reading import Found, FrameReader, Place, Reader
from mapstudio.expressions.tracing.recording import Frame
from mapstudio.expressions.tracing.trace import Trace

_CHAINS = {"subexpression", "index_expression"}
_LINKS = {"field": "the field", "index": "the element"}


def read_path(reader: FrameReader, frame: Frame, place: Place) -> Found:
    """Tell of fields and indexes, and of what stands between them."""
    steps = list(_steps(frame))
    if not steps:
        return Found()
    head, *links = steps
    start = end = reader.span(frame.node)[0]
    holder = place.it
    parts: list[Trace] = []
    if head.kind in _LINKS:
        links.insert(0, head)
    else:
        parts = reader.parts([head], place)
        holder = reader.called(head.node, place)
        end = reader.span(head.node)[1] or start
    names = reader.names(head.node, place) if head.kind not in _LINKS else ()
    nothing: _Nothing | None = None
    before: Frame | None = None
    for link in links:
        if link.kind not in _LINKS:
            if before is not None and not parts:
                # The path before ``.{...}`` is a part of its own.
                note = nothing.note(before) if nothing is not None else ""
                parts = [Trace(reader.text(start, end), start, end, value=link.given, note=note, names=names)]
            parts += _inner(reader, link, Place(holder, names))
            # From here on the text does not tell what a field is looked for in.
            start = end = reader.span(link.node)[1] or end
            holder = words.BEFORE
            continue
        end = reader.span(link.node)[1] or reader.find("]", end) + 1
        path = words.part_text(reader.text(start, end).lstrip(". "))
        names += (str(link.node["value"]),) if link.kind == "field" else ()
        if nothing is None and link.value is None:
            nothing = _Nothing(link, holder, path)
        holder, before = path, link
    return Found(nothing.note(links[-1]) if nothing is not None else "", parts)


@dataclass(frozen=True, slots=True)
class _Nothing:
    """Where a path ended in nothing.

    Attributes:
        link: The field or index that gave null.
        holder: What a sentence calls that in which it was looked for.
        path: What it calls the field itself.
    """

    link: Frame
    holder: str
    path: str

    def note(self, last: Frame) -> str:
        """Return why, for a path with that last part."""
        itself = _LINKS[self.link.kind] if self.link is last else self.path
        return words.missing(self.link.node, self.link.given, self.holder, itself)


def _inner(reader: FrameReader, link: Frame, place: Place) -> list[Trace]:
    trace = reader.read(link, place)
    return [trace] if trace.text else list(trace.parts)


def _steps(frame: Frame) -> Iterator[Frame]:
    """Yield what a chain consists of, in the order of the text."""
    if frame.kind not in _CHAINS:
        yield frame
        return
    for part in frame.parts:
        yield from _steps(part)


READERS: Mapping[str, Reader] = {"field": read_path, "subexpression": read_path, "index_expression": read_path}
