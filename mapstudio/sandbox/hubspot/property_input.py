"""Property definitions as clients send them: what is needed, what goes together, what is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mapstudio.sandbox.hubspot.definitions import Group, Option, Property
from mapstudio.sandbox.hubspot.errors import bad_request
from mapstudio.sandbox.hubspot.wire import need, objects_of, text_of

MAX_UNIQUE = 10
"""Properties of one object that hold a unique value."""

MAX_NAME = 100
CONTROLS: Mapping[str, tuple[str, ...]] = {
    "bool": ("booleancheckbox", "calculation_equation"),
    "enumeration": ("booleancheckbox", "checkbox", "radio", "select", "calculation_equation"),
    "date": ("date",),
    "datetime": ("date",),
    "string": ("file", "html", "text", "textarea", "phonenumber", "calculation_equation"),
    "number": ("number", "calculation_equation"),
    "phone_number": ("phonenumber",),
}
"""The controls that go with each type."""

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_FLAGS = {"hidden": "hidden", "formField": "form", "hasUniqueValue": "unique", "externalOptions": "external"}
_TEXT = ("label", "type", "fieldType", "groupName", "description", "referencedObjectType")


def read_property(body: Mapping[str, Any], groups: Mapping[str, Group], moment: str) -> Property:
    """Return the property that a body defines.

    Args:
        body: As sent.
        groups: The groups that there are.
        moment: Now.

    Raises:
        ApiError: Something is missing or does not go together.
    """
    need(body, "name", "label", "type", "fieldType", "groupName")
    name = text_of(body, "name")
    if not _NAME.fullmatch(name) or len(name) > MAX_NAME:
        raise bad_request(
            f'The name "{name}" is not valid: lower case letters, digits and underscores, the first one a letter, '
            f"at most {MAX_NAME} in all."
        )
    if name.startswith("hs_"):
        raise bad_request(f'The name "{name}" is not valid: names that begin with hs_ are the system\'s own.')
    blank = Property(name, "", "", "", "", -1, frozenset(), None, None, (), custom=True, created=moment)
    return _checked(_with(blank, body, moment), groups)


def changed_property(item: Property, body: Mapping[str, Any], groups: Mapping[str, Group], moment: str) -> Property:
    """Return a property with the changes of a body.

    Raises:
        ApiError: The change is not allowed, or does not go together.
    """
    fixed = {"type", "fieldType", "hasUniqueValue"} if not item.custom else {"hasUniqueValue"}
    for field in fixed & body.keys():
        if body[field] != item.to_json()[field]:
            raise bad_request(f"{field} of the property {item.name} cannot be changed.")
    return _checked(_with(item, body, moment), groups)


def _with(item: Property, body: Mapping[str, Any], moment: str) -> Property:
    texts = {field: text_of(body, field) for field in _TEXT if body.get(field) is not None}
    flags = {flag for flag in item.flags if flag not in _FLAGS.values()}
    flags |= {flag for field, flag in _FLAGS.items() if body.get(field, flag in item.flags) is True}
    if body.get("showCurrencySymbol", "currency" in item.flags) is True:
        flags.add("currency")
    if str(texts.get("fieldType", item.field_type)).startswith("calculation"):
        flags |= {"calculated", "read-only"}
    hint = body.get("numberDisplayHint") or body.get("textDisplayHint")
    order = body.get("displayOrder", item.order)
    return replace(
        item,
        label=texts.get("label", item.label),
        type=texts.get("type", item.type),
        field_type=texts.get("fieldType", item.field_type),
        group=texts.get("groupName", item.group),
        description=texts.get("description", item.description),
        references=texts.get("referencedObjectType", item.references),
        order=order if isinstance(order, int) else item.order,
        flags=frozenset(flags),
        hint=str(hint) if hint else item.hint,
        options=_options(body) if body.get("options") is not None else item.options,
        updated=moment,
    )


def _options(body: Mapping[str, Any]) -> tuple[Option, ...]:
    found = []
    for place, option in enumerate(objects_of(body, "options")):
        need(option, "label", "value")
        order = option.get("displayOrder", place)
        found.append(
            Option(
                text_of(option, "value"),
                text_of(option, "label"),
                order if isinstance(order, int) else place,
                text_of(option, "description"),
                option.get("hidden") is True,
            )
        )
    values = [option.value for option in found]
    repeated = sorted({value for value in values if values.count(value) > 1})
    if repeated:
        raise bad_request(f"Option values must be unique: [{', '.join(repeated)}]")
    return tuple(found)


def _checked(item: Property, groups: Mapping[str, Group]) -> Property:
    if not item.label.strip():
        raise bad_request("label must not be blank.")
    if item.custom and item.type not in CONTROLS:
        raise bad_request(f'"{item.type}" is no property type; it is one of {", ".join(CONTROLS)}.')
    if item.custom and item.field_type not in CONTROLS[item.type]:
        raise bad_request(
            f"fieldType {item.field_type} does not go with type {item.type}; {', '.join(CONTROLS[item.type])} do."
        )
    if item.group not in groups:
        raise bad_request(f'Property group "{item.group}" does not exist.')
    if item.custom:
        _check_options(item)
    return item


def _check_options(item: Property) -> None:
    if "unique" in item.flags and item.type not in {"string", "number"}:
        raise bad_request(f"A property of type {item.type} cannot have unique values.")
    if item.type == "bool" and sorted(item.values) != ["false", "true"]:
        raise bad_request("A bool property has two options, with the values true and false.")
    if item.type == "enumeration" and not item.options and "external" not in item.flags:
        raise bad_request(f"The enumeration {item.name} has no options.")
    if item.type not in {"bool", "enumeration"} and item.options:
        raise bad_request(f"A property of type {item.type} has no options.")
