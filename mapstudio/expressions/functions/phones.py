"""Phone numbers in E.164, by the numbering plans of phonenumbers."""

from __future__ import annotations

import re

from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.functions.countries import find_country
from mapstudio.expressions.functions.declared import FUNCTIONS
from mapstudio.expressions.functions.text import shown
from mapstudio.expressions.kinds import Kind, one, optional
from mapstudio.expressions.registry import Call, Example
from mapstudio.model import JsonValue

_NO_REGION = "no region for the number"
_INTERNATIONAL = re.compile(r"\s*(?:tel:)?\s*[(\[]?\s*(?:[+＋]|00(?=[1-9]))", re.IGNORECASE)


@FUNCTIONS.function(
    "phone",
    one("text", Kind.TEXT),
    optional("region"),
    returns="text",
    group="Codes",
    summary=(
        "The phone number in E.164. The region (a country as country_code knows it) is needed where the number has no "
        "+ or 00 with a country before it. An extension is left out."
    ),
    examples=[
        Example("phone('55 4123 4567', 'MX')", "+525541234567"),
        Example("phone('+34 612 345 678')", "+34612345678"),
        Example("phone('612 345 678', 'España')", "+34612345678"),
        Example("phone('612 345 678')", error="no region for the number"),
        Example("phone('123', 'ES')", error='"123" is not a valid phone number in ES'),
        Example("phone('')", None),
    ],
    null_first=True,
    blank_first=True,
)
def _phone(_: Call, text: str, region: JsonValue = None) -> JsonValue:
    # 4 MB of numbering plans: loaded when the first number is looked at, not when a mapping is checked.
    import phonenumbers  # noqa: PLC0415

    country = find_country(region) if isinstance(region, str) else None
    international = _INTERNATIONAL.match(text)
    if country is None and international is None:
        raise EvaluationError(_region_reason(region), text)
    # Europe writes 00 for +; where another prefix is dialled (011 in the USA) the region's own plan reads it.
    dialled = "+" + text[international.end() :] if international is not None else text
    try:
        number = phonenumbers.parse(dialled, country)
    except phonenumbers.NumberParseException as error:
        raise EvaluationError(f"{shown(text)} is not a phone number", text) from error
    if not phonenumbers.is_valid_number(number):
        place = f" in {country}" if international is None else ""
        raise EvaluationError(f"{shown(text)} is not a valid phone number{place}", text)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _region_reason(region: JsonValue) -> str:
    if region is None or (isinstance(region, str) and not region.strip()):
        return _NO_REGION
    return f"{_NO_REGION}: {shown(region)} is no country"
