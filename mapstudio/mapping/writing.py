"""JSON values and expressions as YAML text, quoted whenever the plain text would be read as something else.

Nothing is guessed: a candidate is taken only if it parses back to what was meant, in the very surroundings (block or
flow) that it will stand in.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from functools import lru_cache

from mapstudio.mapping.scalars import ScalarError, node_value, same_json
from mapstudio.mapping.yaml_tree import NotYamlError, parse_tree
from mapstudio.model import JsonValue, UsageError
from mapstudio.model.exact_json import dumps

MAX_FLOW_WIDTH = 110
_INDENT = "  "
# Safe here, but not for other readers of the file: YAML 1.1's booleans, a colon at the end, invisible characters.
_RISKY = re.compile(r"(?i:^(?:yes|no|on|off|=|<<)$)|:$|[^\S ]|[\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff]")


@lru_cache(maxsize=4096)
def write_text(text: str, *, flow: bool = False) -> str:
    """Return a text as a YAML scalar on one line: plain where that is safe, else in double quotes.

    Raises:
        UsageError: It holds half of a surrogate pair, which no file can hold.
    """
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise UsageError("The text holds half of a surrogate pair.", remedy="Write the whole character.")
    # Read back well, but to people and to the check an open bracket before a comma looks like a row that was cut.
    looks_cut = flow and text.count("(") != text.count(")")
    if text and not looks_cut and not _RISKY.search(text) and _reads_back(text, text, flow=flow):
        return text
    return _double_quoted(text)


def write_key(text: str, *, flow: bool = False) -> str:
    """Return a text as a key on one line."""
    written = write_text(text, flow=flow)
    probe = f"r: {{{written}: 1}}\n" if flow else f"r:\n  {written}: 1\n"
    return written if _parses_to(probe, {"r": {text: 1}}) else _double_quoted(text)


def write_value(value: JsonValue, *, flow: bool = False) -> str:
    """Return any JSON value as YAML on one line; lists and maps in flow style."""
    if isinstance(value, str):
        return write_text(value, flow=flow)
    if value is None or isinstance(value, bool | int | float | Decimal):
        return dumps(value)
    if isinstance(value, list):
        return "[" + ", ".join(write_value(item, flow=True) for item in value) + "]"
    return write_flow_map({key: write_value(item, flow=True) for key, item in value.items()})


def write_flow_map(entries: dict[str, str]) -> str:
    """Return a flow map of values that are already written."""
    return "{" + ", ".join(f"{write_key(key, flow=True)}: {text}" for key, text in entries.items()) + "}"


def write_literal(text: str) -> list[str] | None:
    """Return the lines of a ``|-`` block, header first, without indentation; ``None`` if it would not read back."""
    if "\r" in text or not text.strip():
        return None
    lines = ["|-", *text.split("\n")]
    probe = "k: " + f"\n{_INDENT}".join(lines) + "\n"
    return lines if _parses_to(probe, {"k": text}) and all(line == line.rstrip() for line in lines) else None


def _reads_back(written: str, meant: JsonValue, *, flow: bool) -> bool:
    # The second key shows that the text does not swallow what follows it, a bracket the first time, a comma the next.
    if flow:
        pair: JsonValue = {"z": 1, "k": meant}
        in_list: JsonValue = [meant, 1]
        # The scanner takes some texts in a flow map that begins the file, and not in one behind a key.
        return (
            _parses_to(f"{{z: 1, k: {written}}}", pair)
            and _parses_to(f"r: {{z: 1, k: {written}}}\n", {"r": pair})
            and _parses_to(f"r: [{written}, 1]\n", {"r": in_list})
        )
    return _parses_to(f"k: {written} # c\nz: 1\n", {"k": meant, "z": 1})


def _parses_to(probe: str, meant: JsonValue) -> bool:
    try:
        tree = parse_tree(probe)
        return not tree.refused and tree.root is not None and same_json(node_value(tree.root), meant)
    except (NotYamlError, ScalarError):
        return False


def _double_quoted(text: str) -> str:
    written = json.dumps(text, ensure_ascii=False)
    # JSON leaves these as they are; YAML does not print them or breaks lines at them.
    return "".join(
        character if character.isprintable() or character == " " else _escaped(character) for character in written
    )


def _escaped(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
