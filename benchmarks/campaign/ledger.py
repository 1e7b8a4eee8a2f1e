"""What local systems really wrote: the lines of their ledger, which may still be growing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mapstudio.model.exact_json import loads


def entries(path: Path) -> list[dict[str, Any]]:
    """Return the whole lines of a ledger, in order; a line that is being written does not count yet."""
    if not path.exists():
        return []
    *whole, _ = path.read_text(encoding="utf-8").split("\n")
    return [entry for line in whole if isinstance(entry := loads(line), dict)]
