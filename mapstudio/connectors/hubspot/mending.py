"""What the system makes of a text by a rule that mends: 070078ABC is kept as 070078 where only digits are allowed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mapstudio.model import Field, RuleKind


@dataclass(frozen=True, slots=True)
class Form:
    """What a rule makes of a text.

    Attributes:
        mend: Returns the text as the system keeps it.
        words: What a field takes by the rule.
        exact: Otherwise the system's own way is not known, and texts are only told apart that differ in every way.
    """

    mend: Callable[[str], str]
    words: str
    exact: bool = True


def mended(item: Field, text: str) -> str:
    """Return the text as the system keeps it, so that it is known for the same when it is read again."""
    for rule in item.rules:
        form = MENDS.get(tuple(rule.argument.split(" "))) if rule.kind is RuleKind.MENDED else None
        # Records are looked for by unique texts, which must not be another's.
        if form and (form.exact or not item.unique):
            text = form.mend(text)
    return text


def _only(test: Callable[[str], bool]) -> Callable[[str], str]:
    return lambda text: "".join(mark for mark in text if test(mark))


def _is_plain(mark: str) -> bool:
    return mark.isalnum() or mark.isspace()


def _without_blanks(text: str) -> str:
    return re.sub(r"\s", "", text)


def _folded(text: str) -> str:
    return text.upper().casefold()


MENDS: Mapping[tuple[str, ...], Form] = {
    ("ALPHANUMERIC", "ALPHANUMERIC"): Form(_only(str.isalnum), "letters and digits, and drops the rest"),
    ("ALPHANUMERIC", "ALPHA_ONLY"): Form(_only(str.isalpha), "letters, and drops the rest"),
    ("ALPHANUMERIC", "NUMERIC_ONLY"): Form(_only(str.isdecimal), "digits, and drops the rest"),
    ("FORMAT", "UPPER"): Form(str.upper, "any text, and makes its letters capitals"),
    ("FORMAT", "LOWER"): Form(str.lower, "any text, and makes its letters small"),
    ("FORMAT", "CAPITALIZATION"): Form(
        _folded, "any text, and makes the first letter of each word a capital", exact=False
    ),
    ("WHITESPACE", "TRIM"): Form(str.strip, "any text, and drops blanks at its ends"),
    ("WHITESPACE", "ALL"): Form(_without_blanks, "any text, and drops its blanks"),
    ("WHITESPACE",): Form(_without_blanks, "any text, and drops its blanks"),
    ("SPECIAL_CHARACTERS", "NOT_ALLOWED"): Form(_only(_is_plain), "any text, and drops special characters"),
}
"""By the rule's type and arguments; what mends is known of no others."""
