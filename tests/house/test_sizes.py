"""Size is a habit: no file over 500 lines, no function over 80."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import ROOT, python_files

MAX_FILE = 500
MAX_FUNCTION = 80


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (
                f"{path.relative_to(ROOT)}:{node.lineno} {node.name}",
                (node.end_lineno or node.lineno) - node.lineno + 1,
            )


def test_files_are_short() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()
    }
    assert len(lengths) > 50
    assert {name: lines for name, lines in lengths.items() if lines > MAX_FILE} == {}


def test_functions_are_short() -> None:
    lengths = dict(item for path in python_files() for item in _functions(path))
    assert {name: lines for name, lines in lengths.items() if lines > MAX_FUNCTION} == {}


def test_no_drawer_for_leftovers() -> None:
    names = {"utils", "util", "helpers", "helper", "misc", "common", "part2"}
    assert [str(path.relative_to(ROOT)) for path in python_files() if path.stem in names] == []
