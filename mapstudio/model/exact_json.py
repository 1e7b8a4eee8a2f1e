"""JSON in and out without touching a number's decimal value, with limits for text that comes from strangers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

import msgspec

from mapstudio.model.record import JsonValue

MAX_INTEGER_DIGITS = 400
_PIECE = MAX_INTEGER_DIGITS // 2
_encoder = msgspec.json.Encoder(decimal_format="number")
_decoder = msgspec.json.Decoder()


class JsonError(ValueError):
    """The text is no JSON that we take; the message is one sentence without the text itself."""


def parse_number(text: str) -> float | Decimal:
    """Return a JSON number with a fraction or exponent: a float where it is exact in decimal, else a ``Decimal``.

    Raises:
        JsonError: An exponent that no decimal holds.
    """
    number = float(text)
    try:
        exact = Decimal(text)
    except InvalidOperation as error:
        raise JsonError("the exponent of a number is out of range") from error
    if Decimal(repr(number)) == exact:
        return number
    return exact


def loads(text: str | bytes) -> JsonValue:
    """Parse one JSON value.

    Raises:
        JsonError: No JSON, a repeated key, NaN or Infinity, an integer of over 400 digits, or nested too deep.
    """
    try:
        value: JsonValue = json.loads(
            text,
            parse_float=parse_number,
            parse_int=_integer,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise JsonError(f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from error
    except UnicodeDecodeError as error:
        raise JsonError("not JSON: the text is not UTF-8") from error
    except RecursionError as error:
        raise JsonError("nested too deep") from error
    return value


def loads_nearly(text: bytes) -> tuple[JsonValue, bool]:
    """Parse one JSON value, an order of magnitude sooner than :func:`loads`; its numbers may be the nearest floats.

    Args:
        text: UTF-8.

    Returns:
        The value, null for what is no JSON; and whether it is certain that :func:`loads` would take it.
    """
    try:
        value: JsonValue = _decoder.decode(text)
        again = _encoder.encode(value)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None, False
    # A key that was left out took its colon with it; only an escaped one in a text would make up for that.
    is_certain = (
        text.count(b":") == again.count(b":") and b"\\u003" not in text and not _has_room_for_long_integer(text)
    )
    return value, is_certain


def _has_room_for_long_integer(text: bytes) -> bool:
    """Return whether there are two quotes with more between them than an integer may be long."""
    # What is longer than two pieces holds one of them whole; mostly there is a quote in each.
    if all(b'"' in text[start : start + _PIECE] for start in range(0, len(text) - _PIECE, _PIECE)):
        return False
    return max(map(len, text.split(b'"'))) > MAX_INTEGER_DIGITS


def dumps(value: JsonValue, *, indent: int = 0) -> str:
    r"""Return the value as JSON text; numbers keep their decimal value, text stays readable (no ``\u`` escapes).

    Half a surrogate pair, which JSON can say and UTF-8 cannot, is the one thing that is written as an escape.
    """
    try:
        encoded = _encoder.encode(value)
    except UnicodeEncodeError:
        encoded = _with_escapes(value).encode()
    if indent:
        encoded = msgspec.json.format(encoded, indent=indent)
    return encoded.decode()


def _with_escapes(value: JsonValue) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{_with_escapes(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_with_escapes, value)) + "]"
    return json.dumps(value) if isinstance(value, str) else _encoder.encode(value).decode()


def _integer(text: str) -> int:
    if len(text) > MAX_INTEGER_DIGITS:
        raise JsonError(f"an integer of {len(text)} digits is too long")
    return int(text)


def _refuse_constant(name: str) -> JsonValue:
    raise JsonError(f"{name} is not a JSON number")


def _object(pairs: Sequence[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        repeated = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise JsonError(f"the key {repeated!r} stands twice in one object")
    return result
