"""Python source in the making: lines, indentation, names, and the objects that the source refers to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

MAX_BLOCKS = 40
"""Blocks inside each other; Python's own parser gives up at 100, and at 20 loops."""


class NotCompilableError(Exception):
    """The tree has something that is left to the interpreter."""


class Writer:
    """Collects the lines of one function.

    Attributes:
        names: What the source refers to, by the name that it has there.
    """

    def __init__(self, level: int = 0) -> None:
        self.names: dict[str, object] = {}
        self._lines: list[str] = []
        self._level = level
        self._loops = 0
        self._count = 0
        self._known: dict[int, str] = {}

    def line(self, text: str) -> None:
        """Add one line."""
        self._lines.append("    " * self._level + text)

    def temporary(self) -> str:
        """Return a name that no other value has."""
        self._count += 1
        return f"t{self._count}"

    def constant(self, value: object) -> str:
        """Return the name under which the source finds an object."""
        name = self._known.get(id(value))
        if name is None:
            name = self._known[id(value)] = f"c{len(self.names)}"
            self.names[name] = value
        return name

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Indent what is written inside under a line that ends in a colon.

        Raises:
            NotCompilableError: Too many blocks inside each other.
        """
        self.line(head)
        loops = head.startswith("for ")
        self._level += 1
        self._loops += loops
        if self._level > MAX_BLOCKS or self._loops > MAX_BLOCKS // 4:
            raise NotCompilableError
        before = len(self._lines)
        yield
        if len(self._lines) == before:
            self.line("pass")
        self._level -= 1
        self._loops -= loops

    @property
    def source(self) -> str:
        """All lines."""
        return "\n".join(self._lines) + "\n"
