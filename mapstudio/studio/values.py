"""Values as they stand on the screen: bare in tables, as JSON in the editor and in records."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from mapstudio.mapping.definition import open_link
from mapstudio.model import Field, FieldType, JsonValue, Reason
from mapstudio.model.exact_json import dumps
from mapstudio.studio.glyphs import UNICODE, Glyphs
from mapstudio.studio.masking import mask_value
from mapstudio.studio.paint import MUTED, TEXT, WARN, Piece
from mapstudio.studio.text import shown

GUESSED = "?"
"""Stands behind a type that only records tell."""

_NARROW = 5
_MOST_JSON = 2000
_WORDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "boolean"),
    (str, "text"),
    (int, "integer"),
    ((float, Decimal), "number"),
    (list, "list"),
    (dict, "object"),
)


@dataclass(frozen=True, slots=True)
class ValueFormat:
    """How values are written.

    Attributes:
        glyphs: The marks of null and of masked characters.
        masked: Whether personal data are masked.
    """

    glyphs: Glyphs = UNICODE
    masked: bool = True

    def bare(self, value: JsonValue, field: str = "", *, width: int = 80) -> Piece:
        """Return the value as it stands in a table: without quotes, numbers in thin groups.

        Args:
            value: The value.
            field: Where it comes from; decides what is personal.
            width: The column's, in cells.
        """
        value = self._masked(value, field)
        if value is None:
            return (self.glyphs.null if width >= _NARROW else self.glyphs.null_short), MUTED
        if isinstance(value, str):
            return self._bare_text(value)
        if isinstance(value, bool):
            return ("true" if value else "false"), TEXT
        if isinstance(value, list):
            return f"[ {len(value)} ]", TEXT
        if isinstance(value, dict):
            return self._open_link(value) or (f"{{ {len(value)} }}", TEXT)
        return group_number(value), TEXT

    def json(self, value: JsonValue, field: str = "", *, deep: bool = False) -> Piece:
        """Return the value as JSON: text in quotes, numbers ungrouped; lists and objects closed unless ``deep``."""
        value = self._masked(value, field)
        if value is None:
            return self.glyphs.null, MUTED
        if isinstance(value, str):
            bare, ink = self._bare_text(value)
            return (bare if ink is WARN or not value else f'"{bare}"'), ink
        if isinstance(value, list) and not deep:
            return f"[ {len(value)} ]", TEXT
        link = self._open_link(value)
        if link is not None:
            return link
        if isinstance(value, dict) and not deep:
            return f"{{ {len(value)} }}", TEXT
        return shown(dumps(value)[:_MOST_JSON]), TEXT

    def reason(self, reason: Reason, field: str = "") -> str:
        """Return why something failed, the value at fault masked as it would be elsewhere."""
        text = shown(reason.reason)
        if self.masked and isinstance(reason.value, str) and reason.value:
            text = text.replace(shown(reason.value), str(self._masked(shown(reason.value), field)))
        return str(self._masked(text, "")) if self.masked else text

    def _open_link(self, value: JsonValue) -> Piece | None:
        record = open_link(value)
        return (f"{self.glyphs.wait} {shown(record)}", MUTED) if record is not None else None

    def _bare_text(self, value: str) -> Piece:
        if not value:
            return '""', MUTED
        if not value.strip():
            return f'"{self.glyphs.space * min(len(value), 20)}"', WARN
        return shown(value), TEXT

    def _masked(self, value: JsonValue, field: str) -> JsonValue:
        return mask_value(value, field, self.glyphs.masked) if self.masked else value


def group_number(value: float | Decimal) -> str:
    """Return a number in thin groups, its decimals as they are: ``1 840.00``."""
    text = dumps(value)
    whole, point, decimals = text.partition(".")
    digits = whole.lstrip("-")
    if not digits.isdigit() or len(digits) < 4:
        return text
    sign = whole[: len(whole) - len(digits)]
    return f"{sign}{int(digits):,}".replace(",", " ") + point + decimals


def type_word(value: JsonValue) -> str:
    """Return the word for the type of a value that no schema describes."""
    if value is None:
        return "null"
    return next(word for kinds, word in _WORDS if isinstance(value, kinds))


def field_type_word(item: Field) -> str:
    """Return a field's type as it stands in a tree; a guess has a question mark."""
    return f"{_SHORT_TYPES.get(item.type, str(item.type))}{GUESSED if item.guessed else ''}"


def given_words(words: str) -> str:
    """Return the words of an inferred type as they stand in a tree: ``list of enum | null``."""
    return re.sub(r"\w+", lambda match: _SHORT_TYPES.get(match.group(), match.group()), words)


_SHORT_TYPES: Mapping[str, str] = {
    FieldType.BOOLEAN: "bool",
    FieldType.OPTION: "enum",
    FieldType.OPTIONS: "enums",
}
