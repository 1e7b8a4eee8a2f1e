"""parse_date and format_date."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio import search
from mapstudio.expressions import EvaluationError, ExpressionSyntaxError, compile_expression


@pytest.mark.parametrize(
    ("text", "formats", "expected"),
    [
        ("2024-05-01", [], "2024-05-01"),
        (" 2024-05-01 ", [], "2024-05-01"),
        ("2024-05-01T10:20:30Z", [], "2024-05-01T10:20:30Z"),
        ("2024-05-01 10:20:30.250+0200", [], "2024-05-01T10:20:30.250+02:00"),
        ("2024-05-01T10:20-05", [], "2024-05-01T10:20:00-05:00"),
        ("2024-05-01T10:20:30.123456789Z", [], "2024-05-01T10:20:30.123456789Z"),
        ("2024-05-01 10:20", [], "2024-05-01T10:20:00"),
        ("1/5/2024", ["DD/MM/YYYY"], "2024-05-01"),
        ("05.01.24", ["MM.DD.YY"], "2024-05-01"),
        ("31.12.69", ["DD.MM.YY"], "1969-12-31"),
        ("20240501", ["YYYYMMDD"], "2024-05-01"),
        ("1 de mayo de 2024", ["D de MMMM de YYYY"], "2024-05-01"),
        ("May 1, 2024", ["MMM D, YYYY"], "2024-05-01"),
        ("01 ENE. 2024", ["DD MMM YYYY"], "2024-01-01"),
        ("05/01/2024 12:05 am +00:00", ["MM/DD/YYYY hh:mm A Z"], "2024-05-01T00:05:00Z"),
        ("05/01/2024 12:05 p.m. Z", ["MM/DD/YYYY hh:mm A Z"], "2024-05-01T12:05:00Z"),
        ("2024-05-01", ["DD/MM/YYYY", "YYYY-MM-DD"], "2024-05-01"),
        ("2024-05-01T10:20:30", ["YYYY-MM-DDTHH:mm:ss"], "2024-05-01T10:20:30"),
        ("KW 2024-05-01", ["[KW] YYYY-MM-DD"], "2024-05-01"),
    ],
)
def test_parse_date(text: str, formats: list[str], expected: str) -> None:
    arguments = "".join(f", '{item}'" for item in formats)
    assert search(f"parse_date(@{arguments})", text) == expected


@pytest.mark.parametrize(
    ("expression", "text", "reason"),
    [
        ("parse_date(@)", "01/05/2024", '"01/05/2024" is not a date: expected YYYY-MM-DD'),
        ("parse_date(@)", "2024-02-30", '"2024-02-30" is not a date: there is no such day or time'),
        ("parse_date(@)", "2024-01-01T25:00Z", '"2024-01-01T25:00Z" is not a date: there is no such day or time'),
        ("parse_date(@, 'DD/MM/YYYY')", "13-1-2024", '"13-1-2024" is not a date: expected DD/MM/YYYY'),
        ("parse_date(@, 'DD/MM/YYYY', 'D MMM YYYY')", "x", '"x" is not a date: expected DD/MM/YYYY or D MMM YYYY'),
        (
            "parse_date(@, 'D MMM YYYY')",
            "1 foo 2024",
            '"1 foo 2024" is not a date: "foo" is no month in English or Spanish',
        ),
        ("parse_date(@, 'D/M')", "1/2", '"1/2" is not a date: the format D/M has no year'),
        ("parse_date(@, 'h A, D/M/YYYY')", "13 PM, 1/1/2024", '"13 PM, 1/1/2024" is not a date: there is no 13 PM'),
        ("format_date(@, 'HH:mm')", "2024-01-01", "the format HH:mm needs a time, and this is a date only"),
        ("format_date(@, 'HH:mm Z')", "2024-01-01 10:00", "the format HH:mm Z needs a zone, and this time has none"),
    ],
)
def test_bad_dates_have_reasons(expression: str, text: str, reason: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        search(expression, text)
    assert caught.value.reason == reason
    assert caught.value.value == text


@pytest.mark.parametrize("format_text", ["dd/mm/yyyy", "YYYY-MM-DD hello", "", "xx"])
def test_bad_formats_are_found_when_compiled(format_text: str) -> None:
    with pytest.raises(ExpressionSyntaxError):
        compile_expression(f"format_date(a, '{format_text}')")


@given(
    st.dates(date(1970, 1, 1), date(2068, 12, 31)),
    st.sampled_from(["DD/MM/YYYY", "D.M.YY", "YYYYMMDD", "MMMM D, YYYY", "MMM D YYYY"]),
)
def test_what_was_formatted_parses_back(day: date, format_text: str) -> None:
    written = search(f"format_date(@, '{format_text}')", day.isoformat())
    assert search(f"parse_date(@, '{format_text}')", written) == day.isoformat()


@given(st.datetimes(), st.integers(-14 * 60, 14 * 60))
def test_date_times_keep_their_moment(moment: object, minutes: int) -> None:
    offset = timedelta(minutes=abs(minutes))
    hours, rest = divmod(int(offset.total_seconds()) // 60, 60)
    zone = "Z" if not minutes else f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"
    text = str(moment).replace(" ", "T").partition(".")[0] + zone
    assert search("parse_date(@)", text) == text
    assert search("format_date(@, 'YYYY-MM-DD[T]HH:mm:ssZ')", text) == text


@given(st.text(max_size=60), st.text(max_size=20))
def test_no_text_breaks_dates(text: str, format_text: str) -> None:
    for expression in ("parse_date(t)", "parse_date(t, f)", "format_date(t, f)"):
        try:
            search(expression, {"t": text, "f": format_text})
        except EvaluationError as error:
            assert error.reason
