"""What the value at a place of an unfinished expression is a part of: follows the text, not the syntax tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from mapstudio.expressions.functions import FUNCTIONS
from mapstudio.expressions.scanner import Lexeme
from mapstudio.model.paths import join_path

Path: TypeAlias = "tuple[str, ...] | None"
"""Parts of a path, ``()`` for the record; ``None`` for a value that is made and has no known fields."""

_ELEMENT_OF = {"min_by", "max_by", "first", "last"}
_SAME_AS = {
    *("sort_by", "reverse", "unique", "compact"),
    *("not_null", "coalesce", "default", "blank_to_null", "null_if"),
}
_NAMES = {"unquoted_identifier", "quoted_identifier"}
_ENDS = {*_NAMES, "variable", "root", "literal", "rparen", "rbracket", "rbrace", "flatten"}
_OPERANDS = {*_ENDS, "current", "dot", "star"}
_OPENING = {"lparen", "lbrace", "filter", "lbracket"}
_CLOSING = {"rparen", "rbrace", "rbracket"}
_INDEXES = {"number", "star", "colon"}
_LET, _BODY = "let", "body"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the record a value comes from.

    Attributes:
        path: See :data:`Path`.
        listed: It is a list of what stands at the path.
    """

    path: Path = None
    listed: bool = False

    def below(self, name: str) -> Place:
        """The place of a field; a list has none."""
        return Place() if self.path is None or self.listed else Place((*self.path, join_path((name,))))

    def element(self) -> Place:
        """The place of a list's elements."""
        if self.path is None or self.listed:
            return Place(self.path)
        return Place((*self.path[:-1], self.path[-1] + "[]") if self.path else ("[]",))


_RECORD, _MADE = Place(()), Place()


@dataclass(frozen=True, slots=True)
class Context:
    """What a word at the cursor is a field of.

    Attributes:
        path: See :data:`Path`.
        after_dot: Only a field can follow.
        variables: The variables that are bound there, ``$x``, each with the place of its value.
    """

    path: Path
    after_dot: bool
    variables: Mapping[str, Place] = field(default_factory=dict)


def context_after(lexemes: Sequence[Lexeme], following: Sequence[Lexeme] = ()) -> Context | None:
    """Return what a word between the lexemes would be a field of, ``None`` where no word can stand.

    Args:
        lexemes: What stands before it.
        following: What stands behind it: of ``map(&..., elements)`` the elements come last.
    """
    walk = _Walk([*lexemes, *following], {})
    walk.go(0, len(lexemes))
    if walk.previous in _ENDS:
        return None
    frame = walk.frames[-1]
    if frame.kind == "lbrace" and walk.previous in {"lbrace", "comma"}:
        return None
    after_dot = walk.previous == "dot"
    place = walk.going_on() if after_dot else frame.base
    return Context(None if place.listed else place.path, after_dot, frame.variables)


@dataclass
class _Frame:
    """An open bracket, or the ``let`` that is open inside of one.

    Attributes:
        base: What ``@`` is in there.
        after: The place of the whole once the bracket is closed.
        kind: The bracket.
        projects: What follows the closed bracket is read of each element.
        function: The function whose arguments these are.
        first: The place of the first argument.
        arguments: How many are complete.
        variables: The variables that are seen in there.
        bound: Those of a ``let``, which are seen in its body only.
        binding: The one whose value is being written.
    """

    base: Place
    after: Place = _MADE
    kind: str = ""
    projects: bool = False
    function: str = ""
    first: Place = _MADE
    arguments: int = 0
    variables: Mapping[str, Place] = field(default_factory=dict)
    bound: dict[str, Place] = field(default_factory=dict)
    binding: str = ""


def _result_of(function: str, first: Place) -> Place:
    """Return the place of a function's result, where it has the fields of its first argument or of its elements."""
    if function in _ELEMENT_OF:
        return first.element()
    return first if function in _SAME_AS else _MADE


def _takes_expression(function: str, place: int) -> bool:
    known = FUNCTIONS.get(function)
    return known is not None and place < len(known.parameters) and known.parameters[place].is_expression


class _Walk:
    """Follows the text, knowing at each place which part of the record is looked at.

    Args:
        text: All lexemes.
        known: What was looked up ahead, by the index of its ``&``; shared, so that nothing is followed twice.
        base: What ``@`` is.
        variables: The variables that are seen.

    Attributes:
        frames: The open brackets; the first one is the expression itself.
        place: The operand that is being written, ``None`` before its first word.
        projecting: What follows is read of each element: the operand as a whole is a list.
        previous: The type of the last lexeme.
    """

    def __init__(
        self,
        text: Sequence[Lexeme],
        known: dict[int, Place],
        base: Place = _RECORD,
        variables: Mapping[str, Place] | None = None,
    ) -> None:
        self.frames = [_Frame(base, variables=variables or {})]
        self.place: Place | None = None
        self.projecting = False
        self.previous = ""
        self._text = text
        self._known = known
        self._index = 0
        self._variable = ""
        self._function = ""
        self._takers: Mapping[str, Callable[[], None]] = {
            **dict.fromkeys(_CLOSING, self._close),
            **dict.fromkeys(_OPENING, self._open),
            **dict.fromkeys(("dot", "number"), lambda: None),
            "star": self._star,
            "flatten": self._flatten,
            "current": lambda: self._set(self.frames[-1].base),
            "root": lambda: self._set(_RECORD),
            "literal": lambda: self._set(_MADE),
            "variable": self._take_variable,
            "assign": self._assign,
            "pipe": self._pipe,
            "comma": self._comma,
            "expref": self._expression_argument,
            "colon": self._colon,
        }

    def go(self, start: int, end: int) -> None:
        """Follow the lexemes from one place to another."""
        for self._index in range(start, end):
            kind = self._text[self._index].type
            if kind in _NAMES:
                kind = kind if self._name() else "keyword"
            else:
                self._takers.get(kind, self._reset)()
            self.previous = kind

    def going_on(self) -> Place:
        """The place that a bracket or a dot goes on from."""
        return self.frames[-1].base if self.place is None else self.place

    def value(self) -> Place:
        """The place of the operand as a whole."""
        place = self.going_on()
        return Place(place.path, listed=True) if self.projecting else place

    def _following(self) -> str:
        return self._text[self._index + 1].type if self._index + 1 < len(self._text) else ""

    def _name(self) -> bool:
        """Take a name; a word of the grammar is no operand."""
        lexeme, frame = self._text[self._index], self.frames[-1]
        after, name = self._following(), str(lexeme.value)
        plain = lexeme.type == "unquoted_identifier" and self.previous != "dot"
        if plain and name == "let" and after == "variable":
            self.frames.append(_Frame(frame.base, kind=_LET, variables=frame.variables))
            self._reset()
            return False
        if plain and name == "in" and frame.kind == _LET and frame.binding:
            self._bind()
            frame.kind, frame.variables = _BODY, {**frame.variables, **frame.bound}
            return False
        if after == "lparen":
            self._function = name
        elif self.previous == "dot":
            self.place = self.going_on().below(name)
        else:
            self._set(frame.base.below(name))
        return True

    def _take_variable(self) -> None:
        self._variable = str(self._text[self._index].value)
        self._set(self.frames[-1].variables.get(self._variable, _MADE))

    def _assign(self) -> None:
        if self.frames[-1].kind == _LET:
            self.frames[-1].binding = self._variable
        self._reset()

    def _bind(self) -> None:
        frame = self.frames[-1]
        frame.bound[frame.binding] = self.value()
        frame.binding = ""
        self._reset()

    def _star(self) -> None:
        frame = self.frames[-1]
        if self.previous == "lbracket":
            frame.projects = True
        else:
            # The values of an object, whose names nobody knows.
            self._set(_MADE)

    def _flatten(self) -> None:
        self.place = self.going_on().element()
        self.projecting = True

    def _open(self) -> None:
        kind, base = self._text[self._index].type, self.frames[-1].base
        goes_on = self.previous in _OPERANDS
        parent = self.going_on() if goes_on else base
        if kind == "filter":
            frame = _Frame(parent.element(), parent.element(), kind, projects=True)
        elif kind == "lbracket" and (goes_on or self._following() in _INDEXES) and self.previous != "dot":
            frame = _Frame(parent, parent.element(), kind, projects=self.projecting)
        elif kind == "lparen":
            frame = _Frame(base, kind=kind, function=self._function)
        else:
            # A multi-select: of each element behind a projection, a made value in any case.
            frame = _Frame(parent if self.previous == "dot" else base, kind=kind)
        frame.variables = self.frames[-1].variables
        self._function = ""
        self.frames.append(frame)
        self._reset()

    def _close(self) -> None:
        self._leave_lets()
        if len(self.frames) == 1:
            return
        inner = self.value()
        frame = self.frames.pop()
        first = frame.first if frame.arguments else inner
        if frame.kind == "lparen":
            self._set(_result_of(frame.function, first) if frame.function else inner)
        else:
            self._set(frame.after)
            self.projecting = frame.projects

    def _leave_lets(self) -> None:
        """Leave what a ``let`` goes on with: a bracket or a comma ends it."""
        while self.frames[-1].kind in {_LET, _BODY} and len(self.frames) > 1:
            inner = self.value()
            self.frames.pop()
            self._set(inner)

    def _pipe(self) -> None:
        self.frames[-1].base = self.value()
        self._reset()

    def _comma(self) -> None:
        if self.frames[-1].kind == _LET:
            self._bind()
            return
        self._leave_lets()
        frame = self.frames[-1]
        if not frame.arguments:
            frame.first = self.value()
        frame.arguments += 1
        self._reset()

    def _expression_argument(self) -> None:
        frame = self.frames[-1]
        if _takes_expression(frame.function, frame.arguments):
            frame.base = (frame.first if frame.arguments else self._ahead()).element()
        self._reset()

    def _ahead(self) -> Place:
        """Return the place of the argument behind the next comma: of ``map(&..., elements)`` the elements come last."""
        if self._index not in self._known:
            begin, end = self._argument_ahead()
            walk = _Walk(self._text, self._known, self.frames[-1].base, self.frames[-1].variables)
            walk.go(begin, end)
            self._known[self._index] = walk.value() if begin < end else _MADE
        return self._known[self._index]

    def _argument_ahead(self) -> tuple[int, int]:
        depth, begin = 0, len(self._text)
        for index in range(self._index + 1, len(self._text)):
            kind = self._text[index].type
            depth += (kind in _OPENING) - (kind in _CLOSING)
            if depth < 0 or (kind == "comma" and not depth and begin < index):
                return begin, index
            if kind == "comma" and not depth:
                begin = index + 1
        return begin, len(self._text)

    def _colon(self) -> None:
        frame = self.frames[-1]
        if frame.kind == "lbracket":
            frame.projects = True
        else:
            # Of ``{key: value}`` and ``a ? b : c`` something else begins.
            self._reset()

    def _set(self, place: Place) -> None:
        self.place, self.projecting = place, False

    def _reset(self) -> None:
        self.place, self.projecting = None, False
