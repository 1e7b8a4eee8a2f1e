"""What the paths of a mapping's expressions need to be fetched."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from mapstudio.connectors.cloudbeds.fields import CALL_EACH, Source, specs

_HEAD = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[A-Za-z_]\w*)')
_BELOW = re.compile(r'\s*(?:\[[^\]]*\])*\s*\.\s*("(?:[^"\\]|\\.)*"|[A-Za-z_]\w*)')


@dataclass(frozen=True, slots=True)
class Needs:
    """The parts of a record that are used.

    Attributes:
        heads: Names at the top, each with the names used below it; ``None`` below means all of them. ``None`` at the
            top means all that costs no call for each record.
        everything: The whole record is used, whatever it costs.
    """

    heads: dict[str, frozenset[str] | None] | None
    everything: bool = False

    @classmethod
    def of(cls, paths: Collection[str] | None) -> Needs:
        """Return the needs of static paths such as ``guestEmail``, ``reservations[].startDate``, ``@``."""
        if paths is None:
            return cls(None)
        heads: dict[str, frozenset[str] | None] = {}
        for path in paths:
            head = _HEAD.match(path)
            if head is None:
                return cls({}, everything=True)
            name = head.group(1).strip('"')
            below = _BELOW.match(path, head.end())
            known = heads.get(name, frozenset())
            heads[name] = known | {below.group(1).strip('"')} if below is not None and known is not None else None
        return cls(heads)

    def and_also(self, *names: str) -> Needs:
        """Return the needs with these names at the top as well."""
        if self.heads is None or self.everything:
            return self
        return Needs({**dict.fromkeys(names), **self.heads})

    def uses(self, *names: str) -> bool:
        """Return whether one of the names at the top is used."""
        if self.everything:
            return True
        return self.heads is None or not self.heads.keys().isdisjoint(names)

    def uses_below(self, name: str, below: str) -> bool:
        """Return whether ``name[].below`` is used."""
        if self.everything or self.heads is None:
            return True
        if name not in self.heads:
            return False
        used = self.heads[name]
        return used is None or below in used

    def source(self, object_name: str, source: Source) -> bool:
        """Return whether a field that only this source has is used; a plain list never needs the details."""
        if self.heads is None and not self.everything:
            return source not in CALL_EACH
        return any(self._uses_path(spec.field.name) for spec in specs(object_name) if spec.source is source)

    def _uses_path(self, path: str) -> bool:
        head, _, below = path.replace("[]", "").partition(".")
        return self.uses_below(head, below.partition(".")[0]) if below else self.uses(head)
