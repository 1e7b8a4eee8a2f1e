"""HTML as Odoo keeps it: what it makes of a text on the way in, and what it drops without a word.

Two markups are one where people see the same; spelling, the order of attributes and a lone paragraph around the whole
are Odoo's own business. Scripts, handlers and frames are dropped, so they are told as values that Odoo does not keep.
"""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser

_VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
_DROPPED = frozenset(
    {"script", "style", "iframe", "object", "embed", "applet", "base", "frame", "frameset", "link", "meta", "noscript"}
)
_WRAPPERS = frozenset({"p", "div", "span"})
_ADDRESSES = frozenset({"href", "src", "action"})


def canonical_markup(text: str) -> str:
    """Return markup, or a plain text, in one spelling."""
    return _spelled(text, safe=False)


def safe_markup(text: str) -> str:
    """Return what Odoo would keep of it, in the same spelling."""
    return _spelled(text, safe=True)


class _Speller(HTMLParser):
    """Spells markup anew; with ``safe`` it leaves out what Odoo drops."""

    def __init__(self, *, safe: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[tuple[str, str]] = []
        self._safe = safe
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the beginning of an element."""
        if self._safe and tag in _DROPPED:
            if tag not in _VOID and tag != "embed":
                self._inside.append(tag)
            return
        kept = sorted((name, value or "") for name, value in attrs if not (self._safe and _acts(name, value or "")))
        told = [f'{name}="{escape(value)}"' for name, value in kept]
        self._add("tag", f"<{' '.join([tag, *told])}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element that is closed at once; a browser takes only empty ones for closed."""
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Take the end of an element."""
        if self._inside:
            if tag == self._inside[-1]:
                self._inside.pop()
            return
        if tag not in _VOID and not (self._safe and tag in _DROPPED):
            self._add("tag", f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Take text; white space shows as one space at most."""
        if data:
            self._add("text", data)

    def _add(self, kind: str, text: str) -> None:
        if self._inside:
            return
        if kind == "text" and self.parts and self.parts[-1][0] == "text":
            text = self.parts.pop()[1] + text
        self.parts.append((kind, text))


def _spelled(text: str, *, safe: bool) -> str:
    speller = _Speller(safe=safe)
    speller.feed(text)
    speller.close()
    told = [one if kind == "tag" else escape(" ".join(one.split())) for kind, one in speller.parts]
    told = [one for one in told if one]
    while _wrapped(told):
        told = told[1:-1]
    return "".join(told)


def _wrapped(told: list[str]) -> bool:
    """Return whether one plain element stands around all of it."""
    if len(told) < 2 or told[0][1:-1] not in _WRAPPERS or told[-1] != f"</{told[0][1:]}":
        return False
    depth = 0
    for place, one in enumerate(told):
        name = one[1:-1].split(" ")[0]
        if one.startswith("</"):
            depth -= 1
        elif one.startswith("<") and name not in _VOID:
            depth += 1
        if depth == 0 and place < len(told) - 1:
            return False
    return True


def _acts(name: str, value: str) -> bool:
    """Return whether an attribute would run something."""
    return name.startswith("on") or (name in _ADDRESSES and value.strip().lower().startswith("javascript:"))
