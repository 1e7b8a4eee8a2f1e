"""Says in words what is wrong with the shape of ``mapstudio.toml``: TOML itself, unknown keys, unfit values."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from pydantic import ValidationError

from mapstudio.model.suggest import did_you_mean
from mapstudio.project.problems import ProjectProblem, problem_at

Key: TypeAlias = tuple[str, ...]


def toml_problem(error: tomllib.TOMLDecodeError) -> ProjectProblem:
    """Return what a text that is no TOML has wrong, with its line."""
    message = str(error)
    place = re.search(r"\s*\(at line (\d+), column \d+\)", message)
    line = int(place.group(1)) if place else None
    sentence = message.replace(place.group(), "") if place else message.replace(" (at end of document)", " at the end")
    remedy = "Texts stand in quotes, tables in [brackets]."
    return ProjectProblem(line, (), f"not TOML: {sentence}.", remedy)


def shape_problems(error: ValidationError, data: Mapping[str, Any]) -> Iterator[ProjectProblem]:
    """Yield one problem for each key that does not fit."""
    told: set[Key] = set()
    for item in error.errors(include_url=False):
        key = _real_key(item["loc"], data)
        if key not in told:
            told.add(key)
            yield problem_at(key, *_words(key, item["type"], data))


def _real_key(location: Sequence[str | int], data: Mapping[str, Any]) -> Key:
    # pydantic's location also names the members of a union; those are no keys of the file.
    parts: list[str] = []
    value: Any = data
    for place, part in enumerate(location):
        if isinstance(value, dict) and part in value:
            value = value[part]
            parts.append(str(part))
        elif isinstance(value, dict) and place == len(location) - 1:
            parts.append(str(part))
    return tuple(parts)


def _words(key: Key, kind: str, data: Mapping[str, Any]) -> tuple[str, str]:
    words = (f"{_kind(key, data)} does not fit here.", _example(key))
    match key:
        case _ if kind == "missing":
            words = ("this key is missing.", _example(key))
        case (word,) if kind == "extra_forbidden":
            words = (f'unknown key "{word}".', _hint(word, ("project", "connections")))
        case ("project", word) if kind == "extra_forbidden":
            words = (f'unknown key "{word}".', _hint(word, ("name", "mappings")))
        case ("connections", _, word) if word != "type":
            below = "Settings stand below an environment, such as [connections.crm.sandbox]."
            words = (f'unknown key "{word}".', _capital(did_you_mean(word, ("type",))) or below)
        case ("connections", _, _, "secret_command", *_):
            remedy = 'Write secret_command = ["program", "argument"], or { token = ["program"] } for each secret.'
            words = ("a program and its arguments are needed.", remedy)
        case ("connections", _, _, "bindings", *_):
            words = ("a binding is a text, a number, true or false.", 'Write won = "123" below [...bindings].')
        case ("connections", _, _, _, *_):
            words = ("a setting is one text.", "Put the value in quotes.")
    return words


def _hint(word: str, known: Sequence[str]) -> str:
    return _capital(did_you_mean(word, known)) or f"Known here: {', '.join(known)}."


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _kind(key: Key, data: Mapping[str, Any]) -> str:
    value: Any = data
    for part in key:
        value = value.get(part) if isinstance(value, dict) else None
    names = {dict: "a table", list: "a list", str: "a text", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "this value")


def _example(key: Key) -> str:
    match key:
        case ("project", *_):
            return 'Write [project] and name = "casa-palma".'
        case ("connections", _, "type"):
            return 'Write type = "..." with the name of a connector.'
        case _:
            return 'Write [connections.crm] with type = "...", and its settings below [connections.crm.sandbox].'
