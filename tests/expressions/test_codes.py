"""Codes: phones, countries, languages, currencies, e-mail addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio import compile_expression, search
from mapstudio.expressions import EvaluationError, ExpressionSyntaxError
from mapstudio.expressions.functions.countries import find_country
from mapstudio.expressions.functions.currencies import minor_digits
from mapstudio.expressions.functions.facts import rows_of
from mapstudio.expressions.functions.languages import find_language

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
    for expression in (
        "phone(t, r)",
        "country_code(t)",
        "country_name(t, 'es')",
        "language_code(t)",
        "email_normalize(t)",
        "is_alias_email(t)",
        "minor_units(`1`, t)",
        "parse_number(t, 'es')",
    ):
        try:
            search(expression, {"t": text, "r": region})
        except EvaluationError as error:
            assert error.reason


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_country_has_a_name_that_leads_back_to_it(language: str) -> None:
    for code in ISO.split():
        name = search("country_name(c, l)", {"c": code, "l": language})
        assert isinstance(name, str)
        assert find_country(name) == code


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("mx", "es", "México"),
        ("USA", "es-MX", "Estados Unidos"),
        ("Côte d'Ivoire", "en_US", "Côte d’Ivoire"),
        ("Perú", "en", "Peru"),
    ],
)
def test_country_name(text: str, language: str, name: str) -> None:
    assert search("country_name(t, l)", {"t": text, "l": language}) == name


def test_countries_have_names_in_two_languages() -> None:
    with pytest.raises(ExpressionSyntaxError, match='countries have no names in "fr" here: en or es'):
        compile_expression("country_name(a, 'fr')")
    with pytest.raises(EvaluationError, match='countries have no names in "fr" here'):
        search("country_name('ES', @)", "fr")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("es", "es"), ("ES", "es"), ("es-MX", "es"), ("es_419", "es"), ("pt_BR.UTF-8", "pt"), ("zh-Hans-CN", "zh"),
        ("spa", "es"), ("ger", "de"), ("deu", "de"), ("Español", "es"), ("espanol", "es"), ("Castellano", "es"),
        ("Inglés", "en"), ("inglés (EE. UU.)", "en"), ("English [US]", "en"), ("Deutsch", "de"), ("alemán", "de"),
        ("français", "fr"), ("Euskera", "eu"), ("Català", "ca"), ("valenciano", "ca"), ("galego", "gl"),
        ("русский", "ru"), ("Ελληνικά", "el"), ("العربية", "ar"), ("Norwegian Bokmål", "nb"), ("holandés", "nl"),
        ("iw", "he"), ("日本語", "ja"), (" Português ", "pt"),
    ],
)  # fmt: skip
def test_language_code(text: str, code: str) -> None:
    assert search("language_code(@)", text) == code


@pytest.mark.parametrize("text", ["Klingon", "xx", "xx-MX", "-", "e s"])
def test_what_is_no_language(text: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        search("language_code(@)", text)
    assert caught.value.reason == f'"{text}" is no language'
    assert search("language_code(@, 'en')", text) == "en"
    assert search("language_code(@, `null`)", text) is None


def test_every_language_is_known_by_its_codes() -> None:
    rows = list(rows_of("languages.tsv"))
    assert len(rows) == 184
    for code, codes, *names in rows:
        assert [find_language(item) for item in (code, *codes.split())] == [code] * (1 + len(codes.split()))
        assert {find_language(name) for name in names} == {code}


@pytest.mark.parametrize(
    ("currency", "digits"), [("EUR", 2), ("jpy", 0), ("KWD", 3), ("CLP", 0), ("CLF", 4), (" MXN ", 2), ("XXX", None)]
)
def test_currencies_have_the_decimals_of_iso_4217(currency: str, digits: int | None) -> None:
    assert minor_digits(currency) == digits


def test_a_wrong_currency_is_found_when_compiled() -> None:
    with pytest.raises(ExpressionSyntaxError, match='"EURO" is no currency: its ISO code of three letters'):
        compile_expression("minor_units(a, 'EURO')")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("\tANA+Hotel@Example.COM\n", "ana+hotel@example.com"),
        ("mailto:a@b.example", "a@b.example"),
        ("o'brien@sub.example.co.uk", "o'brien@sub.example.co.uk"),
        ("ÑANDÚ@example.com", "ñandú@example.com"),
        ("n\u0303andu@example.com", "ñandu@example.com"),
        ("info@España.ES", "info@xn--espaa-rta.es"),
        ("a@xn--espaa-rta.es", "a@xn--espaa-rta.es"),
    ],
)
def test_email_normalize(text: str, address: str) -> None:
    assert search("email_normalize(@)", text) == address
    assert search("email_normalize(@)", address) == address


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ana", "it has no @"),
        ("a@b@c.example", "it has more than one @"),
        ("@example.com", "there is nothing before the @"),
        ("ana@", "there is nothing behind the @"),
        ("ana@localhost", "its domain has no dot"),
        ("ana ruiz@example.com", "there is white space in it"),
        ("Ana <ana@example.com>", "there is white space in it"),
        ("ana\u200b@example.com", "there is an invisible character in it"),
        (".ana@example.com", "a dot stands at the wrong place before the @"),
        ("ana..ruiz@example.com", "a dot stands at the wrong place before the @"),
        ("ana,ruiz@example.com", "there is a character before the @ that no address has"),
        ("ana€@example.com", "there is a character before the @ that no address has"),
        ("ana@-example.com", "there is no such domain"),
        ("ana@example..com", "there is no such domain"),
        ("ana@192.168.0.1", "there is no such domain"),
        ("ana@exa_mple.com", "there is no such domain"),
        ("ana@ex\u2460.ñ\u0301\u0301-.com", "there is no such domain"),
        ("a" * 65 + "@example.com", "it has more than 64 characters before the @"),
        ("a@" + "b" * 300 + ".com", "it has more than 254 characters"),
    ],
)
def test_what_is_no_address_has_a_reason(text: str, reason: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        search("email_normalize(@)", text)
    assert caught.value.reason.endswith(f" is no e-mail address: {reason}")


@pytest.mark.parametrize(
    ("text", "alias"),
    [
        ("tbauer.842917@guest.booking.com", True),
        (" X@M.ExpediaPartnerCentral.com ", True),
        ("a@relay.guest.airbnb.com", True),
        ("a@booking.com", False),
        ("a@notguest.booking.com", False),
        ("guest.booking.com@example.com", False),
        ("no address", False),
        ("." * 5000, False),
        (None, None),
        ("", None),
    ],
)
def test_is_alias_email(text: str | None, alias: bool | None) -> None:
    assert search("is_alias_email(@)", text) is alias
