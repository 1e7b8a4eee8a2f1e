"""The one sanitiser between any data and a terminal.

Whatever comes from a record, a file, a server or an error goes through :func:`clean` before it is shown. The result is
one line of printable text: no C0 or C1 control, no escape or OSC sequence, no bidirectional override, no lone
surrogate.
"""

from __future__ import annotations

import re

_SHOWN = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}

# C0, DEL and C1; bidi marks, embeddings, overrides and isolates; zero-width and line separators; interlinear
# annotations; variation-free tag characters; lone surrogates; the byte order mark.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)


def clean(text: str) -> str:
    r"""Return the text safe to print: control characters become visible as ``\n`` or ``\xNN``."""
    return _UNSAFE.sub(_visible, text)


def clean_block(text: str) -> str:
    """Like :func:`clean`, for text of our own layout: line breaks stay, everything else is made visible."""
    return "\n".join(clean(line) for line in text.split("\n"))


def _visible(match: re.Match[str]) -> str:
    character = match.group()
    if character in _SHOWN:
        return _SHOWN[character]
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
