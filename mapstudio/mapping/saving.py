"""Writing a mapping file: whole or not at all."""

from __future__ import annotations

from pathlib import Path

from mapstudio.mapping.document import Document
from mapstudio.model import UsageError
from mapstudio.model.atomic import write_atomic


def save_document(document: Document, path: Path) -> bool:
    """Write the document's text; a file that holds it already is not touched.

    Returns:
        Whether anything was written.

    Raises:
        UsageError: The file cannot be written; the old one is as it was.
    """
    try:
        if path.exists() and path.read_bytes() == document.data:
            return False
        write_atomic(path, document.data)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from error
    return True
