"""Unsaved edits survive a kill: kept edits, and what is being typed, lie in the state folder until they are saved."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mapstudio.model.atomic import write_private
from mapstudio.model.exact_json import JsonError, dumps, loads
from mapstudio.studio.session.history import Step

_FORMAT = 1
FOLDER = "autosave"


@dataclass(frozen=True, slots=True)
class Saved:
    """What an autosave holds.

    Attributes:
        mapping: The file that it belongs to.
        base: The digest of the file's bytes when the edits began.
        when: When it was written.
        steps: The kept edits since then.
        typed_field: The row whose expression was being typed; empty when none was.
        typed: What was typed.
    """

    mapping: str
    base: str
    when: datetime
    steps: tuple[Step, ...] = field(default=())
    typed_field: str = ""
    typed: str = ""


class Autosave:
    """The autosave of one mapping.

    Args:
        state: The project's state folder.
        mapping: The mapping file.
    """

    def __init__(self, state: Path, mapping: Path) -> None:
        name = hashlib.sha256(str(mapping).encode("utf-8", "surrogateescape")).hexdigest()[:16]
        self.path = state / FOLDER / f"{mapping.stem}-{name}.json"
        self._mapping = str(mapping)

    def write(self, base: str, steps: list[Step], *, typed_field: str = "", typed: str = "") -> datetime:
        """Keep the edits; the file is replaced whole, and its owner alone can read it.

        Raises:
            OSError: It cannot be written.
        """
        now = datetime.now(UTC)
        content: dict[str, Any] = {
            "format": _FORMAT,
            "mapping": self._mapping,
            "base": base,
            "when": now.isoformat(timespec="seconds"),
            "steps": [step.to_json() for step in steps],
            "typed": {"field": typed_field, "text": typed} if typed_field else None,
        }
        self.path.parent.mkdir(mode=0o700, exist_ok=True)
        write_private(self.path, dumps(content))
        return now

    def read(self) -> Saved | None:
        """Return what was kept; ``None`` when there is nothing that can be used."""
        try:
            data = loads(self.path.read_bytes())
        except (OSError, JsonError):
            return None
        if not isinstance(data, dict) or data.get("format") != _FORMAT:
            return None
        try:
            return _saved(data)
        except (KeyError, TypeError, ValueError):
            return None

    def clear(self) -> None:
        """Forget: the edits are in the file now, or were given up."""
        self.path.unlink(missing_ok=True)


def digest_of(data: bytes) -> str:
    """Return a digest by which a file is known again."""
    return hashlib.sha256(data).hexdigest()


def _saved(data: dict[str, Any]) -> Saved:
    typed = data.get("typed") or {}
    return Saved(
        mapping=str(data["mapping"]),
        base=str(data["base"]),
        when=datetime.fromisoformat(data["when"]),
        steps=tuple(Step.from_json(step) for step in data["steps"]),
        typed_field=str(typed.get("field", "")),
        typed=str(typed.get("text", "")),
    )
