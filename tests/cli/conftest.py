"""Commands as a user calls them: in this process for speed, or as a process of their own for what only that shows."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mapstudio.cli.running import run
from mapstudio.project.keyring_store import vetted_backend
from mapstudio.sandbox.server import sandboxes
from tests.sandbox.running import build, running

ROOT = Path(__file__).resolve().parent.parent.parent

MAPPING = """\
mapstudio: 1
name: guests
source: {connection: hotel, object: guests, where: guestEmail}
destination: {connection: crm, object: contacts, key: email}
fields:
  email: lower(trim(guestEmail))  # the key
  firstname: title_case(guestFirstName)
  phone: phone(guestPhone, guestCountry)
examples:
  - name: shouted
    given: {guestEmail: "A@B.EXAMPLE", guestFirstName: ANA}
    expect: {email: a@b.example, firstname: Ana}
"""
GOOD = '{"guestEmail":"Ana@B.Example","guestFirstName":"ANA"}'
BAD = '{"guestEmail":"bo@b.example","guestPhone":"n/a","guestCountry":"ES"}'


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


Call = Callable[..., Done]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder of the test's own, and a state folder beside it."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("MAPSTUDIO_STATE", str(tmp_path / "state"))
    vetted_backend.cache_clear()
    return work


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Return a function that runs a command line in this process."""

    def calling(*arguments: str, stdin: str | None = None) -> Done:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((stdin or "").encode()), encoding="utf-8"))
        capfd.readouterr()
        code = run(list(arguments))
        told = capfd.readouterr()
        return Done(code, told.out, told.err)

    return calling


def call_process(*arguments: str, stdin: str = "", env: Mapping[str, str] | None = None, wait: float = 60) -> Done:
    """Run a command line as a process."""
    done = subprocess.run(
        [sys.executable, "-m", "mapstudio", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        env=env,
        timeout=wait,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def write_project(folder: Path, access: Mapping[str, Mapping[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Write a project whose connections are the sandboxes, and set their secrets."""
    lines = ["[project]", 'name = "casa"']
    for connection, name, settings, secret in (
        ("hotel", "cloudbeds", ("url", "property"), "api_key"),
        ("crm", "hubspot", ("url",), "token"),
        ("erp", "odoo", ("url", "db", "login"), "password"),
    ):
        lines += [f"[connections.{connection}]", f'type = "{name}"', f"[connections.{connection}.sandbox]"]
        lines += [f'{key} = "{access[name][key]}"' for key in settings]
        monkeypatch.setenv(f"MAPSTUDIO_{connection.upper()}_SANDBOX_{secret.upper()}", access[name][secret])
    (folder / "mapstudio.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(scope="session")
def shared_access() -> Iterator[Mapping[str, Mapping[str, Any]]]:
    """Sandboxes that all tests read from; nobody writes to them."""
    with running([service for sandbox in sandboxes().values() for service in build(sandbox)]) as access:
        yield access


@pytest.fixture
def project(folder: Path, shared_access: Mapping[str, Mapping[str, Any]], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project on the shared sandboxes."""
    write_project(folder, shared_access, monkeypatch)
    return folder


@pytest.fixture
def mapping(folder: Path) -> Path:
    """A valid mapping, with or without a project around it."""
    path = folder / "guests.yaml"
    path.write_text(MAPPING, encoding="utf-8")
    return path
