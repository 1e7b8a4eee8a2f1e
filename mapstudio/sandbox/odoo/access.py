"""Users, their groups, and what they may do with which model.

Two people can sign in: ``admin``, who may do everything, and ``integration``, who has the rights that a careful
client gives to an integration: sales, contacts, products and invoicing, but no access to ``ir.model.data`` or
``ir.model`` (so external ids work through ``load`` alone) and no writing of countries, currencies, users and the
like.
"""

from __future__ import annotations

from dataclasses import dataclass

from mapstudio.sandbox.odoo.environment import SUPERUSER, Environment

ADMIN_GROUPS = frozenset(
    {
        "base.group_user",
        "base.group_system",
        "base.group_erp_manager",
        "base.group_no_one",
        "base.group_partner_manager",
        "base.group_multi_company",
        "base.group_multi_currency",
        "account.group_account_invoice",
        "account.group_account_readonly",
        "account.group_account_user",
        "account.group_account_manager",
        "sales_team.group_sale_salesman",
        "sales_team.group_sale_salesman_all_leads",
        "sales_team.group_sale_manager",
        "stock.group_stock_user",
        "stock.group_stock_manager",
        "uom.group_uom",
    }
)
INTEGRATION_GROUPS = frozenset(
    {
        "base.group_user",
        "base.group_partner_manager",
        "account.group_account_invoice",
        "account.group_account_readonly",
        "sales_team.group_sale_salesman",
        "sales_team.group_sale_salesman_all_leads",
        "sales_team.group_sale_manager",
    }
)
_HIDDEN = frozenset({"ir.model", "ir.model.data", "ir.model.fields"})
_WRITABLE = frozenset(
    {
        "res.partner",
        "res.partner.category",
        "crm.lead",
        "crm.tag",
        "crm.stage",
        "crm.team",
        "crm.lost.reason",
        "sale.order",
        "sale.order.line",
        "product.product",
        "product.template",
        "product.category",
        "product.pricelist",
    }
)


@dataclass(frozen=True, slots=True)
class User:
    """One who can sign in.

    Attributes:
        uid: The id in ``res.users``.
        secrets: What is taken as the password: the password itself and the API keys.
    """

    uid: int
    login: str
    secrets: frozenset[str]
    groups: frozenset[str]
    language: str
    time_zone: str


class Users:
    """All who can sign in."""

    def __init__(self, users: list[User]) -> None:
        self._by_login = {user.login: user for user in users}
        self._by_uid = {user.uid: user for user in users}

    def authenticate(self, login: str, secret: str) -> User | None:
        """Return the user whose password or key that is."""
        user = self._by_login.get(login)
        return user if user is not None and secret in user.secrets else None

    def check(self, uid: int, secret: str) -> User | None:
        """Return the user of that id if the password or key is right."""
        user = self._by_uid.get(uid)
        return user if user is not None and secret in user.secrets else None


def allowed(env: Environment, model: str, operation: str) -> bool:
    """Return whether the user may read, create, write or unlink records of the model."""
    if env.uid == SUPERUSER or "base.group_system" in env.groups:
        return True
    if model in _HIDDEN:
        return False
    return operation == "read" or model in _WRITABLE


def require(env: Environment, model: str, operation: str) -> None:
    """Check the right.

    Raises:
        ServerError: The user does not have it, or there is no such model.
    """
    if model not in _HIDDEN:
        env.fields(model)
    if not allowed(env, model, operation):
        raise env.words.not_allowed(operation, model)
