"""The text of HTML, read in one pass: Python's own parser needs minutes for some texts of a few hundred KB."""

from __future__ import annotations

import re
from html import unescape

# Begin and end a line.
_BLOCKS = re.compile(
    "address|article|aside|blockquote|center|d[dlt]|div|fieldset|figcaption|figure|footer|form|h[1-6r]|header|li|main|"
    "nav|[ou]l|option|p|pre|section|select|table|tbody|tfoot|thead|title|tr"
)
_CELLS = frozenset({"td", "th"})
_UNSEEN = frozenset({"head", "script", "style", "template"})
# Without the possessive quantifiers a tag that is never closed would be tried in all ways.
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*+)(?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+>")
_OPEN_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*+)[^>]*+>")
_LONG_REFERENCE = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{8,});?")
_SPACES = re.compile(r"\s+")


def text_of(html: str) -> str:
    """Return what a reader of a page sees: blocks and ``<br>`` on lines of their own, white space as one space.

    A text without any tag keeps its lines.
    """
    page = _Page(html)
    page.read()
    return page.text() if page.has_tags else _decoded(html).strip()


def _decoded(text: str) -> str:
    if "&" in text:
        text = unescape(_LONG_REFERENCE.sub("\ufffd", text))
    return text.replace("\xa0", " ")


class _Page:
    def __init__(self, html: str) -> None:
        self.has_tags = False
        self._html = html
        self._lines: list[str] = []
        self._line: list[str] = []
        self._is_written = False
        self._quotes_close = True
        self._last_end = html.rfind(">")

    def read(self) -> None:
        html, position = self._html, 0
        while True:
            start = html.find("<", position)
            self._write(html[position : start if start >= 0 else len(html)])
            end = self._end_of_markup(start) if start >= 0 else -1
            if end < 0:
                return
            if end == start:
                # It opens nothing.
                self._write("<")
                end += 1
            position = end

    def text(self) -> str:
        self._break()
        text = "\n".join(self._lines).strip()
        return re.sub(r"\n{3,}", "\n\n", text)

    def _end_of_markup(self, start: int) -> int:
        """Take the markup that begins here; return where it ends, the start for none, -1 for the end of all."""
        html = self._html
        following = html[start + 1 : start + 2]
        if html.startswith("<!--", start):
            self.has_tags = True
            return self._behind("-->", start + 4)
        if following in {"!", "?"}:
            self.has_tags = True
            return self._behind(">", start)
        match = self._tag(start)
        if match is None:
            return start
        self.has_tags = True
        closing, name = match.group(1), match.group(2).lower()
        if name in _UNSEEN and not closing:
            end = re.compile(rf"</{name}[\s/>]", re.IGNORECASE).search(html, match.end())
            return end.start() if end is not None else -1
        self._draw(name)
        return match.end()

    def _tag(self, start: int) -> re.Match[str] | None:
        if start > self._last_end:
            # Nothing ends behind here: looking for it at every "<" would read the rest each time.
            return None
        if self._quotes_close:
            match = _TAG.match(self._html, start)
            if match is not None or not _OPEN_TAG.match(self._html, start):
                return match
            # A quote is open until the end: from here on quotes mean nothing, or each tag would look for its end anew.
            self._quotes_close = False
        return _OPEN_TAG.match(self._html, start)

    def _behind(self, mark: str, start: int) -> int:
        end = self._html.find(mark, start)
        return end + len(mark) if end >= 0 else -1

    def _draw(self, name: str) -> None:
        if name == "br":
            self._break()
        elif _BLOCKS.fullmatch(name):
            if self._is_written:
                self._break()
        elif name in _CELLS:
            self._write(" ")

    def _write(self, text: str) -> None:
        if text:
            self._line.append(text)
            self._is_written = self._is_written or not text.isspace()

    def _break(self) -> None:
        self._is_written = False
        self._lines.append(_SPACES.sub(" ", _decoded("".join(self._line))).strip())
        self._line.clear()
