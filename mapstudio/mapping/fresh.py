"""The text of a new mapping file, as a person would begin it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from mapstudio.mapping.document import Document
from mapstudio.mapping.format import NAME_PATTERN, Mode
from mapstudio.mapping.row_edit import RowEdit
from mapstudio.mapping.writing import write_flow_map, write_text, write_value
from mapstudio.model import JsonValue, UsageError


def new_mapping(
    name: str,
    *,
    source: tuple[str, str],
    destination: tuple[str, str],
    key: Sequence[str] = (),
    mode: Mode = Mode.UPSERT,
    where: str | None = None,
    description: str = "",
    rows: Mapping[str, RowEdit] | None = None,
) -> str:
    """Return the text of a new mapping file.

    Args:
        name: In kebab-case.
        source: Connection and object that are read.
        destination: Connection and object that are written.
        key: The destination fields by which a record is found.
        mode: What is done with the destination's records.
        where: Which records are taken.
        description: What the mapping is for.
        rows: The first rows, by destination field.

    Raises:
        UsageError: The name is not in kebab-case.
    """
    if not re.fullmatch(NAME_PATTERN, name):
        remedy = "Use lower-case letters, digits and hyphens."
        raise UsageError(f'The name "{name}" is not in kebab-case.', remedy=remedy)
    reads: dict[str, JsonValue] = {"connection": source[0], "object": source[1]}
    if where:
        reads["where"] = where
    writes: dict[str, JsonValue] = {"connection": destination[0], "object": destination[1]}
    if mode is not Mode.UPSERT:
        writes["mode"] = str(mode)
    if key:
        writes["key"] = key[0] if len(key) == 1 else list(key)
    lines = ["mapstudio: 1", f"name: {write_text(name)}"]
    if description:
        lines.append(f"description: {write_text(description)}")
    lines += [f"source: {_flow(reads)}", f"destination: {_flow(writes)}", "", "fields: {}", ""]
    document = Document("\n".join(lines), f"{name}.yaml")
    for field, edit in (rows or {}).items():
        document.set_row(field, edit)
    return document.text


def _flow(entries: Mapping[str, JsonValue]) -> str:
    return write_flow_map({name: write_value(value, flow=True) for name, value in entries.items()})
