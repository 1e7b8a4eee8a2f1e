"""Search domains: lists in prefix notation whose leaves are ``[field, operator, value]``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias

from mapstudio.sandbox.odoo import properties
from mapstudio.sandbox.odoo.comparing import Test, as_list, equal, like, ordered
from mapstudio.sandbox.odoo.definitions import X2MANY, FieldDefinition, Value
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.errors import database_error, python_error, value_error

Leaf: TypeAlias = tuple[Any, Any, Any]

_LIKE = frozenset({"like", "ilike", "=like", "=ilike", "not like", "not ilike", "not =like", "not =ilike"})
_ORDERED = frozenset({"<", "<=", ">", ">="})
_EQUAL = frozenset({"=", "!=", "in", "not in", "=?", "<>", "=="})
_OTHER = frozenset({"child_of", "parent_of", "any", "not any"})
_NEWER = frozenset({"any", "not any", "not =like", "not =ilike"})
_OPERATORS = _LIKE | _ORDERED | _EQUAL | _OTHER
_OPPOSITES = {"<": ">=", ">": "<=", "<=": ">", ">=": "<", "=": "!=", "!=": "=", "in": "not in", "not in": "in",
              "like": "not like", "not like": "like", "ilike": "not ilike", "not ilike": "ilike"}  # fmt: skip
_ARITY = {"&": 2, "|": 2, "!": 1}
_SYNONYMS = {"<>": "!=", "==": "="}


def names_field(domain: Sequence[Any], name: str) -> bool:
    """Return whether a leaf of the domain is about the field itself."""
    return any(isinstance(leaf, (list, tuple)) and len(leaf) == 3 and leaf[0] == name for leaf in domain)


def compile_domain(env: Environment, model: str, domain: Value) -> Test:
    """Return a test of record ids.

    Raises:
        ServerError: A malformed domain, an unknown field or operator.
    """
    if env.words.new and isinstance(domain, bool):
        return partial(_same_for_all, domain)
    if not isinstance(domain, (list, tuple)):
        raise env.words.not_a_domain(domain)
    _check_form(env, domain)
    stack: list[Test] = []
    for item in reversed(domain if env.words.new else _without_not(domain)):
        if isinstance(item, str):
            _apply(env, item, stack)
        else:
            stack.append(_leaf(env, model, item))
    return partial(_all, stack)


def _check_form(env: Environment, domain: Sequence[Any]) -> None:
    """Refuse operators without that many conditions behind them."""
    wanted = 0
    for item in domain:
        wanted = max(wanted - 1, 0) + (_ARITY.get(item, 0) if isinstance(item, str) else 0)
    if wanted:
        raise env.words.malformed_domain(domain)


def _without_not(domain: Sequence[Any]) -> list[Any]:
    """Return the domain as 16 reads it: a ``!`` turns operators around, which means another thing on paths."""
    pending: list[bool] = []
    told: list[Any] = []
    for item in domain:
        negate = pending.pop() if pending else False
        if item == "!":
            pending.append(not negate)
        elif isinstance(item, str):
            told.append({"&": "|", "|": "&"}.get(item, item) if negate else item)
            pending += [negate, negate]
        elif not negate:
            told.append(item)
        elif isinstance(item, (list, tuple)) and len(item) == 3 and item[1] in _OPPOSITES:
            told.append([item[0], _OPPOSITES[item[1]], item[2]])
        elif isinstance(item, (list, tuple)) and len(item) == 3 and item[1] in {"=like", "=ilike"}:
            told += ["&", [item[0], "!=", False], "!", item]  # of nothing the database cannot say that it is not
        else:
            told += ["!", item]
    return told


def _all(tests: Sequence[Test], record: int) -> bool:
    return all(test(record) for test in tests)


def _same_for_all(answer: bool, record: int) -> bool:  # noqa: ARG001 - a test takes a record
    return answer


def _apply(env: Environment, operator: str, stack: list[Test]) -> None:
    if operator not in _ARITY:
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
    meant = _meant(env, operator)
    if meant is None:
        raise env.words.bad_operator((name, operator, value))
    operator = meant
    first, _, rest = name.partition(".")
    definition = env.fields(model).get(first)
    if definition is None:
        raise env.words.unknown_field_domain(model, first, (name, operator, value))
    if not definition.store and not definition.searchable:
        if env.words.new:
            raise env.words.not_stored(model, first)
        return partial(_same_for_all, True)
    if definition.type == "properties" and rest:
        return _property(env, model, definition, (rest, operator, value))
    if rest and not definition.relation:
        raise env.words.no_path(model, first, definition.type, rest)
    if rest:
        return _through(env, model, definition, [(rest, operator, value)])
    return _condition(env, model, definition, (name, operator, value))


def _meant(env: Environment, operator: Value) -> str | None:
    """Return the operator that is meant, ``None`` when the version knows none of that name."""
    word = str(operator).lower() if env.words.new else str(operator)
    if word not in _OPERATORS or (word in _NEWER | {"=="} and not env.words.new):
        return None
    return _SYNONYMS.get(word, word)


def _property(env: Environment, model: str, definition: FieldDefinition, leaf: Leaf) -> Test:
    """A condition on one of a record's properties; 16 has no such thing."""
    name, operator, value = leaf
    if not env.words.new:
        raise python_error("AttributeError", "'Properties' object has no attribute 'auto_join'")
    plain = replace(definition, name=name, type="char", relation="")

    def read(record: int) -> Value:
        found = properties.value_of(env, model, record, definition, name)
        return None if found is False else found

    if operator in _LIKE:
        return like(env, read, operator, value)
    if operator in _ORDERED:
        return ordered(env, replace(plain, type="selection"), read, operator, value)
    return equal(env, replace(plain, type="properties"), read, operator, value)


def _condition(  # noqa: PLR0911 - one answer for each kind of operator
    env: Environment, model: str, definition: FieldDefinition, leaf: Leaf
) -> Test:
    name, operator, value = leaf
    if operator == "=?":
        if not value:
            return partial(_same_for_all, True)
        operator = "="
    read = partial(_read, env, model, name)
    if operator in {"in", "not in"} and not isinstance(value, (list, tuple, bool)) and not env.words.new:
        raise value_error(f"Invalid domain term {leaf!r}")
    if operator in {"any", "not any"} and not definition.relation:
        raise value_error(f"Cannot use '{operator}' with non-relational fields in condition {leaf!r}")
    if operator in {"any", "not any"}:
        inside = _through(env, model, definition, value)
        return inside if operator == "any" else lambda record: not inside(record)
    if operator in {"child_of", "parent_of"}:
        return _hierarchy(env, model, definition, operator, value)
    if definition.type == "many2one" or definition.type in X2MANY:
        return _relational(env, definition, read, operator, value)
    if operator in _LIKE:
        return like(env, read, operator, value)
    if operator in _ORDERED:
        return ordered(env, definition, read, operator, value)
    return equal(env, definition, read, operator, value)


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
    own = definition.name == "id" or (definition.type == "many2one" and definition.relation == model)
    comodel = model if own else definition.relation
    parent = definition.name if own and definition.name != "id" else "parent_id"
    above = parent in env.fields(comodel)
    wanted: set[int] = set()
    for one in as_list(value):
        wanted |= _called(env, comodel, "ilike", one) if isinstance(one, str) else {one} - {False, None}

    if not above and not own:
        raise env.words.no_parent(comodel, sorted(wanted))

    def ancestors(record: int | None) -> set[int]:
        found: set[int] = set()
        while record is not None and record not in found:
            found.add(record)
            record = env.value(comodel, record, parent) if above else None
        return found

    if operator == "parent_of":
        passing = set().union(*(ancestors(one) for one in wanted))
    else:
        passing = {one for one in env.rows(comodel) if not wanted.isdisjoint(ancestors(one))}
    if own:
        return lambda record: record in passing
    return lambda record: not passing.isdisjoint(as_list(env.value(model, record, definition.name)))


def _relational(env: Environment, definition: FieldDefinition, read: Test, operator: str, value: Value) -> Test:
    negative = operator in {"!=", "not in"} or operator.startswith("not ")
    wanted: set[Any] = set()
    empty = False
    for one in as_list(value):
        if one is False or one is None:
            empty = True
        elif (
            isinstance(one, str)
            and isinstance(value, (list, tuple))
            and definition.type in X2MANY
            and not env.words.new
        ):
            told = f'invalid input syntax for type integer: "{one}"\n'
            raise database_error("errors.InvalidTextRepresentation", told)
        elif isinstance(one, str):
            named = "=" if operator in {"=", "!=", "in", "not in"} else operator.removeprefix("not ")
            wanted |= _called(env, definition.relation, named, one)
        else:
            wanted.add(one)

    def test(record: int) -> bool:
        targets = [one for one in as_list(read(record)) if one is not None]
        hit = not wanted.isdisjoint(targets) or (empty and not targets)
        return hit is not negative

    return ordered(env, definition, read, operator, value) if operator in _ORDERED else test


def _called(env: Environment, model: str, operator: str, text: str) -> set[int]:
    """Return the records that people call so: what ``name_search`` would look into."""
    if model not in env.models:
        return set()
    fields = [name for name in env.rules[model].searched if name in env.models[model]] or ["display_name"]
    leaves: list[Any] = [[name, operator, text] for name in fields]
    if model == "res.country" and len(text) == 2:
        leaves.append(["code", "ilike", text])
    matches = compile_domain(env, model, [*["|"] * (len(leaves) - 1), *leaves])
    found = {record for record in env.rows(model) if matches(record)}
    if model == "res.partner.category" and env.words.new and operator.endswith("like"):
        inside = compile_domain(env, model, [["id", "child_of", sorted(found)]])
        return {record for record in env.rows(model) if inside(record)}  # a tag is called as those above it, too
    return found
