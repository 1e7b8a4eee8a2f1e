"""Schema snapshots: ``schemas/<connection>.<object>.json`` in the project, in git, so that checks work offline."""

from __future__ import annotations

from pathlib import Path

from mapstudio.model import Schema, UsageError
from mapstudio.model.atomic import write_atomic
from mapstudio.model.exact_json import JsonError, dumps, loads
from mapstudio.project.model import Project

FOLDER = "schemas"


def snapshot_path(project: Project, connection: str, object_name: str) -> Path:
    """Return where the snapshot of an object stands, whether it is there or not."""
    safe = object_name.replace("/", "_").replace("\\", "_")
    return project.root / FOLDER / f"{connection}.{safe}.json"


def load_snapshot(project: Project, connection: str, object_name: str) -> Schema | None:
    """Return the saved schema, ``None`` when there is none.

    Raises:
        UsageError: The file is no snapshot.
    """
    path = snapshot_path(project, connection, object_name)
    return read_schema(path) if path.exists() else None


def save_snapshot(project: Project, schema: Schema) -> Path:
    """Write the schema into the project and return where; the content is what ``mapstudio schema --json`` prints."""
    path = snapshot_path(project, schema.connection, schema.object)
    path.parent.mkdir(exist_ok=True)
    write_atomic(path, snapshot_text(schema))
    return path


def snapshot_text(schema: Schema) -> str:
    """Return the schema as it stands in a snapshot."""
    return dumps(schema.to_json(), indent=2) + "\n"


def read_schema(path: Path) -> Schema:
    """Read a snapshot file.

    Raises:
        UsageError: It cannot be read or is no snapshot.
    """
    remedy = "Make it again with mapstudio schema CONNECTION OBJECT --save."
    try:
        data = loads(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    except JsonError as error:
        raise UsageError(f"{path} is no schema snapshot: {error}.", remedy=remedy) from error
    if not isinstance(data, dict):
        raise UsageError(f"{path} is no schema snapshot: it holds no object.", remedy=remedy)
    try:
        return Schema.from_json(data)
    except KeyError as error:
        raise UsageError(f"{path} is no schema snapshot: {error} is missing.", remedy=remedy) from error
    except (AttributeError, TypeError, ValueError) as error:
        raise UsageError(f"{path} is no schema snapshot: {error}.", remedy=remedy) from error
