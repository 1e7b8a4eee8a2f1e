"""What an output lacks of the destination's required fields. Asked on create and update, not by the evaluation."""

from __future__ import annotations

from mapstudio.mapping.definition import INNER, inner_parts
from mapstudio.model import Field, Record, Schema
from mapstudio.model.paths import get_path, has_path


def required_fields(schema: Schema) -> list[Field]:
    """Return the fields that a new record must have and that someone other than the system sets."""
    return [item for item in schema.fields if item.required and not item.read_only and "[]" not in item.name]


def missing_required(output: Record, schema: Schema) -> tuple[str, ...]:
    """Return the required fields without a value: a create with this output would be refused."""
    return tuple(item.name for item in required_fields(schema) if get_path(output, item.name) is None)


def required_of_lines(schema: Schema, field: str) -> list[Field]:
    """Return the fields that a new line of a list must have, named ``order_line[].name``."""
    prefix = f"{field}{INNER}"
    return [item for item in schema.fields if item.required and not item.read_only and item.name.startswith(prefix)]


def missing_in_lines(output: Record, field: str, schema: Schema) -> tuple[str, ...]:
    """Return the required fields that some line of an output lacks."""
    lines = get_path(output, field)
    wanted = [(item.name, inner_parts(item.name)[1]) for item in required_of_lines(schema, field)]
    given = [line for line in lines if isinstance(line, dict)] if isinstance(lines, list) else []
    return tuple(name for name, own in wanted if any(get_path(line, own) is None for line in given))


def clears_required(output: Record, schema: Schema) -> tuple[str, ...]:
    """Return the required fields that an update with this output would empty."""
    return tuple(
        item.name
        for item in required_fields(schema)
        if has_path(output, item.name) and get_path(output, item.name) is None
    )
