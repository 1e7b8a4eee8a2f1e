"""The one way in which we write a file that already means something: whole, or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

PRIVATE = 0o600


@contextmanager
def replacing(path: Path, *, mode: int | None = None, buffering: int = -1) -> Iterator[IO[bytes]]:
    """Give a file to write to that takes the place of ``path`` when the block ends, and is gone when it fails.

    A reader (or a crash) sees the old content or the new, never a half. A symbolic link stays a link: the file that it
    points to is replaced. An existing file keeps its permissions.

    Args:
        path: The file; its folder must exist.
        mode: The permissions; ``None`` keeps those of the existing file, a new one gets the user's default.
        buffering: As for ``open``.

    Raises:
        OSError: The file cannot be written; the old one is untouched.
    """
    target = path.resolve() if path.is_symlink() else path
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb", buffering) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode if mode is not None else _mode_of(target))
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def write_atomic(path: Path, content: str | bytes, *, mode: int | None = None) -> None:
    """Replace a file's content in one step, as :func:`replacing` does; text is written as UTF-8 with its line ends."""
    with replacing(path, mode=mode) as file:
        file.write(content.encode() if isinstance(content, str) else content)


def write_private(path: Path, content: str | bytes) -> None:
    """Like :func:`write_atomic`, readable by the user alone."""
    write_atomic(path, content, mode=PRIVATE)


def _mode_of(target: Path) -> int:
    with contextlib.suppress(OSError):
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    # Not every file system lets a folder be opened or synced; the rename itself is already atomic there.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
