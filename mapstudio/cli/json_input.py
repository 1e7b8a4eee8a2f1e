"""Reads records one by one, however large the file: JSON lines, one JSON array, or JSON objects over several lines."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import IO

from mapstudio.model import JsonValue, Record
from mapstudio.model.exact_json import JsonError, loads

_CHUNK = 1 << 16
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


def read_items(stream: IO[bytes]) -> Iterator[Item]:
    """Yield the records of the stream in order; what is no record is yielded as a problem with its line.

    The first character decides: ``[`` is one array; a line that holds ``{`` alone begins objects over several lines;
    anything else is one record a line.
    """
    first, line = _first_line(stream)
    if not first:
        return
    beginning = first.strip()
    if beginning.startswith(b"[") or beginning == b"{":
        yield from _Values(chain([first], _chunks(stream)), line, in_array=beginning.startswith(b"[")).items()
    else:
        whole = first if first.endswith(b"\n") else first + stream.readline()
        for number, text in enumerate(chain([whole], stream), start=line):
            if text.strip():
                yield _item(number, text)


def _first_line(stream: IO[bytes]) -> tuple[bytes, int]:
    """Return the first line that is not blank, or as much of it as a chunk holds, and its number."""
    number = 0
    while text := stream.readline(_CHUNK):
        number += 1
        plain = text.removeprefix(_BOM) if number == 1 else text
        if plain.strip():
            return plain, number
    return b"", number


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK):
        yield chunk


def _item(line: int, text: str | bytes) -> Item:
    try:
        value: JsonValue = loads(text)
    except JsonError as error:
        return Item(line, {}, re.sub(r" at line \d+, column", " at column", str(error)))
    if not isinstance(value, dict):
        return Item(line, {}, "a record must be a JSON object")
    return Item(line, value)


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
                    item = _item(self._line, self._text[self._at : end])
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
