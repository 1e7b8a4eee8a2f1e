"""What the vendor's error bodies say, brought to the row that they are about.

A refused value is told as a JSON array inside the text of ``message``; newer answers repeat it under ``errors``. Both
are read, since either may be missing (recorded in public issues of 2025 and 2026).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mapstudio.model import JsonValue, Reason, Record
from mapstudio.model.exact_json import JsonError, loads

KEY = "key"
_LONGEST = 300
_CONFLICT = re.compile(r"already exists(?:\. Existing ID: (\d+))?")


def sentence(body: JsonValue) -> str:
    """Return an error body's message in one sentence of bearable length."""
    message = body.get("message") if isinstance(body, dict) else None
    return _short(str(message)) if message else "it gave no reason."


def reasons(body: JsonValue, sent: Mapping[str, JsonValue], key: str) -> tuple[Reason, ...]:
    """Return why a record was refused, one reason for each row.

    Args:
        body: The error: an answer's body, or an entry of a 207's ``errors``.
        sent: The values that were sent, by row.
        key: The row by which the record was named, where a conflict is told.
    """
    found = list(_told(body))
    if not found:
        text = sentence(body)
        conflict = _CONFLICT.search(text)
        row = KEY
        if conflict:
            row = "email" if "email" in sent else key or KEY
        found = [(row, text)]
    return tuple(Reason(row, text, sent.get(row)) for row, text in dict(found).items())


def _told(body: JsonValue) -> Iterator[tuple[str, str]]:
    if not isinstance(body, dict):
        return
    entries = body.get("errors")
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict):
            for name in _named(entry):
                yield name, _with_code(entry.get("message"), entry.get("code"))
    for entry in _inside(str(body.get("message", ""))):
        yield str(entry["name"]), _with_code(entry.get("message"), entry.get("error"))


def _named(entry: Record) -> list[str]:
    context = entry.get("context")
    names = context.get("propertyName") if isinstance(context, dict) else None
    return [str(name) for name in names] if isinstance(names, list) else []


def _inside(message: str) -> list[Record]:
    start = message.find("[{")
    if start < 0:
        return []
    try:
        entries = loads(message[start : message.rfind("]") + 1])
    except JsonError:
        return []
    found = entries if isinstance(entries, list) else []
    return [entry for entry in found if isinstance(entry, dict) and "name" in entry]


def _with_code(message: JsonValue, code: JsonValue) -> str:
    text = _short(str(message or "the value was refused"))
    return f"{text} ({code})" if code else text


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
