"""Writing a mapping file: whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from mapstudio.mapping.document import Document
from mapstudio.model import UsageError


def save_document(document: Document, path: Path) -> bool:
    """Write the document's text; a file that holds it already is not touched.

    The text goes to a new file beside the old one and takes its place at once, with the old one's permissions. A
    symbolic link stays one.

    Returns:
        Whether anything was written.

    Raises:
        UsageError: The file cannot be written; the old one is as it was.
    """
    target = path.resolve()
    try:
        if target.exists() and target.read_bytes() == document.data:
            return False
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(document.data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode if mode is not None else 0o666 & ~_umask())
        Path(temporary).replace(target)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from error
    return True


def _umask() -> int:
    current = os.umask(0o077)
    os.umask(current)
    return current
