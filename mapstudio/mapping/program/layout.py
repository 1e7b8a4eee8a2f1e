"""The form of the outputs: an object for each, which the JSON encoder writes without the fields that are null."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from mapstudio.expressions.compiler import Writer, can_be_attribute


@dataclass
class Layout:
    """One object of the output.

    Attributes:
        parts: By name, in file order: the name of the value in the code, or the layout of an object inside.
        cleared: The names whose null is written, since it empties the destination.
    """

    parts: dict[str, str | Layout] = field(default_factory=dict)
    cleared: set[str] = field(default_factory=set)

    def add(self, path: tuple[str, ...], code: str, *, cleared: bool) -> bool:
        """Place a value; ``False`` where that cannot be: another one stands there, or the encoder has no such name."""
        first, *rest = path
        if not can_be_attribute(first):
            return False
        if not rest:
            if first in self.parts:
                return False
            self.parts[first] = code
            if cleared:
                self.cleared.add(first)
            return True
        inner = self.parts.setdefault(first, Layout())
        return isinstance(inner, Layout) and inner.add(tuple(rest), code, cleared=cleared)

    def __contains__(self, path: tuple[str, ...]) -> bool:
        first, *rest = path
        part = self.parts.get(first)
        return part is not None and (tuple(rest) in part if isinstance(part, Layout) and rest else not rest)

    def write(self, writer: Writer) -> str:
        """Write what makes the objects inside; return the code that makes this one."""
        names = list(self.parts)
        codes = [self._inner(part, writer) if isinstance(part, Layout) else part for part in self.parts.values()]
        made: Any = msgspec.defstruct(
            "Output",
            [(f"f{index}", Any, msgspec.UNSET if name in self.cleared else None) for index, name in enumerate(names)],
            rename={f"f{index}": name for index, name in enumerate(names)},
            omit_defaults=True,
            gc=False,
        )
        return f"{writer.constant(made)}({', '.join(codes)})"

    @staticmethod
    def _inner(layout: Layout, writer: Writer) -> str:
        # A parent is there only when something below it is.
        code = layout.write(writer)
        absent = " and ".join(f"{name} is {value}" for name, value in layout.leaves(writer))
        return f"(None if {absent} else {code})"

    def leaves(self, writer: Writer) -> Iterable[tuple[str, str]]:
        """Yield the values below, each with the code of what it is when it is absent."""
        for name, part in self.parts.items():
            if isinstance(part, Layout):
                yield from part.leaves(writer)
            else:
                yield part, writer.constant(msgspec.UNSET) if name in self.cleared else "None"
