"""A project folder and a state folder of the test's own, and no keyring of the machine's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mapstudio.project import Project, read_project
from mapstudio.project.keyring_store import vetted_backend

TOML = """\
[project]
name = "casa-palma"

[connections.hotel]
type = "inn"
[connections.hotel.sandbox]
url = "http://127.0.0.1:8710"   # the local sandbox
[connections.hotel.production]
account = "297652"

[connections.crm]
type = "desk"
[connections.crm.sandbox]
url = "http://127.0.0.1:8711"
[connections.crm.sandbox.bindings]
won = "123"
"""


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """State in a folder of the test's own; the keyring counts as absent."""
    folder = tmp_path / "state"
    monkeypatch.setenv("MAPSTUDIO_STATE", str(folder))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    vetted_backend.cache_clear()
    yield folder
    vetted_backend.cache_clear()


@pytest.fixture
def make_project(tmp_path: Path) -> Callable[..., Project]:
    """Return a function that writes a ``mapstudio.toml`` (and other files) and reads it."""

    def make(toml: str = TOML, **files: str) -> Project:
        root = tmp_path / "client"
        root.mkdir(exist_ok=True)
        (root / "mapstudio.toml").write_text(toml, encoding="utf-8")
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return read_project(root)

    return make
