"""``link`` as an expression: what it asks for, and that nothing around it turns an open link into a value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio.expressions import Environment, EvaluationError, ExpressionSyntaxError, UnresolvedLinkError, search
from mapstudio.model import JsonValue

AROUND = [
    "{} || 'x'",
    "'' || {}",
    "{} && 'x'",
    "!{}",
    "{} == `null`",
    "coalesce({}, 'x')",
    "default({}, 'x')",
    "not_null({}, 'x')",
    "concat('a', {})",
    "[{}, 'x']",
    "{{a: {}}}",
    "`[1, 2]`[?{} == `1`]",
    "{} | 'x'",
]


def ask(text: str, given: JsonValue = None, link_to: str | None = None) -> tuple[JsonValue, list[tuple[str, ...]]]:
    """Return an expression's value where every link is there, and what was asked."""
    asked: list[tuple[str, ...]] = []

    def links(object_name: str, source_id: str, to: str | None) -> str:
        asked.append((object_name, source_id, to or ""))
        return f"{object_name}/{source_id}"

    return search(text, given, Environment(links=links, link_to=link_to)), asked


def missing(object_name: str, source_id: str, to: str | None) -> str:
    """Answer as books do in which the record is not."""
    del to
    raise UnresolvedLinkError("not there yet", object_name, source_id)


@pytest.mark.parametrize(
    ("text", "value", "asked"),
    [
        ("link('a', id)", "a/7", [("a", "7", "")]),
        ("link('a', `7.0`)", "a/7", [("a", "7", "")]),
        ("link('a', '007')", "a/007", [("a", "007", "")]),
        ("link('a', id, 'b')", "a/7", [("a", "7", "b")]),
        ("link(kind, id)", "rooms/7", [("rooms", "7", "")]),
        ("link('a', [id, `null`, '', 'x'])", ["a/7", None, None, "a/x"], [("a", "7", ""), ("a", "x", "")]),
        ("link('a', nothing)", None, []),
        ("link('a', ' ')", None, []),
        ("link('a', `[]`)", [], []),
        ("rooms[].link('rooms', no)", ["rooms/1", "rooms/2"], [("rooms", "1", ""), ("rooms", "2", "")]),
    ],
)
def test_what_is_asked_and_what_comes_of_it(text: str, value: JsonValue, asked: list[tuple[str, ...]]) -> None:
    record: JsonValue = {"id": 7, "kind": "rooms", "rooms": [{"no": 1}, {"no": "2"}]}
    assert ask(text, record) == (value, asked)


def test_the_surroundings_say_which_object_is_meant_unless_the_call_does() -> None:
    assert ask("link('a', `1`)", link_to="firms")[1] == [("a", "1", "firms")]
    assert ask("link('a', `1`, 'sites')", link_to="firms")[1] == [("a", "1", "sites")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("link('a', `true`)", "link needs a text or a number as its id, got true or false"),
        ("link('a', {id: `1`})", "link needs a text or a number as its id, got an object; take its id"),
        ("link('a', {no: `1`})", "link needs a text or a number as its id, got an object"),
        ("link('a', [[`1`]])", "link needs a text or a number as its id, got a list"),
        ("link(@, `1`)", "link needs text, got an object"),
    ],
)
def test_what_is_no_id_is_an_error(text: str, reason: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        ask(text, {})
    assert caught.value.reason == reason
    assert not isinstance(caught.value, UnresolvedLinkError)


@pytest.mark.parametrize("text", ["link('', x)", "link('a', x, ' ')"])
def test_an_object_without_a_name_is_refused_before_any_record_is_seen(text: str) -> None:
    with pytest.raises(ExpressionSyntaxError, match="no blank name"):
        search(text, {})


@pytest.mark.parametrize("around", AROUND)
def test_an_open_link_passes_through_everything_around_it(around: str) -> None:
    with pytest.raises(UnresolvedLinkError) as caught:
        search(around.format("link('a', `7`)"), {}, Environment(links=missing))
    assert (caught.value.object_name, caught.value.source_id, caught.value.asked) == ("a", "7", True)


@given(st.lists(st.sampled_from(AROUND), min_size=2, max_size=4))
def test_however_deep_it_stands(layers: list[str]) -> None:
    text = "link('a', `7`)"
    for layer in layers:
        text = layer.format(f"({text})")
    with pytest.raises(UnresolvedLinkError):
        search(text, {}, Environment(links=missing))


def test_a_link_that_is_not_reached_is_not_asked_for() -> None:
    assert search("'x' || link('a', `7`)", {}, Environment(links=missing)) == "x"
    assert search("vip && link('a', `7`)", {"vip": False}, Environment(links=missing)) is False


def test_without_links_to_ask_it_stays_open() -> None:
    with pytest.raises(UnresolvedLinkError) as caught:
        search("link('a', `7`)", {})
    assert not caught.value.asked
    assert caught.value.placeholder == {"$link": {"object": "a", "id": "7"}}
