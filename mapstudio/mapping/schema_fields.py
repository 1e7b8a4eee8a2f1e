"""Finding what a path means in a schema."""

from __future__ import annotations

from collections.abc import Sequence

from mapstudio.mapping.definition import path_parts
from mapstudio.model import Field, FieldType, Schema
from mapstudio.model.paths import join_path

_OPEN = {FieldType.OBJECT, FieldType.LIST, FieldType.UNKNOWN}
_REFERENCES = {FieldType.REFERENCE, FieldType.REFERENCES}


def find_field(schema: Schema | None, name: str) -> Field | None:
    """Return the field of that path, however it is quoted, or ``None``."""
    if schema is None:
        return None
    parts = path_parts(name)
    return schema.get(name) or schema.get(join_path(parts)) or (schema.get(parts[0]) if len(parts) == 1 else None)


def has_source_path(schema: Schema, path: str) -> bool:
    """Return whether an expression can read the path: a field, a part of one, or what a field of that kind can hold.

    Args:
        schema: The source's.
        path: A static path such as ``guestEmail`` or ``lines[].price``; ``@`` is the whole record.
    """
    wanted = plain_parts(path)
    if not wanted:
        return True
    listed = [(plain_parts(item.name), item) for item in schema.fields]
    return any(_covers(parts, item, wanted, listed) for parts, item in listed)


def is_open(schema: Schema, name: str) -> bool:
    """Return whether a destination path lies inside a field that may hold anything."""
    wanted = path_parts(name)
    listed = [path_parts(item.name.replace("[]", "")) for item in schema.fields]
    return any(
        item.type in {FieldType.OBJECT, FieldType.UNKNOWN}
        and wanted[: len(parts)] == parts
        and len(wanted) > len(parts)
        and not any(other[: len(parts)] == parts and len(other) > len(parts) for other in listed)
        for item, parts in zip(schema.fields, listed, strict=True)
    )


def _covers(
    parts: tuple[str, ...], item: Field, wanted: tuple[str, ...], listed: Sequence[tuple[tuple[str, ...], Field]]
) -> bool:
    if len(wanted) <= len(parts):
        return parts[: len(wanted)] == wanted
    if wanted[: len(parts)] != parts:
        return False
    # Records of another object hold more than what is listed of them; an object or list of its own holds just that.
    return (
        item.type in _REFERENCES
        or item.reference is not None
        or (
            item.type in _OPEN
            and not any(len(other) > len(parts) and other[: len(parts)] == parts for other, _ in listed)
        )
    )


def plain_parts(path: str) -> tuple[str, ...]:
    """Return the parts of a source path without what says that it goes into a list; none for the whole record."""
    parts = path_parts(path.replace("[]", "").replace("@.", "").removeprefix("$."))
    return () if parts in {("@",), ("$",), ("",)} else parts
