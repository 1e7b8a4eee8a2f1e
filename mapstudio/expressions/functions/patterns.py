r"""Regular expressions that cannot hang: RE2 takes time in proportion to the text, whatever the pattern.

``\w`` and ``\s`` know the letters and spaces of all scripts, as people expect of names; RE2's own know ASCII only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from mapstudio.expressions.budget import Budget
from mapstudio.expressions.errors import EvaluationError

MAX_PATTERN = 1000
_MAX_MEMORY = 1 << 20
# Work of the engine (bytes of text times instructions) that costs as much as one step of an expression. The first
# search of a text is charged in full; of the searches behind a match few read to the end of the text.
_WORK_A_STEP = 200
_WORK_A_STEP_BEHIND = 10_000

_WORD = r"\pL\pM\pN_"
_SPACE = r"\s\v\x{85}\pZ"
_CLASSES = {"w": _WORD, "W": _WORD, "s": _SPACE, "S": _SPACE}
_PARTS = re.compile(r"\\Q.*?(?:\\E|\Z)|\\[pP]\{[^}]*\}|\\.|\[:\^?\w+:\]|\[\^?\]?|\]|.", re.DOTALL)
_REMEDIES = (
    ("invalid perl operator: (?<", "looking behind or ahead is not supported: match more, and take a group of it"),
    ("invalid perl operator: (?=", "looking behind or ahead is not supported: match more, and take a group of it"),
    ("invalid perl operator: (?!", "looking behind or ahead is not supported: match more, and take a group of it"),
    ("invalid repetition size", "at most 1000 times"),
    ("bad repetition operator", "one of *, +, ?, {n,m} behind a part, with ? behind it for as few as possible"),
    ("invalid escape sequence: \\Z", r"write \z for the end of the text"),
    ("pattern too large", "repeat less"),
)
_REFERENCE = re.compile(r"\$(?:(\$)|(\d+)|\{(\w+)\}|())")

Replacement: TypeAlias = "tuple[str | int, ...]"
"""Texts, and the numbers of groups."""


class PatternError(ValueError):
    """No pattern, or no replacement for one; the message is a part of a sentence, ``remedy`` what to do."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern.

    Attributes:
        engine: Of the package re2.
        size: How many instructions of it can be at work at once.
        groups: How many groups it has.
        names: The numbers of those that have names.
    """

    engine: Any
    size: int
    groups: int
    names: Mapping[str, int]

    def first(self, text: str, budget: Budget) -> Any | None:  # noqa: ANN401 - the package has no types
        """Return the first match in a text, ``None`` when there is none.

        Raises:
            EvaluationError: The text is too long for the pattern.
        """
        self._charge(text, budget)
        return self.engine.search(text)

    def all(self, text: str, budget: Budget) -> Iterator[Any]:
        """Yield the matches in a text, which do not overlap.

        Raises:
            EvaluationError: There is too much to do.
        """
        self._charge(text, budget)
        for match in self.engine.finditer(text):
            yield match
            budget.step(1 + (len(text) - match.end()) * self.size // _WORK_A_STEP_BEHIND)

    def _charge(self, text: str, budget: Budget) -> None:
        budget.step(2 + len(text) * self.size // _WORK_A_STEP)
        if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
            raise EvaluationError("the text has a broken character in it, which no pattern can read", text)


@lru_cache(maxsize=128)
def read_pattern(text: str) -> Pattern:
    """Compile a pattern.

    Raises:
        PatternError: It is none.
    """
    # Loaded by the first pattern, not when a mapping without any is checked.
    import re2  # noqa: PLC0415

    if len(text) > MAX_PATTERN:
        raise PatternError(f"the pattern has {len(text)} characters, {MAX_PATTERN} are allowed")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MAX_MEMORY
    try:
        engine = re2.compile(_for_all_scripts(text), options)
        # Of a class with hundreds of ranges only a few are looked at for a character.
        size = re2.compile(text, options).programsize
    except re2.error as error:
        raise _refused(str(error.args[0], "utf-8", "replace")) from error
    except UnicodeEncodeError as error:
        raise PatternError("the pattern has a broken character in it") from error
    return Pattern(engine, size, engine.groups, dict(engine.groupindex))


def _refused(reason: str) -> PatternError:
    remedy = next((words for start, words in _REMEDIES if reason.startswith(start)), "")
    if re.match(r"invalid escape sequence: \\[1-9]", reason):
        remedy = "what a group matched before cannot be asked for again"
    return PatternError(reason.replace("perl operator", "operator"), remedy)


def _for_all_scripts(text: str) -> str:
    parts: list[str] = []
    inside = False
    for match in _PARTS.finditer(text):
        part = match.group()
        kind = part[1:] if part[0] == "\\" else ""
        if kind in _CLASSES:
            if inside and kind.isupper():
                raise PatternError(f"{part} cannot stand inside [ ]", f"write [^ ] with \\{kind.lower()} in it")
            part = _CLASSES[kind] if inside else f"[{'^' if kind.isupper() else ''}{_CLASSES[kind]}]"
        elif part[0] == "[" and not part.startswith("[:"):
            # A bracket inside of brackets is a plain character.
            inside = True
        elif part == "]":
            inside = False
        parts.append(part)
    return "".join(parts)


def read_replacement(text: str, pattern: Pattern) -> Replacement:
    """Read ``$1``, ``${name}`` and ``$$`` in what stands for a match.

    Raises:
        PatternError: The pattern has no such group.
    """
    parts: list[str | int] = []
    position = 0
    for match in _REFERENCE.finditer(text):
        dollar, number, name, _ = match.groups()
        parts.append(text[position : match.start()] + (dollar or ""))
        position = match.end()
        if dollar is None:
            if number is None and name is None:
                raise PatternError("$ stands alone in the replacement", "write $$ for a dollar sign, ${1} for a group")
            parts.append(group_number(pattern, number if number is not None else name))
    parts.append(text[position:])
    return tuple(part for part in parts if part != "")


def group_number(pattern: Pattern, group: str) -> int:
    """Return the number of a group, given by number or name.

    Raises:
        PatternError: There is none.
    """
    found = pattern.names.get(group)
    if found is None and group.isdecimal() and len(group) <= 3 and int(group) <= pattern.groups:
        found = int(group)
    if found is None:
        number = f"{pattern.groups} group{'' if pattern.groups == 1 else 's'}" if pattern.groups else "no groups"
        raise PatternError(f"there is no group {group}: the pattern has {number}", "put ( ) around what is meant")
    return found


def replaced(pattern: Pattern, text: str, replacement: Replacement, budget: Budget) -> str:
    """Return the text with all matches replaced.

    Raises:
        EvaluationError: There is too much to do, or the text would be too long.
    """
    parts: list[str] = []
    position = 0
    for match in pattern.all(text, budget):
        found: Sequence[str] = [
            part if isinstance(part, str) else match.group(part) or ""
            for part in (text[position : match.start()], *replacement)
        ]
        budget.write(sum(map(len, found)))
        parts.extend(found)
        position = match.end()
    parts.append(text[position:])
    return "".join(parts)
