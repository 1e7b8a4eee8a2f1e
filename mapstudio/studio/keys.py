"""Keys as people read them: ``ctrl+n``, ``?``, ``esc``; shorter where there is little room."""

from __future__ import annotations

from collections.abc import Iterable

from textual.binding import ActiveBinding, Binding
from textual.screen import Screen
from textual.widget import Widget

_NAMES = {
    "escape": "esc",
    "question_mark": "?",
    "slash": "/",
    "colon": ":",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "exclamation_mark": "!",
    "delete": "del",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "plus": "+",
    "minus": "-",
    "equals_sign": "=",
    "full_stop": ".",
    "comma": ",",
}


def key_word(binding: Binding, *, short: bool = False) -> str:
    """Return a binding's key for the footer: its own display, or the key's name; ``^n`` for ``ctrl+n`` when short."""
    if binding.key_display:
        return binding.key_display
    *modifiers, key = binding.key.split("+")
    word = _NAMES.get(key, key)
    if key.startswith("f") and key[1:].isdigit():
        word = key.upper()
    if short and modifiers == ["ctrl"]:
        return f"^{word}"
    if modifiers == ["shift"] and len(word) == 1:
        return word.upper()
    return "+".join([*modifiers, word])


def types_a_character(binding: Binding) -> bool:
    """Return whether the key would write a character into a text input."""
    return len(binding.key) == 1 or binding.key in _NAMES.keys() - {"escape", "delete", "pageup", "pagedown"}


def in_order(bindings: Iterable[ActiveBinding]) -> list[ActiveBinding]:
    """Return the bindings in the order of the footer: the focused widget's first, each widget's as it declares them."""
    return sorted(bindings, key=_place)


def _place(active: ActiveBinding) -> tuple[int, int]:
    node = active.node
    depth = 1 if isinstance(node, Screen) else 0 if isinstance(node, Widget) else 2
    declared = [binding for base in type(node).__mro__ for binding in base.__dict__.get("BINDINGS", ())]
    ids = [binding.id for binding in declared if isinstance(binding, Binding)]
    return depth, ids.index(active.binding.id) if active.binding.id in ids else len(ids)
