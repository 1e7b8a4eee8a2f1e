"""The connector contract against local servers of both versions."""

from __future__ import annotations

from dataclasses import replace

from mapstudio.connectors.exchange import Reference
from mapstudio.connectors.odoo import OdooConnector
from mapstudio.model import Record
from mapstudio.sandbox.odoo import SANDBOX
from tests.connectors.conformance import Access, ConformanceCase, ConnectorConformance


def settings(access: Access) -> dict[str, str]:
    """Return a connection's settings from the ready line's entry."""
    return {name: str(access[name]) for name in ("url", "db", "login", "password")}


def settings_with_key(access: Access) -> dict[str, str]:
    """Return the settings with the user's API key, which 19 takes over JSON-2."""
    return {**settings(access), "password": str(access["api_key"])}


def _partner(number: int) -> Record:
    return {
        "name": f"Nueva Empresa {number} S.L.",
        "email": f"nueva{number}@nueva.example",
        "is_company": True,
        "street": "Calle Mayor 1",
        "credit_limit": 1250.5,
        "country_id": 68,
        "ref": f"N-{number}",
    }


def _case(version: str, poison: tuple[str, int]) -> ConformanceCase:
    return ConformanceCase(
        connector=OdooConnector,
        sandbox=SANDBOX,
        service="odoo",
        settings=settings,
        wrong={"password": "not-the-password"},
        counts={"res.partner": 521, "sale.order": 160, "product.product": 60, "crm.lead": 21, "res.country": 250},
        object="res.partner",
        key="email",
        paths=frozenset({"name", "email", "country_id", "is_company", "category_id[].name", "phone"}),
        new=_partner,
        change=("function", "Directora de compras"),
        clear="phone",
        poison=poison,
        gone="999999",
        several=("res.partner", "website", "https://tucan-textil.example"),
        reference=(Reference("res.country", "code"), "ES"),
        options={"odoo-version": version},
    )


class TestVersion19(ConnectorConformance):
    case = _case("19", ("parent_id", 999999))


class TestVersion19WithKey(ConnectorConformance):
    case = replace(_case("19", ("parent_id", 999999)), settings=settings_with_key, wrong={"password": "0" * 40})


class TestVersion16(ConnectorConformance):
    case = _case("16", ("parent_id", 999999))
