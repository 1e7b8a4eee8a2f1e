"""The shipped JSON Schema is the one that the code makes, and it takes what the reader takes."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from mapstudio.mapping.json_schema import SCHEMA_FILE, json_schema
from mapstudio.mapping.reading import parse_mapping
from mapstudio.mapping.scalars import node_value
from mapstudio.mapping.yaml_tree import parse_tree
from mapstudio.model import JsonValue
from tests.mapping.samples import GUESTS, mapping_text

SAMPLES = sorted((Path(__file__).resolve().parents[2] / "mappings").glob("*/*.yaml"))


def as_json(text: str) -> JsonValue:
    root = parse_tree(text).root
    assert root is not None
    return node_value(root)


def is_valid(text: str) -> bool:
    return bool(jsonschema.Draft202012Validator(json_schema()).is_valid(as_json(text)))


def test_the_shipped_file_is_the_generated_one() -> None:
    assert json.loads(SCHEMA_FILE.read_text("utf-8")) == json_schema(), (
        "python -m mapstudio.mapping.json_schema writes it"
    )


def test_it_is_a_json_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_sample_project_is_valid(path: Path) -> None:
    text = path.read_text("utf-8")
    assert is_valid(text)
    assert [problem for problem in parse_mapping(text, path.name).problems if problem.severity == "error"] == []


@pytest.mark.parametrize(
    "row",
    [
        "a: b",
        "a: {from: b, values: t, default: {binding: c}, by: d, on_null: clear, on_error: skip, draft: true}",
        "a: {from: b, blank: keep, note: c}",
        "a: {constant: [1]}",
        "a: {binding: b}",
        "a: {question: b, owner: c, due: 2026-01-01, answer: d}",
        "a: {ignore: b, x-c: {d: 1}, note: e}",
        "a: {each: lines, key: sku, fields: {b: c}}",
        "associations.deals: a",
        "associations.deals: {from: a, by: b, label: c, replace: true, on_null: clear}",
    ],
)
def test_it_takes_every_kind_of_row(row: str) -> None:
    assert is_valid(mapping_text(row, rest="values: {t: {1: a}}\n"))
    assert is_valid(GUESTS)


@pytest.mark.parametrize(
    "text",
    [
        mapping_text("a: {from: b, constant: c}"),
        mapping_text("a: {note: b}"),
        mapping_text("a: {from: b, vales: c}"),
        mapping_text("a: {from: b, default: null}"),
        mapping_text("a: {from: b, on_null: drop}"),
        mapping_text("a: {from: b, label: c}"),
        mapping_text("associations.deals: {by: b, label: c}"),
        mapping_text("associations.deals: {link: a}"),
        mapping_text("a: [b]"),
        mapping_text("a: 5"),
        mapping_text("a: b").replace("mapstudio: 1", "mapstudio: 2"),
        mapping_text("a: b").replace("guests-to-contacts", "Guests"),
        mapping_text("a: b").replace("object: guests", "objects: guests"),
        mapping_text("a: b").replace("key: email", "mode: all"),
        mapping_text("a: b", rest="feilds: {}\n"),
        mapping_text("a: b", rest="examples: [{given: {}}]\n"),
    ],
)
def test_it_refuses_what_the_reader_refuses(text: str) -> None:
    assert not is_valid(text)
    assert parse_mapping(text, "m").problems
