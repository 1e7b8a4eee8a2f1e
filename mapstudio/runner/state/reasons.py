"""Reasons as the state file keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mapstudio.model import Reason
from mapstudio.model.exact_json import dumps, loads


def reasons_text(reasons: Iterable[Reason]) -> str:
    """Return reasons as one text."""
    return dumps([reason.to_json() for reason in reasons])


def reasons_of(text: str) -> Iterator[Reason]:
    """Yield the reasons of such a text."""
    value = loads(text)
    for item in value if isinstance(value, list) else []:
        if isinstance(item, dict):
            yield Reason(str(item.get("row")), str(item.get("reason")), item.get("value"))
