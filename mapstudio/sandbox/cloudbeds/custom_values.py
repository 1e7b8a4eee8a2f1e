"""Custom field values in a write: by shortcode, within their length, and never a card number."""

from __future__ import annotations

import re

from mapstudio.model import JsonValue
from mapstudio.sandbox.cloudbeds.envelope import RefusedError
from mapstudio.sandbox.cloudbeds.hotel import Hotel

_DIGITS = re.compile(r"\d(?:[ -]?\d){12,}")


def custom_values(given: JsonValue, hotel: Hotel, apply_to: str) -> dict[str, str]:
    """Return the values of ``...CustomFields[n][customFieldName|customFieldValue]`` by shortcode.

    Raises:
        RefusedError: No such field, a value that is too long, or one that looks like a card number.
    """
    entries = list(given.values()) if isinstance(given, dict) else given if isinstance(given, list) else []
    result: dict[str, str] = {}
    for entry in entries:
        name = entry.get("customFieldName") if isinstance(entry, dict) else None
        value = entry.get("customFieldValue", "") if isinstance(entry, dict) else None
        if not isinstance(name, str) or not isinstance(value, str):
            raise RefusedError("A custom field needs customFieldName and customFieldValue")
        definition = hotel.custom_field(apply_to, name)
        if definition is None:
            raise RefusedError(f"Custom field {name} was not found")
        if len(value) > definition.max_characters:
            raise RefusedError(f"Custom field {name} is longer than {definition.max_characters} characters")
        no_card_number(f"customField {name}", value)
        result[name] = value
    return result


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
