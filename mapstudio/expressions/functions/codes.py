"""What functions that find a code give where they find none."""

from __future__ import annotations

from collections.abc import Sequence

from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.functions.text import shown
from mapstudio.model import JsonValue


def code_or_default(code: str | None, text: str | None, default: Sequence[JsonValue], *, thing: str) -> JsonValue:
    """Return the code, else the default, else null for a text that is null or blank.

    Args:
        code: What was found.
        text: In what it was looked for.
        default: What an expression gives for it, if it does.
        thing: What has such codes.

    Raises:
        EvaluationError: There is a text, no code for it and no default.
    """
    if code is not None:
        return code
    if default:
        return default[0]
    if text is None or not text.strip():
        return None
    raise EvaluationError(f"{shown(text)} is no {thing}", text)
