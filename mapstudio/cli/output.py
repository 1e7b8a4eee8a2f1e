"""The only place that prints: data on standard output, talk on standard error, both harmless to a terminal."""

from __future__ import annotations

import io
import os
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from mapstudio.model.terminal import clean, clean_block

# Valid inside JSON texts, but acting on a terminal; the C0 controls are escaped by every JSON writer.
_ACTING_IN_JSON = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
_ANSI = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
_GAP = "  "


class PipeClosedError(Exception):
    """Whoever read our output went away; there is nobody left to tell."""


class OutputError(Exception):
    """Standard output takes no more, such as a file on a full disk."""


def prepare() -> None:
    """Make both streams take any text, whatever the terminal's encoding; one that the caller closed is empty."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - open to the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def data(text: str) -> None:
    """Print one line of data."""
    _write(clean(text) + "\n")


def block(text: str) -> None:
    """Print text of several lines as data."""
    _write(clean_block(text) + "\n")


def json_data(value: Any, *, indent: int = 2) -> None:  # noqa: ANN401 - any JSON value
    """Print one JSON value; exact numbers stay exact.

    Args:
        value: What :func:`mapstudio.model.exact_json.dumps` takes.
        indent: Spaces a level; 0 for one line.
    """
    _write(json_text(value, indent=indent, terminal=sys.stdout.isatty()) + "\n")


def json_lines(lines: bytearray | memoryview) -> None:
    """Print values that are JSON lines already."""
    text = str(lines, "utf-8")
    _write(_escaped(text) if sys.stdout.isatty() else text)


def json_text(value: Any, *, indent: int = 0, terminal: bool = False) -> str:  # noqa: ANN401 - any JSON value
    """Return a value as JSON; for a terminal, characters that would act on it are escaped."""
    from mapstudio.model.exact_json import dumps

    text = dumps(value, indent=indent)
    return _escaped(text) if terminal else text


def _escaped(text: str) -> str:
    return _ACTING_IN_JSON.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def raw(text: str) -> None:
    """Write text that is byte for byte what a file would hold; never to a terminal."""
    _write(text)


def flush() -> None:
    """Let a reader see at once what was printed.

    Raises:
        PipeClosedError: There is none any more.
        OutputError: It could not be kept.
    """
    with _guarded():
        sys.stdout.flush()


def to_terminal() -> bool:
    """Return whether data goes to a terminal."""
    return sys.stdout.isatty()


def talk(text: str = "") -> None:
    """Say something to the person, which is no data."""
    flush()
    sys.stderr.write(clean_block(text) + "\n")
    sys.stderr.flush()


def warn(text: str) -> None:
    """Say something that needs attention."""
    _marked("warning", "yellow", text)


def error(text: str, remedy: str = "") -> None:
    """Say why the command did not do its work, and what to do."""
    _marked("error", "red", _joined(text, remedy))


def table(headers: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """Print rows under headers, aligned; the last column is never padded.

    Args:
        headers: In capitals by convention.
        rows: Texts, as many in each row as there are headers.
        right: The columns (from 0) that are aligned at the right, for numbers.
    """
    for line in layout([headers, *rows], right=right):
        _write(line + "\n")


def layout(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> list[str]:
    """Return the rows as aligned lines, safe to print."""
    cells = [[clean(cell) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    lines = []
    for row in cells:
        padded = [_pad(cell, widths[place], place in right) for place, cell in enumerate(row)]
        lines.append(_GAP.join(padded).rstrip())
    return lines


def safe(text: str) -> str:
    """Return text that can stand in :func:`painted`."""
    return clean(text)


def width(text: str) -> int:
    """Return how many columns the text takes on a terminal."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(unicodedata.combining(character) > 0 for character in text)


def paint(text: str, *styles: str, stream: IO[str] | None = None) -> str:
    """Return the text in a colour where one is wanted: on a terminal, without ``NO_COLOR``. Clean the text before."""
    if not coloured(stream or sys.stdout):
        return text
    return f"\x1b[{';'.join(_ANSI[style] for style in styles)}m{text}\x1b[0m"


def coloured(stream: IO[str]) -> bool:
    """Return whether the stream is a terminal that wants colour."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def painted(text: str) -> None:
    """Print a line that was built from cleaned text and :func:`paint`."""
    _write(text + "\n")


def _joined(text: str, remedy: str) -> str:
    """Return message and remedy as sentences; behind a message of several lines the remedy has a line of its own."""
    several = "\n" in text
    first = text if several or text.endswith((".", "?", "!", ":")) else f"{text}."
    second = remedy[:1].upper() + remedy[1:]
    if second and not second.endswith((".", "?", "!", ")")):
        second += "."
    return f"{first}{chr(10) if several else ' '}{second}".rstrip()


def _write(text: str) -> None:
    with _guarded():
        sys.stdout.write(text)


@contextmanager
def _guarded() -> Iterator[None]:
    # Not left to click: it would take the error for its own and end with the exit code of rejected records.
    try:
        yield
    except BrokenPipeError as error:
        raise PipeClosedError from error
    except OSError as error:
        raise OutputError(error.strerror or str(error)) from error


def _marked(word: str, colour: str, text: str) -> None:
    flush()
    mark = paint(f"{word}:", "bold", colour, stream=sys.stderr)
    sys.stderr.write(f"{mark} {clean_block(text)}\n")
    sys.stderr.flush()


def _pad(cell: str, to: int, at_the_right: bool) -> str:
    space = " " * (to - width(cell))
    return space + cell if at_the_right else cell + space
