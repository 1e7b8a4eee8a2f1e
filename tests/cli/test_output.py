"""Tables, colours and bars: data stay harmless, pipes stay plain."""

from __future__ import annotations

import io
import sys

import pytest

from mapstudio.cli import output
from mapstudio.cli.progress import Bar


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_tables_align_by_what_a_terminal_shows() -> None:
    lines = output.layout([("NAME", "N"), ("日本", "7"), ("Ríos", "12"), ("a\x1b[31mb", "1")], right=(1,))
    assert lines == ["NAME         N", "日本         7", "Ríos        12", "a\\x1b[31mb   1"]


def test_json_for_a_terminal_holds_nothing_that_acts() -> None:
    evil = {"a": "\x9b31m\u202e\x7f", "b": "é"}
    assert output.json_text(evil, terminal=True) == '{"a":"\\u009b31m\\u202e\\u007f","b":"é"}'


@pytest.mark.parametrize(("variables", "painted"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colour_only_on_a_terminal_that_wants_it(
    variables: dict[str, str], painted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b" in output.paint("x", "red", stream=Terminal())) is painted
    assert output.paint("x", "red", stream=io.StringIO()) == "x"


def test_a_bar_is_drawn_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream, drawn in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", stream)
        with Bar() as bar:
            bar.show("read", 50, 100)
        assert ("50 of 100" in stream.getvalue()) is drawn
        assert stream.getvalue().endswith("\x1b[K") is drawn


@pytest.mark.parametrize(
    ("text", "remedy", "told"),
    [
        ("It is down", "try again", "error: It is down. Try again.\n"),
        ("What?", "", "error: What?\n"),
        ("Two:\n  a\n  b", "mend them", "error: Two:\n  a\n  b\nMend them.\n"),
        ("x\x1b[2J.", "", "error: x\\x1b[2J.\n"),
    ],
)
def test_errors_are_sentences(text: str, remedy: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    output.error(text, remedy)
    assert capsys.readouterr().err == told
