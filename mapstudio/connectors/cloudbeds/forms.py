"""Values as PHP reads them from a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mapstudio.connectors.cloudbeds.fields import FieldSpec
from mapstudio.connectors.cloudbeds.values import form_text
from mapstudio.model import JsonValue, Reason, Record


def plain(fields: Mapping[str, tuple[str, FieldSpec]], values: Record) -> dict[str, str]:
    """Return the values of a record by the names of the form."""
    return {name: form_text(spec, values[own]) for own, (name, spec) in fields.items() if own in values}


def custom(
    values: Record, name: str, labels: tuple[str, str] = ("customFieldName", "customFieldValue")
) -> dict[str, str]:
    """Return the custom fields as a form has them."""
    form = {}
    for index, (shortcode, value) in enumerate(custom_of(values).items()):
        form[f"{name}[{index}][{labels[0]}]"] = shortcode
        form[f"{name}[{index}][{labels[1]}]"] = "" if value is None else str(value)
    return form


def entries(name: str, rows: Sequence[Mapping[str, JsonValue]]) -> dict[str, str]:
    """Return a list of objects, which may hold such lists, as a form has it."""
    form: dict[str, str] = {}
    for index, row in enumerate(rows):
        for key, value in row.items():
            place = f"{name}[{index}][{key}]"
            if isinstance(value, list):
                form |= entries(place, [item for item in value if isinstance(item, dict)])
            elif value is not None and not isinstance(value, dict):
                form[place] = text(value)
    return form


def text(value: JsonValue) -> str:
    """Return a value as a form's text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else format(value, "f") if hasattr(value, "as_tuple") else str(value)


def custom_of(values: Record) -> Mapping[str, JsonValue]:
    """Return the custom fields of a record."""
    found = values.get("customFields")
    return found if isinstance(found, dict) else {}


def not_taken(values: Record, fields: Mapping[str, object], why: str) -> tuple[Reason, ...]:
    """Return a reason for each value that cannot be written."""
    return tuple(
        Reason(name, why, value)
        for name, value in values.items()
        if name not in fields and not (name == "customFields" and isinstance(value, dict))
    )
