"""Custom field values in a write: by shortcode, within their length, and never a card number."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from mapstudio.model import JsonValue
from mapstudio.sandbox.cloudbeds.envelope import RefusedError
from mapstudio.sandbox.cloudbeds.hotel import Hotel

_DIGITS = re.compile(r"\d(?:[ -]?\d){12,}")
PUT_NAMES = ("customFieldName", "customFieldValue")
BOOKING_NAMES = ("fieldName", "fieldValue")


def custom_values(
    entries: Sequence[Mapping[str, JsonValue]], hotel: Hotel, apply_to: str, names: tuple[str, str] = PUT_NAMES
) -> dict[str, str]:
    """Return the values of ``...CustomFields[n][customFieldName|customFieldValue]`` by shortcode.

    Args:
        entries: What stands in the list.
        hotel: Knows the definitions.
        apply_to: ``guest`` or ``reservation``.
        names: The keys of name and value, which one method calls otherwise.

    Raises:
        RefusedError: No such field, a value that is too long, or one that looks like a card number.
    """
    result: dict[str, str] = {}
    for entry in entries:
        name, value = entry.get(names[0]), entry.get(names[1], "")
        if not isinstance(name, str) or not isinstance(value, str):
            raise RefusedError(f"A custom field needs {names[0]} and {names[1]}")
        definition = hotel.custom_field(apply_to, name)
        if definition is None:
            raise RefusedError(f"Custom field {name} was not found")
        if len(value) > definition.max_characters:
            raise RefusedError(f"Custom field {name} is longer than {definition.max_characters} characters")
        no_card_number(f"customField {name}", value)
        result[name] = value
    return result


def required_values(values: Mapping[str, str], hotel: Hotel, apply_to: str) -> None:
    """Refuse a new record that lacks what its definitions require.

    Raises:
        RefusedError: A required field has no value.
    """
    for item in hotel.custom_fields:
        if item.apply_to == apply_to and item.facts["required"] and not values.get(item.shortcode):
            raise RefusedError(f"Custom field {item.shortcode} is required")


def no_card_number(name: str, text: str) -> None:
    """Refuse a text with a number of over 12 digits whose Luhn checksum is right.

    Raises:
        RefusedError: There is one.
    """
    for match in _DIGITS.finditer(text):
        digits = [int(character) for character in match.group() if character.isdigit()]
        doubled = [digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[-2::-2]]
        if (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0:
            raise RefusedError(f"Parameter {name} must not hold unencrypted payment data")
