"""The tokens that a system renews by itself: in the keyring, or in a private file where a user asked for one."""

from __future__ import annotations

import fcntl
import os
import re
from hashlib import sha256
from pathlib import Path

from mapstudio.model import AuthenticationError, UsageError
from mapstudio.model.atomic import PRIVATE, write_private
from mapstudio.project.keyring_store import read_secret, store_secret
from mapstudio.project.model import Project
from mapstudio.project.state import state_folder

_FOLDER = "tokens"
_SETTING = "oauth_tokens"


class ProjectTokenVault:
    """The tokens of one connection and environment.

    Each has a file of its own: two connections that renew at the same time never write the same file. The lock is the
    kernel's for an open file (``flock``), so it vanishes with the process however that ends.
    """

    def __init__(self, project: Project, connection: str, environment: str) -> None:
        self._project = project
        self._connection = connection
        self._environment = environment
        self._descriptor: int | None = None

    @property
    def path(self) -> Path:
        """Where the file stands, or would."""
        return self._folder() / f"{self._name()}.json"

    def read(self) -> str | None:
        """Return what is kept, ``None`` when nothing is.

        Raises:
            UsageError: The file can be read by others.
        """
        if not self.path.exists():
            return read_secret(self._project, self._connection, self._environment, _SETTING)
        about = self.path.stat()
        if about.st_mode & 0o077 or about.st_uid != os.getuid():
            raise UsageError(f"{self.path} can be read by others.", remedy="Remove it and connect again.")
        return self.path.read_text(encoding="utf-8")

    def write(self, text: str) -> None:
        """Keep this where the tokens are kept already.

        Raises:
            AuthenticationError: There is no place for them any more.
        """
        if self.keep(text, in_file=self.path.exists()) is None:
            raise AuthenticationError(
                f'The tokens of "{self._connection}" ({self._environment}) cannot be stored: the keyring is gone.',
                remedy=f"Run mapstudio connect {self._connection} --oauth --secrets-file.",
            )

    def keep(self, text: str, *, in_file: bool) -> str | None:
        """Keep this from now on and return where, ``None`` when there is no keyring.

        Args:
            text: The tokens.
            in_file: In a private file, not in the keyring.

        Raises:
            UsageError: The keyring refused.
        """
        if in_file:
            write_private(self.path, text)
            return str(self.path)
        if not store_secret(self._project, self._connection, self._environment, _SETTING, text):
            return None
        self.path.unlink(missing_ok=True)
        return "keyring"

    def try_lock(self) -> bool:
        """Take the lock, unless another thread or process has it."""
        descriptor = os.open(self._folder() / f"{self._name()}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def unlock(self) -> None:
        """Give the lock back; nothing happens when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _folder(self) -> Path:
        folder = state_folder(self._project) / _FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def _name(self) -> str:
        name = f"{self._connection}.{self._environment}"
        plain = re.sub(r"[^A-Za-z0-9._-]", "_", name)[:100]
        return plain if plain == name else f"{plain}.{sha256(name.encode()).hexdigest()[:8]}"
