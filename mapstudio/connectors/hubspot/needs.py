"""From the paths that expressions use to what has to be asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mapstudio.connectors.hubspot.definitions import ASSOCIATIONS
from mapstudio.model import Field

_WORDS = re.compile(r'"((?:[^"\\]|\\.)*)"|([A-Za-z0-9_]+)')
_OF_A_LINK = frozenset({"id", "labels"})
EVERYTHING = "@"


@dataclass(frozen=True, slots=True)
class Needs:
    """What a read asks for.

    Attributes:
        properties: Names of properties.
        linked: For each associated object the properties wanted of its records; none: their ids and labels will do.
    """

    properties: Sequence[str]
    linked: Mapping[str, frozenset[str]] = field(default_factory=dict)


def reads_links(paths: Iterable[str] | None) -> bool:
    """Return whether any of the paths leads to associated records."""
    return any(path.startswith(ASSOCIATIONS) for path in paths or ())


def needs_of(paths: Iterable[str] | None, fields: Mapping[str, Field], possible: Sequence[str] = ()) -> Needs:
    """Return what the paths need; unknown names are left out, as the system itself would.

    Args:
        paths: Static paths such as ``email`` or ``associations.companies[].name``; ``None`` or ``@``: all properties.
        fields: The object's properties.
        possible: The objects that it can be associated with.
    """
    if paths is None:
        return Needs(sorted(fields))
    properties: set[str] = set()
    linked: dict[str, set[str]] = {}
    for path in paths:
        words = [quoted or plain for quoted, plain in _WORDS.findall(path) if not plain.isdigit()]
        if path == EVERYTHING:
            properties |= fields.keys()
        elif words and words[0] == ASSOCIATIONS:
            _add_link(possible, words[1:], linked)
        elif words:
            properties.add(words[0])
    return Needs(
        sorted(properties & fields.keys()),
        {name: frozenset(wanted - _OF_A_LINK) for name, wanted in sorted(linked.items())},
    )


def _add_link(possible: Sequence[str], words: Sequence[str], linked: dict[str, set[str]]) -> None:
    if not words:
        for name in possible:
            linked.setdefault(name, set())
    elif words[0] in possible:
        linked.setdefault(words[0], set()).update(words[1:2])
