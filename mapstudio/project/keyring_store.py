"""The system's own keyring, through backends that are known to encrypt; anything else counts as none."""

from __future__ import annotations

import os
import threading
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from mapstudio.model import UsageError
from mapstudio.project.model import Project

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

VETTED = (
    "keyring.backends.macOS.Keyring",
    "keyring.backends.Windows.WinVaultKeyring",
    "keyring.backends.SecretService.Keyring",
    "keyring.backends.kwallet.DBusKeyring",
)
PROBE_SECONDS = 5.0
_CHOICE = "PYTHON_KEYRING_BACKEND"


def read_secret(project: Project, connection: str, environment: str, setting: str) -> str | None:
    """Return the stored secret, ``None`` when there is none or no usable keyring. May ask the user to unlock it."""
    backend = vetted_backend()
    if backend is None:
        return None
    from keyring.errors import KeyringError  # noqa: PLC0415 - keyring is imported only when a secret is looked up

    try:
        return backend.get_password(_service(project), _user(connection, environment, setting))
    except KeyringError:
        return None  # locked, or refused by its owner: as if it were not there; the caller says how else to give it


def store_secret(project: Project, connection: str, environment: str, setting: str, secret: str) -> bool:
    """Store the secret; ``False`` when this machine has no usable keyring.

    Raises:
        UsageError: The keyring refused.
    """
    backend = vetted_backend()
    if backend is None:
        return False
    from keyring.errors import KeyringError  # noqa: PLC0415 - as above

    try:
        backend.set_password(_service(project), _user(connection, environment, setting), secret)
    except KeyringError as error:
        remedy = "Unlock it and try again, or set the secret's environment variable."
        raise UsageError(f"The keyring refused to store the secret ({type(error).__name__}).", remedy=remedy) from error
    return True


@cache
def vetted_backend() -> KeyringBackend | None:
    """Return the system's keyring when it is one of :data:`VETTED` and answers; looked for once in a process.

    ``PYTHON_KEYRING_BACKEND`` can choose one of them, or none by naming any other.
    """
    chosen = os.environ.get(_CHOICE)
    for name in VETTED:
        if (chosen is None or chosen == name) and (backend := _probe(name)):
            return backend
    return None


def _probe(name: str) -> KeyringBackend | None:
    # The message bus of a machine without a desktop can keep a caller waiting for good; the thread is left behind then.
    found: list[KeyringBackend] = []
    thread = threading.Thread(target=lambda: found.extend(_made(name)), name="keyring", daemon=True)
    thread.start()
    thread.join(PROBE_SECONDS)
    return found[0] if found else None


def _made(name: str) -> list[KeyringBackend]:
    module, _, attribute = name.rpartition(".")
    try:
        backend_class = getattr(import_module(module), attribute)
        backend: KeyringBackend = backend_class()
        usable = backend.priority > 0
    except (ImportError, AttributeError, RuntimeError, OSError):
        return []  # keyring's own way to say "not on this machine"
    return [backend] if usable else []


def _service(project: Project) -> str:
    return f"mapstudio/{project.id}"


def _user(connection: str, environment: str, setting: str) -> str:
    return f"{connection}/{environment}/{setting}"
