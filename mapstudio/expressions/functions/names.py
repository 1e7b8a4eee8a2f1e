"""Names in the case in which people write them.

The rules, in order, for each word (parts of a word with hyphens or apostrophes are words of their own):

1. Capitals inside (``McAllister``, ``DeVito``, ``von`` typed small in ``Ana von Arx``) were typed on purpose and stay;
   only ``jOHN`` is taken for a caps lock.
2. A word all in capitals or all small gets a capital first letter: ``ANA`` and ``ana`` are ``Ana``.
3. Particles before the name are small: ``VON DER LEYEN`` is ``von der Leyen``, ``DE LA CRUZ`` is ``de la Cruz``. The
   last word is never a particle. ``LA`` and ``LAS`` are particles only behind another one: ``La Palma``.
4. ``y``, ``e``, ``i`` between two names are small; ``d'`` is small unless it begins: ``Jeanne d'Arc``.
5. ``O'CONNOR`` is ``O'Connor``, ``MCALLISTER`` is ``McAllister``, ``JUAN CARLOS II`` keeps its number, an initial its
   capital: ``J.R.R. Tolkien``. ``MACDONALD`` is ``Macdonald``: nobody can know.
"""

from __future__ import annotations

import re

_PARTICLES = frozenset(
    [
        "von",
        "vom",
        "zu",
        "zum",
        "zur",
        "van",
        "de",
        "del",
        "dei",
        "degli",
        "du",
        "des",
        "da",
        "das",
        "do",
        "dos",
        "ten",
        "ter",
        "bin",
        "ibn",
    ]
)
_BEHIND_PARTICLE = frozenset(["der", "den", "dem", "het", "la", "las", "los", "le", "les", "'t"])
_BETWEEN = frozenset(["y", "e", "i", "und", "et", "and"])
_INSIDE_HYPHENS = frozenset(["en", "sur", "sous", "les", "lès", "de", "du", "la", "aux", "am", "an", "der", "im"])
_ROMAN = frozenset(["ii", "iii", "iv", "vii", "viii"])
_ELISIONS = frozenset({"d", "l", "o", "m", "n", "dell", "all", "sant"})
_WORD = re.compile(r"\S+")
_PARTS = re.compile(r"([-‐‑])")
_APOSTROPHE = re.compile(r"(['’`´])")
_MC = re.compile(r"mc([^\W\d_])([^\W\d_]{2,})\Z", re.IGNORECASE)


def title_case(text: str) -> str:
    """Return the text with every word in the case of a name; white space stays as it is."""
    words = list(_WORD.finditer(text))
    result: list[str] = []
    position, behind_particle = 0, False
    for index, match in enumerate(words):
        word, last = match.group(), index == len(words) - 1
        small = word.lower()
        is_particle = not last and (small in _PARTICLES or (behind_particle and small in _BEHIND_PARTICLE))
        is_between = 0 < index < len(words) - 1 and small in _BETWEEN
        if (is_particle or is_between) and _is_plain(word):
            written = small
        elif last and index and small in _ROMAN and _is_plain(word):
            written = word.upper()
        else:
            written = _name(word, first=index == 0)
        behind_particle = is_particle
        result += [text[position : match.start()], written]
        position = match.end()
    return "".join([*result, text[position:]])


def _is_plain(word: str) -> bool:
    """Return whether the word's case says nothing: all in capitals or all small."""
    return word == word.upper() or word == word.lower()


def _name(word: str, *, first: bool) -> str:
    parts = _PARTS.split(word)
    if len(parts) == 1:
        return _with_apostrophes(word, first=first)
    return "".join(
        part.lower()
        if 0 < index < len(parts) - 1 and part.lower() in _INSIDE_HYPHENS and _is_plain(part)
        else _with_apostrophes(part, first=first and index == 0)
        for index, part in enumerate(parts)
    )


def _with_apostrophes(word: str, *, first: bool) -> str:
    head, *rest = _APOSTROPHE.split(word, maxsplit=1)
    if not rest or not head or not rest[1]:
        return _capital(word)
    mark, tail = rest
    if head.lower() not in _ELISIONS or len(tail) < 3:
        return _capital(head) + mark + (tail.lower() if _is_plain(tail) else tail)
    head = "d" if head.lower() == "d" and not first and _is_plain(word) else _capital(head)
    return head + mark + _capital(tail)


def _capital(word: str) -> str:
    if len(word) > 2 and word == word[0].lower() + word[1:].upper() and word != word.lower():
        word = word.upper()
    if not _is_plain(word):
        return word
    if "." in word[:-1]:
        return "".join(_first_letter(part) for part in re.split(r"(\.)", word))
    mc = _MC.match(word)
    if mc is not None:
        return f"Mc{mc.group(1).upper()}{mc.group(2).lower()}"
    return _first_letter(word)


def _first_letter(word: str) -> str:
    for index, character in enumerate(word):
        if character.isdigit():
            return word.lower()
        if character.isalpha():
            return word[:index].lower() + character.title() + word[index + 1 :].lower()
    return word
