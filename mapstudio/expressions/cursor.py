"""What the value at a place of an unfinished expression is a part of: follows the text, not the syntax tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from mapstudio.expressions.scanner import Lexeme
from mapstudio.model.paths import join_path

Path: TypeAlias = "tuple[str, ...] | None"
"""Parts of a path, ``()`` for the record; ``None`` for a value that is made and has no known fields."""

_BY_ELEMENT = {"sort_by", "min_by", "max_by"}
_NAMES = {"unquoted_identifier", "quoted_identifier"}
_ENDS = {*_NAMES, "variable", "root", "literal", "rparen", "rbracket", "rbrace", "flatten"}
_OPERANDS = {*_ENDS, "current", "dot", "star"}


@dataclass(frozen=True, slots=True)
class Context:
    """What a word at the cursor is a field of.

    Attributes:
        path: See :data:`Path`.
        after_dot: Only a field can follow.
    """

    path: Path
    after_dot: bool


def context_after(lexemes: Sequence[Lexeme]) -> Context | None:
    """Return what a word behind the lexemes would be a field of, ``None`` where no word can stand."""
    walk = _Walk()
    for index, lexeme in enumerate(lexemes):
        walk.take(lexeme, lexemes[index + 1].type if index + 1 < len(lexemes) else "")
    if walk.previous in _ENDS:
        return None
    if walk.frames[-1].kind == "lbrace" and walk.previous in {"lbrace", "comma"}:
        return None
    after_dot = walk.previous == "dot"
    return Context(walk.current() if after_dot else walk.frames[-1].base, after_dot)


def element(path: Path) -> Path:
    """Return the path of a list's elements."""
    if path is None:
        return None
    return (*path[:-1], path[-1] + "[]") if path else ("[]",)


@dataclass
class _Frame:
    """An open bracket.

    Attributes:
        base: What ``@`` is in there.
        after: The path of the whole once the bracket is closed.
        kind: The bracket.
        function: The function whose arguments these are.
        first: The path of the first argument.
        arguments: How many are complete.
    """

    base: Path
    after: Path = None
    kind: str = ""
    function: str = ""
    first: Path = None
    arguments: int = 0


def _result_of(function: str, first: Path) -> Path:
    """Return the path of a function's result, where it has the fields of its first argument or of its elements."""
    if function in {"min_by", "max_by"}:
        return element(first)
    return first if function in {"sort_by", "reverse", "not_null", "coalesce", "default"} else None


class _Walk:
    """Follows the text, knowing at each place which path of the record is looked at.

    Attributes:
        frames: The open brackets; the first one is the expression itself.
        path: The path of the operand that is being written, ``None`` before its first word.
        made: The operand is a made value: its fields are not known.
        previous: The type of the last lexeme.
    """

    def __init__(self) -> None:
        self.frames = [_Frame(())]
        self.path: Path = None
        self.made = False
        self.previous = ""
        self._function = ""
        self._takers: Mapping[str, Callable[[], None]] = {
            **dict.fromkeys(("rparen", "rbrace", "rbracket"), self._close),
            **dict.fromkeys(("dot", "number", "star"), lambda: None),
            "flatten": lambda: self._set(element(self.current())),
            "current": lambda: self._set(self.frames[-1].base),
            "root": lambda: self._set(()),
            "variable": lambda: self._set(None),
            "literal": lambda: self._set(None),
            "pipe": self._pipe,
            "comma": self._comma,
            "expref": self._expression_argument,
            "colon": self._colon,
        }

    def current(self) -> Path:
        """The path that a bracket or a dot goes on from."""
        if self.made:
            return None
        return self.path if self.path is not None else self.frames[-1].base

    def take(self, lexeme: Lexeme, following: str) -> None:
        """Go on by one lexeme."""
        kind = lexeme.type
        if kind in _NAMES:
            self._name(str(lexeme.value), following)
        elif kind in {"lparen", "lbrace", "filter", "lbracket"}:
            self._open(kind)
        else:
            self._takers.get(kind, self._reset)()
        self.previous = kind

    def _name(self, name: str, following: str) -> None:
        if following == "lparen":
            self._function = name
            return
        parent = self.current() if self.previous == "dot" else self.frames[-1].base
        self._set((*parent, join_path((name,))) if parent is not None else None)

    def _open(self, kind: str) -> None:
        base = self.frames[-1].base
        parent = self.current() if self.previous in _OPERANDS else base
        if kind == "filter":
            frame = _Frame(element(parent), element(parent), kind)
        elif kind == "lbracket" and self.previous != "dot":
            # An index, a slice, [*] or the start of a list: all but the last go on with the elements.
            frame = _Frame(parent, element(parent), kind)
        elif kind == "lparen":
            frame = _Frame(base, None, kind, function=self._function)
        else:
            frame = _Frame(parent if self.previous == "dot" else base, None, kind)
        self._function = ""
        self.frames.append(frame)
        self._reset()

    def _close(self) -> None:
        if len(self.frames) > 1:
            inner = self.current()
            frame = self.frames.pop()
            if not frame.arguments:
                frame.first = inner
            if frame.kind != "lparen":
                inner = frame.after
            elif frame.function:
                inner = _result_of(frame.function, frame.first)
            self._set(inner)

    def _pipe(self) -> None:
        self.frames[-1].base = self.current()
        self._reset()

    def _comma(self) -> None:
        frame = self.frames[-1]
        if not frame.arguments:
            frame.first = self.current()
        frame.arguments += 1
        self._reset()

    def _expression_argument(self) -> None:
        frame = self.frames[-1]
        if frame.function in _BY_ELEMENT and frame.arguments:
            frame.base = element(frame.first)
        self._reset()

    def _colon(self) -> None:
        if self.frames[-1].kind == "lbrace":
            self._reset()

    def _set(self, path: Path) -> None:
        self.path, self.made = path, path is None

    def _reset(self) -> None:
        self.path, self.made = None, False
