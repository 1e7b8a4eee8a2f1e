"""What domains and orders mean, version by version; each case was asked of real servers of both."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sandbox.odoo.client import Client, Refused

_EMPTY_TEXTS = ["r", "", False]


@pytest.fixture(name="family", scope="module")
def _family(admin: Client) -> dict[str, Any]:
    """Return two companies with people below them, archived ones among them, and tags below a tag."""
    spain, france = admin.call("res.country", "search", [["code", "in", ["ES", "FR"]]], order="code")
    above, other = admin.call("res.partner.category", "create", [{"name": "ZCat A"}, {"name": "ZCat B"}])
    below = admin.call("res.partner.category", "create", {"name": "ZSub", "parent_id": above})
    first, second = admin.call("res.partner", "create", [
        {"name": "Casa", "is_company": True, "country_id": spain, "category_id": [[6, 0, [above]]], "color": 5},
        {"name": "Maison", "is_company": True, "country_id": france, "category_id": [[6, 0, [below]]]}])  # fmt: skip
    people = admin.call("res.partner", "create", [
        {"name": "Hija", "parent_id": first, "color": 3}, {"name": "Nieto", "parent_id": first, "active": False},
        {"name": "Fils", "parent_id": second}])  # fmt: skip
    last = admin.call("res.partner", "create", {"name": "Bisnieto", "parent_id": people[0]})
    return {"ids": [first, second, *people, last], "above": above, "other": other, "below": below}


def _found(admin: Client, family: dict[str, Any], *domain: Any, **kwargs: Any) -> list[int]:
    ids: list[int] = family["ids"]
    found = admin.call("res.partner", "search", [["id", "in", ids], *domain], **{"order": "id", **kwargs})
    return [ids.index(one) for one in found]


def _new(admin: Client) -> bool:
    return bool(admin.access["version"] == "19.0")


def _refusal(admin: Client, domain: Any, **kwargs: Any) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        admin.call("res.partner", "search", domain, **kwargs)
    return refused.value.name.rpartition(".")[2], refused.value.message


def test_a_parent_is_above_itself_in_its_own_hierarchy(admin: Client, family: dict[str, Any]) -> None:
    casa, _, hija, _, _, last = family["ids"]
    assert _found(admin, family, ["id", "child_of", casa]) == [0, 2, 5]
    assert _found(admin, family, ["parent_id", "child_of", casa]) == [0, 2, 5]
    assert _found(admin, family, ["id", "parent_of", last]) == [0, 2, 5]
    assert _found(admin, family, ["parent_id", "parent_of", [hija]]) == [0, 2]
    assert _found(admin, family, ["category_id", "child_of", family["above"]]) == [0, 1]
    assert _found(admin, family, ["category_id", "child_of", "ZCat A"]) == [0, 1]
    with_archived = {"active_test": False}
    assert _found(admin, family, ["id", "child_of", casa], context=with_archived) == [0, 2, 3, 5]


def test_not_turns_the_operator_of_a_path_around_in_16(admin: Client, family: dict[str, Any]) -> None:
    found = _found(admin, family, "!", ["child_ids.name", "=", "Hija"])
    assert found == ([1, 2, 4, 5] if _new(admin) else [1, 2]), "16 asks for a child of another name"
    assert _found(admin, family, "!", "&", ["is_company", "=", True], ["name", "=", "Casa"]) == [1, 2, 4, 5]
    assert _found(admin, family, "!", "|", ["name", "ilike", "CASA"], ["parent_id", "!=", False]) == [1]


def test_a_tag_is_found_by_those_above_it_in_19(admin: Client, family: dict[str, Any]) -> None:
    assert _found(admin, family, ["category_id", "ilike", "zcat a"]) == ([0, 1] if _new(admin) else [0])
    assert _found(admin, family, ["category_id", "=", "ZSub"]) == [1]
    assert _found(admin, family, ["category_id", "in", [family["below"], family["other"]]]) == [1]
    assert _found(admin, family, ["category_id", "=", False]) == [2, 4, 5]


def test_any_looks_into_other_records_in_19_alone(admin: Client, family: dict[str, Any]) -> None:
    domain = [["child_ids", "any", [["name", "=", "Hija"]]]]
    if _new(admin):
        assert _found(admin, family, *domain) == [0]
        assert _found(admin, family, ["child_ids", "not any", [["name", "=", "Hija"]]]) == [1, 2, 4, 5]
        assert "non-relational" in _refusal(admin, [["name", "any", []]])[1]
    else:
        assert _refusal(admin, domain)[0] == "ValueError"


@pytest.mark.parametrize(
    ("operator", "value", "older", "newer"),
    [
        ("like", "", "abc", "abc"),
        ("not like", "", "c", ""),
        ("=like", "", "b", "bc"),
        ("=like", False, "", "bc"),
        ("=", "", "b", "bc"),
        ("=", False, "c", "bc"),
        ("!=", "", "a", "a"),
        ("!=", False, "ab", "a"),
        ("in", [""], "b", "bc"),
        ("not in", [""], "ac", "a"),
        ("ilike", "%", "ab", "ab"),
        ("not ilike", "%", "c", "c"),
    ],
)
def test_an_empty_text_is_nothing_in_19(admin: Client, operator: str, value: Any, older: str, newer: str) -> None:
    ids = admin.call("res.partner", "create", [{"name": "Q", "ref": text} for text in _EMPTY_TEXTS])
    found = admin.call("res.partner", "search", [["id", "in", ids], ["ref", operator, value]])
    assert sorted("abc"[ids.index(one)] for one in found) == list(newer if _new(admin) else older)


@pytest.mark.parametrize(
    ("domain", "older", "newer"),
    [
        (["&", ["name", "=", "a"]], "AssertionError", "ValueError"),
        (["!"], "AssertionError", "ValueError"),
        ("name", "AssertionError", "TypeError"),
        (None, "TypeError", "TypeError"),
        ([["name", "=", "a", "b"]], "ValueError", "ValueError"),
        ([["name.x", "=", 1]], "AttributeError", "ValueError"),
        ([["country_id.nosuch", "=", 1]], "ValueError", "ValueError"),
        ([["color", ">", "abc"]], "ValueError", "ValueError"),
        ([["id", "=", "hs.x"]], "InvalidTextRepresentation", "InvalidTextRepresentation"),
        ([["write_date", ">", "abc"]], "InvalidDatetimeFormat", "ValueError"),
        ([["country_id", "child_of", "Spain"]], "KeyError", "ValueError"),
    ],
)
def test_a_bad_domain_is_refused_by_its_kind(admin: Client, domain: Any, older: str, newer: str) -> None:
    assert _refusal(admin, domain)[0] == (newer if _new(admin) else older)


def test_operators_are_words_to_16(admin: Client, family: dict[str, Any]) -> None:
    assert _found(admin, family, ["name", "<>", "Casa"]) == [1, 2, 4, 5]
    if _new(admin):
        assert _found(admin, family, ["name", "ILIKE", "casa"]) == [0]
    else:
        assert _refusal(admin, [["name", "ILIKE", "casa"]])[1].startswith("Invalid leaf")
        assert _refusal(admin, [["name", "in", "abc"]])[1] == "Invalid domain term ('name', 'in', 'abc')"


def test_a_field_that_is_not_stored_is_ignored_by_16_and_refused_by_19(admin: Client) -> None:
    domain = [["complete_name", "=", "base.es"]]
    if _new(admin):
        with pytest.raises(Refused, match="not stored"):
            admin.call("ir.model.data", "search", domain)
    else:
        everything = admin.call("ir.model.data", "search_count", [])
        assert admin.call("ir.model.data", "search_count", domain) == everything > 300


def test_orders_follow_references_and_say_where_nothing_goes(admin: Client, family: dict[str, Any]) -> None:
    assert _found(admin, family, order="color desc, id") == [0, 2, 1, 4, 5]
    by_country = _found(admin, family, ["is_company", "=", True], order="country_id desc")
    assert by_country == [0, 1], "Spain comes before France, going down"
    assert _refusal(admin, [], order="name; drop table")[0] == "UserError"
    assert _refusal(admin, [], order="nosuch")[0] == "ValueError"
    if _new(admin):
        last = _found(admin, family, order="country_id nulls first, id")
        assert last[-2:] != [4, 5]
        assert "not stored" in _refusal(admin, [], order="category_id")[1]
    else:
        assert _refusal(admin, [], order="name nulls first")[0] == "UserError"


def test_pages(admin: Client) -> None:
    everything = admin.call("res.country", "search", [], order="id")
    assert len(everything) == 250
    for unlimited in (0, None, False):
        assert admin.call("res.country", "search", [], order="id", limit=unlimited) == everything
    assert admin.call("res.country", "search", [], order="id", offset=248, limit=5) == everything[248:]
    assert admin.call("res.country", "search", [], offset=1000) == []
    assert admin.call("res.country", "search_count", [], limit=3) == 3
    assert _refusal(admin, [], limit=-1)[0] == "InvalidRowCountInLimitClause"
    assert _refusal(admin, [], offset=-1)[0] == "InvalidRowCountInResultOffsetClause"


def test_an_index_gives_what_looking_at_all_gives(admin: Client, family: dict[str, Any]) -> None:
    casa, maison, *_ = family["ids"]
    for domain in ([["parent_id", "in", [casa, maison]]], [["parent_id", "=", casa], ["name", "ilike", "h"]]):
        quick = admin.call("res.partner", "search", domain, order="id")
        slow = ["|", [0, "=", 1], *_together(domain)]
        assert quick == admin.call("res.partner", "search", slow, order="id") != []
    names = admin.call(
        "ir.model.data", "search_read", [["module", "=", "base"], ["name", "in", ["es", "fr"]]], ["res_id"]
    )
    assert len(names) == 2


def _together(domain: list[Any]) -> list[Any]:
    return [*["&"] * (len(domain) - 1), *domain]


_LEAVES = st.one_of(
    st.tuples(st.sampled_from(["name", "ref", "email"]), st.sampled_from(["=", "!=", "ilike", "not ilike", "=like"]),
              st.sampled_from(["Casa", "%", "_", "", False, "H"])),
    st.tuples(st.just("parent_id"), st.sampled_from(["=", "!=", "child_of", "ilike"]), st.sampled_from(["Casa", "H"])),
    st.tuples(st.just("color"), st.sampled_from(["<", ">=", "=", "in"]), st.just([3])).map(
        lambda leaf: leaf if leaf[1] == "in" else (leaf[0], leaf[1], 3)),
)  # fmt: skip
_DOMAINS = st.recursive(
    _LEAVES.map(lambda leaf: [list(leaf)]),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from("&|"), inner, inner).map(lambda parts: [parts[0], *parts[1], *parts[2]]),
        inner.map(lambda domain: ["!", *domain]),
    ),
    max_leaves=5,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(domain=_DOMAINS)
def test_any_domain_splits_all_records_in_two(admin: Client, family: dict[str, Any], domain: list[Any]) -> None:
    ids = ["id", "in", family["ids"]]
    inside = admin.call("res.partner", "search", ["&", ids, *domain])
    looked_at = admin.call("res.partner", "search", ["|", [0, "=", 1], "&", *domain, ids])
    assert sorted(inside) == sorted(looked_at), "an index gives what looking at all of them gives"
    outside = admin.call("res.partner", "search", ["&", ids, "!", *domain])
    everything = admin.call("res.partner", "search", [ids])
    if _new(admin):  # 16 turns operators around, and what the database cannot tell is on neither side or on both
        assert not set(inside) & set(outside)
        assert sorted([*inside, *outside]) == sorted(everything)
