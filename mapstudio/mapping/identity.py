"""By which text an element of a list is known: with ``each``, and among the lines of a record."""

from __future__ import annotations

from mapstudio.expressions.environment import key_text
from mapstudio.mapping.definition import is_placeholder, open_link
from mapstudio.model import JsonValue
from mapstudio.model.exact_json import dumps


def identity_text(value: JsonValue) -> str | None:
    """Return the text by which an element of ``each`` is known, ``None`` for what is no id."""
    text = key_text(value) if not isinstance(value, bool) else None
    return text if text is not None and text.strip() else None


def line_key(value: JsonValue) -> str | None:
    """Return the text of a line's key; what only an environment or a link knows stands for itself."""
    if isinstance(value, dict) and (is_placeholder(value) or open_link(value) is not None):
        return dumps(value)
    return identity_text(value)
