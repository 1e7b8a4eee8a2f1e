"""The secrets that this process has looked up, so that no log line can hold one."""

from __future__ import annotations

_SHORTEST = 4
_known: set[str] = set()


def remember(secret: str) -> None:
    """Note a secret's value; very short ones are left out, because they would hide half of any text."""
    if len(secret) >= _SHORTEST:
        _known.add(secret)


def redact(text: str) -> str:
    """Return the text with every secret that is known replaced by ``***``."""
    for secret in sorted(_known, key=len, reverse=True):
        text = text.replace(secret, "***")
    return text
