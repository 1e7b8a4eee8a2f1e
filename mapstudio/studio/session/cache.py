"""What was last read of a side, for the time before it answers and for when it does not; private, not for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from mapstudio.model import Schema, SourceRecord
from mapstudio.model.atomic import write_private
from mapstudio.model.exact_json import JsonError, dumps, loads
from mapstudio.studio.session.sample import Sample

FOLDER = "studio"
KEPT_FOR = timedelta(days=30)


class SideCache:
    """Schemas and samples of one project.

    Args:
        state: The project's state folder.
    """

    def __init__(self, state: Path) -> None:
        self._folder = state / FOLDER

    def keep_schema(self, environment: str, schema: Schema) -> None:
        """Keep what a side said of its object.

        Raises:
            OSError: It cannot be written.
        """
        self._write(self._path("schema", schema.connection, environment, schema.object), schema.to_json())

    def schema(self, connection: str, environment: str, object_name: str) -> Schema | None:
        """Return the schema as it was last read, ``None`` when it never was."""
        data = self._read(self._path("schema", connection, environment, object_name))
        try:
            return Schema.from_json(data) if data is not None else None
        except (KeyError, TypeError, ValueError):
            return None

    def keep_sample(self, connection: str, environment: str, object_name: str, sample: Sample) -> None:
        """Keep a sample.

        Raises:
            OSError: It cannot be written.
        """
        content = {
            "taken": sample.taken.isoformat(timespec="seconds"),
            "paths": sorted(sample.paths),
            "records": [{"id": item.id, "modified": item.modified, "data": item.data} for item in sample.records],
        }
        self._write(self._path("sample", connection, environment, object_name), content)

    def sample(self, connection: str, environment: str, object_name: str) -> Sample | None:
        """Return the sample as it was last read, ``None`` when there is none or it is too old."""
        data = self._read(self._path("sample", connection, environment, object_name))
        try:
            return _sample(data) if data is not None else None
        except (KeyError, TypeError, ValueError):
            return None

    def forget_old(self) -> None:
        """Remove what was read too long ago."""
        oldest = (datetime.now(UTC) - KEPT_FOR).timestamp()
        for path in self._folder.glob("*.json"):
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)

    def _path(self, kind: str, connection: str, environment: str, object_name: str) -> Path:
        safe = object_name.replace("/", "_").replace("\\", "_")
        return self._folder / f"{kind}.{connection}.{environment}.{safe}.json"

    def _write(self, path: Path, content: dict[str, Any]) -> None:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        write_private(path, dumps(content))

    @staticmethod
    def _read(path: Path) -> dict[str, Any] | None:
        try:
            data = loads(path.read_bytes())
        except (OSError, JsonError):
            return None
        return data if isinstance(data, dict) else None


def _sample(data: dict[str, Any]) -> Sample:
    taken = datetime.fromisoformat(data["taken"])
    records = tuple(SourceRecord(item["id"], item["data"], item.get("modified")) for item in data["records"])
    return Sample(records, frozenset(data["paths"]), taken)
