"""When YAML itself cannot be read: every row at fault is found, so that all problems are told at once.

The parser stops at its first error. A row that stops it is blanked out (by spaces, so that all places stay true) and
the rest is parsed again, until the file reads or the fault lies outside of the rows. The file itself is never touched.
"""

from __future__ import annotations

import re

from mapstudio.mapping.context import ReadingContext
from mapstudio.mapping.expression_text import QUOTE
from mapstudio.mapping.yaml_tree import NotYamlError, Tree, parse_tree

MAX_ROUNDS = 50
MAX_WORK = 2_000_000
"""Characters parsed again in all: a large file is blamed for fewer rows, never for minutes."""

_FIELDS = re.compile(r"^fields[ \t]*:[ \t]*(?:#.*)?$")
_EXPRESSION_KEY = re.compile(r".*\b(where|items|from)\s*:")
_ROW_NAME = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^:]+?)\s*:(?=\s|$)""")


def recover(context: ReadingContext, failure: NotYamlError) -> Tree | None:
    """Note why the text is no YAML, row by row where it can be told, and return the tree of what is left."""
    text = context.text
    error = failure
    for _ in range(max(1, min(MAX_ROUNDS, MAX_WORK // max(1, len(text))))):
        found = _blame(text, error)
        if found is None:
            _note_outside(context, error)
            return None
        start, end, outcome = found
        _note_row(context, error, start)
        text = _blank(text, start, end)
        if isinstance(outcome, Tree):
            return outcome
        error = outcome
    return None


def _blame(text: str, error: NotYamlError) -> tuple[int, int, Tree | NotYamlError] | None:
    """Return the row without which the text reads further, and what is read then."""
    spans = _row_spans(text)
    places = [
        index for index, (start, end) in enumerate(spans) if start <= error.context < end or start <= error.start < end
    ]
    if not places and spans and error.start >= spans[-1][1]:
        places = [len(spans) - 1]
    for index in [*places, *(index - 1 for index in places if index > 0 and index - 1 not in places)]:
        start, end = spans[index]
        try:
            return start, end, parse_tree(_blank(text, start, end))
        except NotYamlError as further:
            if further.start > max(error.start, end - 1):
                return start, end, further
    return None


def _row_spans(text: str) -> list[tuple[int, int]]:
    """Return beginning and end of each row of a block-style ``fields``, told by indentation alone."""
    spans: list[tuple[int, int]] = []
    offset, inside, indentation = 0, False, 0
    for line in text.splitlines(keepends=True):
        stripped = line.strip()
        depth = len(line) - len(line.lstrip(" "))
        if inside and stripped and not stripped.startswith("#"):
            if depth == 0:
                break
            indentation = indentation or depth
            if depth <= indentation:
                spans.append((offset, offset + len(line)))
        if inside and spans and (depth > indentation or not stripped):
            spans[-1] = (spans[-1][0], offset + len(line))
        inside = inside or bool(_FIELDS.match(line.rstrip("\r\n")))
        offset += len(line)
    return spans


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + re.sub(r"[^\r\n]", " ", text[start:end]) + text[end:]


def _note_row(context: ReadingContext, error: NotYamlError, start: int) -> None:
    line = context.rest_of_line(start)
    match = _ROW_NAME.match(line)
    row = match.group(1).strip("\"'") if match else line.strip()
    context.error(start, f"YAML cannot read the row: {_plain(error, context.text)}", QUOTE, row=row)


def _note_outside(context: ReadingContext, error: NotYamlError) -> None:
    line_start = context.line_start(context.line(error.start))
    match = _EXPRESSION_KEY.match(context.text[line_start : error.start])
    row = {"where": "where", "items": "each"}.get(match.group(1), "") if match else ""
    remedy = QUOTE if match else "correct it in a text editor; the file is left as it is"
    context.error(error.start, f"the file is not YAML: {_plain(error, context.text)}", remedy, row=row)


def _plain(error: NotYamlError, text: str) -> str:
    if error.start < len(text) and text[error.start] == "\t":
        return "a tab stands here, YAML takes spaces only"
    return next((words for start, words in _PLAIN_WORDS.items() if error.message.startswith(start)), error.message)


_PLAIN_WORDS = {
    "mapping values are not allowed": 'a colon and a space (": ") may not stand in plain text',
    "found unexpected end of stream": "a quote is opened and never closed",
    "expected <block end>": "something follows where the value has ended, or the indentation is wrong",
    "expected chomping": "| and > begin a block of text and take nothing behind them",
    "expected ',' or '}'": "a { is not closed, or a comma is missing",
    "expected ',' or ']'": "a [ is not closed, or a comma is missing",
    "could not find expected ':'": "a name without a colon stands here",
}
