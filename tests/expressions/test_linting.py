"""Traps: each is told where it stands, with a remedy that is none itself; what is fine is left alone."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings

from mapstudio.expressions import EvaluationError, ExpressionSyntaxError, compile_expression
from mapstudio.expressions.functions import FUNCTIONS
from mapstudio.expressions.inference import Scope, infer
from mapstudio.expressions.linting import CODES, lint, lints_of
from mapstudio.expressions.types.calls import TableType
from mapstudio.model import JsonValue
from tests.expressions.conforming import SCHEMA, records
from tests.expressions.test_inference import EXPRESSIONS, RANDOM
from tests.house.tree import ROOT

# Expression, code, the place it points at, a part of what it says, and of the remedy.
KNOWN_BY_TEXT = [
    ("`0` && a", "number-is-true", "`0`", "always true", "write `false`"),
    ("!`5`", "number-is-true", "`5`", "always true", "write `true`"),
    ("length(a) || b", "number-is-true", "length(a)", "0 is true as well", "length(a) != `0`"),
    ("lines[?length(x)]", "number-is-true", "length(x)", "always true", "length(x) != `0`"),
    ("to_number('12,50')", "to-number", "to_number('12,50')", "is null", "parse_number"),
    ("a == 'x' || 'y'", "uncompared", "'y'", "compared with nothing", "a == 'y'"),
    ("a != ''", "empty-is-not-null", "a != ''", "true where a is null", "a alone"),
    ("a == ''", "empty-is-not-null", "a == ''", "false where a is null", "!a"),
    ('status == "VIP"', "quoted-field", '"VIP"', "is a field", "'VIP'"),
    ('contains(a, "VIP")', "quoted-field", '"VIP"', "is a field", "'VIP'"),
    ("lines[?a == 'x'][0]", "index-of-each", "[0]", "each element", "lines[?a == 'x'] | [0]"),
    ("lines[][0].a", "index-of-each", "[0]", "each element", "lines[] | [0]"),
    ("a / `0`", "division-by-zero", "`0`", "always fails", ""),
    ("a + 'x'", "not-a-number", "'x'", "is text", "concat"),
    ("a || lower(`5`)", "wrong-argument", "`5`", "is an integer", "lower(text) -> text"),
    ("join(a, [`5`])", "wrong-argument", "[`5`]", "is a list of integer", "join(separator"),
    ("length(a) == '5'", "never-equal", "length(a) == '5'", "always false", "write `5`"),
    ("length(a) < '5'", "never-ordered", "length(a) < '5'", "always null", "write `5`"),
    ("a || country_code('Atlantis')", "always-fails", "country_code('Atlantis')", "every record", ""),
]
KNOWN_BY_SCHEMA = [
    ("status == 'Paid in full'", "never-an-option", "'Paid in full'", "none of its options", "'paid'"),
    ("status == 'paied'", "never-an-option", "'paied'", "never", "did you mean 'paid'?"),
    ("lines[?state == 'Open'].qty", "never-an-option", "'Open'", "never", "'open'"),
    ("status == 'new' || status == 'old'", "never-an-option", "'old'", "never", "'new', 'paid'"),
    ("contains(tags, 'Spa')", "never-an-option", "'Spa'", "never holds", "did you mean 'spa'?"),
    ("nights == '3'", "never-equal", "nights == '3'", "integer == text is always false", "write `3`"),
    ("email == `3`", "never-equal", "email == `3`", "text == integer", "write '3'"),
    ("vip == 'true'", "never-equal", "vip == 'true'", "boolean == text", "write `true`"),
    ("vip != 'true'", "never-equal", "vip != 'true'", "always true", "write `true`"),
    ("lines == 'x'", "never-equal", "lines == 'x'", "list of object == text", "one type"),
    ("nights < '3'", "never-ordered", "nights < '3'", "never true", "write `3`"),
    ("vip > vip", "never-ordered", "vip > vip", "never true", "two numbers or two texts"),
    ("email == `null`", "blank-is-not-null", "email == `null`", "blank email is not null", "!email"),
    ("email != `null`", "blank-is-not-null", "email != `null`", "blank email", "email alone"),
    ("not_null(email, custom.note)", "blank-is-not-null", "email", "blank email", "coalesce"),
    ("email != ''", "empty-is-not-null", "email != ''", "null", "email alone"),
    ("starts_with(email, 'a')", "null-argument", "email", "fails where email is null", "email || ''"),
    ("contains(email, '@')", "null-argument", "email", "fails where email is null", "email || ''"),
    ("length(tags)", "null-argument", "tags", "fails where tags is null", "tags || `[]`"),
    ("sum([nights, `1`])", "null-argument", "[nights, `1`]", "an element", "[nights, `1`][?@]"),
    ("join(' ', [id, email])", "null-argument", "[id, email]", "an element", "[id, email][?@]"),
    ("sort_by(lines, &day)", "null-argument", "day", "is null in an element", "sort_by(lines[?day], ...)"),
    ("max_by(lines, &price).name", "null-argument", "price", "is null in an element", "max_by(lines[?price], ...)"),
    ("group_by(lines, &state)", "null-argument", "state", "null in an element", "group_by(lines[?state], ...)"),
    ("group_by(lines, &qty)", "wrong-argument", "qty", "needs a text for each element", ""),
    ("sum_by(lines, &name)", "wrong-argument", "name", "needs a number for each element", ""),
    ("abs(nights)", "null-argument", "nights", "fails where nights is null", ""),
    ("lower(nights)", "wrong-argument", "nights", "where there is a value", "lower(text) -> text"),
    ("abs(nights || email || `0`)", "wrong-argument", "nights || email || `0`", "may be text", "abs("),
    ("join(',', lines[].qty)", "wrong-argument", "lines[].qty", "an integer", "join("),
    ("sort_by(lines, &@)", "wrong-argument", "@", "an object", ""),
    ("to_number(email)", "to-number", "to_number(email)", "null where email", ""),
    ("to_number(birthday)", "to-number", "to_number(birthday)", "is null", ""),
    ("nights + total", "null-in-sum", "nights", "null where nights is null", "(nights || `0`)"),
    ("email + custom.note", "not-a-number", "email", "is text", "concat"),
    ("-email", "not-a-number", "email", "is text", ""),
    ("lines.price", "field-of-list", "price", "always null", "lines[].price"),
    ("lines[*].name[0]", "index-of-each", "[0]", "each element, and that is text", "lines[*].name | [0]"),
    ("lines[?day][0:2].day", "index-of-each", "[0:2]", "each element", "lines[?day] | [0:2]"),
    ("lines[*][0].name", "index-of-each", "[0]", "each element, and that is an object", "lines[*] | [0]"),
    ("email[0]", "not-a-list", "email", "no list", ""),
    ("nights[]", "not-a-list", "nights", "no list", ""),
    ("country[?code]", "not-a-list", "country", "no list", ""),
    ("email.*", "not-an-object", "email", "no object", ""),
    ("lower(email).x", "always-null", "x", "always null: text has no fields", ""),
    ("[email, nights] | [5]", "always-null", "[5]", "always null", ""),
    ("{emails: email}.email", "always-null", "email", "no such field", 'did you mean "emails"?'),
    ("lookup('stages', status)", "not-in-table", "status", "paid", "default"),
]
FINE = [
    "a",
    "a || b",
    "a && b",
    "`0`",
    "x && `0`",
    "lines[?a].b | [0]",
    "lines[*].rooms[0]",
    "a[0]",
    "a[].b[]",
    "'a' == `5`",
    'status == `"x"`',
    '"first name"',
    "\"first-name\" == 'x'",
    "a != 'x'",
    "[a, `5`]",
    "`[1, 2]`[0]",
    "a == `null`",
    "contains(a || '', 'x')",
    "lower(a)",
    "sort_by(lines, &a)",
    "a + b",
    "!a",
    "a ? `1` : `0`",
    "x == 'a' && 'b' || 'c'",
]
FINE_WITH_SCHEMA = [
    "email || 'none'",
    "lower(trim(email))",
    "email && starts_with(email, 'a')",
    "starts_with(email || '', 'a') || ends_with(email || '', 'b')",
    "!email || contains(email, '@')",
    "email ? length(email) : `0`",
    "nights != `null` && nights + `1`",
    "(nights || `0`) + (total || `0`)",
    "nights * total",
    "sum(lines[].price)",
    "max(lines[?state == 'done'].day)",
    "sort_by(lines[?day], &day)[-1].name",
    "max_by(lines[?price && qty], &price).qty",
    "join(', ', [email, custom.note][?@])",
    "length(lines)",
    "lines[?qty > `1`].name | [0]",
    "rooms[*].guests[0].name",
    "not_null(status, birthday)",
    "status == 'new' || status == 'paid'",
    "status != 'new'",
    "tags && contains(tags, 'spa')",
    "birthday == `null`",
    "email[:3]",
    "to_number('12.50')",
    "country.code == 'ES'",
    "lookup('stages', status, 'other')",
    "let $n = nights || `1` in lines[].{n: name, all: $n}",
    "concat(email, ' ', custom.note)",
    "coalesce(email, custom.note)",
    "default(email, 'none')",
    "sum_by(lines, &price)",
    "join_text(', ', [email, custom.note])",
    "first(lines).name",
    "group_by(lines[?state], &state)",
]
TABLES = {"stages": TableType.of({"new": "lead"})}
SCOPE = Scope.of_schema(SCHEMA, TABLES)


@pytest.mark.parametrize(
    ("text", "code", "place", "says", "remedy"), KNOWN_BY_TEXT, ids=[it[0] for it in KNOWN_BY_TEXT]
)
def test_traps_that_the_text_alone_shows(text: str, code: str, place: str, says: str, remedy: str) -> None:
    (found,) = lint(text)
    assert (found.code, text[found.start : found.end]) == (code, place)
    assert says in found.message
    assert remedy in found.remedy


@pytest.mark.parametrize(
    ("text", "code", "place", "says", "remedy"), KNOWN_BY_SCHEMA, ids=[it[0] for it in KNOWN_BY_SCHEMA]
)
def test_traps_that_a_schema_shows(text: str, code: str, place: str, says: str, remedy: str) -> None:
    found = next(item for item in lints_of(SCOPE.infer(text)) if item.code == code)
    assert text[found.start : found.end] == place
    assert says in found.message
    assert remedy in found.remedy
    assert not found.message.endswith(".")


@pytest.mark.parametrize("text", FINE)
def test_what_is_fine_without_a_schema_is_left_alone(text: str) -> None:
    assert lint(text) == ()


@pytest.mark.parametrize("text", FINE_WITH_SCHEMA)
def test_what_is_fine_with_a_schema_is_left_alone(text: str) -> None:
    assert lints_of(SCOPE.infer(text)) == ()


def test_the_whole_of_a_condition_is_looked_at_for_its_truth() -> None:
    inferred = infer("length(lines)", SCHEMA)
    assert lints_of(inferred) == ()
    assert [item.code for item in lints_of(inferred, condition=True)] == ["number-is-true"]


REMEDIES = [
    ("starts_with(email, 'a')", "starts_with(email || '', 'a')"),
    ("length(tags)", "length(tags || `[]`)"),
    ("join(' ', [email, custom.note])", "join(' ', [email, custom.note][?@])"),
    ("sort_by(lines, &day)", "sort_by(lines[?day], &day)"),
    ("lines[*].name[0]", "lines[*].name | [0]"),
    ("lines.price", "lines[].price"),
    ("nights == '3'", "nights == `3`"),
    ("nights + `1`", "(nights || `0`) + `1`"),
    ("email != ''", "email"),
    ("not_null(email, custom.note)", "coalesce(email, custom.note)"),
    ("a == 'x' || 'y'", "a == 'x' || a == 'y'"),
]


@pytest.mark.parametrize(("text", "mended"), REMEDIES)
def test_a_remedy_is_no_trap_itself(text: str, mended: str) -> None:
    schema = SCHEMA if "a ==" not in text else None
    found = lint(text, schema)
    assert found
    assert lint(mended, schema) == ()


EXAMPLES = [(function.name, example) for function in FUNCTIONS for example in function.examples if not example.error]
TRUE_ALARMS = {"to_number('12,5')": "to-number"}


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[f"{name}-{item.expression}" for name, item in EXAMPLES])
def test_no_example_of_a_function_is_a_trap_but_the_one_that_shows_one(name: str, example: object) -> None:
    expression = getattr(example, "expression")  # noqa: B009 - the ids of the parametrization need an object
    wanted = TRUE_ALARMS.get(expression)
    assert [item.code for item in lint(expression)] == ([wanted] if wanted else [])


def test_every_code_is_told_of_here_and_in_the_reference() -> None:
    told = {item[1] for item in (*KNOWN_BY_TEXT, *KNOWN_BY_SCHEMA)}
    assert told == set(CODES)
    page = (ROOT / "docs" / "reference" / "expressions.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `([a-z-]+)`( \*)? \|", page.partition("## Traps")[2], re.MULTILINE)
    assert [code for code, _ in table] == list(CODES)
    by_text = {item[1] for item in KNOWN_BY_TEXT}
    assert {code for code, star in table if star} <= by_text


@settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
@given(RANDOM)
def test_linting_any_expression_gives_sentences_at_places_in_it(text: str) -> None:
    try:
        expression = compile_expression(text)
    except ExpressionSyntaxError:
        return
    for schema in (None, SCHEMA):
        for item in lint(expression, schema):
            assert item.code in CODES
            assert 0 <= item.start < item.end <= len(text)
            assert re.fullmatch(r"[^\n]+[^.\n]", item.message)


ALWAYS_NULL = {"field-of-list", "not-an-object", "always-null"}


@settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
@given(RANDOM, records(SCHEMA))
def test_what_is_said_to_be_always_so_is_always_so(text: str, record: JsonValue) -> None:
    try:
        expression = compile_expression(text)
        value = expression.search(record)
    except (ExpressionSyntaxError, EvaluationError):
        return
    for item in lint(expression, SCHEMA):
        is_whole = text[item.start : item.end] == text
        if item.code in ALWAYS_NULL and is_whole:
            assert value is None
        if item.code == "never-equal" and is_whole:
            assert value is ("!=" in text)
        if item.code == "never-ordered" and is_whole:
            assert value is None
        assert not (item.code == "always-fails" and is_whole)


@pytest.mark.parametrize("text", sorted(EXPRESSIONS))
def test_the_text_of_a_trap_names_no_internal_word(text: str) -> None:
    for item in lint(text, SCHEMA):
        assert not re.search(r"\b(NoneType|frozenset|Type\(|booleans)\b", f"{item.message} {item.remedy}")
