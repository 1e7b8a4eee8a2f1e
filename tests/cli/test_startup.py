"""What a command costs before it does anything, and what it must not import."""

from __future__ import annotations

import json
import resource
import subprocess
import sys

import pytest

from mapstudio import __version__
from tests.cli.conftest import Call

WATCH = """
import json, sys
sys.argv = ["mapstudio", *json.loads(sys.argv[1])]
from mapstudio.cli.entry import main
try:
    main()
except SystemExit:
    pass
sys.stderr.write("\\n" + json.dumps(sorted(sys.modules)))
"""


def imported_by(*arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", WATCH, json.dumps(arguments)], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


def cpu_of(*command: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def test_the_version_imports_nothing_but_itself() -> None:
    ours = {name for name in imported_by("--version") if name.startswith("mapstudio")}
    assert ours == {"mapstudio", "mapstudio.cli", "mapstudio.cli.entry"}
    assert "click" not in imported_by("--version")


@pytest.mark.slow
def test_the_version_costs_at_most_four_times_a_bare_interpreter() -> None:
    # CPU, not the clock: other processes of the machine do not count. The best of several leaves out cold caches.
    bare = min(cpu_of(sys.executable, "-c", "pass") for _ in range(7))
    ours = min(cpu_of(sys.executable, "-m", "mapstudio", "--version") for _ in range(7))
    assert ours <= 4 * max(bare, 0.01)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("check", "none.yaml"),
        ("apply", "--help"),
        ("eval", "'a'"),
        ("transform", "none.yaml"),
        ("plan", "none"),
    ],
)
def test_headless_commands_import_neither_the_screen_nor_the_keyring(arguments: tuple[str, ...]) -> None:
    modules = imported_by(*arguments)
    assert not {"textual", "keyring", "starlette", "uvicorn"} & modules


def test_help_imports_no_command() -> None:
    commands = {name for name in imported_by("--help") if name.startswith("mapstudio.cli.commands.")}
    assert commands == set()


def test_version_is_written_once(call: Call) -> None:
    assert call("-V").out == f"mapstudio {__version__}\n"
    assert call("--version", "--help").out == f"mapstudio {__version__}\n"
