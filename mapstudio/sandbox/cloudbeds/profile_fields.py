"""What can be written on a guest profile, and whose it must be."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from mapstudio.model import Record
from mapstudio.sandbox.cloudbeds.custom_values import no_card_number
from mapstudio.sandbox.cloudbeds.envelope import RefusedError
from mapstudio.sandbox.cloudbeds.json_calls import JsonApiError, JsonCall
from mapstudio.sandbox.cloudbeds.profiles import STATUSES

_TEXTS = frozenset(
    {
        *("firstName", "lastName", "email", "phone", "cellPhone", "gender", "companyName", "address1", "address2"),
        *("city", "country", "state", "zip", "taxId", "companyTaxId", "documentType", "documentNumber"),
        *("documentIssuingCountry", "birthday", "documentIssueDate", "documentExpirationDate"),
    }
)
_DATES = frozenset({"birthday", "documentIssueDate", "documentExpirationDate"})
_OTHERS = frozenset({"photoId", "statusId", "countryName", "isOptIn"})
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")


def check_organization(call: JsonCall) -> None:
    """Refuse a call that does not name the organisation.

    Raises:
        JsonApiError: It names none, or another.
    """
    wanted = call.request.headers.get("X-Organization-Id", "").strip()
    if not wanted:
        raise JsonApiError(400, "Header X-Organization-Id is required")
    if wanted != call.estate.organization:
        raise JsonApiError(403, "Access to this organization is denied")


def written_values(body: Record) -> tuple[dict[str, str], bool | None, int | None]:
    """Return the values, the consent and the status of a write.

    Raises:
        JsonApiError: A field that is none, or a value that its field does not hold.
    """
    unknown = sorted(body.keys() - _TEXTS - _OTHERS)
    if unknown:
        raise JsonApiError(400, f"Unknown fields: {', '.join(unknown)}")
    values: dict[str, str] = {}
    for name in sorted(body.keys() & _TEXTS):
        value = body[name]
        if value is not None and not isinstance(value, str):
            raise JsonApiError(400, f"{name} must be a string")
        values[name] = _checked(name, (value or "").strip())
    opt_in, status = body.get("isOptIn"), body.get("statusId")
    if opt_in is not None and not isinstance(opt_in, bool):
        raise JsonApiError(400, "isOptIn must be a boolean")
    number = None if status is None else int(status) if isinstance(status, (int, Decimal)) else -1
    if number is not None and number not in STATUSES:
        raise JsonApiError(400, "statusId is unknown")
    return values, opt_in, number


def _checked(name: str, value: str) -> str:
    if len(value) > 255:
        raise JsonApiError(400, f"{name} is longer than 255 characters")
    if value and name == "email" and not _EMAIL.fullmatch(value):
        raise JsonApiError(400, "email must be a valid e-mail address")
    if value and name in {"country", "documentIssuingCountry"} and not re.fullmatch("[A-Z]{2}", value):
        raise JsonApiError(400, f"{name} must be a country code of 2 characters")
    if value and name == "gender" and value not in {"M", "F", "W", "N/A"}:
        raise JsonApiError(400, "gender must be one of: M, F, N/A")
    if value and name in _DATES:
        try:
            date.fromisoformat(value)
        except ValueError:
            raise JsonApiError(400, f"{name} must be a date as YYYY-MM-DD") from None
    try:
        no_card_number(name, value)
    except RefusedError as error:
        raise JsonApiError(400, error.message) from error
    return value
