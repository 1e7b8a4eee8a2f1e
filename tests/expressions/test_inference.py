"""Types that are known without a record: what they say is true of every record of the schema."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mapstudio.expressions import EvaluationError, ExpressionSyntaxError, Outcome, compile_expression, explain, infer
from mapstudio.expressions.functions import FUNCTIONS
from mapstudio.expressions.inference import Scope
from mapstudio.expressions.linting import lints_of
from mapstudio.expressions.types.calls import TableType
from mapstudio.expressions.types.lattice import joined
from mapstudio.expressions.types.literals import holds, type_of_value
from mapstudio.expressions.types.results import RULES, declared_type
from mapstudio.expressions.types.words import phrase, type_words
from mapstudio.model import Field, FieldType, JsonValue, Schema
from tests.effort import calls_of, no_blow_up
from tests.expressions.conforming import ANYTHING, SCHEMA, records

TABLES = {"stages": TableType.of({"new": "lead", "paid": "customer", "7": None})}

EXPRESSIONS = {
    # Fields.
    "email": "text | null",
    "id": "text",
    '"first-name"': "text | null",
    "nights": "integer | null",
    "total": "number | null",
    "vip": "boolean | null",
    "birthday": "date | null",
    "seen_at": "datetime | null",
    "status": "option | null",
    "kind": "option | null",
    "tags": "options | null",
    "country": "reference | null",
    "country.code": "text | null",
    "country.id": "reference | null",
    "owner": "reference",
    "address": "object | null",
    "address.city": "text | null",
    "custom.note": "text | null",
    "lines": "list of object",
    "friends": "references",
    "raw": "unknown",
    "raw.a.b": "unknown",
    "@": "object",
    # Lists.
    "lines[0]": "object | null",
    "lines[0].price": "number | null",
    "lines[*].price": "list of number",
    "lines[].qty": "list of integer",
    "lines[?price > `1`].state": "options",
    "lines[?day] | [0:2].day": "list of date",
    "lines[*].{p: price, q: qty}": "list of object",
    "lines[*].{p: price, q: qty} | [0].q": "integer | null",
    "lines[*].[price, day][]": "list of (date | number)",
    "rooms[].guests[].name": "list of text",
    "rooms[*].guests[*].name": "list of list of text",
    "lines | length(@)": "integer",
    "[email, nights][1]": "integer | null",
    "[email, nights][5]": "null",
    "{a: email, b: nights}.b": "integer | null",
    "lines.price": "null",
    "email[0]": "null",
    "email[:3]": "text | null",
    "address.*": "list | null",
    "{a: nights, b: `1`}.*": "list of integer",
    # Conditions.
    "email || 'none'": "text",
    "nights || `0`": "integer",
    "nights || 'none'": "text | integer",
    "status || 'new'": "option",
    "email && nights": "text | integer | null",
    "!email": "boolean",
    "nights > `2`": "boolean | null",
    "nights > `2` && email": "text | boolean | null",
    "vip ? nights : status": "option | integer | null",
    "email ? email : 'x'": "text",
    "`true` ? 'a' : nights": "text",
    "email == 'x'": "boolean",
    # Arithmetic, variables, the whole.
    "nights * `2`": "integer | null",
    "nights * total": "number | null",
    "nights / `2`": "number | null",
    "total // `2`": "integer | null",
    "(nights || `0`) + (total || `0`)": "number",
    "-nights": "integer | null",
    "let $n = nights in lines[].{total: price * $n}": "list of object",
    "let $n = nights || `1` in $n + `1`": "integer",
    "lines[*].[state, $.status] | [0][1]": "option | null",
    # Functions.
    "lower(email)": "text | null",
    "lower(email || '')": "text",
    "length(lines)": "integer",
    "sum(lines[].qty)": "integer",
    "sum(lines[].price)": "number",
    "avg(lines[].qty)": "number | null",
    "max(lines[].day)": "date | null",
    "max([`1`, nights || `2`])": "integer",
    "max_by(lines[?price], &price).state": "option | null",
    "sort_by(lines[?day], &day)[-1].day": "date | null",
    "map(&price, lines)": "list of (number | null)",
    "not_null(status, 'new')": "option",
    "coalesce(email, custom.note, 'none')": "text",
    "default(email, nights)": "text | integer | null",
    "to_array(tags || `[]`)": "options",
    "to_array(nights)": "list of (integer | null)",
    "to_number(email)": "number | null",
    "to_number('12.50')": "number",
    "to_number('12,50')": "null",
    "to_number(birthday)": "null",
    "to_string(nights)": "text",
    "reverse(lines)[0].qty": "integer | null",
    "merge({a: nights}, {b: email}).b": "text | null",
    "keys({a: nights})": "list of text",
    "type(nights)": "text",
    "concat(email, ' ')": "text",
    "concat(email, custom.note)": "text | null",
    "parse_date(email)": "date or datetime | null",
    "parse_date(birthday)": "date | null",
    "parse_date(email, 'DD/MM/YYYY')": "date | null",
    "parse_date(email, 'DD/MM/YYYY HH:mm')": "datetime without a zone | null",
    "parse_date(email, 'YYYY-MM-DDTHH:mmZ', 'YYYY')": "date | datetime | null",
    "parse_date('2024-05-01')": "text",
    "format_date(seen_at, 'YYYY-MM-DD')": "date | null",
    "today()": "date",
    "lookup('stages', status)": "text | null",
    "lookup('stages', status, 'other')": "text",
    "lookup('stages', lines[].state, 'other')": "list of text",
    "link('guests', id)": "reference | null",
    "upper(status)": "text | null",
    "first(lines[].day)": "date | null",
    "last([`1`, nights || `2`])": "integer",
    "unique(tags)": "options | null",
    "compact([email, nights])": "list of (text | integer)",
    "group_by(lines[?state], &state)": "object",
    "sum_by(lines, &qty)": "integer",
    "sum_by(lines, &price)": "number",
    "items({a: nights})[0][1]": "integer | null",
    "zip(lines[].day, lines[].qty)[0][0]": "date | null",
    "blank_to_null(email)": "text | null",
    "null_if(status, 'new')": "option | null",
    "null_if(id, nights)": "text",
    "round(total)": "integer | null",
    "round(total, `2`)": "number | null",
    "multiply(nights, `2`)": "integer | null",
    "max_of(birthday, '2024-01-01')": "text | date",
    "clamp(nights, `0`, `10`)": "integer | null",
    "date_add(birthday, nights, 'days')": "date | null",
    "days_between(birthday, today())": "integer | null",
    "to_utc(seen_at)": "datetime | null",
    "to_epoch_ms(seen_at)": "integer | null",
    "parse_number(email, 'es')": "number | null",
    "country_code(email, 'ES')": "text",
    "country_code(email)": "text | null",
    "lower(nights)": "null",
    "lower(`5`)": "nothing",
    "country_code('Atlantis')": "nothing",
    "`1` / `0`": "nothing",
}


def _scope() -> Scope:
    return Scope.of_schema(SCHEMA, TABLES)


@pytest.mark.parametrize(("text", "words"), EXPRESSIONS.items())
def test_the_type_of_an_expression(text: str, words: str) -> None:
    assert type_words(_scope().infer(text).type) == words


@pytest.mark.parametrize(
    ("where", "text", "words"),
    [
        ("email", "lower(trim(email))", "text"),
        ("contains(email || '', '@')", "email", "text"),
        ("status == 'new' || status == 'paid'", "status", "option"),
        ("nights > `2`", "nights + `1`", "integer"),
        ("nights != `null`", "nights", "integer"),
        ("!(nights == `null`)", "nights", "integer"),
        ("address.city", "address", "object"),
        ("lines[?price]", "lines[0]", "object"),
        ("starts_with(lower(email), 'a') || vip", "email", "text"),
        ("email || custom.note", "email", "text | null"),
        ("type(email) == 'string'", "email", "text | null"),
        ("never_there == 'x'", "email", "text | null"),
    ],
)
def test_a_condition_tells_of_what_it_has_looked_at(where: str, text: str, words: str) -> None:
    assert type_words(_scope().where(compile_expression(where)).infer(text).type) == words


def test_conditions_narrow_inside_of_an_expression() -> None:
    parts = infer("email && lower(email) || (nights == `null` ? 'x' : to_string(nights))", SCHEMA).parts
    words = {span: type_words(of) for span, of in parts.items()}
    text = "email && lower(email) || (nights == `null` ? 'x' : to_string(nights))"
    assert words[text.index("lower"), text.index("lower") + len("lower(email)")] == "text"
    assert words[text.rindex("nights"), text.rindex("nights") + len("nights")] == "integer"


def test_every_part_has_a_type() -> None:
    text = "lines[?price > `1`].{p: price, s: upper(state)} | [0].p"
    parts = {text[start:end]: type_words(of) for (start, end), of in infer(text, SCHEMA).parts.items()}
    assert parts["price > `1`"] == "boolean | null"
    assert parts["upper(state)"] == "text | null"
    assert parts["lines[?price > `1`].{p: price, s: upper(state)}"] == "list of object"
    assert parts[text] == "number | null"


def test_without_a_schema_literals_and_functions_have_types() -> None:
    assert type_words(infer("a").type) == "unknown"
    assert type_words(infer("length(a)").type) == "integer"
    assert type_words(infer("a[*].b").type) == "list"
    assert type_words(infer("a || 'x'").type) == "unknown"
    assert infer("a").unknown == ()


@pytest.mark.parametrize(
    ("text", "path", "position", "remedy"),
    [
        ("lower(emial)", "emial", 6, 'did you mean "email"?'),
        ("lines[].prize", "lines[].prize", 8, 'did you mean "lines[].price"?'),
        ("lines[?qtyy > `1`].price", "lines[].qtyy", 7, 'did you mean "lines[].qty"?'),
        ("lines[].{a: nmae}", "lines[].nmae", 12, 'did you mean "lines[].name"?'),
        ("sort_by(lines, &prise)", "lines[].prise", 16, 'did you mean "lines[].price"?'),
        ("let $l = lines in $l[0].prise", "lines[].prise", 24, 'did you mean "lines[].price"?'),
        ("lines | [0].prise", "lines[].prise", 12, 'did you mean "lines[].price"?'),
        ("vip ? totl : nights", "totl", 6, 'did you mean "total"?'),
        ("$.totl + `1`", "totl", 2, 'did you mean "total"?'),
        ("city", "city", 0, 'did you mean "address.city"?'),
        ("nothing.like.it", "nothing.like.it", 0, ""),
        ("email.domain", "email.domain", 6, "email is text: it has no fields"),
        ('status == "new"', "new", 10, "double quotes are for fields; a text is 'new'"),
        ("lower(first-name)", "first", 6, 'write "first-name" in double quotes: without them it is a subtraction'),
        ("`true` || nothing", "nothing", 10, ""),
    ],
)
def test_an_unknown_field_is_told_where_it_stands(text: str, path: str, position: int, remedy: str) -> None:
    found = infer(text, SCHEMA).unknown[0]
    assert (found.path, found.start, found.remedy) == (path, position, remedy)


@pytest.mark.parametrize(
    "text",
    ["country.continent", "extra.anything", "friends[].whatever", "raw.x", "owner.email", "{a: email}.b", "@.id"],
)
def test_what_may_hold_more_is_no_unknown_field(text: str) -> None:
    assert infer(text, SCHEMA).unknown == ()


NAMES = [
    "id", "email", '"first-name"', "nights", "total", "vip", "birthday", "seen_at", "status", "kind", "tags", "country",
    "country.name", "owner", "address.city", "extra.a", "custom", "lines", "lines[].name", "lines[].price", "rooms",
    "lines[0]", "lines[-1].qty", "rooms[].guests[].name", "friends", "raw", "unlisted", "@", "name", "price", "state",
]  # fmt: skip
LITERALS = ["'new'", "''", "' '", "`1`", "`0`", "`2.5`", "`null`", "`true`", '`[1, "a"]`', '`{"a": 1}`', "`[]`"]
AFTER = ["[]", "[*]", "[0]", "[-1]", "[1:]", "[::-1]", ".*", "[:2].name", "[].price", ".name", ".length(@)", ".{x: @}"]
OPERATORS = ["==", "!=", "<", ">", "&&", "||", "|", "+", "-", "*", "/", "//", "%"]
FUNCTION_NAMES = [item.name for item in FUNCTIONS]


def _combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    chosen = st.sampled_from
    return st.one_of(
        st.tuples(inner, chosen(AFTER)).map(lambda it: f"({it[0]}){it[1]}"),
        st.tuples(inner, inner).map(lambda it: f"({it[0]})[?{it[1]}]"),
        st.tuples(inner, inner, inner).map(lambda it: f"({it[0]})[?{it[1]}].[{it[2]}]"),
        st.tuples(inner, chosen(OPERATORS), inner).map(lambda it: f"({it[0]}) {it[1]} ({it[2]})"),
        st.tuples(inner, inner, inner).map(lambda it: f"({it[0]}) ? ({it[1]}) : ({it[2]})"),
        st.tuples(inner, inner).map(lambda it: f"let $x = {it[0]} in [$x, {it[1]}, $.status]"),
        inner.map(lambda it: f"!({it})"),
        st.tuples(inner, inner).map(lambda it: f"{{a: {it[0]}, b: {it[1]}}}"),
        st.tuples(chosen(FUNCTION_NAMES), inner).map(lambda it: f"{it[0]}({it[1]})"),
        st.tuples(chosen(FUNCTION_NAMES), inner, inner).map(lambda it: f"{it[0]}({it[1]}, {it[2]})"),
        st.tuples(chosen(["sort_by", "max_by", "min_by"]), inner, inner).map(lambda it: f"{it[0]}({it[1]}, &{it[2]})"),
        st.tuples(inner, inner).map(lambda it: f"map(&{it[0]}, {it[1]})"),
    )


RANDOM = st.recursive(st.sampled_from(NAMES) | st.sampled_from(NAMES + LITERALS), _combined, max_leaves=7)
RECORDS = st.lists(records(SCHEMA), min_size=1, max_size=3)
SLOW = settings(max_examples=250, suppress_health_check=list(HealthCheck), deadline=None)


@SLOW
@given(st.one_of(st.sampled_from(list(EXPRESSIONS)), RANDOM), RECORDS)
def test_what_an_expression_gives_is_of_its_type(text: str, examples: list[JsonValue]) -> None:
    try:
        expression = compile_expression(text)
    except ExpressionSyntaxError:
        assume(False)
    of = infer(expression, SCHEMA).type
    for record in examples:
        try:
            value = expression.search(record)
        except EvaluationError:
            continue
        assert holds(of, value), f"{type_words(of)} does not hold {value!r}"


@SLOW
@given(st.one_of(st.sampled_from(list(EXPRESSIONS)), RANDOM), records(SCHEMA))
def test_what_a_part_gives_is_of_its_type(text: str, record: JsonValue) -> None:
    try:
        expression = compile_expression(text)
    except ExpressionSyntaxError:
        assume(False)
    parts = infer(expression, SCHEMA).parts
    pending = [explain(expression, record)]
    while pending:
        part = pending.pop()
        pending.extend(part.parts)
        of = parts.get((part.start, part.end))
        if of is not None and part.outcome is Outcome.VALUE and not part.element:
            assert holds(of, part.value), f"{part.text} is {type_words(of)}, which does not hold {part.value!r}"


@SLOW
@given(RANDOM, RANDOM, records(SCHEMA))
def test_what_passes_a_condition_is_of_the_narrowed_type(where: str, text: str, record: JsonValue) -> None:
    try:
        condition, expression = compile_expression(where), compile_expression(text)
        passes = compile_expression(f"({where}) && `true`").search(record)
        value = expression.search(record)
    except (ExpressionSyntaxError, EvaluationError):
        assume(False)
    if passes is True:
        of = Scope.of_schema(SCHEMA).where(condition).infer(expression).type
        assert holds(of, value), f"{type_words(of)} does not hold {value!r}"


@given(ANYTHING, ANYTHING)
def test_a_value_is_of_its_own_type_and_of_any_union_with_it(one: JsonValue, other: JsonValue) -> None:
    of = type_of_value(one)
    assert holds(of, one)
    assert holds(joined(of, type_of_value(other)), one)
    assert holds(joined(type_of_value(other), of), one)
    assert type_words(of)
    assert phrase(of)


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_rule_is_about_a_function_and_gives_no_less_than_its_examples(name: str) -> None:
    function = FUNCTIONS.get(name)
    assert function is not None
    for example in function.examples:
        if not example.error:
            assert holds(infer(example.expression).type, example.result)


@pytest.mark.parametrize("name", FUNCTION_NAMES)
def test_what_a_function_declares_holds_its_examples(name: str) -> None:
    function = FUNCTIONS.get(name)
    assert function is not None
    assert not declared_type(function, ()).is_nothing or function.passed
    for example in function.examples:
        if not example.error:
            assert holds(infer(example.expression).type, example.result)


HOSTILE = [
    "@" + "|[@,@]" * 500,
    "@" + "".join(f"|{{a:@,b{n}:@,c:@,d:@}}" for n in range(100)),
    "(" * 55 + "a" + "".join(f"||b{n})" if n % 2 else f"&&b{n})" for n in range(55)),
    "(a" + "|[@,@]" * 200 + ")||(b" + "|[@,@]" * 200 + ")",
    "!" * 55 + "(a && b || c)",
    "map(&" * 25 + "a" + ",a)" * 25,
    "||".join(f"a{n} == 'x' && b{n}" for n in range(150)),
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_expression_takes_long(text: str) -> None:
    expression = compile_expression(text)
    with no_blow_up():
        inferred = Scope.of_schema(SCHEMA).infer(expression)
        assert type_words(inferred.type)
        lints_of(inferred)


def calls_for_a_key(count: int) -> float:
    """Return how much is called to infer one expression over so many fields; the seconds are a benchmark's."""
    fields = tuple(Field(f"field_{number}", f"Field {number}", FieldType.TEXT) for number in range(count))
    schema = Schema("crm", "contacts", (*fields, *SCHEMA.fields))
    infer("email", schema)
    texts = [f"coalesce(lower(trim(field_{n})), field_{n + 1} && concat(field_{n}, status) || 'x')" for n in range(20)]
    compiled = [compile_expression(text) for text in texts]
    return calls_of(lambda: [infer(expression, schema) for expression in compiled]) / len(texts)


def test_a_key_costs_hardly_more_on_many_fields() -> None:
    few, many = calls_for_a_key(40), calls_for_a_key(400)
    assert few < 3000
    assert many - few < 2 * 360, "a field that the expression does not name costs more than a look"
