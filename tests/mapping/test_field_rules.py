"""What a system asks of its values is asked before anything is sent; what cannot be asked here is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from mapstudio.mapping import CastError, field_rules, make_caster, parse_mapping
from mapstudio.mapping.checking import check_mapping
from mapstudio.mapping.problems import Severity
from mapstudio.model import Field, FieldType, JsonValue, Rule, RuleKind, Schema

_TEXT = Field("code", type=FieldType.TEXT)
_NUMBER = Field("amount", type=FieldType.NUMBER)
_DAY = Field("day", type=FieldType.DATE)


@pytest.mark.parametrize(
    ("item", "kind", "argument", "good", "bad"),
    [
        (_TEXT, RuleKind.MATCHES, "[A-Z]{3}", ["ABC"], ["ABCD", "abc", "xABC"]),
        (_TEXT, RuleKind.LACKS, r"\s", ["ABC"], ["A C", "AC "]),
        (_TEXT, RuleKind.MIN_LENGTH, "3", ["abc", "añb"], ["ab"]),
        (_NUMBER, RuleKind.MIN, "10", [10, "10.0", 11], [9, "9.99"]),
        (_NUMBER, RuleKind.MAX, "10.5", [10, "10.5"], [11, "10.51"]),
        (_NUMBER, RuleKind.PLACES, "2", [1, "1.25", "1.2500", 100], ["1.255"]),
        (_DAY, RuleKind.FROM, "2026-01-01T00:00:00Z", ["2026-01-01"], ["2025-12-31"]),
        (_DAY, RuleKind.UNTIL, "2026-01-01T00:00:00Z", ["2026-01-01"], ["2026-01-02"]),
        (_DAY, RuleKind.WEEKDAYS, "1,5", ["2026-11-30", "2026-11-27"], ["2026-11-28"]),
    ],
)
def test_a_rule_takes_what_it_allows_and_nothing_else(
    item: Field, kind: RuleKind, argument: str, good: list[JsonValue], bad: list[JsonValue]
) -> None:
    cast = make_caster(replace(item, rules=(Rule(kind, argument, "this much"),)))
    for value in good:
        cast(value)
    for value in bad:
        with pytest.raises(CastError, match=f"{item.name} takes this much"):
            cast(value)


def test_a_rule_holds_in_the_compiled_mapping_as_well() -> None:
    rule = Rule(RuleKind.MATCHES, "[A-Z]+", "only capital letters")
    schema = Schema("d", "things", (replace(_TEXT, rules=(rule,)),))
    text = """mapstudio: 1
name: t
source: {connection: s, object: o}
destination: {connection: d, object: things, key: code}
fields:
  code: word
"""
    compiled = parse_mapping(text, "t.yaml").require().compile(schema=schema)
    [good] = compiled.evaluate({"word": "ABC"}).outputs
    assert good.values == {"code": "ABC"}
    [bad] = compiled.evaluate({"word": "abc"}).outputs
    assert [(reason.row, "only capital letters" in reason.reason) for reason in bad.reasons] == [("code", True)]


def test_a_rule_that_only_the_system_can_apply_is_said_and_refuses_nothing() -> None:
    rules = (Rule(RuleKind.TOLD, "", "what its rule FUTURE allows"), Rule(RuleKind.MATCHES, "(?=x)", "what it knows"))
    item = replace(_TEXT, rules=rules)
    assert make_caster(item)("anything") == "anything"
    text = """mapstudio: 1
name: t
source: {connection: s, object: o}
destination: {connection: d, object: things, key: code}
fields:
  code: word
"""
    problems = check_mapping(parse_mapping(text, "t.yaml"), destination_schema=Schema("d", "things", (item,)))
    [told] = [problem for problem in problems if "rule" in problem.message]
    assert told.severity is Severity.NOTE
    assert "what its rule FUTURE allows; what it knows" in told.message


def test_rules_survive_the_snapshot() -> None:
    item = replace(_TEXT, group="Contact information", rules=(Rule(RuleKind.MATCHES, "a+", "an a"),))
    assert Field.from_json(item.to_json()) == item
    assert "rules" not in _TEXT.to_json()
    [tomorrow] = Field.from_json({"name": "x", "rules": [{"kind": "glows", "argument": "1"}]}).rules
    assert tomorrow.kind is RuleKind.TOLD


@pytest.mark.parametrize(
    ("kind", "argument", "today", "good", "bad"),
    [
        (RuleKind.AHEAD, "P1M", "2026-01-31", "2026-02-27", "2026-02-26"),
        (RuleKind.AHEAD, "P1Y", "2024-02-29", "2025-02-27", "2025-02-26"),
        (RuleKind.BEHIND, "P1Y1M2W1D", "2026-11-20", "2025-10-06", "2025-10-07"),
    ],
)
def test_a_period_from_today_ends_in_a_month_s_last_day_and_has_a_day_of_slack(
    monkeypatch: pytest.MonkeyPatch, kind: RuleKind, argument: str, today: str, good: str, bad: str
) -> None:
    monkeypatch.setattr(field_rules, "utc_today", lambda: date.fromisoformat(today))
    cast = make_caster(replace(_DAY, rules=(Rule(kind, argument, "this much"),)))
    cast(good)
    with pytest.raises(CastError, match="day takes this much"):
        cast(bad)
