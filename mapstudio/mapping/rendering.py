"""Entries of a mapping file laid out: on one line where they fit, as a block where they do not."""

from __future__ import annotations

from collections.abc import Sequence

from mapstudio.mapping.splicing import Rendered
from mapstudio.mapping.writing import MAX_FLOW_WIDTH, write_key, write_literal, write_value
from mapstudio.model import JsonValue


def render(value: JsonValue, *, flow: bool, used: int = 0, step: str = "  ") -> Rendered:
    """Return the value laid out for an entry.

    Args:
        value: Any JSON value.
        flow: The surroundings are in flow style: one line it is.
        used: The width that the entry's indentation and key take.
        step: By how much a level is indented.
    """
    if not flow and isinstance(value, str) and "\n" in value:
        literal = write_literal(value)
        if literal is not None:
            return Rendered(literal[0], tuple(literal[1:]))
    inline = write_value(value, flow=flow)
    if flow or not isinstance(value, dict) or not value or not _needs_block(value, used + len(inline)):
        return Rendered(inline)
    lines: list[str] = []
    for name, item in value.items():
        lines += _entry_lines(name, item, used=used, step=step)
    return Rendered("", tuple(lines))


def render_below(names: Sequence[str], value: JsonValue, *, flow: bool, used: int = 0, step: str = "  ") -> Rendered:
    """Return the value laid out under new keys: ``render_below(["a", "b"], 1)`` is the value of ``k: {a: {b: 1}}``."""
    if not names:
        return render(value, flow=flow, used=used, step=step)
    nested = render_below(names[1:], value, flow=flow, used=used + len(step), step=step)
    if flow:
        return Rendered(f"{{{write_key(names[0], flow=True)}: {nested.inline}}}")
    return Rendered("", tuple(_with_key(names[0], nested, step)))


def _needs_block(value: dict[str, JsonValue], width: int) -> bool:
    return width > MAX_FLOW_WIDTH or any(isinstance(item, str) and "\n" in item for item in value.values())


def _entry_lines(name: str, value: JsonValue, *, used: int, step: str) -> list[str]:
    return _with_key(name, render(value, flow=False, used=used + len(step) + len(name), step=step), step)


def _with_key(name: str, value: Rendered, step: str) -> list[str]:
    head = f"{write_key(name)}:" + (f" {value.inline}" if value.inline else "")
    return [head, *(step + line if line else line for line in value.lines)]
