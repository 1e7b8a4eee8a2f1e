"""What to say of an expression that does not parse: where, what was expected, and what its author probably meant."""

from __future__ import annotations

from collections.abc import Sequence

from mapstudio.expressions.errors import ExpressionSyntaxError
from mapstudio.expressions.scanner import Lexeme

_WORDS = {"and": "&&", "or": "||", "not": "!"}
_OPENING = {"lparen": "rparen", "lbracket": "rbracket", "filter": "rbracket", "lbrace": "rbrace"}
_MARKS = {"rparen": ")", "rbracket": "]", "rbrace": "}"}
_OPERANDS = {"unquoted_identifier", "quoted_identifier", "literal", "number"}
_SIMPLE = {
    "colon": "a key with : stands inside of { } only",
    "eq": "write ==, !=, <= or >= without a space",
    "assign": "write == to compare; = binds a variable: let $x = EXPRESSION in ...",
    "expref": "& stands before an argument of functions such as sort_by, group_by or map only",
}
_NAMES = {"unquoted_identifier", "quoted_identifier"}


def at(position: int) -> str:
    """Return the position in words."""
    return f"at character {position + 1}"


def unexpected(text: str, lexemes: Sequence[Lexeme], index: int, expected: str) -> ExpressionSyntaxError:
    """Return the error for a lexeme that cannot stand where it does.

    Args:
        text: The expression.
        lexemes: All of it.
        index: The lexeme at fault; behind the last one for the end of the text.
        expected: What could stand there, in words.
    """
    found = lexemes[index] if index < len(lexemes) else None
    position = found.start if found is not None else len(text)
    unclosed = _unclosed(lexemes[:index])
    if found is None and unclosed is not None:
        mark = _MARKS[_OPENING[unclosed.type]]
        opened = text[unclosed.start : unclosed.end]
        return ExpressionSyntaxError(
            f'the "{opened}" {at(unclosed.start)} is not closed: expected {_or_mark(expected, mark)} at the end',
            position,
            f'close it with "{mark}"',
        )
    what = f'found "{text[found.start : found.end]}"' if found is not None else "found the end"
    remedy = _remedy(text, lexemes, index)
    return ExpressionSyntaxError(f"expected {expected} {at(position)}, {what}", position, remedy)


def _or_mark(expected: str, mark: str) -> str:
    return expected if f'"{mark}"' in expected else f'{expected} and then "{mark}"'


def _unclosed(lexemes: Sequence[Lexeme]) -> Lexeme | None:
    opened: list[Lexeme] = []
    for lexeme in lexemes:
        if lexeme.type in _OPENING:
            opened.append(lexeme)
        elif lexeme.type in _MARKS and opened and _OPENING[opened[-1].type] == lexeme.type:
            opened.pop()
    return opened[-1] if opened else None


def _remedy(text: str, lexemes: Sequence[Lexeme], index: int) -> str:
    found = lexemes[index] if index < len(lexemes) else None
    before = lexemes[index - 1] if index else None
    word = _word(lexemes, index)
    if word is not None:
        return f"write {_WORDS[word]} instead of {word}"
    if found is None:
        return "something is missing at the end" if before is not None and before.type != "rparen" else ""
    if found.type in _MARKS and _unclosed(lexemes[:index]) is None:
        return f'nothing is open here: remove "{_MARKS[found.type]}"'
    if found.type in _MARKS and before is not None and before.type == "comma":
        return "remove the comma"
    return _of_neighbours(text, found, before)


def _word(lexemes: Sequence[Lexeme], index: int) -> str | None:
    """Return the ``and``, ``or`` or ``not`` that stands for an operator at or before the lexeme at fault."""
    for position in (index, index - 1):
        if 0 <= position < len(lexemes):
            lexeme = lexemes[position]
            if lexeme.type == "unquoted_identifier" and str(lexeme.value).lower() in _WORDS:
                return str(lexeme.value).lower()
    return None


def _of_neighbours(text: str, found: Lexeme, before: Lexeme | None) -> str:
    written = text[found.start : found.end]
    after_value = before is not None and before.type in _OPERANDS | {"rparen", "rbracket", "flatten"}
    remedy = _SIMPLE.get(found.type, "")
    if found.type == "number":
        remedy = f"a number stands between backticks: `{written}`"
        if before is not None and before.type == "minus" and before.end == found.start:
            remedy += '; a field with - in its name stands in double quotes: "line-1"'
    elif found.type in _NAMES and before is not None and before.type in {"rbracket", "flatten"}:
        remedy = f'write "." before {written}'
    elif found.type in _NAMES and before is not None and before.type == "lbracket":
        remedy = f"[?{written}] keeps the elements where it is true, [].{written} reads it from each"
    elif found.type == "literal" and before is not None and before.type == "dot":
        remedy = 'a field behind a dot stands in double quotes, or in none: a."b c"'
    elif found.type == "quoted_identifier" and after_value:
        remedy = "a comma or an operator is missing; double quotes are for fields, single quotes for text"
    elif found.type in _OPERANDS and after_value:
        remedy = "a comma or an operator is missing before it"
    return remedy
