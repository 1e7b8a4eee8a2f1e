"""``mapstudio functions``: the list, one function in full, and what a broken package does to it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from mapstudio.expressions import function_docs
from tests.cli.conftest import Call, call_process


def test_all_functions_are_listed(call: Call) -> None:
    done = call("functions")
    assert (done.code, done.err) == (0, "")
    header, *lines = done.out.splitlines()
    assert header.split() == ["FUNCTION", "GROUP", "DOES"]
    assert [line.split()[0] for line in lines] == [doc.name for doc in function_docs()]


def test_one_function_is_shown_with_its_rules_and_examples(call: Call) -> None:
    done = call("functions", "parse_number")
    assert done.code == 0
    assert done.out.startswith("parse_number(text: text or number, [locale: text]) -> number\n")
    assert """  parse_number('1.234,56', 'es') -> 1234.56\n""" in done.out
    assert "error: " in done.out
    assert "A percent sign, brackets and exponents are refused." in done.out.replace("\n", " ")


def test_json_has_what_the_reference_has(call: Call) -> None:
    everything = json.loads(call("functions", "--json").out)
    one = json.loads(call("functions", "lookup", "--json").out)
    assert one in everything
    assert one["group"] == "Choices"
    assert one["examples"][0] == {
        "expression": "lookup('stages', 'confirmed')",
        "result": "opportunity",
        "tables": {"stages": {"confirmed": "opportunity", "1": "lead"}},
    }
    assert {"expression": "first(`[]`)", "result": None} in next(
        item["examples"] for item in everything if item["name"] == "first"
    )


@pytest.mark.parametrize(
    ("name", "remedy"), [("lokup", 'Did you mean "lookup"?'), ("qqqq", "Mapstudio functions lists all.")]
)
def test_an_unknown_function_has_a_remedy(name: str, remedy: str, call: Call) -> None:
    done = call("functions", name)
    assert (done.code, done.out) == (2, "")
    assert done.err == f'error: There is no function "{name}". {remedy}\n'


def test_a_broken_package_is_a_warning_and_no_traceback(tmp_path: Path) -> None:
    info = tmp_path / "packages" / "broken-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[mapstudio.functions]\nx = nowhere:FUNCTIONS\n", encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": str(info.parent), "MAPSTUDIO_STATE": str(tmp_path / "state")}
    done = call_process("functions", "lower", env=env)
    told = "the functions of the package broken 1.0 could not be loaded: No module named 'nowhere'"
    assert (done.code, done.err) == (0, f"warning: {told}.\n")
    done = call_process("eval", "acme_room(a)", env=env)
    assert (done.code, done.out) == (2, "")
    assert f"there is no function acme_room, but {told}" in done.err
    assert call_process("eval", "lower('A')", env=env).out == '"a"\n'
