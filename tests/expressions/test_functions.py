"""Every function's examples are run; what examples do not show is said here."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from mapstudio import search
from mapstudio.expressions import (
    Engine,
    Environment,
    EvaluationError,
    Example,
    ExpressionSyntaxError,
    FunctionDoc,
    ValueTable,
    compile_expression,
    function_docs,
)
from mapstudio.expressions.functions import FUNCTIONS
from mapstudio.expressions.kinds import Kind, fits, one
from mapstudio.expressions.parsing import parse
from mapstudio.expressions.reference import reference_page
from mapstudio.expressions.registry import Registry
from mapstudio.model import JsonValue

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = [(doc, example) for doc in function_docs() for example in doc.examples]
PACK = """
lower upper trim trim_left trim_right title_case split replace truncate strip_html slug format hash pad_left pad_right
find_first find_last regex_match regex_find regex_replace join_text to_semicolon
default coalesce blank_to_null null_if lookup link concat
round parse_number format_number clamp min_of max_of multiply
parse_date format_date to_utc from_utc to_epoch_ms from_epoch_ms date_add days_between today
unique sum_by group_by first last compact items from_items zip
phone country_code country_name language_code minor_units from_minor_units email_normalize is_alias_email
"""


@pytest.mark.parametrize("engine", list(Engine))
@pytest.mark.parametrize(("doc", "example"), EXAMPLES, ids=[example.expression for _, example in EXAMPLES])
def test_example(doc: FunctionDoc, example: Example, engine: Engine) -> None:
    assert doc.name in compile_expression(example.expression).functions
    tables = {name: ValueTable(entries) for name, entries in (example.tables or {}).items()}
    try:
        found = search(example.expression, example.given, Environment(tables=tables, engine=engine))
    except EvaluationError as error:
        assert error.reason == example.error
    else:
        assert not example.error
        assert found == example.result
        assert type(found) is type(example.result)


@pytest.mark.parametrize(("doc", "example"), EXAMPLES, ids=[example.expression for _, example in EXAMPLES])
def test_result_is_of_a_declared_kind(doc: FunctionDoc, example: Example) -> None:
    function = FUNCTIONS.get(doc.name)
    assert function is not None
    root = parse(example.expression).root
    if root["type"] == "function_expression" and root["value"] == doc.name and not example.error:
        kinds = function.result | ({Kind.NULL} if function.null_first else set())
        assert any(fits(kind, example.result) for kind in kinds)


@pytest.mark.parametrize(
    ("name", "made", "passed", "result"),
    [
        ("lower", {Kind.TEXT}, (), {Kind.TEXT}),
        ("max", {Kind.NUMBER, Kind.TEXT, Kind.NULL}, (), {Kind.NUMBER, Kind.TEXT, Kind.NULL}),
        ("country_code", {Kind.TEXT, Kind.NULL}, (1,), {Kind.ANY}),
        ("default", set(), (0, 1), {Kind.ANY}),
        ("starts_with", {Kind.BOOLEAN}, (), {Kind.BOOLEAN}),
    ],
)
def test_result_is_read_from_its_words(name: str, made: set[Kind], passed: tuple[int, ...], result: set[Kind]) -> None:
    function = FUNCTIONS.get(name)
    assert function is not None
    assert function.passed == passed
    assert (set(function.made), set(function.result)) == (made, result)


def test_functions_are_documented() -> None:
    names = [doc.name for doc in function_docs()]
    assert set(PACK.split()) <= set(names)
    assert all(doc.summary.endswith(".") and doc.examples for doc in function_docs())
    assert reference_page() == (ROOT / "docs" / "reference" / "functions.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name", ["lower", "upper", "trim", "trim_left", "trim_right", "title_case", "strip_html", "slug", "hash"]
)
def test_text_functions_give_null_for_null_and_refuse_other_types(name: str) -> None:
    assert search(f"{name}(@)", None) is None
    with pytest.raises(EvaluationError, match=f"^{name} needs text, got a number$") as caught:
        search(f"{name}(@)", 5)
    assert caught.value.value == 5


@pytest.mark.parametrize(
    "expression",
    [
        "parse_date(@)",
        "parse_date(@, 'DD/MM/YYYY')",
        "format_date(@, 'YYYY')",
        "to_utc(@, 'Europe/Madrid')",
        "from_utc(@, 'Europe/Madrid')",
        "to_epoch_ms(@)",
        "from_epoch_ms(@)",
        "date_add(@, `1`, 'days')",
        "days_between(@, '2024-01-01')",
        "days_between('2024-01-01', @)",
        "phone(@, 'ES')",
        "country_code(@)",
        "country_name(@)",
        "language_code(@)",
        "email_normalize(@)",
        "is_alias_email(@)",
        "parse_number(@, 'es')",
    ],
)
def test_codes_and_dates_take_blank_text_for_null(expression: str) -> None:
    assert search(expression, None) is None
    assert search(expression, " \t ") is None


@pytest.mark.parametrize(
    ("expression", "data", "reason"),
    [
        ("split('a,b', @)", 5, "split needs text as its 2nd argument, got a number"),
        ("split('a', ',', @)", -1, "split needs a whole number from 0 as its 3rd argument, got another number"),
        (
            "replace('a', 'b', 'c', @)",
            0.5,
            "replace needs a whole number from 0 as its 4th argument, got another number",
        ),
        ("join(', ', @)", ["a", 1], "join needs a list of texts as its 2nd argument, got a number in it"),
        ("sum(@)", ["a"], "sum needs a list of numbers, got text in it"),
        ("sum(@)", None, "sum needs a list of numbers, got nothing"),
        ("length(@)", True, "length needs text or a list or an object, got true or false"),
        ("sort(@)", ["a", 1], "sort needs a list of texts or a list of numbers, got a number in it"),
        ("max_by(@, &x)", [{"x": None}], "max_by needs a number or a text for each element, got nothing"),
        ("sort_by(@, &x)", [{"x": 1}, {"x": "a"}], "sort_by cannot compare a text and a number"),
        ("concat('a', @)", ["b"], "concat needs texts and numbers, got a list"),
        ("country_code(@)", 34, "country_code needs text, got a number"),
    ],
)
def test_reasons_speak_to_a_consultant(expression: str, data: JsonValue, reason: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        search(expression, data)
    assert caught.value.reason == reason


def test_lookup_compares_keys_by_text_and_takes_lists() -> None:
    tables = {"t": ValueTable({"1": "one", "true": "yes", "none": None})}
    environment = Environment(tables=tables)
    assert search("lookup('t', @)", [1, "1", 1.0, True, "none"], environment) == ["one", "one", "one", "yes", None]
    assert search("lookup('t', @)", None, environment) is None
    assert search("lookup('t', @, 'x')", None, environment) == "x"
    with pytest.raises(EvaluationError, match='there is no value map "T", did you mean "t"'):
        search("lookup('T', 'a')", {}, environment)


def test_value_table_refuses_two_keys_of_one_text() -> None:
    with pytest.raises(ValueError, match='two keys of a value map have the text "1"'):
        ValueTable({1: "a", "1": "b"})  # type: ignore[arg-type] # a key of each type


def test_today_comes_from_the_environment() -> None:
    assert search("today()", {}, Environment(today=lambda: date(2024, 2, 29))) == "2024-02-29"


def test_registry_is_open_but_names_are_unique() -> None:
    registry = Registry()
    declare = registry.function(
        "twice", one("text"), returns="text", group="Test", summary="Twice.", examples=[Example("twice('a')", "aa")]
    )
    declare(lambda _, text: f"{text}{text}")
    assert registry.names == ("twice",)
    with pytest.raises(ValueError, match="two functions with the name twice"):
        declare(lambda _, text: text)
    assert FUNCTIONS.get("twice") is None
    with pytest.raises(ValueError, match="thrice returns 'string', which is none of any, null, text"):
        registry.function("thrice", returns="string", group="Test", summary="Thrice.", examples=[])(lambda _: "a")


def test_wrong_calls_are_found_when_compiled() -> None:
    with pytest.raises(ExpressionSyntaxError, match="trim takes 1 to 2 arguments, got 3"):
        compile_expression("a || trim(a, b, c)")
    with pytest.raises(ExpressionSyntaxError, match=re.escape('did you mean "DD/MM/YYYY"?')):
        compile_expression("parse_date(a, 'dd/mm/yyyy')")


def test_phone_metadata_is_loaded_by_the_first_number_only() -> None:
    code = (
        "import sys, mapstudio.expressions as e; e.compile_expression('phone(a, b)'); "
        "print([name for name in ('phonenumbers', 'pydantic', 'httpx', 'ruamel') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
