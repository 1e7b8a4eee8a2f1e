"""Random lines of JSON: records like a sample, others that differ from it in form, and lines that are no record."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from mapstudio.model import JsonValue
from mapstudio.model.exact_json import dumps
from tests.expressions.engines import own_copy
from tests.expressions.generating.dice import Dice
from tests.expressions.generating.documents import Documents

_ODD: Sequence[JsonValue] = (None, "", [], {}, [None], "x", 0, 2**70, False, [[]], {"a": None}, [{"a": 1}, None], 1.5)
# Written as they are in the place of a value.
_NUMBERS = (
    *("12345678901234567890.12", "1e400", "1.50", "-0", "-0.0", "1E5", "1e-7", "19.900000000000000000000", "100e-2"),
    *("1e1000000", "1e-1000000", "1e99999999999999999999", "9" * 401, "0." + "3" * 900, "1." + "0" * 500, "9" * 5000),
)
_TOKENS = ("NaN", "-Infinity", '"\\ud800"', '"\\udc00 x"', "[" * 3000 + "]" * 3000, "01", "+5", "nul", '"\x01"')
_LINES = (b"", b" \t\r", b"[]", b'"text"', b"null", b"{", b'{"a":1} x', b"{}", b"\xff", b'{"a": "\xff"}', b"{'a': 1}")
_BOM = b"\xef\xbb\xbf"


class Lines:
    """Makes lines.

    Args:
        dice: The choices.
        record: What most records are like.
    """

    def __init__(self, dice: Dice, record: dict[str, JsonValue]) -> None:
        self._dice = dice
        self._record = record
        self._constants = Documents(dice, decimals=True)

    def clean(self) -> list[bytes]:
        """Return lines with one record each, every one of them JSON as it should be."""
        return [self._text(self._variant()) for _ in range(self._dice.number(1, 6))]

    def any(self) -> list[bytes]:
        """Return lines of which some are no JSON, or hold what no system should write."""
        lines = [self._spoilt(line) if self._dice.chance(25) else line for line in self.clean()]
        return [_BOM + lines[0], *lines[1:]] if self._dice.chance(5) else lines

    def _variant(self) -> JsonValue:
        record = own_copy(self._record)
        for _ in range(self._dice.weighed([(6, 0), (3, 1), (2, 2), (1, 4)])):
            self._change(record)
        return record

    def _change(self, record: JsonValue) -> None:
        """Put another value in a random place, take the value away, or make a list of an object and the reverse."""
        holders = list(_holders(record))
        if not holders:
            return
        listed = [item for item in holders if isinstance(item, list) and isinstance(item[0], dict)]
        if listed and self._dice.chance(25):
            # The same element once more.
            again = self._dice.pick(listed)
            again.append(own_copy(self._dice.pick(again)))
            return
        holder = self._dice.pick(holders)
        places: list[str | int] = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        held: Any = holder
        place: Any = self._dice.pick(places)
        if self._dice.chance(15):
            del held[place]
        else:
            held[place] = self._other(held[place])

    def _other(self, value: JsonValue) -> JsonValue:
        changes: list[Callable[[], JsonValue]] = [
            lambda: None,
            lambda: own_copy(self._dice.pick(_ODD)),
            self._constants.scalar,
            lambda: self._constants.anything(2),
            lambda: [value],
            lambda: {"0": value},
            lambda: _inside_out(value),
        ]
        return self._dice.pick(changes)()

    def _text(self, value: JsonValue) -> bytes:
        space = self._dice.pick(("", "", " "))
        return (space + self._written(value) + self._dice.pick(("", "\n", "\r\n", " "))).encode()

    def _written(self, value: JsonValue) -> str:
        if isinstance(value, dict):
            return "{" + ",".join(f"{json.dumps(key)}: {self._written(item)}" for key, item in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ",".join(map(self._written, value)) + "]"
        if isinstance(value, str):
            return json.dumps(value, ensure_ascii=self._dice.chance(30))
        if isinstance(value, bool) or value is None:
            return json.dumps(value)
        return self._number(value)

    def _number(self, number: JsonValue) -> str:
        """Return one of the texts that a number can be written with."""
        plain = dumps(number)
        if not self._dice.chance(30):
            return plain
        exact = Decimal(plain)
        forms = [f"{exact:f}", f"{exact:e}", f"{exact:E}", f"{exact:f}" + ("00" if "." in f"{exact:f}" else ".0")]
        return self._dice.pick([text for text in forms if len(text) < 300] or [plain])

    def _spoilt(self, line: bytes) -> bytes:
        kind = self._dice.weighed([(4, "number"), (2, "token"), (2, "line"), (2, "twice"), (1, "cut"), (1, "bytes")])
        if kind == "line":
            return self._dice.pick(_LINES)
        if kind == "twice":
            return b'{"a":1,' + line.strip()[1:] if line.strip().startswith(b"{") else line
        if kind == "cut":
            return line[: self._dice.number(0, len(line))]
        if kind == "bytes":
            place = self._dice.number(0, len(line))
            return line[:place] + bytes([self._dice.number(0, 255)]) + line[place:]
        token = self._dice.pick(_NUMBERS if kind == "number" else _TOKENS)
        places = [at for at in range(len(line)) if line[at : at + 1] == b":"]
        if not places:
            return line
        at = self._dice.pick(places) + 1
        # Whatever stands there goes into another field.
        return line[:at] + token.encode() + b',"z":' + line[at:]


def _inside_out(value: JsonValue) -> JsonValue:
    """Return a list with a null in it for a list, a field's value for an object, else the value as a text."""
    if isinstance(value, list):
        return [*value, None]
    return next(iter(value.values()), None) if isinstance(value, dict) else str(value)


def _holders(value: JsonValue) -> list[dict[str, JsonValue] | list[JsonValue]]:
    found: list[dict[str, JsonValue] | list[JsonValue]] = []
    pending = [value]
    while pending:
        item = pending.pop(0)
        if isinstance(item, dict | list) and item:
            found.append(item)
            pending += item.values() if isinstance(item, dict) else item
    return found
