"""HTML as the server keeps it: without what could run, closed where it was open, wrapped where it was bare."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

_EMPTY = frozenset(["area", "br", "col", "hr", "img", "wbr"])
_DROPPED = frozenset(
    [
        "applet",
        "base",
        "embed",
        "form",
        "frame",
        "frameset",
        "head",
        "iframe",
        "link",
        "meta",
        "noscript",
        "object",
        "param",
        "script",
        "style",
        "title",
    ]
)
_VOID_DROPPED = frozenset(["base", "embed", "frame", "input", "link", "meta", "param"])
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_CLOSES = {"li": {"li"}, "tr": {"tr", "td", "th"}, "td": {"td", "th"}, "th": {"td", "th"}, "dt": {"dt", "dd"},
           "dd": {"dt", "dd"}, "option": {"option"}}  # fmt: skip
_KEPT = frozenset(["align", "alt", "border", "cellpadding", "cellspacing", "class", "colspan", "color", "dir", "height",
                   "href", "id", "lang", "name", "rel", "rowspan", "src", "style", "target", "title", "type", "valign",
                   "value", "width"])  # fmt: skip
_RUNS = re.compile(r"^\s*(javascript|vbscript|data(?!:image/))\s*:", re.IGNORECASE)


@dataclass
class _Element:
    tag: str
    attributes: Sequence[tuple[str, str | None]] = ()
    inside: list[_Element | str] = field(default_factory=list)


def sanitize(text: str) -> str:
    """Return a text as the server would store it in an HTML field."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    nodes = _stripped(reader.root.inside)
    if not nodes:
        return ""
    if isinstance(nodes[0], str):
        nodes = _in_paragraph(nodes)
    elif len(nodes) == 1 and nodes[0].tag == "div" and not nodes[0].attributes:
        nodes = nodes[0].inside
    elif len(nodes) > 1 and not any(isinstance(node, _Element) and node.tag in _BLOCKS for node in nodes):
        nodes = [_Element("span", (), nodes)]
    return "".join(_written(node) for node in nodes)


def _in_paragraph(nodes: list[_Element | str]) -> list[_Element | str]:
    """Put what stands before the first block into a paragraph."""
    end = next((at for at, node in enumerate(nodes) if isinstance(node, _Element) and node.tag in _BLOCKS), len(nodes))
    return [_Element("p", (), nodes[:end]), *nodes[end:]]


def _stripped(nodes: list[_Element | str]) -> list[_Element | str]:
    """Return the nodes without white space around them."""
    found = list(nodes)
    while found and isinstance(found[0], str) and not found[0].strip():
        del found[0]
    while found and isinstance(found[-1], str) and not found[-1].strip():
        del found[-1]
    return found


def _written(node: _Element | str) -> str:
    if isinstance(node, str):
        return html.escape(node, quote=False).replace("\u00a0", "&nbsp;")
    told = "".join(f' {name}="{html.escape(value or "")}"' for name, value in node.attributes)
    if node.tag in _EMPTY:
        return f"<{node.tag}{told}>"
    return f"<{node.tag}{told}>{''.join(_written(one) for one in node.inside)}</{node.tag}>"


class _Reader(HTMLParser):
    """Builds the tree of a text, leaving out what may not stay."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Element("")
        self._open = [self.root]
        self._dropped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        if self._dropped or tag in _DROPPED or tag in _VOID_DROPPED:
            if tag not in _VOID_DROPPED and tag not in _EMPTY:
                self._dropped.append(tag)
            return
        self._close_for(tag)
        element = _Element(tag, [(name, _safe(value)) for name, value in attrs if name in _KEPT])
        self._open[-1].inside.append(element)
        if tag not in _EMPTY:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """Close an element and what is still open in it."""
        if self._dropped:
            if tag in self._dropped:
                del self._dropped[self._dropped.index(tag) :]
            return
        depths = [at for at, element in enumerate(self._open) if element.tag == tag]
        if depths:
            del self._open[depths[-1] :]

    def handle_data(self, data: str) -> None:
        """Take a text."""
        if self._dropped:
            return
        inside = self._open[-1].inside
        if inside and isinstance(inside[-1], str):
            inside[-1] += data
        else:
            inside.append(data)

    def _close_for(self, tag: str) -> None:
        """Close what cannot go on when an element opens: a paragraph for a block, an item for the next."""
        if tag in _BLOCKS and self._open[-1].tag == "p":
            del self._open[-1]
        while self._open[-1].tag in _CLOSES.get(tag, ()):
            del self._open[-1]


def _safe(value: str | None) -> str | None:
    return "" if value and _RUNS.match(value) else value
