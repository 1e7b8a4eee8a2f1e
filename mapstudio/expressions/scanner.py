"""Text to lexemes. Never raises: what is no JMESPath becomes an ``error`` lexeme with its own explanation."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from mapstudio.expressions.budget import MAX_NESTING
from mapstudio.expressions.values import depth_of
from mapstudio.model import JsonValue
from mapstudio.model.exact_json import JsonError, loads

# The types are those of the jmespath package, whose parser reads them, and of the superset.
_OPERATORS = {
    "||": "or",
    "&&": "and",
    "==": "eq",
    "!=": "ne",
    "<=": "lte",
    ">=": "gte",
    "[]": "flatten",
    "[?": "filter",
    "|": "pipe",
    "&": "expref",
    "<": "lt",
    ">": "gt",
    "!": "not",
    ".": "dot",
    "*": "star",
    ",": "comma",
    ":": "colon",
    "@": "current",
    "(": "lparen",
    ")": "rparen",
    "{": "lbrace",
    "}": "rbrace",
    "[": "lbracket",
    "]": "rbracket",
    "?": "question",
    "$": "root",
    "=": "assign",
    "+": "plus",
    "-": "minus",
    "\N{MINUS SIGN}": "minus",
    "\N{MULTIPLICATION SIGN}": "multiply",
    "/": "divide",
    "\N{DIVISION SIGN}": "divide",
    "//": "div",
    "%": "modulo",
}
# Behind one of these stands an operator: "*" multiplies there and "-" is no sign of a number.
_OPERANDS_END = {
    "unquoted_identifier",
    "quoted_identifier",
    "literal",
    "number",
    "rparen",
    "rbracket",
    "rbrace",
    "flatten",
    "current",
    "root",
    "variable",
    "star",
}
_LEXEME = re.compile(
    r"""
    (?P<space>[ \t\r\n]+)
  | (?P<unquoted_identifier>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<number>-?[0-9]+)
  | (?P<quoted>"(?:\\.|[^"\\])*(?P<quoted_end>"?))
  | (?P<raw>'(?:\\.|[^'\\])*(?P<raw_end>'?))
  | (?P<literal>`(?:\\.|[^`\\])*(?P<literal_end>`?))
  | (?P<variable>\$[A-Za-z_][A-Za-z0-9_]*)
  | (?P<operator>\|\||&&|==|!=|<=|>=|//|\[\]|\[\?|[|&<>!.*,:@(){}\[\]?$=+\-−×/÷%])
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_DELIMITERS = {"quoted": '"', "raw": "'", "literal": "`"}
_CHARACTERS = {
    "#": 'a field with # in its name needs double quotes: "a#b"',
    ";": "separate arguments with a comma",
    "\\": "a backslash stands inside of quotes only",
    "“": "use straight quotes: \"field\" or 'text'",
    "”": "use straight quotes: \"field\" or 'text'",
    "„": "use straight quotes: \"field\" or 'text'",
    "‘": "use straight quotes: 'text'",
    "’": "use straight quotes: 'text'",
    "«": "use straight quotes: 'text'",
    "»": "use straight quotes: 'text'",
}


@dataclass(frozen=True, slots=True)
class Lexeme:
    """One piece of an expression's text.

    Attributes:
        type: The jmespath package's word for it; ``error`` for what cannot be read.
        value: The decoded value: a name, a literal, a number; the text itself for the rest.
        start: Offset of the first character.
        end: Offset behind the last one.
        problem: For an error: what is wrong.
        remedy: For an error: what to write instead.
    """

    type: str
    value: JsonValue
    start: int
    end: int
    problem: str = ""
    remedy: str = ""


def scan(text: str) -> Iterator[Lexeme]:
    """Yield the lexemes of a text; white space is left out."""
    previous = ""
    for match in _LEXEME.finditer(text):
        for lexeme in _lexemes(match, previous):
            yield lexeme
            previous = lexeme.type


def _lexemes(match: re.Match[str], previous: str) -> Iterator[Lexeme]:
    """Yield what one match is: nothing for white space, two lexemes for the ``-1`` of ``a -1``."""
    found, kind, start, end = match.group(), match.lastgroup, match.start(), match.end()
    if kind == "operator":
        multiplies = found == "*" and previous in _OPERANDS_END
        yield Lexeme("multiply" if multiplies else _OPERATORS[found], found, start, end)
    elif kind in {"unquoted_identifier", "variable"}:
        yield Lexeme(kind, found, start, end)
    elif kind == "number" and found.startswith("-") and previous in _OPERANDS_END:
        yield Lexeme("minus", "-", start, start + 1)
        yield Lexeme("number", int(found[1:]), start + 1, end)
    elif kind == "number":
        yield Lexeme("number", int(found), start, end)
    elif kind == "other":
        problem = f'"{found}" has no meaning here' if found.isprintable() else "there is an invisible character"
        yield Lexeme("error", found, start, end, problem, _CHARACTERS.get(found, ""))
    elif kind != "space":
        yield _delimited(match)


def _delimited(match: re.Match[str]) -> Lexeme:
    name = next(name for name in _DELIMITERS if match.group(name) is not None)
    mark, start, end = _DELIMITERS[name], match.start(), match.end()
    if not match.group(f"{name}_end"):
        what = "literal" if name == "literal" else "quote"
        remedy = f"close it with {mark}"
        if name == "raw":
            remedy += ", and write \\' for a quote inside of a text"
        return Lexeme("error", match.group(), start, end, f"the {what} {mark} is not closed", remedy)
    inner = match.group()[1:-1]
    if name == "raw":
        return Lexeme("literal", inner.replace("\\'", "'"), start, end)
    if name == "quoted":
        return _quoted_name(match.group(), start, end)
    return _json_literal(inner, start, end)


def _quoted_name(text: str, start: int, end: int) -> Lexeme:
    try:
        return Lexeme("quoted_identifier", json.loads(text), start, end)
    except ValueError:
        remedy = "inside of double quotes stands a field's name as JSON writes it: no line break, \\\\ for a backslash"
        return Lexeme("error", text, start, end, f"{_short(text)} is no quoted name", remedy)


def _json_literal(inner: str, start: int, end: int) -> Lexeme:
    text = inner.replace("\\`", "`")
    remedy = "between backticks stands JSON: `5`, `true`, `null`, `[1, 2]`; a text is 'text'"
    try:
        value = loads(text)
    except JsonError as error:
        # The specification's first version took a bare word for a text; that stays, but for words of other meaning.
        if text.strip() in {"NaN", "Infinity", "-Infinity"} or text.lstrip()[:1] in {"[", "{", '"'}:
            return Lexeme("error", text, start, end, f"`{_short(text)}` is no literal", remedy)
        try:
            value = json.loads(f'"{text.lstrip()}"')
        except ValueError:
            return Lexeme("error", text, start, end, f"`{_short(text)}` is no literal: it is {error}", remedy)
    if depth_of(value, MAX_NESTING) > MAX_NESTING:
        return Lexeme("error", text, start, end, "the literal is nested too deep", "")
    return Lexeme("literal", value, start, end)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
