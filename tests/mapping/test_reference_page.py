"""The page for users says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mapstudio.mapping.examples import run_examples
from mapstudio.mapping.format import ASSOCIATION, DESTINATION, EACH, EXAMPLE, NESTED, SOURCE, TOP, Key
from mapstudio.mapping.reading import parse_mapping
from mapstudio.mapping.yaml_tree import MAX_CHARACTERS, MAX_DEPTH
from tests.mapping.samples import mapping_text

PAGE = (Path(__file__).resolve().parents[2] / "docs/reference/mapping.md").read_text("utf-8")


def test_its_file_is_a_mapping_whose_examples_pass() -> None:
    text, associations, lines = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    loaded = parse_mapping(text, "mapping.md")
    assert loaded.problems == ()
    for fields in (associations, lines):
        assert parse_mapping(mapping_text("").replace("fields:\n", fields), "mapping.md").problems == ()
    results = run_examples(loaded.require())
    assert results
    assert [result.differences for result in results if not result.passed] == []


@pytest.mark.parametrize(
    "key", [*TOP, *SOURCE, *EACH, *DESTINATION, *ASSOCIATION, *NESTED, *EXAMPLE], ids=lambda key: key.name
)
def test_every_key_and_word_stands_in_it(key: Key) -> None:
    assert re.search(rf"\b{key.name}\b", PAGE)
    for choice in key.choices:
        assert f"`{choice}`" in PAGE


def test_its_limits_are_the_code_s() -> None:
    assert MAX_CHARACTERS == 2_000_000
    assert f"nested {MAX_DEPTH} deep" in PAGE
