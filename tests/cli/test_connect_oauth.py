"""``mapstudio connect --oauth``: a page, an answer, and tokens that are kept and renewed."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from mapstudio.cli import output
from mapstudio.sandbox.hubspot import SANDBOX
from tests.cli.conftest import Call
from tests.sandbox.running import build, running


@pytest.fixture(name="access")
def _access() -> Iterator[Mapping[str, Any]]:
    """A HubSpot that consents at once, and whose refresh tokens are good once."""
    with running(build(SANDBOX)) as sandboxes:
        found = sandboxes["hubspot"]
        told = {"hubspot-consent-at-once": "on", "hubspot-rotate-refresh": "on"}
        httpx.put(f"{found['url']}/__sandbox__/options", json=told).raise_for_status()
        yield found


@pytest.fixture(name="port")
def _port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _visit(monkeypatch: pytest.MonkeyPatch, port: int, *, change: str = "") -> list[str]:
    """Let a browser open the address that is printed; return what the page said in the end."""
    seen: list[str] = []

    def open_page(address: str) -> None:
        answer = httpx.get(address, follow_redirects=False)
        answer = httpx.get(answer.headers["Location"].replace("localhost", "127.0.0.1") + change)
        seen.append(answer.text)

    talk = output.talk

    def talked(text: str) -> None:
        talk(text)
        if text.startswith("http"):
            threading.Thread(target=open_page, args=[text], daemon=True).start()

    monkeypatch.setattr("mapstudio.cli.letting_in.output.talk", talked)
    return seen


def _connect(call: Call, access: Mapping[str, Any], port: int, *more: str) -> Any:
    call("init", ".", "--name", "casa")
    app = access["oauth"]
    pairs = ("--set", f"url={access['url']}", "--set", f"client_id={app['client_id']}")
    arguments = ("connect", "crm", "--type", "hubspot", *pairs, "--oauth", "--port", str(port), *more)
    return call(*arguments, stdin=f"{app['client_secret']}\n")


def test_a_connection_is_let_in_and_works_from_then_on(
    folder: Path, access: Mapping[str, Any], port: int, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = _visit(monkeypatch, port)
    done = _connect(call, access, port, "--secrets-file")
    assert done.code == 0, done.err
    assert "crm (sandbox): hub 4412911" in done.out
    assert "You can close this page" in seen[0]
    project = (folder / "mapstudio.toml").read_text()
    assert 'account = "4412911"' in project
    assert access["oauth"]["client_secret"] not in project + done.out + done.err
    told = json.loads(call("connections", "--json").out)["connections"][0]
    assert set(told["secrets"]) == {"client_secret"}

    httpx.put(f"{access['url']}/__sandbox__/clock", json={"advance": 7200}).raise_for_status()
    owners = call("records", "crm", "owners")
    assert owners.code == 0, owners.err
    assert "marta.rey@casa-palma.example" in owners.out


def test_processes_that_share_tokens_which_are_good_once_do_not_lock_each_other_out(
    folder: Path, access: Mapping[str, Any], port: int, call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _visit(monkeypatch, port)
    assert _connect(call, access, port, "--secrets-file").code == 0
    [kept] = (tmp_path / "state").rglob("tokens/*.json")
    kept.write_text(json.dumps({**json.loads(kept.read_text()), "ends": time.time() - 1}))
    command = [sys.executable, "-m", "mapstudio", "connect", "crm", "--test"]
    processes = [
        subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    ends = [(*process.communicate(timeout=60), process.returncode) for process in processes]
    assert [code for _, _, code in ends] == [0, 0, 0, 0], ends


def test_an_answer_to_another_question_is_no_answer(
    access: Mapping[str, Any], port: int, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mapstudio.cli.letting_in.let_in.__kwdefaults__", {"browser": True, "wait": 1.0})
    seen = _visit(monkeypatch, port, change="x&state=forged")
    done = _connect(call, access, port, "--secrets-file")
    assert done.code == 4
    assert "Nobody let crm (hubspot) in within 1 seconds" in done.err
    assert "no answer to the page" in seen[0]


def test_without_a_keyring_nothing_is_asked_before_there_is_a_place_for_the_tokens(
    access: Mapping[str, Any], port: int, call: Call
) -> None:
    done = _connect(call, access, port)
    assert done.code == 2
    assert "--secrets-file" in done.err
    assert "Open this page" not in done.err


def test_a_port_that_is_taken_is_told(access: Mapping[str, Any], port: int, call: Call) -> None:
    with socket.create_server(("127.0.0.1", port)):
        done = _connect(call, access, port, "--secrets-file")
    assert done.code == 2
    assert f"Port {port}" in done.err


def test_oauth_is_for_those_that_have_it(call: Call) -> None:
    call("init", ".", "--name", "casa")
    done = call("connect", "erp", "--type", "odoo", "--oauth")
    assert done.code == 2
    assert "not let in by OAuth" in done.err
