"""What the vendor's error bodies say, brought to the row that they are about.

A refused value is told as a JSON array inside the text of ``message``; newer answers repeat it under ``errors``. Both
are read, since either may be missing (recorded in public issues of 2025 and 2026). A shape that nobody has seen yet
becomes a sentence all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mapstudio.connectors.hubspot.values import EMAIL
from mapstudio.model import JsonValue, Reason, Record
from mapstudio.model.exact_json import JsonError, loads

KEY = "key"
_LONGEST = 300
_UNSAID = "the value was refused"
_EXISTING = re.compile(r"already exists\b.*?Existing ID: (\d+)", re.DOTALL)
_EXISTS = re.compile(r"already exists\b")
_OF_THE_PROPERTY = frozenset({"PROPERTY_DOESNT_EXIST", "READ_ONLY_VALUE"})
"""Codes that are about a property whatever its value is."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a record.

    Attributes:
        row: The property; empty when the system names none.
        text: What it says.
        code: Its word for it; may be empty.
    """

    row: str
    text: str
    code: str = ""

    @property
    def sentence(self) -> str:
        """The text with the code."""
        return f"{self.text} ({self.code})" if self.code else self.text

    @property
    def whatever_the_value(self) -> bool:
        """Whether every value of the property would be refused."""
        return self.code in _OF_THE_PROPERTY


def sentence(body: JsonValue) -> str:
    """Return an error body's message in one sentence of bearable length."""
    message = body.get("message") if isinstance(body, dict) else None
    return _short(str(message)) if message else "it gave no reason."


def existing_id(body: JsonValue) -> str | None:
    """Return the id of the record that stands in the way, where the body names it."""
    found = _EXISTING.search(str(body.get("message", ""))) if isinstance(body, dict) else None
    return found[1] if found else None


def faults(body: JsonValue) -> list[Fault]:
    """Return what a validation error says is wrong, each thing once; nothing for an error of another kind."""
    found: dict[tuple[str, str], Fault] = {}
    for fault in _told(body):
        known = found.get((fault.row, fault.text))
        if known is None or not known.code:
            found[fault.row, fault.text] = fault
    named = [fault for fault in found.values() if fault.row]
    texts = {fault.text for fault in named}
    return [*named, *(fault for fault in found.values() if not fault.row and fault.text not in texts)]


def reasons(body: JsonValue, sent: Mapping[str, JsonValue], key: str) -> tuple[Reason, ...]:
    """Return why a record was refused, one reason for each row.

    Args:
        body: The error: an answer's body, or an entry of a 207's ``errors``.
        sent: The values that were sent, by row.
        key: The row by which the record was named, where a conflict is told.
    """
    told: dict[str, list[str]] = {}
    for fault in faults(body):
        told.setdefault(fault.row or KEY, []).append(fault.sentence)
    text = sentence(body)
    if _EXISTS.search(text) and told.keys() <= {KEY}:
        told = {EMAIL if EMAIL in sent else key or KEY: [text]}
    found = told or {KEY: [text]}
    return tuple(Reason(row, "; ".join(dict.fromkeys(texts)), sent.get(row)) for row, texts in found.items())


def _told(body: JsonValue) -> Iterator[Fault]:
    if not isinstance(body, dict):
        return
    entries = body.get("errors")
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict):
            yield from [*_values(entry)] or _detail(entry)
    yield from _values(body)
    context = body.get("context")
    missing = context.get("properties") if isinstance(context, dict) else None
    for name in missing if isinstance(missing, list) else []:
        yield Fault(str(name), sentence(body))


def _values(body: Record) -> Iterator[Fault]:
    """Yield what the JSON inside the message says."""
    for entry in _inside(str(body.get("message", ""))):
        name, code = str(entry.get("name") or ""), str(entry.get("error") or "")
        yield Fault(name, _text(entry) or _UNSAID, code)


def _detail(entry: Record) -> Iterator[Fault]:
    """Yield what one of the structured errors says."""
    text, code = _text(entry), str(entry.get("code") or "")
    for name in _named(entry) or ([""] if text else []):
        yield Fault(name, text or _UNSAID, code)


def _named(entry: Record) -> list[str]:
    context = entry.get("context")
    names = context.get("propertyName") if isinstance(context, dict) else None
    if isinstance(names, str):
        return [names]
    if isinstance(names, list):
        return [str(name) for name in names]
    # The specification's own place for the name of what is wrong.
    place = entry.get("in")
    return [place.removeprefix("properties.")] if isinstance(place, str) and place else []


def _text(entry: Record) -> str:
    return _short(str(entry.get("message") or entry.get("localizedErrorMessage") or ""))


def _inside(message: str) -> list[Record]:
    start = message.find("[{")
    if start < 0:
        return []
    try:
        entries = loads(message[start : message.rfind("]") + 1])
    except JsonError:
        return []
    found = entries if isinstance(entries, list) else []
    return [entry for entry in found if isinstance(entry, dict) and (entry.get("name") or entry.get("message"))]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
