"""Bytes from a client's data never act on the terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio.model.terminal import clean, clean_block

BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
ACTING = st.characters(categories=["Cc", "Cf", "Cs", "Zl", "Zp"])


def _acts(character: str) -> bool:
    return (
        unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
        or unicodedata.bidirectional(character) in BIDI
        or character in "\u061c\u200e\u200f\ufeff"
    )


@given(st.one_of(st.text(alphabet=ACTING), st.text(alphabet=st.characters()), st.lists(ACTING).map("x".join)))
def test_nothing_that_is_shown_acts(text: str) -> None:
    shown = clean(text)
    assert not any(_acts(character) for character in shown)
    shown.encode()
    assert clean(shown) == shown
    assert not any(_acts(character) for character in clean_block(text) if character != "\n")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Begoña Núñez 🏨 日本", "Begoña Núñez 🏨 日本"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x1b]8;;http://x\x07link", "\\x1b]8;;http://x\\x07link"),
        ("\x9b2J", "\\x9b2J"),
        ("\x00\x7f", "\\x00\\x7f"),
        ("abc\u202egnp.exe", "abc\\u202egnp.exe"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("half \ud800", "half \\ud800"),
        ("tag \U000e0041", "tag \\ue0041"),
    ],
)
def test_what_acts_becomes_visible(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_a_block_keeps_its_own_lines() -> None:
    assert clean_block("one\ntwo\x1b") == "one\ntwo\\x1b"
