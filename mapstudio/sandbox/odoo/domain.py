"""Search domains: lists in prefix notation whose leaves are ``[field, operator, value]``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeAlias

from mapstudio.sandbox.odoo.definitions import NUMBERS, X2MANY, FieldDefinition, Value
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.errors import database_error, value_error

Test: TypeAlias = Callable[[int], bool]
Leaf: TypeAlias = tuple[Any, Any, Any]

_LIKE = frozenset({"like", "ilike", "=like", "=ilike", "not like", "not ilike", "not =like", "not =ilike"})
_ORDERED = frozenset({"<", "<=", ">", ">="})
_EQUAL = frozenset({"=", "!=", "in", "not in", "=?", "<>"})
_OTHER = frozenset({"child_of", "parent_of", "any", "not any"})
OPERATORS = _LIKE | _ORDERED | _EQUAL | _OTHER


def names_field(domain: Sequence[Any], name: str) -> bool:
    """Return whether a leaf of the domain is about the field itself."""
    return any(isinstance(leaf, (list, tuple)) and len(leaf) == 3 and leaf[0] == name for leaf in domain)


def compile_domain(env: Environment, model: str, domain: Sequence[Any]) -> Test:
    """Return a test of record ids.

    Raises:
        ServerError: A malformed domain, an unknown field or operator.
    """
    if not isinstance(domain, (list, tuple)):
        raise env.words.malformed_leaf(domain)
    stack: list[Test] = []
    for item in reversed(domain):
        if isinstance(item, str):
            _apply(env, item, stack)
        else:
            stack.append(_leaf(env, model, item))
    return partial(_all, stack)


def _all(tests: Sequence[Test], record: int) -> bool:
    return all(test(record) for test in tests)


def _same_for_all(answer: bool, record: int) -> bool:  # noqa: ARG001 - a test takes a record
    return answer


def _apply(env: Environment, operator: str, stack: list[Test]) -> None:
    needed = {"&": 2, "|": 2, "!": 1}.get(operator)
    if needed is None or len(stack) < needed:
        raise env.words.malformed_leaf(operator)
    first = stack.pop()
    if operator == "!":
        stack.append(lambda record: not first(record))
        return
    second = stack.pop()
    if operator == "&":
        stack.append(lambda record: first(record) and second(record))
    else:
        stack.append(lambda record: first(record) or second(record))


def _leaf(env: Environment, model: str, item: Value) -> Test:
    if not isinstance(item, (list, tuple)) or len(item) != 3:
        raise env.words.malformed_leaf(item)
    name, operator, value = item
    if isinstance(name, int) and operator == "=":
        return partial(_same_for_all, name == value)
    if not isinstance(name, str):
        raise env.words.malformed_leaf(item)
    if operator not in OPERATORS:
        raise env.words.bad_operator((name, operator, value))
    first, _, rest = name.partition(".")
    definition = env.fields(model).get(first)
    if definition is None:
        raise env.words.unknown_field_domain(model, first, (name, operator, value))
    if not definition.store and not definition.searchable:
        if env.words.new:
            raise env.words.not_stored(model, first)
        return partial(_same_for_all, True)
    if rest:
        return _through(env, model, definition, [(rest, operator, value)])
    return _condition(env, model, definition, (name, operator, value))


def _condition(  # noqa: PLR0911 - one answer for each kind of operator
    env: Environment, model: str, definition: FieldDefinition, leaf: Leaf
) -> Test:
    name, operator, value = leaf
    if operator == "=?":
        if not value:
            return partial(_same_for_all, True)
        operator = "="
    operator = "!=" if operator == "<>" else operator
    read = partial(_read, env, model, name)
    if operator in {"any", "not any"}:
        inside = _through(env, model, definition, value)
        return inside if operator == "any" else lambda record: not inside(record)
    if operator in {"child_of", "parent_of"}:
        return _hierarchy(env, model, definition, operator, value)
    if definition.type == "many2one" or definition.type in X2MANY:
        return _relational(env, definition, read, operator, value)
    if operator in _LIKE:
        return _like(read, operator, value)
    if operator in _ORDERED:
        return _ordered(env, definition, read, operator, value)
    return _equal(env, definition, read, operator, value)


def _read(env: Environment, model: str, name: str, record: int) -> Value:
    return env.value(model, record, name)


def _through(env: Environment, model: str, definition: FieldDefinition, domain: Sequence[Any]) -> Test:
    inside = compile_domain(env, definition.relation, domain)
    passing = {record for record in env.rows(definition.relation) if inside(record)}

    def test(record: int) -> bool:
        value = env.value(model, record, definition.name)
        return not passing.isdisjoint(value if isinstance(value, list) else [value])

    return test


def _hierarchy(env: Environment, model: str, definition: FieldDefinition, operator: str, value: Value) -> Test:
    comodel = model if definition.name == "id" else definition.relation
    wanted = {one for one in (value if isinstance(value, list) else [value]) if isinstance(one, int)}

    def ancestors(record: int | None) -> set[int]:
        found: set[int] = set()
        while record is not None and record not in found:
            found.add(record)
            record = env.value(comodel, record, "parent_id")
        return found

    if operator == "parent_of":
        passing = set().union(*(ancestors(one) for one in wanted))
    else:
        passing = {one for one in env.rows(comodel) if not wanted.isdisjoint(ancestors(one))}
    if definition.name == "id":
        return lambda record: record in passing
    return lambda record: not passing.isdisjoint(_as_list(env.value(model, record, definition.name)))


def _as_list(value: Value) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _relational(env: Environment, definition: FieldDefinition, read: Test, operator: str, value: Value) -> Test:
    negative = operator in {"!=", "not in"} or operator.startswith("not ")
    wanted: set[Any] = set()
    empty = False
    for one in _as_list(value):
        if one is False or one is None:
            empty = True
        elif isinstance(one, str):
            named = "=" if operator in {"=", "!=", "in", "not in"} else operator.removeprefix("not ")
            wanted |= _called(env, definition.relation, named, one)
        else:
            wanted.add(one)

    def test(record: int) -> bool:
        targets = [one for one in _as_list(read(record)) if one is not None]
        hit = not wanted.isdisjoint(targets) or (empty and not targets)
        return hit is not negative

    if operator in _ORDERED:
        return _ordered(env, definition, read, operator, value)
    return test


def _called(env: Environment, model: str, operator: str, text: str) -> set[int]:
    if model not in env.models:
        return set()
    if operator == "=":
        return {record for record in env.rows(model) if env.display_name(model, record) == text}
    matches = _pattern(operator, text)
    return {record for record in env.rows(model) if matches(env.display_name(model, record))}


def _like(read: Callable[[int], Any], operator: str, value: Value) -> Test:
    matches = _pattern(operator.removeprefix("not "), str(value or ""))
    negative = operator.startswith("not ")

    def test(record: int) -> bool:
        found = read(record)
        if found is None:
            return negative
        return matches(str(found)) is not negative

    return test


def _pattern(operator: str, text: str) -> Callable[[str], bool]:
    pattern = text if operator.startswith("=") else f"%{text}%"
    parts, escaped = [], False
    for character in pattern:
        if escaped:
            parts.append(re.escape(character))
            escaped = False
        elif character == "\\":
            escaped = True
        else:
            parts.append({"%": ".*", "_": "."}.get(character, re.escape(character)))
    flags = re.DOTALL | (re.IGNORECASE if operator.endswith("ilike") else 0)
    compiled = re.compile("".join(parts), flags)
    return lambda found: compiled.fullmatch(found) is not None


def _ordered(
    env: Environment, definition: FieldDefinition, read: Callable[[int], Any], operator: str, value: Value
) -> Test:
    bound = _moment(env, definition, operator, value)
    compare: Callable[[Any], bool] = {
        "<": lambda found: found < bound,
        "<=": lambda found: found <= bound,
        ">": lambda found: found > bound,
        ">=": lambda found: found >= bound,
    }[operator]

    def test(record: int) -> bool:
        found = _to_seconds(env, definition, read(record))
        return found is not None and bound is not None and compare(found)

    return test


def _equal(
    env: Environment, definition: FieldDefinition, read: Callable[[int], Any], operator: str, value: Value
) -> Test:
    negative = operator in {"!=", "not in"}
    many = operator in {"in", "not in"}
    wanted = {_moment(env, definition, "=", one) for one in (_as_list(value) if many else [value])}
    if definition.type == "boolean":
        wanted = {bool(one) for one in wanted}
    else:
        wanted = {None if one is False else one for one in wanted}
    if env.words.new and definition.type in {"char", "text"} and None in wanted:
        wanted.add("")  # 19 takes an empty text for nothing

    def test(record: int) -> bool:
        found = _to_seconds(env, definition, read(record))
        if definition.type in NUMBERS and not found and None in wanted:
            return not negative
        return (found in wanted) is not negative

    return test


def _to_seconds(env: Environment, definition: FieldDefinition, value: Value) -> Value:
    # 19 compares at the second, 16 with the microseconds that a read never shows.
    if definition.type == "datetime" and value and env.words.new:
        return value[:19]
    return value


def _moment(env: Environment, definition: FieldDefinition, operator: str, value: Value) -> Value:
    if definition.name == "id" and isinstance(value, str):
        raise database_error("errors.InvalidTextRepresentation", f'invalid input syntax for type integer: "{value}"\n')
    if definition.type in {"date", "datetime"} and isinstance(value, str):
        return _date_or_time(env, definition, operator, value)
    if definition.type in {"char", "text", "html", "selection"} and isinstance(value, (int, float)):
        return value if isinstance(value, bool) else str(value)
    return value


def _date_or_time(env: Environment, definition: FieldDefinition, operator: str, text: str) -> str:
    if env.words.new and re.search(r"(Z|[+-]\d\d:?\d\d)$", text[10:]):
        raise value_error(f"expecting only datetimes with no timezone: {text!r}")
    plain = text.replace("T", " ").removesuffix("Z")
    if definition.type == "date":
        return plain[:10]
    if len(plain) == 10:
        return plain + (" 23:59:59" if operator in {">", "<="} else " 00:00:00")
    return plain
