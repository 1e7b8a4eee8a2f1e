"""What a command imports and costs before it does anything; seen from outside, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT

# Modules are asked for when the process ends, however the command ends it.
_PROBE = """
import atexit, sys
heavy = {heavy!r}
atexit.register(lambda: sys.stderr.write("LOADED " + " ".join(name for name in heavy if name in sys.modules) + "\\n"))
sys.argv = ["mapstudio", *{arguments!r}]
from mapstudio.cli.entry import main
main()
"""


def _run(arguments: list[str], heavy: list[str]) -> tuple[subprocess.CompletedProcess[str], str]:
    code = _PROBE.format(heavy=heavy, arguments=arguments)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    loaded = [line for line in done.stderr.splitlines() if line.startswith("LOADED ")]
    assert loaded, done.stderr
    return done, loaded[-1].removeprefix("LOADED ").strip()


@pytest.mark.parametrize("arguments", [["--version"], ["check", "--help"], ["apply", "--help"]])
def test_headless_commands_import_neither_screen_nor_keyring(arguments: list[str]) -> None:
    done, loaded = _run(arguments, ["textual", "keyring", "rich"])
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert loaded == ""


def test_version_imports_nothing_heavy() -> None:
    heavy = [
        "click",
        "httpx",
        "pydantic",
        "jmespath",
        "msgspec",
        "ruamel",
        "phonenumbers",
        "asyncio",
        "importlib.metadata",
    ]
    assert _run(["--version"], heavy)[1] == ""


def _cpu_seconds(command: list[str]) -> float:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_utime + usage.ru_stime


def test_version_costs_at_most_four_bare_interpreters() -> None:
    script = Path(sys.executable).with_name("mapstudio")
    command = [str(script)] if script.exists() else [sys.executable, "-m", "mapstudio"]
    # Taken in pairs, so that a busy machine slows both; the least of each is what the work itself costs.
    pairs = [(_cpu_seconds([*command, "--version"]), _cpu_seconds([sys.executable, "-c", ""])) for _ in range(9)]
    ours, bare = (min(column) for column in zip(*pairs, strict=True))
    assert ours <= 4 * bare


def test_import_contracts_hold() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    if not command.exists():
        pytest.skip("import-linter is not installed beside this interpreter")
    done = subprocess.run([str(command), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert " 0 broken" in done.stdout
