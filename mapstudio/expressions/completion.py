"""What could stand at the cursor: fields of the value that is being looked at there, and functions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mapstudio.expressions.cursor import Place, context_after
from mapstudio.expressions.functions import FUNCTIONS
from mapstudio.expressions.scanner import Lexeme, scan
from mapstudio.model import Field, FieldType
from mapstudio.model.paths import join_path, split_path

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class CompletionKind(StrEnum):
    """What a completion inserts."""

    FIELD = "field"
    FUNCTION = "function"
    VARIABLE = "variable"


@dataclass(frozen=True, slots=True)
class Completion:
    """One proposal.

    Attributes:
        text: What to put in place of the text from ``start`` to ``end``.
        start: Where the word at the cursor starts.
        end: Where it ends: the cursor, or the end of the word that the cursor stands in.
        kind: See :class:`CompletionKind`.
        detail: A field's label and type, a function's signature.
        path: The field's path from the record, to look its values up; empty for anything else.
    """

    text: str
    start: int
    end: int
    kind: CompletionKind
    detail: str
    path: str = ""


def complete(text: str, cursor: int, fields: Iterable[Field | str]) -> Sequence[Completion]:
    """Return what could stand at the cursor, best first. Never raises, whatever the text is.

    Args:
        text: The expression, finished or not.
        cursor: Offset in the text.
        fields: The source's fields; names are paths such as ``lines[].price``.
    """
    cursor = max(0, min(cursor, len(text)))
    before = list(scan(text[:cursor]))
    word, start = "", cursor
    if before and _is_word(before[-1], cursor):
        last = before.pop()
        word, start = str(last.value).lstrip('"'), last.start
    elif before and before[-1].end == cursor and before[-1].type in {"error", "number"}:
        return []
    end = _end_of_word(text, start, cursor)
    context = context_after(before, list(scan(text[end:])))
    if context is None:
        return []
    if word.startswith("$"):
        return [] if context.after_dot else _variables(context.variables, word, start, end)
    found = _fields(fields, context.path, word, start, end) if context.path is not None else []
    if context.after_dot:
        return found
    variables = _variables(context.variables, word, start, end) if not word else []
    return [*variables, *found, *_functions(word, start, end)]


def _is_word(lexeme: Lexeme, cursor: int) -> bool:
    if lexeme.end != cursor:
        return False
    is_word = lexeme.type in {"unquoted_identifier", "variable", "root"}
    return is_word or (lexeme.type == "error" and str(lexeme.value).startswith('"'))


def _end_of_word(text: str, start: int, cursor: int) -> int:
    if text[start : start + 1] == '"':
        return cursor + 1 if text[cursor : cursor + 1] == '"' else cursor
    match = re.compile(r"[A-Za-z0-9_]*").match(text, cursor)
    return match.end() if match is not None else cursor


def _variables(variables: Mapping[str, Place], word: str, start: int, end: int) -> list[Completion]:
    found = [name for name in variables if name.startswith(word)]
    return [
        Completion(name, start, end, CompletionKind.VARIABLE, _of_variable(variables[name])) for name in reversed(found)
    ]


def _of_variable(place: Place) -> str:
    return f"variable, {'.'.join(place.path)}" if place.path else "variable"


def _fields(fields: Iterable[Field | str], path: tuple[str, ...], word: str, start: int, end: int) -> list[Completion]:
    wanted = word.casefold()
    ranked: dict[str, tuple[int, Completion]] = {}
    for item in fields:
        known = item if isinstance(item, Field) else Field(item)
        parts = _parts(known.name)
        if parts is None or len(parts) <= len(path) or parts[: len(path)] != path:
            continue
        part = parts[len(path)]
        is_leaf = len(parts) == len(path) + 1
        name = split_path(part.removesuffix("[]"))[0] if not part.startswith("[]") else ""
        rank = _rank(wanted, name, known.label if is_leaf else "")
        if name and rank is not None and (name not in ranked or is_leaf):
            detail = _detail(known) if is_leaf else ("list" if part.endswith("[]") else "object")
            shown = name if _PLAIN.fullmatch(name) else json.dumps(name, ensure_ascii=False)
            whole = ".".join(parts[: len(path) + 1])
            ranked[name] = (rank, Completion(shown, start, end, CompletionKind.FIELD, detail, whole))
    return [item for _, item in sorted(ranked.values(), key=lambda pair: pair[0])]


def _parts(name: str) -> tuple[str, ...] | None:
    try:
        return tuple(
            join_path((part.removesuffix("[]"),)) + ("[]" if part.endswith("[]") else "") for part in split_path(name)
        )
    except ValueError:
        return None


def _rank(word: str, name: str, label: str) -> int | None:
    folded = name.casefold()
    if folded.startswith(word):
        return 0
    if word in folded:
        return 1
    return 2 if word in label.casefold() else None


def _detail(item: Field) -> str:
    kind = "" if item.type is FieldType.UNKNOWN else f"{item.type}{'?' if item.guessed else ''}"
    label = item.label if item.label != item.name else ""
    return ", ".join(part for part in (label, kind) if part)


def _functions(word: str, start: int, end: int) -> list[Completion]:
    if word.startswith('"'):
        return []
    wanted = word.casefold()
    found = [item for item in FUNCTIONS if wanted in item.name]
    found.sort(key=lambda item: (not item.name.startswith(wanted), item.name))
    return [Completion(f"{item.name}(", start, end, CompletionKind.FUNCTION, item.signature) for item in found]
