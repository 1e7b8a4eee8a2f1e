"""Every mark of the studio in two forms: one cell of Unicode, or ASCII where the locale is not UTF-8."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One set of marks. States are one cell wide in Unicode, at most two in ASCII; all others are always one cell.

    Attributes:
        ascii: Whether this is the ASCII set.
        null: Null where there is room; ``null_short`` in a column under five cells.
        ellipsis: Stands for cut text.
        masked: One masked character.
        caret: Points at the place of a syntax error.
    """

    ascii: bool
    fine: str
    some_fail: str
    blocks: str
    question: str
    drifted: str
    suggestion: str
    unfed: str
    draft: str
    ignored: str
    unused: str
    create: str
    update: str
    removed: str
    unchanged: str
    review: str
    wait: str
    required: str
    null: str
    null_short: str
    cursor: str
    masked: str
    ellipsis: str
    arrow: str
    opened: str
    closed: str
    bar: str
    input_mark: str
    divider: str
    dot: str
    space: str
    caret: str = "^"


UNICODE = Glyphs(
    ascii=False,
    fine="✓",
    some_fail="!",
    blocks="✗",
    question="?",
    drifted="Δ",
    suggestion="◇",
    unfed="◌",
    draft="…",
    ignored="–",
    unused="·",
    create="+",
    update="~",
    removed="-",
    unchanged="=",
    review="?",
    wait="◷",
    required="*",
    null="∅",
    null_short="∅",
    cursor="▸",
    masked="•",
    ellipsis="…",
    arrow="→",
    opened="▾",
    closed="▸",
    bar="━",
    input_mark="▎",
    divider="╌",
    dot="·",
    space="·",
)
ASCII = Glyphs(
    ascii=True,
    fine="ok",
    some_fail="!",
    blocks="!!",
    question="?",
    drifted="~",
    suggestion="+",
    unfed="--",
    draft="..",
    ignored="x",
    unused=".",
    create="+",
    update="~",
    removed="-",
    unchanged="=",
    review="?",
    wait="&",
    required="*",
    null="null",
    null_short="-",
    cursor=">",
    masked="*",
    ellipsis="~",
    arrow=">",
    opened="v",
    closed=">",
    bar="=",
    input_mark="|",
    divider="-",
    dot=".",
    space=".",
)


def choose_glyphs(*, ascii_only: bool, environment: Mapping[str, str]) -> Glyphs:
    """Return the ASCII set when it was asked for or the locale is not UTF-8."""
    return ASCII if ascii_only or not is_utf8(environment) else UNICODE


def is_utf8(environment: Mapping[str, str]) -> bool:
    """Return whether the locale is UTF-8: the first of ``LC_ALL``, ``LC_CTYPE``, ``LANG`` that is set decides.

    Without any of them the terminal is taken as UTF-8 (Windows, macOS and containers often set none).
    """
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        if value := environment.get(name):
            return "utf-8" in value.lower() or "utf8" in value.lower()
    return True
