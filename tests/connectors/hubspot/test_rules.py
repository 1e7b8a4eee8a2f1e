"""The admin's rules, applied here as the system applies them there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapstudio.connectors.exchange import Origin, Write, Written
from mapstudio.connectors.hubspot.definitions import with_rules
from mapstudio.connectors.hubspot.rules import ADDRESS, max_length, translated
from mapstudio.connectors.hubspot.values import canonical
from mapstudio.mapping import CastError, make_caster
from mapstudio.mapping.field_rules import rules_only_told
from mapstudio.model import Field, FieldType, JsonValue
from mapstudio.sandbox.hubspot.definitions import Property
from mapstudio.sandbox.hubspot.value_rules import RULE_TYPES, Rule, mended, refusal
from mapstudio.sandbox.hubspot.values import EMAIL
from tests.connectors.hubspot.conftest import Connect

_NOW = datetime(2026, 11, 28, tzinfo=UTC)
_DAY = str(int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000))
_DOMAINS = ("acme.example", "b.org")
_WORDS = st.one_of(
    st.text("aBñ1 .-_@/:+é", max_size=8),
    st.sampled_from(
        [
            "x@acme.example",
            "x@mail.acme.example",
            "x@notacme.example",
            "acme.example",
            "https://www.b.org/a?b=1",
            "http://b.org.evil.example",
            "b.org:8080/x y",
            "HTTPS://ACME.EXAMPLE",
            "+34 612 345 678",
            "Casa Palma",
            "casa Palma",
        ]
    ),
).filter(str.strip)
_NUMBERS = st.decimals(-1000, 1000, places=3, allow_nan=False).map(lambda number: format(number, "f"))
_DAYS = st.dates(datetime(2025, 1, 1).date(), datetime(2027, 1, 1).date()).map(str)  # noqa: DTZ001 - only the day
_TEXT_RULES = [
    Rule("ALPHANUMERIC", ("ALPHANUMERIC",)),
    Rule("ALPHANUMERIC", ("ALPHA_ONLY",)),
    Rule("ALPHANUMERIC", ("NUMERIC_ONLY",)),
    Rule("FORMAT", ("CAPITALIZATION",)),
    Rule("FORMAT", ("UPPER",)),
    Rule("FORMAT", ("LOWER",)),
    Rule("MAX_LENGTH", ("4",)),
    Rule("MIN_LENGTH", ("3",)),
    Rule("REGEX", ("[a-zB]+", "Only letters, please")),
    Rule("SPECIAL_CHARACTERS", ("NOT_ALLOWED",)),
    Rule("WHITESPACE", ()),
    Rule("WHITESPACE", ("TRIM",)),
    Rule("DOMAIN", ()),
    Rule("EMAIL_ALLOWED_DOMAINS", _DOMAINS),
    Rule("EMAIL_BLOCKED_DOMAINS", _DOMAINS),
    Rule("URL_ALLOWED_DOMAINS", _DOMAINS),
    Rule("URL_BLOCKED_DOMAINS", _DOMAINS),
]
_NUMBER_RULES = [Rule("MIN_NUMBER", ("-5.5",)), Rule("MAX_NUMBER", ("5.5",)), Rule("DECIMAL", ("2",))]
_DAY_RULES = [Rule("START_DATE", (_DAY,)), Rule("END_DATE", (_DAY,)), Rule("DAYS_OF_WEEK", ("MONDAY", "FRIDAY"))]


_MENDING = [
    Rule(kind, arguments, normalise=True)
    for kind, arguments in (
        ("ALPHANUMERIC", ("ALPHANUMERIC",)),
        ("ALPHANUMERIC", ("ALPHA_ONLY",)),
        ("ALPHANUMERIC", ("NUMERIC_ONLY",)),
        ("FORMAT", ("CAPITALIZATION",)),
        ("FORMAT", ("UPPER",)),
        ("FORMAT", ("LOWER",)),
        ("SPECIAL_CHARACTERS", ("NOT_ALLOWED",)),
        ("WHITESPACE", ()),
        ("WHITESPACE", ("ALL",)),
        ("WHITESPACE", ("TRIM",)),
    )
]
_PERIODS = ["P7D", "P2W", "P1M", "P1Y1M2W1D"]


def _field(kind: FieldType, *rules: Rule) -> Field:
    wire = [rule.to_json() for rule in rules]
    return Field("p", type=kind, rules=translated(wire), max_length=max_length(wire))


def _taken(item: Field, value: JsonValue) -> bool:
    try:
        make_caster(item)(value)
    except CastError:
        return False
    return True


def _agrees(kind: FieldType, wire: str, rule: Rule, value: str) -> None:
    theirs = Property("p", "P", wire, "text", "g", 0, frozenset(), None, None, (), custom=True)
    assert _taken(_field(kind, rule), value) == (refusal(theirs, rule, value, _NOW) is None), (rule, value)


@settings(max_examples=400)
@given(rule=st.sampled_from(_TEXT_RULES), value=_WORDS)
def test_texts_are_taken_here_exactly_if_there(rule: Rule, value: str) -> None:
    _agrees(FieldType.TEXT, "string", rule, value)


@given(rule=st.sampled_from(_NUMBER_RULES), value=_NUMBERS)
def test_numbers_are_taken_here_exactly_if_there(rule: Rule, value: str) -> None:
    _agrees(FieldType.NUMBER, "number", rule, value)


@given(rule=st.sampled_from(_DAY_RULES), value=_DAYS)
def test_days_are_taken_here_exactly_if_there(rule: Rule, value: str) -> None:
    _agrees(FieldType.DATE, "date", rule, value)


@given(rules=st.lists(st.sampled_from(_MENDING), max_size=3), value=st.text() | _WORDS)
def test_what_the_system_mends_is_taken_for_what_it_keeps(rules: list[Rule], value: str) -> None:
    item, kept = _field(FieldType.TEXT, *rules), value
    for rule in rules:
        kept = mended(rule, kept)
    assert _taken(item, value)
    assert canonical(item, kept) == canonical(item, value)


def test_a_text_that_records_are_looked_for_by_keeps_its_letters() -> None:
    item = _field(FieldType.TEXT, Rule("FORMAT", ("CAPITALIZATION",), normalise=True))
    assert canonical(item, "casa PALMA") == canonical(item, "Casa Palma")
    assert canonical(replace(item, unique=True), "casa PALMA") == "casa PALMA"


@given(
    when=st.sampled_from(["AFTER", "BEFORE"]),
    period=st.sampled_from(_PERIODS),
    days=st.integers(-600, 600),
    hour=st.integers(0, 23),
)
def test_a_day_is_refused_here_only_if_it_is_too_near_there(when: str, period: str, days: int, hour: int) -> None:
    now = datetime.now(UTC).replace(hour=hour)
    rule = Rule(f"{when}_DURATION", (period,))
    theirs = Property("p", "P", "date", "date", "g", 0, frozenset(), None, None, (), custom=True)

    def refused_there(by: int) -> bool:
        return refusal(theirs, rule, str((now + timedelta(days=days + by)).date()), now) is not None

    taken = _taken(_field(FieldType.DATE, rule), str((now + timedelta(days=days)).date()))
    assert taken or refused_there(0)
    # A day of slack for the account's own midnight, and no more.
    assert not taken or not refused_there(1 if when == "AFTER" else -1)


async def test_a_second_apply_is_quiet_where_the_account_mends(connect: Connect) -> None:
    connector = await connect()
    api = connector._api
    headers = {"Authorization": f"Bearer {await api.credentials.access()}"}
    path = f"{api.url}{api.paths.validations}/contacts/zip/rule-type/ALPHANUMERIC"
    async with httpx.AsyncClient(headers=headers) as admin:
        body = {"ruleArguments": ["NUMERIC_ONLY"], "shouldApplyNormalization": True}
        assert (await admin.put(path, json=body)).status_code < 300
    item = (await connector.schema("contacts")).by_name["zip"]
    make_caster(item)("070078ABC")
    key = {"email": "zip@palma.example"}
    write = Write(Origin("s", "o", "1"), {"zip": "070078ABC", **key}, key=key)
    [outcome] = await connector.write("contacts", [write])
    assert outcome.result is Written.CREATED
    async with httpx.AsyncClient(headers=headers) as admin:
        found = await admin.get(
            f"{api.url}/crm/v3/objects/contacts/{outcome.destination_id}", params={"properties": "zip"}
        )
    assert found.json()["properties"]["zip"] == "070078"
    assert connector.canonical(item, "070078ABC") == connector.canonical(item, "070078")


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        (Rule("EMAIL", ()), ["a@b.org", "Ana.Ruiz+x@mail.example"], ["a@b", "a b@c.org", "ab.org"]),
        (Rule("URL", ()), ["https://b.org/x?y#z", "b.org", "http://a@b.org:80"], ["b", "https://b.org/x y", "//"]),
        (Rule("PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE", ("es",)), ["+34 612 345 678"], ["612 345 678"]),
    ],
)
def test_what_only_the_system_knows_exactly_is_refused_here_only_when_it_is_sure(
    rule: Rule, good: list[str], bad: list[str]
) -> None:
    item = _field(FieldType.TEXT, rule)
    assert [value for value in (*good, *bad) if _taken(item, value)] == good


def test_each_rule_of_the_system_is_either_applied_or_told() -> None:
    samples = {rule.type: rule for rule in (*_TEXT_RULES, *_NUMBER_RULES, *_DAY_RULES)}
    for kind in sorted(RULE_TYPES):
        arguments = samples[kind].arguments if kind in samples else (_DAY,) if "DATE" in kind else ()
        arguments = ("P7D",) if "DURATION" in kind else arguments
        item = _field(FieldType.TEXT, Rule(kind, arguments))
        assert not rules_only_told(item), kind
        assert item.rules or item.max_length == 4
    for told in (
        Rule("OF_TOMORROW", ()),
        Rule("REGEX", ("[a-z]+",), normalise=True),
        Rule("AFTER_DURATION", ("PT1H",)),
    ):
        assert rules_only_told(_field(FieldType.TEXT, told)), told


@given(st.from_regex(EMAIL, fullmatch=True), st.sampled_from(["", " ", "\u00a0"]))
def test_no_address_is_refused_that_an_account_takes(address: str, blank: str) -> None:
    assert _taken(Field("email", type=FieldType.TEXT, rules=(ADDRESS,)), f"{blank}{address}{blank}")


@pytest.mark.parametrize(
    "word",
    ["guest 5 at the desk", "ana@palma", "ana.palma.example", "a@x.example, b@x.example", "@x.example", "a@.example"],
)
async def test_what_is_no_address_is_refused_before_it_is_sent_and_by_the_account(connect: Connect, word: str) -> None:
    connector = await connect()
    item = (await connector.schema("contacts")).by_name["email"]
    with pytest.raises(CastError, match="email takes an e-mail address"):
        make_caster(item)(word)
    key = {"cb_guest_id": "g-1"}
    [outcome] = await connector.write("contacts", [Write(Origin("s", "o", "1"), {"email": word, **key}, key=key)])
    assert (outcome.result, outcome.reasons[0].row) == (Written.REFUSED, "email")


async def test_addresses_of_other_alphabets_are_left_to_the_account(connect: Connect) -> None:
    item = (await (await connect()).schema("contacts")).by_name["email"]
    make_caster(item)("josé@hotel-españa.example")


async def test_the_admin_s_rules_stand_beside_the_form_of_an_address(connect: Connect) -> None:
    item = (await (await connect()).schema("contacts")).by_name["email"]
    both = with_rules(item, [{"ruleType": "EMAIL_BLOCKED_DOMAINS", "ruleArguments": ["b.org"]}])
    assert [rule.words for rule in both.rules] == ["an e-mail address", "no address of b.org"]


async def test_a_rule_of_the_account_stands_in_the_schema_and_refuses_what_the_account_refuses(
    connect: Connect,
) -> None:
    connector = await connect()
    api = connector._api
    headers = {"Authorization": f"Bearer {await api.credentials.access()}"}
    path = f"{api.url}{api.paths.validations}/contacts/firstname/rule-type/"
    async with httpx.AsyncClient(headers=headers) as admin:
        for rule in (Rule("ALPHANUMERIC", ("ALPHA_ONLY",)), Rule("MAX_LENGTH", ("12",))):
            answer = await admin.put(path + rule.type, json={"ruleArguments": [*rule.arguments]})
            assert answer.status_code < 300
    item = (await connector.schema("contacts")).by_name["firstname"]
    assert item.max_length == 12
    with pytest.raises(CastError, match="firstname takes only letters"):
        make_caster(item)("R2D2")
    with pytest.raises(CastError, match="has 13 characters"):
        make_caster(item)("Maximiliana-x")
    key = {"email": "r2@d2.example"}
    write = Write(Origin("s", "o", "1"), {"firstname": "R2D2", **key}, key=key)
    [outcome] = await connector.write("contacts", [write])
    assert (outcome.result, outcome.reasons[0].row) == (Written.REFUSED, "firstname")
