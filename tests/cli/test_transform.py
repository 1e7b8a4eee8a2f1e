"""``mapstudio transform`` gives the same whatever reads the input, whatever evaluates, and however many do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mapstudio.mapping.program.batches import STRICT_FIRST
from tests.cli.conftest import Call

MAPPING = """\
mapstudio: 1
name: bookings
source: {connection: hotel, object: bookings, where: email}
destination: {connection: crm, object: deals, key: email}
values:
  stages: {confirmed: won, cancelled: lost}
fields:
  email: lower(trim(email))
  stage: {from: status, values: stages, default: open}
  amount: sum(lines[].total)
  address.city: address.city
  skus: "lines[?total > `5`].sku"
  first: {from: 'lines[0].sku', on_null: error}
"""
PLAIN = MAPPING.split("values:", maxsplit=1)[0].replace(", where: email", "")


def record(number: int) -> dict[str, Any]:
    return {
        "email": f" Guest{number}@Example.com " if number % 7 else "",
        "status": ["confirmed", "cancelled", "new", None][number % 4],
        "lines": [{"sku": f"S{number}", "total": 19.9}, {"sku": None, "total": number}] if number % 11 else [],
        "address": {"city": "Sevilla", "zip": "41001"} if number % 3 else "",
    }


@pytest.fixture
def files(folder: Path) -> tuple[Path, Path]:
    mapping, source = folder / "bookings.yaml", folder / "in.jsonl"
    mapping.write_text(MAPPING)
    lines = [json.dumps(record(number)) for number in range(3_000)]
    lines[50], lines[2_500] = "{not json", ""
    source.write_text("\n".join(lines) + "\n")
    return mapping, source


def transformed(call: Call, folder: Path, mapping: Path, source: Path, *options: str) -> tuple[list[Any], list[Any]]:
    out, rejects = folder / "out.jsonl", folder / "rejects.jsonl"
    done = call("transform", str(mapping), str(source), "-o", str(out), "--rejects", str(rejects), *options)
    assert done.code == 1
    return [[json.loads(line) for line in path.read_text().splitlines()] for path in (out, rejects)]  # type: ignore[return-value]


@pytest.mark.parametrize("options", [("--engine", "interpreted"), ("--workers", "3")])
def test_engines_and_workers_give_the_same(
    files: tuple[Path, Path], folder: Path, call: Call, options: tuple[str, ...]
) -> None:
    expected = transformed(call, folder, *files)
    assert len(expected[0]) > 2_000
    assert len(expected[1]) > 200
    assert {"source": 51, "reasons": expected[1][4]["reasons"], "record": None} in expected[1]
    assert transformed(call, folder, *files, *options) == expected


def test_an_array_gives_the_same_as_lines(files: tuple[Path, Path], folder: Path, call: Call) -> None:
    mapping, source = files
    kept = [line for line in source.read_text().splitlines() if line and line != "{not json"]
    source.write_text("\n".join(kept))
    lines = transformed(call, folder, mapping, source)
    source.write_text(f"[{','.join(kept)}]")
    outputs, rejects = transformed(call, folder, mapping, source)
    assert outputs == lines[0]
    assert [item["reasons"] for item in rejects] == [item["reasons"] for item in lines[1]]


def test_workers_read_a_pipe_too(files: tuple[Path, Path], folder: Path, call: Call) -> None:
    mapping, source = files
    expected = transformed(call, folder, mapping, source)
    out = folder / "piped.jsonl"
    done = call("transform", str(mapping), "-", "-o", str(out), "--workers", "2", stdin=source.read_text())
    assert done.code == 1
    assert [json.loads(line) for line in out.read_text().splitlines()] == expected[0]


def test_workers_give_outputs_longer_than_what_they_read(folder: Path, call: Call) -> None:
    mapping, source = folder / "m.yaml", folder / "in.jsonl"
    names = ", ".join(f"f{number}: name" for number in range(4))
    mapping.write_text(MAPPING.split("values:", maxsplit=1)[0].replace(", where: email", "") + f"fields: {{{names}}}\n")
    source.write_text("".join(f'{{"name": "{number}-{"x" * 300}"}}\n' for number in range(4_000)))
    outs = [folder / f"{workers}.jsonl" for workers in (1, 2)]
    for workers, out in enumerate(outs, start=1):
        assert call("transform", str(mapping), str(source), "-o", str(out), "--workers", str(workers)).code == 0
    assert outs[0].read_bytes() == outs[1].read_bytes()
    assert outs[0].stat().st_size > 4 * 4_000 * 300


@pytest.mark.parametrize("end", ["", "\n", "\n\n\n", "\n \n"])
def test_workers_take_each_line_once_however_short(folder: Path, call: Call, end: str) -> None:
    mapping, source = folder / "m.yaml", folder / "in.jsonl"
    mapping.write_text(f"{PLAIN}fields: {{email: a}}\n")
    # A line that is a block by itself, blank ones where blocks end, and the last one with or without an end.
    lines = [json.dumps({"a": "x" * (number * 7919 % 100_003)}) + "\n" * (number % 3) for number in range(60)]
    source.write_text("\n".join(lines) + end)
    outs = [folder / f"{workers}.jsonl" for workers in (1, 2, 3)]
    for workers, out in enumerate(outs, start=1):
        assert call("transform", str(mapping), str(source), "-o", str(out), "--workers", str(workers)).code == 0
    assert outs[0].read_bytes().count(b"\n") == 60
    assert len({out.read_bytes() for out in outs}) == 1


@pytest.mark.parametrize("place", [0, 7, STRICT_FIRST - 1])
def test_a_key_that_stands_twice_is_told(files: tuple[Path, Path], folder: Path, call: Call, place: int) -> None:
    mapping, source = files
    lines = [json.dumps(record(number)) for number in range(STRICT_FIRST + 10)]
    lines[place] = lines[place][:-1] + ', "unused": {"a": 1, "a": 2}}'
    source.write_text("\n".join(lines))
    rejects = transformed(call, folder, mapping, source)[1]
    twice = [item for item in rejects if "stands twice" in item["reasons"][0]["reason"]]
    assert [item["source"] for item in twice] == [place + 1]


def test_numbers_arrive_unchanged(folder: Path, call: Call) -> None:
    mapping, source = folder / "m.yaml", folder / "in.jsonl"
    mapping.write_text(
        MAPPING.split("values:", maxsplit=1)[0].replace(", where: email", "") + "fields: {email: a, b: b.c}\n"
    )
    texts = ["19.90", str(2**70), "12345678901234567890.12", "1e400", "-0.1", "1E+2", "0.1000000000000000055"]
    source.write_text("".join(f'{{"a": {text}, "b": {{"c": {text}}}}}\n' for text in texts))
    done = call("transform", str(mapping), str(source))
    from decimal import Decimal

    found = [json.loads(line, parse_float=Decimal, parse_int=Decimal) for line in done.out.splitlines()]
    assert [(item["email"], item["b"]) for item in found] == [(Decimal(text), Decimal(text)) for text in texts]


@pytest.mark.parametrize("text", ['{"a": NaN}', '{"a": Infinity}', '{"a": 1} {"a": 2}', '{"a": "\\ud8"}'])
def test_what_is_no_json_is_rejected_with_its_line(folder: Path, call: Call, text: str) -> None:
    mapping, source = folder / "m.yaml", folder / "in.jsonl"
    mapping.write_text(f"{PLAIN}fields: {{email: a}}\n")
    source.write_text(f'{{"a": 1}}\n{text}\n{{"a": 3}}\n')
    done = call("transform", str(mapping), str(source))
    assert done.code == 1
    assert [json.loads(line) for line in done.out.splitlines()] == [{"email": 1}, {"email": 3}]
    assert "line 2" in done.err
