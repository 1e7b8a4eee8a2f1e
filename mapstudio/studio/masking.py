"""Personal data are masked on the screen by default: shape and first characters stay, the person does not.

Masking is for eyes behind the user's shoulder and for screenshots; files, plans and writes are never touched by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from mapstudio.model import JsonValue

_EMAIL = re.compile(r"([^\s@<>\"',;:]+)@([^\s@<>\"',;:]+)\.([A-Za-z]{2,24})\b")
_PHONE_FIELD = re.compile(r"phone|mobile|cell|whatsapp|\bfax|tel(?:efon|$|_)|celular", re.IGNORECASE)
_DOCUMENT_FIELD = re.compile(
    r"passport|document.?(?:id|no|num)|tax.?id|\bvat$|\bcpf\b|\bcnpj\b|\bssn\b|iban|card.?num|national.?id|licen[cs]e",
    re.IGNORECASE,
)
_PHONE_SHAPE = re.compile(r"^\s*(?:\+|\(\d{2,4}\))[\d\s().+/-]{6,}$")
_MASKED_DIGITS = 4
_LAST = 2
_FIRST = 6


def mask_text(text: str, field: str = "", mark: str = "•") -> str:
    """Return the text with what could name a person masked.

    Args:
        text: Any value's text.
        field: The name of the field that it comes from; a path's last part decides.
        mark: One masked character.
    """
    if "@" in text:
        text = _EMAIL.sub(lambda match: _mask_email(match, mark), text)
    name = field.rpartition(".")[2]
    if _PHONE_SHAPE.match(text) or (name and _PHONE_FIELD.search(name)):
        return _mask_digits(text, mark)
    if name and _DOCUMENT_FIELD.search(name):
        return text[:1] + mark * _MASKED_DIGITS + text[-1:] if len(text) > 2 else text
    return text


def mask_value(value: JsonValue, field: str = "", mark: str = "•") -> JsonValue:
    """Return the value with all texts in it masked, each by the key that it stands under."""
    if isinstance(value, str):
        return mask_text(value, field, mark)
    if isinstance(value, list):
        return [mask_value(item, field, mark) for item in value]
    if isinstance(value, dict):
        return {key: mask_value(item, key, mark) for key, item in value.items()}
    return value


def telling_name(names: Iterable[str]) -> str:
    """Return the one of a value's names that tells that it is personal; an empty text where none does."""
    last = ((name, name.rpartition(".")[2]) for name in names)
    return next((name for name, end in last if _PHONE_FIELD.search(end) or _DOCUMENT_FIELD.search(end)), "")


def _mask_email(match: re.Match[str], mark: str) -> str:
    name, _, top = match.groups()
    return f"{name[0]}{mark * 2}@{mark * _MASKED_DIGITS}.{top}"


def _mask_digits(text: str, mark: str) -> str:
    """Mask a number's middle: at most six digits stay in front, two at the end, whatever the punctuation between."""
    places = [index for index, character in enumerate(text) if character.isdigit()]
    if len(places) < 5:
        return text
    first = max(1, min(_FIRST, len(places) - _LAST - _MASKED_DIGITS))
    start, end = places[first], places[-_LAST]
    return text[:start] + mark * _MASKED_DIGITS + text[end:]
