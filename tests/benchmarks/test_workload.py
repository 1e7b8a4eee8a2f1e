"""The benchmark's workload is what it says it is. Nothing is timed here."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import jmespath
import pytest

from benchmarks.agreement import first_difference, noisy_rows
from benchmarks.workload import JQ, SCHEMA, SQL, expressions, mapping
from benchmarks.workload.records import records, write_records
from mapstudio.mapping.transforming import Transformed, transform
from mapstudio.model import JsonValue
from mapstudio.model.exact_json import dumps, loads
from mapstudio.project import read_schema

_LINES = [dumps(record) for record in islice(records(400), 400)]
_RECORDS = [loads(line) for line in _LINES]


def _types(node: dict[str, Any]) -> set[str]:
    found = {node["type"]}
    for child in node["children"]:
        found |= _types(child)
    return found


def _kind(text: str) -> str:
    types = _types(jmespath.compile(text).parsed)
    if "filter_projection" in types:
        return "filter"
    for name in ("multi_select_dict", "function_expression"):
        if name in types:
            return name
    return {frozenset({"field"}): "plain", frozenset({"field", "subexpression"}): "nested"}[frozenset(types)]


def test_the_mapping_has_thirty_rows_of_the_stated_kinds() -> None:
    assert Counter(map(_kind, expressions().values())) == {
        "plain": 15,
        "nested": 5,
        "function_expression": 5,
        "filter": 3,
        "multi_select_dict": 2,
    }
    assert len(mapping().rows) == 30


def test_filters_go_over_the_lines_and_one_multiselect_is_a_list() -> None:
    assert all(text.startswith("lines[?") for text in expressions().values() if _kind(text) == "filter")
    multiselects = [text for text in expressions().values() if _kind(text) == "multi_select_dict"]
    assert sorted("[]" in text for text in multiselects) == [False, True]


def test_every_row_is_in_the_schema_and_in_both_other_languages() -> None:
    names = set(expressions())
    assert set(read_schema(SCHEMA).by_name) == names
    for path in (JQ, SQL):
        text = path.read_text(encoding="utf-8")
        assert {name for name in names if not re.search(rf"\b{name}\b", text)} == set(), path.name


def test_records_have_two_to_three_kilobytes() -> None:
    sizes = [len(line.encode()) for line in _LINES]
    assert min(sizes) >= 2000
    assert max(sizes) <= 3072


def test_records_are_the_same_for_the_same_seed_and_begin_alike_whatever_the_count(tmp_path: Path) -> None:
    write_records(tmp_path / "some.jsonl", 20)
    assert (tmp_path / "some.jsonl").read_text(encoding="utf-8").splitlines() == _LINES[:20]
    assert [dumps(record) for record in records(20, seed=1)] != _LINES[:20]


def test_money_is_exact_with_two_places() -> None:
    fractions = [number for line in _LINES for number in re.findall(r"[:\[,](-?\d+\.\d+)", line)]
    assert len(fractions) > 5_000
    assert {number for number in fractions if len(number.partition(".")[2]) != 2} == set()
    for record in records(50):
        assert record["balance"] == record["total"] - record["paid"] >= Decimal(0)
        assert record["total"] == sum(line["total"] for line in record["lines"])


def test_records_are_as_untidy_as_real_ones() -> None:
    made = list(records(400))
    phones = [record.get("guestPhone", "absent") for record in made]
    assert {None, "", "  ", "absent"} <= set(phones)
    assert any(record.get("company", "absent") is None for record in made)
    assert any("company" not in record for record in made)
    assert sum(not line.isascii() for line in _LINES) > 390


def test_no_two_lines_of_a_record_are_the_greatest() -> None:
    for record in records(400):
        totals = [line["total"] for line in record["lines"]]
        assert len(set(totals)) == len(totals)


@pytest.mark.parametrize("validating", [False, True])
def test_mapstudio_and_jmespath_py_give_the_same_outputs(validating: bool) -> None:
    compiled = mapping().compile(schema=read_schema(SCHEMA) if validating else None)
    rows = {name: jmespath.compile(text) for name, text in expressions().items()}
    for record, result in zip(_RECORDS[:50], transform(compiled, enumerate(_RECORDS[:50])), strict=True):
        assert isinstance(result, Transformed)
        assert result.missing == ()
        theirs: JsonValue = {name: row.search(_floats(record)) for name, row in rows.items()}
        assert first_difference(result.values, theirs, noisy_rows()) == ""


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
def test_jq_gives_the_same_outputs() -> None:
    done = subprocess.run(
        ["jq", "-c", "-f", str(JQ)], input="\n".join(_LINES[:50]), capture_output=True, text=True, check=True
    )
    compiled = mapping().compile()
    results = transform(compiled, enumerate(_RECORDS[:50]))
    for line, result in zip(done.stdout.splitlines(), results, strict=True):
        assert isinstance(result, Transformed)
        assert first_difference(result.values, loads(line), noisy_rows()) == ""


def _floats(value: JsonValue) -> Any:
    """Return the value as other readers of JSON give it."""
    if isinstance(value, dict):
        return {key: _floats(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_floats(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value
