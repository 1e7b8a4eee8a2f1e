"""Ctrl+c at any moment, also while the program still starts: one sentence, exit code 130, no traceback."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from mapstudio.sandbox.server import sandboxes
from tests.cli.conftest import MAPPING, Call, write_project
from tests.sandbox.running import build, running

_WITHIN = 60.0
_CTRL_C = b"\x03"


class InTerminal:
    """A command in a terminal of its own, which it is the foreground of: a key reaches it as a signal."""

    def __init__(self, *command: str) -> None:
        self.written = b""
        self._process, self._descriptor = pty.fork()
        if self._process == 0:
            os.execv(command[0], command)

    def read_until(self, part: bytes) -> None:
        """Read until something was written, or the command has ended."""
        end = time.monotonic() + _WITHIN
        while part not in self.written and self._read():
            assert time.monotonic() < end, self.written[-2000:]
        assert part in self.written, self.written[-2000:]

    def press(self, keys: bytes) -> None:
        """Type keys."""
        os.write(self._descriptor, keys)

    def end(self) -> int:
        """Read to the end and return the exit code; a signal's is negative."""
        end = time.monotonic() + _WITHIN
        while self._read():
            assert time.monotonic() < end, self.written[-2000:]
        os.close(self._descriptor)
        return os.waitstatus_to_exitcode(os.waitpid(self._process, 0)[1])

    def _read(self) -> bool:
        """Read what comes within a second; return whether there may be more."""
        if not select.select([self._descriptor], [], [], 1.0)[0]:
            return True
        try:
            block = os.read(self._descriptor, 65536)
        except OSError:  # Linux: the other side is closed
            return False
        self.written += block
        return bool(block)


@pytest.mark.parametrize(
    "moment", ["selectors", "click.core", "mapstudio.cli.output", "mapstudio.cli.app", "jmespath.lexer", "zoneinfo"]
)
def test_while_it_starts(moment: str) -> None:
    # The interpreter tells of each module as it is imported: a clock that no busy core puts out of step.
    command = InTerminal(sys.executable, "-X", "importtime", "-m", "mapstudio", "eval", "a", "-")
    command.read_until(f" {moment}\r\n".encode())
    command.press(_CTRL_C)
    assert command.end() == 130
    assert b"error:" in command.written
    assert b"Interrupted." in command.written
    assert b"Traceback" not in command.written
    assert b"ignored" not in command.written


def test_while_it_waits_for_its_input() -> None:
    command = InTerminal(sys.executable, "-X", "importtime", "-m", "mapstudio", "eval", "a", "-")
    command.read_until(b" mapstudio.expressions\r\n")
    time.sleep(0.3)
    command.press(_CTRL_C)
    assert command.end() == 130
    assert command.written.endswith(b"Interrupted.\r\n")


def test_workers_end_without_a_word(folder: Path) -> None:
    (folder / "m.yaml").write_text(
        "mapstudio: 1\nname: m\nsource: {connection: a, object: b}\ndestination: {connection: c, object: d, key: x}\n"
        "fields:\n  x: x\n"
    )
    command = InTerminal(sys.executable, "-m", "mapstudio", "transform", "m.yaml", "-", "-o", "o", "--workers", "2")
    command.press(b'{"x": 1}\n' * 20)
    command.read_until(b'{"x": 1}\r\n' * 20)
    time.sleep(1.0)
    command.press(_CTRL_C)
    assert command.end() == 130
    assert b"Traceback" not in command.written


def test_a_signal_that_the_caller_ignores_stays_ignored() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "mapstudio", "eval", "a", "-"]
    program = f"import os, signal; signal.signal(signal.SIGINT, signal.SIG_IGN); os.execv({command[0]!r}, {command!r})"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.endswith(b" click.core\n"):
                process.send_signal(signal.SIGINT)
                break
        out, _ = process.communicate(b'{"a": 1}')
    assert (process.returncode, out) == (0, b"1\n")


def test_a_second_time_while_a_batch_hangs(folder: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first lets the batch in flight end, which may take long; the second does not wait, and nothing is doubled."""
    with running([service for sandbox in sandboxes().values() for service in build(sandbox)]) as access:
        write_project(folder, access, monkeypatch)
        (folder / "guests.yaml").write_text(MAPPING, encoding="utf-8")
        faults = f"{access['hubspot']['url']}/__sandbox__/faults"
        httpx.post(faults, json={"kind": "hang", "path": "*/batch/upsert"})
        command = InTerminal(sys.executable, "-m", "mapstudio", "apply", "guests", "--yes")
        command.read_until(b"write ")
        time.sleep(0.5)
        command.press(_CTRL_C)
        command.read_until(b"Stopping: what is in flight ends first. Ctrl+c again does not wait for it.\r\n")
        command.press(_CTRL_C)
        pressed = time.monotonic()
        assert command.end() == 130
        # An answer is waited for thirty seconds.
        assert time.monotonic() - pressed < 20
        assert b"Traceback" not in command.written
        [run] = json.loads(call("runs", "list", "--json").out)
        assert run["status"] == "stopped"
        httpx.delete(faults)
        assert json.loads(call("apply", "guests", "--json").out)["create"] > 0
        again = json.loads(call("apply", "guests", "--json").out)
        assert (again["create"], again["update"]) == (0, 0)
