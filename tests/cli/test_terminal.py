"""What a person at a terminal is asked, through a real pseudo-terminal."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from mapstudio.sandbox.ledger import Ledger
from mapstudio.sandbox.server import sandboxes
from tests.cli.conftest import MAPPING, write_project
from tests.sandbox.running import build, running

_WITHIN = 60.0


class Terminal:
    """A command on a pseudo-terminal."""

    def __init__(self, *arguments: str) -> None:
        self._screen, inner = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mapstudio", *arguments], stdin=inner, stdout=inner, stderr=inner
        )
        os.close(inner)
        self.text = ""

    def wait_for(self, words: str) -> None:
        """Read until the words are on the screen."""
        end = time.monotonic() + _WITHIN
        while words not in self.text:
            assert time.monotonic() < end, self.text
            if not self._read():
                break
        assert words in self.text

    def type(self, text: str) -> None:
        """Type a line."""
        os.write(self._screen, f"{text}\n".encode())

    def end(self) -> int:
        """Read to the end and return the exit code."""
        while self._read():
            pass
        os.close(self._screen)
        return self.process.wait(_WITHIN)

    def _read(self) -> bool:
        if not select.select([self._screen], [], [], 1)[0]:
            return self.process.poll() is None
        try:
            data = os.read(self._screen, 65536)
        except OSError:
            return False
        self.text += data.decode(errors="replace")
        return bool(data)


@pytest.fixture
def ledger(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A project on sandboxes of the test's own, and the ledger of what is written to them."""
    path = tmp_path / "ledger.jsonl"
    with Ledger(path) as book:
        services = [service for sandbox in sandboxes().values() for service in build(sandbox, ledger=book)]
        with running(services) as access:
            write_project(folder, access, monkeypatch)
            add_production(folder, access, monkeypatch)
            where = "where: \"contains(guestEmail || '', '@')\""
            (folder / "guests.yaml").write_text(MAPPING.replace("where: guestEmail", where), encoding="utf-8")
            yield path


def add_production(folder: Path, access: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    hubspot = access["hubspot"]
    with (folder / "mapstudio.toml").open("a", encoding="utf-8") as file:
        file.write(f'[connections.crm.production]\nurl = "{hubspot["url"]}"\naccount = "4412911"\n')
    monkeypatch.setenv("MAPSTUDIO_CRM_PRODUCTION_TOKEN", hubspot["token"])


def lines(ledger: Path) -> Sequence[str]:
    return ledger.read_text().splitlines()


def test_apply_shows_the_plan_and_writes_nothing_after_no(ledger: Path) -> None:
    terminal = Terminal("apply", "guests", "--limit", "20")
    terminal.wait_for("Write this to crm (sandbox)? [y/N]")
    assert "20 read:" in terminal.text
    terminal.type("n")
    assert terminal.end() == 130
    assert "Nothing was written." in terminal.text
    assert not lines(ledger)


def test_apply_writes_after_yes(ledger: Path) -> None:
    terminal = Terminal("apply", "guests", "--limit", "20")
    terminal.wait_for("[y/N]")
    terminal.type("y")
    assert terminal.end() in (0, 1)
    assert lines(ledger)


@pytest.mark.parametrize(("typed", "code", "written"), [("crm", (0, 1), True), ("yes", (5,), False)])
def test_production_wants_its_name(typed: str, code: tuple[int, ...], written: bool, ledger: Path) -> None:
    terminal = Terminal("apply", "guests", "--limit", "20", "--env", "production")
    terminal.wait_for("Type the connection's name to confirm")
    terminal.type(typed)
    assert terminal.end() in code
    assert bool(lines(ledger)) is written


def test_connect_asks_and_never_echoes_the_secret(folder: Path, shared_access: Mapping[str, Mapping[str, Any]]) -> None:
    (folder / "mapstudio.toml").write_text('[project]\nname = "casa"\n', encoding="utf-8")
    terminal = Terminal("connect", "erp")
    terminal.wait_for("Type")
    terminal.type("odoo")
    for words, answer in (("Address", "url"), ("database", "db"), ("Login", "login"), ("Password", "password")):
        terminal.wait_for(words)
        terminal.type(str(shared_access["odoo"][answer]))
    assert terminal.end() == 0
    assert "export MAPSTUDIO_ERP_SANDBOX_PASSWORD=..." in terminal.text
    assert "odoo 19.0" in terminal.text
    assert shared_access["odoo"]["password"] not in terminal.text
    assert 'db = "odoo19"' in (folder / "mapstudio.toml").read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_served_sandbox_ends_on_a_signal(number: signal.Signals, folder: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "mapstudio", "sandbox", "serve", "cloudbeds", "--port-base", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    out, err = process.stdout, process.stderr
    assert out
    assert err
    assert b'"cloudbeds"' in out.readline()
    process.send_signal(number)
    assert process.wait(20) == 0
    assert (out.read(), err.read()) == (b"", b"")
    out.close()
    err.close()
