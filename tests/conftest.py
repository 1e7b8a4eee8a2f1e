"""What every test stands on: a home of its own, no settings from outside, the folder of facts where there is one."""

from __future__ import annotations

import os
import signal
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
_HOME_VARIABLES = {
    "HOME": "home",
    "XDG_CONFIG_HOME": "home/config",
    "XDG_DATA_HOME": "home/data",
    "XDG_STATE_HOME": "home/state",
    "XDG_CACHE_HOME": "home/cache",
    "XDG_RUNTIME_DIR": "home/runtime",
}
_REFERENCE = os.environ.get("MAPSTUDIO_REFERENCE")

# Two shared cores make a deadline for each example a lottery; a run that fails prints the example itself.
settings.register_profile("house", deadline=None, print_blob=False)
settings.load_profile("house")

# What a script starts in the background ignores ctrl+c, and hands that down to every program that a test interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_configure(config: pytest.Config) -> None:
    """Let the order below stand where several processes share the files: theirs begins with those of most tests."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take long: with one of them at the end, the other processes would wait for it."""
    long = {item.path for item in items if item.get_closest_marker("slow") or item.get_closest_marker("chaos")}
    sizes = Counter(item.path for item in items)
    items.sort(key=lambda item: (item.path not in long, -sizes[item.path]))


@pytest.fixture(autouse=True)
def isolated_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the tests out of the user's home and the user's settings out of the tests.

    Returns:
        The folder that is the home of this test and of every process that it starts.
    """
    base = tmp_path_factory.mktemp("user")
    for name, folder in _HOME_VARIABLES.items():
        (base / folder).mkdir(parents=True, exist_ok=True, mode=0o700)
        monkeypatch.setenv(name, str(base / folder))
    for name in [name for name in os.environ if name.startswith("MAPSTUDIO_")]:
        monkeypatch.delenv(name)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    # A desktop's keyring must neither be read nor asked to unlock; tests that need one bring their own.
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    return base / "home"


@pytest.fixture(scope="session")
def reference_folder() -> Path:
    """Return the folder of facts that ``reference`` tests read, or skip them."""
    folder = Path(_REFERENCE) if _REFERENCE else ROOT.parent / "shared" / "reference"
    if not folder.is_dir():
        pytest.skip("no reference folder: set MAPSTUDIO_REFERENCE to read the facts from")
    return folder
