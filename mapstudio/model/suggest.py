"""``did you mean``: the nearest known word to a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is nearest to the given one, ``None`` when none is near."""
    candidates = list(known)
    folded = {item.casefold(): item for item in candidates}
    if word.casefold() in folded:
        return folded[word.casefold()]
    found = get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.7)
    return folded[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``did you mean "x"?`` for a misspelt word, an empty text when nothing is near."""
    found = nearest(word, known)
    return f'did you mean "{found}"?' if found else ""
