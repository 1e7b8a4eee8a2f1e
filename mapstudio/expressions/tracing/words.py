"""The sentences of a trace: why a part is null, which one of several was taken. They name fields, never values."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mapstudio.expressions.parsing import Node
from mapstudio.expressions.values import is_false, is_number
from mapstudio.model import JsonValue
from mapstudio.model.exact_json import dumps
from mapstudio.model.suggest import did_you_mean

_BARE = re.compile(r"[A-Za-z_]\w*", re.ASCII)
BEFORE = "what stands before"
"""What a sentence calls a part that is too long to be named."""
_LONGEST = 32
_MOST_KEYS = 300
_ORDINALS = ("1st", "2nd", "3rd")
_KINDS = {str: "a text", bool: "a boolean", list: "a list", dict: "an object", type(None): "null"}
_EMPTY = {str: "an empty text", list: "an empty list", dict: "an empty object", bool: "false", type(None): "null"}


def ordinal(index: int) -> str:
    """Return the place of the element with this index in words: ``1st`` for 0."""
    return _ORDINALS[index] if index < len(_ORDINALS) else f"{index + 1}th"


def counted(count: int, word: str) -> str:
    """Return ``1 element`` or ``2 elements``."""
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def name_text(name: str) -> str:
    """Return a field's name as an expression has it."""
    return name if _BARE.fullmatch(name) else dumps(name)


def part_text(text: str) -> str:
    """Return what a sentence calls a part: its text, unless that is long."""
    text = " ".join(text.split())
    return text if text and len(text) <= _LONGEST else BEFORE


def missing(link: Node, given: JsonValue, holder: str, itself: str) -> str:
    """Return why a field or an index gave null.

    Args:
        link: The field's or index's node.
        given: What it was looked for in.
        holder: What a sentence calls that: ``guest.address``, ``the element``.
        itself: What a sentence calls the field or element.
    """
    if given is None:
        return f"{holder} is null"
    name = link["value"]
    if link["type"] == "index":
        return _no_element(name, given, holder) or f"{itself} is null"
    if isinstance(given, dict):
        return _no_field(name, given, holder) or f"{itself} is null"
    remedy = f": write {_inside(holder)}.{name_text(name)}" if isinstance(given, list) else ""
    return f"{holder} is {kind_of(given)}, and only objects have fields{remedy}"


def _no_field(name: str, given: dict[str, JsonValue], holder: str) -> str:
    if name in given:
        return ""
    hint = did_you_mean(name, list(given)[:_MOST_KEYS])
    return f"{holder} has no field {name_text(name)}{'; ' if hint else ''}{hint}"


def _no_element(index: int, given: JsonValue, holder: str) -> str:
    if not isinstance(given, list):
        return f"{holder} is {kind_of(given)}, and only lists have elements"
    if -len(given) <= index < len(given):
        return ""
    return f"{holder} has {counted(len(given), 'element') if given else 'no elements'}: there is no [{index}]"


def _inside(holder: str) -> str:
    return "[]" if " " in holder else f"{holder}[]"


def kind_of(value: JsonValue) -> str:
    """Return the value's type with an article: ``a text``, ``null``."""
    return _KINDS.get(type(value), "a number")


def falsehood(value: JsonValue) -> str:
    """Return what a value that counts as false is."""
    return _EMPTY[type(value)]


def no_list(value: JsonValue, holder: str, *, of_object: bool) -> str:
    """Return why a projection has nothing to go through."""
    if value is None:
        return f"{holder} is null"
    if of_object:
        remedy = f": write {'[*]' if ' ' in holder else f'{holder}[*]'}" if isinstance(value, list) else ""
        return f"{holder} is {kind_of(value)}, not an object{remedy}"
    remedy = ": .* goes through its values" if isinstance(value, dict) else ""
    return f"{holder} is {kind_of(value)}, not a list{remedy}"


def first_true(values: Sequence[JsonValue], *, taken: bool) -> str:
    """Return what ``||`` did.

    Args:
        values: What the operands gave that were looked at.
        taken: The last of them counts as true.
    """
    if not taken:
        return "none counts as true: takes the last"
    before = " and ".join(dict.fromkeys(falsehood(value) for value in values[:-1]))
    which = f"takes the {ordinal(len(values) - 1)}"
    if len(values) == 2:
        which = f"{which}: the 1st is {before}"
    elif len(values) > 2:
        which = f"{which}: those before are {before}"
    return which + zero_is_true(values[-1])


def first_false(values: Sequence[JsonValue], *, taken: bool) -> str:
    """Return what ``&&`` did; ``taken``: the last of the values counts as false."""
    if taken:
        return f"ends at the {ordinal(len(values) - 1)}: it is {falsehood(values[-1])}"
    zero = next((value for value in values if zero_is_true(value)), None)
    return "all count as true: takes the last" + zero_is_true(zero)


def decided(value: JsonValue) -> str:
    """Return what ``? :`` did for a condition of that value."""
    if is_false(value):
        return f"the condition is {falsehood(value)}: takes the part behind :"
    what = "is true" if value is True else f"is {'0' if zero_is_true(value) else kind_of(value)} and counts as true"
    return f"the condition {what}: takes the part behind ?"


def truth(value: JsonValue) -> str:
    """Return what a value counts as."""
    word = falsehood(value) if is_false(value) else "0" if zero_is_true(value) else kind_of(value)
    return f"{word} counts as {'false' if is_false(value) else 'true'}"


def zero_is_true(value: JsonValue) -> str:
    """Return a word about zero, which is true for JMESPath and for nobody else."""
    return " (0 counts as true)" if is_number(value) and value == 0 else ""


def incomparable(kind: str, left: JsonValue, right: JsonValue, result: JsonValue) -> str:
    """Return why a comparison says less than it seems to; empty when it says what it seems to."""
    if kind in {"eq", "ne"}:
        mixed = left is not None and right is not None and kind_of(left) != kind_of(right)
        return f"{kind_of(left)} and {kind_of(right)} are never equal" if mixed else ""
    if result is not None:
        return ""
    if left is None or right is None:
        return "null has no order"
    if kind_of(left) == kind_of(right):
        return "only texts and numbers have an order"
    return f"{kind_of(left)} and {kind_of(right)} have no order"


def kept(total: int, filtered: int, nulls: int) -> str:
    """Return how many elements a projection kept; empty when it kept all."""
    lost = [f"{filtered:,} left out by the filter"] if filtered else []
    lost += [f"{nulls:,} gave null"] if nulls else []
    return f"{total - filtered - nulls:,} of {counted(total, 'element')}: {', '.join(lost)}" if lost else ""
