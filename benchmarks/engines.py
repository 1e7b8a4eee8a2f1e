"""Who is measured: mapstudio's own command in its forms, and the others that are there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from benchmarks.workload import FOLDER, JQ, MAPPING, SCHEMA

ROOT = FOLDER.parents[1]
INPUT, OUTPUT, EXAMPLES = "{input}", "{output}", "{examples}"

MAPSTUDIO = "mapstudio"
VALIDATING = "mapstudio-schema"
INTERPRETED = "mapstudio-interpreted"
WORKERS = "mapstudio-workers"
PAIR = "mapstudio-twice"
JMESPATH = "jmespath.py"
JQ_TOOL = "jq"
DUCKDB = "duckdb"
FLOOR = "floor"


@dataclass(frozen=True, slots=True)
class Engine:
    """One way to do the work.

    Attributes:
        key: One of the names above.
        title: What people read, with its version.
        command: What runs it, with places for the files.
        slow: Measured on fewer records.
        prints: Its output goes to standard output.
        maps: Its outputs are compared with the others'.
        copies: So many of them run side by side, each on the whole input.
    """

    key: str
    title: str
    command: tuple[str, ...]
    slow: bool = False
    prints: bool = False
    maps: bool = True
    copies: int = 1

    def arguments(self, source: Path, target: Path, examples: Path) -> list[str]:
        """Return the command for these files."""
        places = {INPUT: str(source), OUTPUT: str(target), EXAMPLES: str(examples)}
        return [places.get(word, word) for word in self.command]


@dataclass(frozen=True, slots=True)
class Absent:
    """Who is not measured, and why."""

    key: str
    title: str
    why: str


def find_engines() -> tuple[list[Engine], list[Absent]]:
    """Return who can be measured here, mapstudio first, and who cannot."""
    found: list[Engine | Absent] = [*_ours(), _jmespath(), _jq(), _duckdb(), _floor()]
    return [item for item in found if isinstance(item, Engine)], [item for item in found if isinstance(item, Absent)]


def transform(*options: str) -> tuple[str, ...]:
    """Return mapstudio's command on the workload's mapping."""
    return (sys.executable, "-m", "mapstudio", "transform", str(MAPPING), INPUT, "-o", OUTPUT, *options)


def _ours() -> Sequence[Engine | Absent]:
    told = _answer([sys.executable, "-m", "mapstudio", "transform", "--help"])
    title = f"mapstudio {version('mapstudio')}"
    ours: list[Engine | Absent] = [
        Engine(MAPSTUDIO, title, transform()),
        Engine(VALIDATING, f"{title}, validating", transform("--schema", str(SCHEMA))),
    ]
    for key, option, value, slow in (
        (INTERPRETED, "--engine", "interpreted", True),
        (WORKERS, "--workers", "2", False),
    ):
        name = f"{title} {option} {value}"
        if option in told:
            ours.append(Engine(key, name, transform(option, value), slow=slow))
        else:
            ours.append(Absent(key, name, f"transform has no {option} yet"))
    return [*ours, Engine(PAIR, f"{title}, twice side by side", transform(), maps=False, copies=2)]


def _jmespath() -> Engine | Absent:
    if find_spec("orjson") is None:
        return Absent(JMESPATH, "jmespath.py with orjson", "orjson is not installed: pip install -e '.[bench]'")
    title = f"jmespath.py {version('jmespath')}, orjson {version('orjson')}"
    return Engine(JMESPATH, title, _program("jmespath_py", INPUT, OUTPUT), slow=True)


def _jq() -> Engine | Absent:
    path = shutil.which("jq")
    if path is None:
        return Absent(JQ_TOOL, "jq", "it is not installed")
    title = _answer([path, "--version"]).strip().replace("-", " ")
    return Engine(JQ_TOOL, title, (path, "-c", "-f", str(JQ), INPUT), slow=True, prints=True)


def jq_release(title: str) -> tuple[int, ...]:
    """Return the version in a title such as ``jq 1.7.1``."""
    return tuple(int(part) for part in re.findall(r"\d+", title))


def _duckdb() -> Engine | Absent:
    try:
        title = f"DuckDB {version('duckdb')}"
    except PackageNotFoundError:
        return Absent(DUCKDB, "DuckDB", "it is not installed: pip install -e '.[bench]'")
    return Engine(DUCKDB, title, _program("duckdb_sql", INPUT, OUTPUT))


def _floor() -> Engine | Absent:
    title = "the floor"
    if find_spec("orjson") is None:
        return Absent(FLOOR, title, "orjson is not installed: pip install -e '.[bench]'")
    return Engine(FLOOR, title, _program("floor", INPUT, OUTPUT, EXAMPLES), maps=False)


def _program(name: str, *places: str) -> tuple[str, ...]:
    return (sys.executable, "-m", f"benchmarks.programs.{name}", *places)


def _answer(command: Sequence[str]) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
