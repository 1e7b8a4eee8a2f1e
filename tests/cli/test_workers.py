"""Workers that are not equally quick, or end too soon: nothing changes places, and nothing is lost without a word."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NoReturn

import pytest

from mapstudio.cli.json_input import JsonInput
from mapstudio.cli.workers import transform_blocks
from mapstudio.mapping import parse_mapping
from mapstudio.mapping.compiled import CompiledMapping
from mapstudio.model import MapstudioError

MAPPING = """\
mapstudio: 1
name: m
source: {connection: a, object: b}
destination: {connection: c, object: d}
fields:
  n: n
  year: "slow && format_date(today(), 'YYYY')"
"""
_LINES = 30_000


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a file whose first records take long."""
    path = tmp_path / "in.jsonl"
    lines = (f'{{"n": {number}, "slow": {str(number < 3).lower()}, "x": "{"x" * 40}"}}\n' for number in range(_LINES))
    path.write_text("".join(lines), encoding="utf-8")
    return path


def after(today: Callable[[], date]) -> Callable[[], CompiledMapping]:
    mapping = parse_mapping(MAPPING, "m.yaml").require()
    return lambda: mapping.compile(schema=None, today=today)


def late() -> date:
    time.sleep(0.4)
    return date(2026, 5, 31)


def gone() -> NoReturn:
    os._exit(3)


@pytest.mark.parametrize("from_pipe", [False, True])
def test_a_slow_block_keeps_its_place(source: Path, *, from_pipe: bool) -> None:
    with source.open("rb") as stream:
        found = transform_blocks(after(late), JsonInput(stream), None if from_pipe else source, 3)
        outputs = b"".join(bytes(lines) for _, lines in found)
    expected = [f'{{"n":{number},"year":{chr(34)}2026{chr(34)}}}' for number in range(3)]
    expected += [f'{{"n":{number},"year":false}}' for number in range(3, _LINES)]
    assert outputs.decode().splitlines() == expected


@pytest.mark.parametrize("from_pipe", [False, True])
def test_a_worker_that_ends_too_soon_is_told(source: Path, *, from_pipe: bool) -> None:
    with source.open("rb") as stream, pytest.raises(MapstudioError, match="ended before its work was done"):
        list(transform_blocks(after(gone), JsonInput(stream), None if from_pipe else source, 2))
