"""phone and country_code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio import search
from mapstudio.expressions import EvaluationError
from mapstudio.expressions.functions.countries import find_country

ISO = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""


def test_every_iso_country_is_known_by_its_code() -> None:
    codes = ISO.split()
    assert len(codes) == 249
    assert [find_country(code.lower()) for code in codes] == codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("España", "ES"), ("espana", "ES"), ("SPAIN", "ES"), ("esp", "ES"), ("Deutschland", "DE"), ("Alemania", "DE"),
        ("México", "MX"), ("Mejico", "MX"),
        ("U.S.A.", "US"), ("EE. UU.", "US"), ("United States of America", "US"),
        ("Países Bajos", "NL"),
        ("The Netherlands", "NL"), ("Reino Unido", "GB"), ("UK", "GB"), ("England", "GB"), ("日本", "JP"),
        ("Österreich", "AT"), ("Côte d'Ivoire", "CI"), ("Costa de Marfil", "CI"), ("Россия", "RU"), ("Ελλάδα", "GR"),
        ("Korea, Republic of", "KR"), ("São Tomé & Príncipe", "ST"), (" Brasil ", "BR"), ("Czech Republic", "CZ"),
        ("Türkiye", "TR"), ("Turkey", "TR"), ("Suisse", "CH"), ("Saint-Martin", "MF"), ("el Salvador", "SV"),
        ("NA", "NA"),
    ],
)  # fmt: skip
def test_names_of_countries(text: str, code: str) -> None:
    assert search("country_code(@)", text) == code


@pytest.mark.parametrize("text", ["Atlantis", "n.a.", "N/A", "-", "XX", "Spainn", "E S"])
def test_what_is_no_country(text: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        search("country_code(@)", text)
    assert caught.value.reason == f'"{text}" is no country'
    assert search("country_code(@, 'ES')", text) == "ES"
    assert search("country_code(@, `null`)", text) is None


def test_default_stands_for_blank_text_too() -> None:
    assert search("country_code(@, 'MX')", "") == "MX"
    assert search("country_code(@, 'MX')", None) == "MX"


@pytest.mark.parametrize(
    ("text", "region", "expected"),
    [
        ("55 4123 4567", "MX", "+525541234567"),
        ("(612) 345-678", "es", "+34612345678"),
        ("612345678", "España", "+34612345678"),
        ("+49 (0) 151 23456789", None, "+4915123456789"),
        ("0034 612 345 678", None, "+34612345678"),
        ("0034 612 345 678", "MX", "+34612345678"),
        ("tel:+34612345678", "", "+34612345678"),
        ("+34612345678", "Atlantis", "+34612345678"),
        ("011 34 612 345 678", "US", "+34612345678"),
        ("+34 612 345 678 ext. 12", None, "+34612345678"),
    ],
)
def test_phone(text: str, region: str | None, expected: str) -> None:
    assert search("phone(t, r)", {"t": text, "r": region}) == expected


@pytest.mark.parametrize(
    ("text", "region", "reason"),
    [
        ("612 345 678", None, "no region for the number"),
        ("612 345 678", " ", "no region for the number"),
        ("612 345 678", "Atlantis", 'no region for the number: "Atlantis" is no country'),
        ("612 345 678", 34, "no region for the number: 34 is no country"),
        ("123", "ES", '"123" is not a valid phone number in ES'),
        ("+34 123", "ES", '"+34 123" is not a valid phone number'),
        ("call me", "ES", '"call me" is not a phone number'),
        ("+999 12345678", None, '"+999 12345678" is not a phone number'),
    ],
)
def test_bad_phones_have_reasons(text: str, region: object, reason: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        search("phone(t, r)", {"t": text, "r": region})  # type: ignore[dict-item]
    assert caught.value.reason == reason


def test_phone_needs_text() -> None:
    with pytest.raises(EvaluationError, match=r"^phone needs text, got a number$"):
        search("phone(@, 'ES')", 612345678)


@given(st.text(max_size=40), st.one_of(st.none(), st.text(max_size=8)))
def test_no_text_breaks_codes(text: str, region: str | None) -> None:
    for expression in ("phone(t, r)", "country_code(t)"):
        try:
            search(expression, {"t": text, "r": region})
        except EvaluationError as error:
            assert error.reason
