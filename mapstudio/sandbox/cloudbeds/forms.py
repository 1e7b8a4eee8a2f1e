"""Forms and queries as PHP reads them: ``fields[0][name]=x`` becomes lists and objects.

The classic API takes ``application/x-www-form-urlencoded`` bodies whose lists are written with brackets. The rules here
are PHP's: the last of two equal plain names wins, ``a[]`` appends, a name with an unclosed bracket is a plain name.
"""

from __future__ import annotations

from typing import TypeAlias
from urllib.parse import parse_qsl

from mapstudio.model import JsonValue

MAX_BYTES = 1_000_000
MAX_VARIABLES = 1_000
MAX_DEPTH = 16
MAX_NAME = 512

_Tree: TypeAlias = "dict[str, _Tree | str]"


class FormError(ValueError):
    """The form is over a limit or is no form; the message is one sentence without its values."""


def parse_form(body: bytes) -> dict[str, JsonValue]:
    """Return the form's variables; an object whose keys are 0, 1, 2, ... is a list.

    Args:
        body: The body of a request, or a query string.

    Raises:
        FormError: Over 1 MB, over 1,000 variables, nested deeper than 16, a name over 512 characters, or not UTF-8.
    """
    if len(body) > MAX_BYTES:
        raise FormError(f"The form is over {MAX_BYTES} bytes")
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_VARIABLES, errors="strict", separator="&"
        )
    except UnicodeDecodeError as error:
        raise FormError("The form is not URL-encoded UTF-8") from error
    except ValueError as error:
        raise FormError(f"The form has over {MAX_VARIABLES} variables") from error
    tree: _Tree = {}
    for name, value in pairs:
        _store(tree, _steps(name), value)
    return {name: _lists(value) for name, value in tree.items()}


def _steps(name: str) -> list[str]:
    """Split ``a[0][b]`` into ``a``, ``0``, ``b``; an empty step appends."""
    if len(name) > MAX_NAME:
        raise FormError(f"A form variable's name is over {MAX_NAME} characters")
    name = name.lstrip(" ")
    first, bracket, rest = name.partition("[")
    first = first.replace(".", "_").replace(" ", "_")
    if not bracket or not first:
        return [name.replace(".", "_").replace(" ", "_")]
    steps = [first]
    while True:
        step, closed, rest = rest.partition("]")
        if not closed:
            # PHP takes an unclosed bracket for part of a plain name, and writes it as an underscore.
            return [f"{first}_{step}"] if len(steps) == 1 else steps
        steps.append(step)
        if len(steps) > MAX_DEPTH:
            raise FormError(f"A form variable is nested deeper than {MAX_DEPTH}")
        if not rest.startswith("["):
            return steps
        rest = rest[1:]


def _store(tree: _Tree, steps: list[str], value: str) -> None:
    for step in steps[:-1]:
        key = step or _next_index(tree)
        child = tree.get(key)
        if not isinstance(child, dict):
            child = tree[key] = {}
        tree = child
    tree[steps[-1] if steps[-1] or len(steps) == 1 else _next_index(tree)] = value


def _next_index(tree: _Tree) -> str:
    return str(max((int(key) for key in tree if key.isdecimal()), default=-1) + 1)


def _lists(value: _Tree | str) -> JsonValue:
    if isinstance(value, str):
        return value
    converted: dict[str, JsonValue] = {key: _lists(child) for key, child in value.items()}
    if list(converted) == [str(index) for index in range(len(converted))]:
        return list(converted.values())
    return converted
