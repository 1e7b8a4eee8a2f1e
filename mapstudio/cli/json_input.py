"""Reads records one by one, however large the file: JSON lines, one JSON array, or JSON objects over several lines."""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import IO

from mapstudio.mapping.program import parse_record
from mapstudio.model import Record

_CHUNK = 1 << 16
_LINE = 1 << 11
_BOM = b"\xef\xbb\xbf"
_SPACE = " \t\r\n"
# An error this near to the end of what was read may be only because the rest is not read yet.
_NEAR_END = 16


@dataclass(frozen=True, slots=True)
class Item:
    """One record of the input, or what is there in its place.

    Attributes:
        line: Where it begins, from 1.
        record: The record; empty when there is none.
        problem: Why there is none; empty when there is one.
    """

    line: int
    record: Record
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Some whole lines.

    Attributes:
        line: The number of the first one.
        lines: With or without their ends.
    """

    line: int
    lines: list[bytes]


class JsonInput:
    """Records in a stream, in one of three forms; the first character decides.

    ``[`` is one array; a line that holds ``{`` alone begins objects over several lines; anything else is one record a
    line.

    Args:
        stream: Read from where it stands.

    Attributes:
        line: The number of the first line that is not blank.
        start: How many bytes stand before it.
        in_lines: One record a line.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._first, self.line, self.start = _first_line(stream)
        beginning = self._first.strip()
        self._in_array = beginning.startswith(b"[")
        self.in_lines = not self._in_array and beginning != b"{"

    def blocks(self, size: int = _CHUNK, first: int = 1) -> Iterator[Block]:
        """Yield the lines, about so many bytes of them at once; for one record a line only.

        Args:
            size: Bytes.
            first: Of a file so many lines come first. Of a pipe it is one: whoever types records sees their outputs.
        """
        if not self._first:
            return
        whole = self._first if self._first.endswith(b"\n") else self._first + self._stream.readline()
        if self._stream.seekable():
            beginning = [whole, *islice(self._stream, first - 1)]
            yield Block(self.line, beginning)
            yield from self._of_file(self.line + len(beginning), max(1, size // _LINE))
        else:
            yield Block(self.line, [whole])
            yield from self._of_pipe(size)

    def _of_file(self, line: int, count: int) -> Iterator[Block]:
        while lines := list(islice(self._stream, count)):
            yield Block(line, lines)
            line += len(lines)

    def _of_pipe(self, size: int) -> Iterator[Block]:
        held, line = b"", self.line + 1
        while chunk := _available(self._stream, size):
            lines = chunk.split(b"\n")
            if len(lines) == 1:
                # A line that is longer than a chunk: read as much again as is held, so that it is not copied too often.
                size, held = max(size, len(held)), held + chunk
                continue
            lines[0] = held + lines[0]
            held = lines.pop()
            yield Block(line, lines)
            line += len(lines)
        if held:
            yield Block(line, [held])

    def items(self) -> Iterator[Item]:
        """Yield the records in order; what is no record is yielded as a problem with its line."""
        if not self._first:
            return
        if not self.in_lines:
            chunks = chain([self._first], _chunks(self._stream))
            yield from _Values(chunks, self.line, in_array=self._in_array).items()
            return
        for block in self.blocks():
            for number, text in enumerate(block.lines, start=block.line):
                if text.strip():
                    yield Item(number, *parse_record(text))


def read_items(stream: IO[bytes]) -> Iterator[Item]:
    """Yield the records of a stream; see :class:`JsonInput`."""
    return JsonInput(stream).items()


def _first_line(stream: IO[bytes]) -> tuple[bytes, int, int]:
    """Return the first line that is not blank (as much as a chunk holds), its number, and how much stands before."""
    number = start = 0
    while text := stream.readline(_CHUNK):
        number += 1
        plain = text.removeprefix(_BOM) if number == 1 else text
        if plain.strip():
            return plain, number, start + len(text) - len(plain)
        start += len(text)
    return b"", number, start


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK):
        yield chunk


def _available(stream: IO[bytes], size: int) -> bytes:
    """Return what can be read without waiting for more, empty at the end."""
    return stream.read1(size) if isinstance(stream, io.BufferedIOBase) else stream.read(size)


class _Values:
    """The elements of an array, or values that follow each other; at most one of them is held."""

    def __init__(self, chunks: Iterator[bytes], line: int, *, in_array: bool) -> None:
        self._chunks = chunks
        self._decode = codecs.getincrementaldecoder("utf-8")().decode
        self._decoder = json.JSONDecoder()
        self._line = line
        self._in_array = in_array
        self._text = ""
        self._at = 0
        self._ended = False

    def items(self) -> Iterator[Item]:
        """Yield them; the first place that is no JSON ends it."""
        try:
            if self._in_array:
                self._skip("[")
            while self._more():
                yield self._next()
                if self._in_array:
                    self._skip(",")
            if self._in_array:
                yield Item(self._line, {}, "not JSON: the array is not closed")
        except json.JSONDecodeError as error:
            line = self._line + self._text.count("\n", self._at, error.pos)
            yield Item(line, {}, f"not JSON: {error.msg}; what follows is not read")
        except UnicodeDecodeError:
            yield Item(self._line, {}, "not JSON: the text is not UTF-8; what follows is not read")
        except RecursionError:
            yield Item(self._line, {}, "nested too deep; what follows is not read")

    def _more(self) -> bool:
        """Go to the next value; ``False`` when there is none."""
        self._skip()
        if self._in_array and self._text[self._at : self._at + 1] == "]":
            self._end()
            return False
        return self._at < len(self._text)

    def _next(self) -> Item:
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                truncated = error.msg.startswith("Unterminated") or error.pos >= len(self._text) - _NEAR_END
                if self._ended or not truncated:
                    raise
            else:
                if isinstance(value, (dict, list, str)) or end < len(self._text) or self._ended:
                    item = Item(self._line, *parse_record(self._text[self._at : end].encode()))
                    self._take(end)
                    return item
            self._read()

    def _skip(self, expected: str = "") -> None:
        """Pass over white space, and the expected character unless the array ends there."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self._take(self._at + 1)
            if self._at < len(self._text) or self._ended:
                break
            self._read()
        found = self._text[self._at : self._at + 1]
        if expected and found == expected:
            self._take(self._at + 1)
        elif expected and found and found != "]":
            raise json.JSONDecodeError(f"Expecting '{expected}' or ']'", self._text, self._at)

    def _end(self) -> None:
        self._take(self._at + 1)
        self._in_array = False
        self._skip()
        if self._at < len(self._text):
            raise json.JSONDecodeError("Extra data after the array", self._text, self._at)

    def _take(self, end: int) -> None:
        self._line += self._text.count("\n", self._at, end)
        self._at = end

    def _read(self) -> None:
        # As much again as is held, so that one huge value is not scanned from its start for every chunk.
        pieces = [self._text[self._at :]]
        wanted = max(1, len(pieces[0]) // _CHUNK)
        for _ in range(wanted):
            chunk = next(self._chunks, b"")
            self._ended = not chunk
            pieces.append(self._decode(chunk, final=self._ended))
            if self._ended:
                break
        self._text, self._at = "".join(pieces), 0
