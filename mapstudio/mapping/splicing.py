"""Changes of one entry in a YAML text: everything outside of the entry's own characters stays as it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mapstudio.mapping.writing import write_key
from mapstudio.mapping.yaml_tree import Entry, MapNode, Scalar, content_end

_HEADER_COMMENT = re.compile(r"[ \t]+#.*")
_INDENTED_COMMENT = re.compile(r"(?:[ \t]*(?:\r\n|\n|\r))*(?P<indent> +)#[^\r\n]*")
_BREAK = re.compile(r"\r\n|\n|\r")


class CannotSpliceError(Exception):
    """The entry is written in a way that cannot be changed without touching its neighbours."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A value written as YAML.

    Attributes:
        inline: What follows the key's colon on its line; empty when everything stands below.
        lines: The lines below the key, indented relative to it by nothing; only in block style.
    """

    inline: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Splicer:
    """Changes a text; every method returns the new text.

    Attributes:
        text: The file's text without its byte order mark.
        newline: The file's line end.
        step: By how much a level is indented.
    """

    text: str
    newline: str = "\n"
    step: str = "  "

    def replace_value(self, owner: MapNode, entry: Entry, value: Rendered) -> str:
        """Return the text with another value of the entry; a comment behind it stays."""
        if owner.flow:
            return self._replace_in_flow(entry, value)
        colon, start, end = self._colon(entry), entry.value.start, self._end(entry)
        below = self._below(value, self._column(entry.key.start))
        first_line_end = self._line_end(colon)
        if start > first_line_end or start == entry.value.end:
            comment, gap, start = self.text[colon:first_line_end], " ", colon
        else:
            comment, gap = self._comment(entry, end), self.text[colon:start] or " "
        inline = gap + value.inline if value.inline else ""
        rest = self._own_end(entry) if below else self._line_end(end)
        return self.text[:colon] + inline + comment + below + self.text[rest:]

    def rename(self, entry: Entry, name: str, *, flow: bool) -> str:
        """Return the text with another key of the entry."""
        return self.text[: entry.key.start] + write_key(name, flow=flow) + self.text[entry.key.end :]

    def insert(self, owner: MapNode, name: str, value: Rendered, *, after: Entry | None = None) -> str:
        """Return the text with a further entry behind ``after``, by default behind the last one.

        Args:
            owner: A map with at least one entry.
            name: The new key.
            value: Its value.
            after: An entry of the map.
        """
        previous = after or owner.entries[-1]
        end = self._end(previous)
        if owner.flow:
            own_line = not self.text[self._line_start(previous.key.start) : previous.key.start].strip()
            gap = self.newline + " " * self._column(previous.key.start) if own_line else " "
            return f"{self.text[:end]},{gap}{write_key(name, flow=True)}: {value.inline}{self.text[end:]}"
        column = self._column(owner.entries[0].key.start)
        inline = f" {value.inline}" if value.inline else ""
        line = f"{' ' * column}{write_key(name)}:{inline}{self._below(value, column)}"
        place = self._line_end(end)
        return f"{self.text[:place]}{self.newline}{line}{self.text[place:]}"

    def remove(self, owner: MapNode, entry: Entry) -> str:
        """Return the text without the entry: its own lines in block style, comments above them stay."""
        if owner.flow:
            return self._remove_in_flow(owner, entry)
        start = self._line_start(entry.key.start)
        if self.text[start : entry.key.start].strip():
            raise CannotSpliceError
        return self.text[:start] + self.text[self._after_break(self._own_end(entry)) :]

    def _replace_in_flow(self, entry: Entry, value: Rendered) -> str:
        start, end = entry.value.start, entry.value.end
        if start == end:
            between = self.text[entry.key.end : start]
            if ":" in between:
                start = end = entry.key.end + between.index(":") + 1
                return f"{self.text[:start]} {value.inline}{self.text[end:]}"
            return f"{self.text[: entry.key.end]}: {value.inline}{self.text[entry.key.end :]}"
        return self.text[:start] + value.inline + self.text[end:]

    def _remove_in_flow(self, owner: MapNode, entry: Entry) -> str:
        index = owner.entries.index(entry)
        if index + 1 < len(owner.entries):
            return self.text[: entry.key.start] + self.text[owner.entries[index + 1].key.start :]
        start = self._end(owner.entries[index - 1]) if index else entry.key.start
        return self.text[:start] + self.text[self._end(entry) :]

    def _end(self, entry: Entry) -> int:
        """Return where the entry's last line of content ends, before its line break."""
        end = max(content_end(self.text, entry.value), entry.key.end)
        if self.text[end - 1] == "\n":
            end -= 2 if self.text[end - 2 : end] == "\r\n" else 1
        return max(end, entry.key.end)

    def _own_end(self, entry: Entry) -> int:
        """Return where the entry's own lines end: comments below that are indented deeper than its key are part of it.

        Without the lines around it such a comment could become part of a block of text in the entry before.
        """
        end = self._line_end(self._end(entry))
        column = self._column(entry.key.start)
        while match := _INDENTED_COMMENT.match(self.text, self._after_break(end)):
            if len(match["indent"]) <= column:
                break
            end = match.end()
        return end

    def _comment(self, entry: Entry, end: int) -> str:
        """Return what stands behind the value: on its last line, or for a block of text on its first."""
        if isinstance(entry.value, Scalar) and entry.value.style in {"|", ">"}:
            header = self.text[entry.value.start : self._line_end(entry.value.start)]
            found = _HEADER_COMMENT.search(header)
            return found.group() if found else ""
        return self.text[end : self._line_end(end)]

    def _below(self, value: Rendered, column: int) -> str:
        indent = self.newline + " " * column + self.step
        return "".join(indent + line if line else self.newline for line in value.lines)

    def _colon(self, entry: Entry) -> int:
        found = self.text.find(":", entry.key.end)
        if found < 0 or self.text[entry.key.end : found].strip():
            raise CannotSpliceError
        return found + 1

    def _line_start(self, offset: int) -> int:
        return max(self.text.rfind("\n", 0, offset), self.text.rfind("\r", 0, offset)) + 1

    def _line_end(self, offset: int) -> int:
        match = _BREAK.search(self.text, offset)
        return match.start() if match else len(self.text)

    def _after_break(self, offset: int) -> int:
        match = _BREAK.match(self.text, offset)
        return match.end() if match else offset

    def _column(self, offset: int) -> int:
        return offset - self._line_start(offset)
