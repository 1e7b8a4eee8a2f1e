"""Groups of users as each version calls them, and which of them may do what with which model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

USER, PORTAL, SYSTEM, RIGHTS = "base.group_user", "base.group_portal", "base.group_system", "base.group_erp_manager"
CONTACTS, EXPORT = "base.group_partner_manager", "base.group_allow_export"
SALES, ALL_SALES, SALES_ADMIN = (
    "sales_team.group_sale_salesman",
    "sales_team.group_sale_salesman_all_leads",
    "sales_team.group_sale_manager",
)
BILLING, ACCOUNTS_READ, ACCOUNTS, ACCOUNTS_ADMIN = (
    "account.group_account_invoice",
    "account.group_account_readonly",
    "account.group_account_user",
    "account.group_account_manager",
)
STOCK, STOCK_ADMIN = "stock.group_stock_user", "stock.group_stock_manager"

ADMIN_GROUPS = frozenset(
    [USER, SYSTEM, RIGHTS, CONTACTS, EXPORT, SALES, ALL_SALES, SALES_ADMIN, BILLING, ACCOUNTS_READ, ACCOUNTS,
     ACCOUNTS_ADMIN, STOCK, STOCK_ADMIN, "base.group_no_one", "base.group_multi_company", "base.group_multi_currency",
     "uom.group_uom"]
)  # fmt: skip
INTEGRATION_GROUPS = frozenset([USER, CONTACTS, BILLING, ACCOUNTS_READ, SALES, ALL_SALES, SALES_ADMIN])
"""What a careful client gives to an integration: sales, contacts, products and invoicing, but no administration."""
LOW_GROUPS = frozenset([USER])
PORTAL_GROUPS = frozenset([PORTAL])

# Category and name in 16, then in 19; in the order in which the server made them.
_NAMES: Mapping[str, tuple[str, str, str, str]] = {
    USER: ("User types", "Internal User", "", "Role / User"),
    PORTAL: ("User types", "Portal", "", "Role / Portal"),
    SYSTEM: ("Administration", "Settings", "", "Role / Administrator"),
    RIGHTS: ("Administration", "Access Rights", "", "Access Rights"),
    CONTACTS: ("Extra Rights", "Contact Creation", "Contact", "Creation"),
    SALES: ("Sales", "User: Own Documents Only", "Sales", "User: Own Documents Only"),
    ALL_SALES: ("Sales", "User: All Documents", "Sales", "User: All Documents"),
    SALES_ADMIN: ("Sales", "Administrator", "Sales", "Administrator"),
    ACCOUNTS_READ: (
        "Technical", "Show Accounting Features - Readonly", "", "Show Accounting Features - Readonly",
    ),
    BILLING: ("Invoicing", "Billing", "Accounting", "Invoicing"),
    ACCOUNTS: ("Technical", "Show Full Accounting Features", "", "Show Full Accounting Features"),
    ACCOUNTS_ADMIN: ("Invoicing", "Billing Administrator", "Accounting", "Administrator"),
    STOCK: ("Inventory", "User", "Inventory", "User"),
    STOCK_ADMIN: ("Inventory", "Administrator", "Inventory", "Administrator"),
    EXPORT: ("Technical", "Access to export feature", "", "Access to export feature"),
    "base.group_no_one": ("Technical", "Technical Features", "", "Technical Features"),
    "base.group_multi_company": ("Technical", "Multi Companies", "", "Multi Companies"),
    "base.group_multi_currency": ("Technical", "Multi Currencies", "", "Multi Currencies"),
    "uom.group_uom": ("Technical", "Manage Multiple Units of Measure", "", "Manage Units of Measure & Packagings"),
}  # fmt: skip

Rights = tuple[Sequence[str], Sequence[str], Sequence[str], Sequence[str]]
"""Who may read, create, write and unlink."""

_SEES_ORDERS = (STOCK, BILLING, SALES_ADMIN, SALES, ACCOUNTS_READ, ACCOUNTS, PORTAL)
_SEES_INVOICES = (BILLING, ACCOUNTS_READ, ACCOUNTS, SALES, PORTAL)
_GOODS = (SALES_ADMIN, STOCK_ADMIN)
_EVERYBODY = (USER, PORTAL)
_ORDERS: Rights = (_SEES_ORDERS, (SALES, SALES_ADMIN), (BILLING, SALES, SALES_ADMIN), (SALES_ADMIN,))
_INVOICES: Rights = (_SEES_INVOICES, (BILLING,), (BILLING,), (BILLING,))
_RIGHTS_ONLY: Rights = ((RIGHTS,), (RIGHTS,), (RIGHTS,), (RIGHTS,))
_SYSTEM_ONLY: Rights = ((SYSTEM,), (SYSTEM,), (SYSTEM,), (SYSTEM,))
_LEADS: Rights = ((SALES, SALES_ADMIN), (SALES, SALES_ADMIN), (SALES, SALES_ADMIN), (SALES_ADMIN,))
_MESSAGES: Rights = ((USER, PORTAL), (USER, PORTAL), (USER,), (USER,))


def _kept_by(*groups: str, readers: Sequence[str] = (USER,)) -> Rights:
    return (readers, groups, groups, groups)


_RIGHTS: Mapping[str, Rights] = {
    "res.partner": (
        _EVERYBODY,
        (CONTACTS, STOCK_ADMIN, SALES_ADMIN, SALES),
        (CONTACTS, STOCK_ADMIN, SALES_ADMIN, SALES),
        (CONTACTS,),
    ),
    "res.partner.category": _kept_by(CONTACTS),
    "sale.order": _ORDERS,
    "sale.order.line": _ORDERS,
    "sale.advance.payment.inv": ((SALES,), (SALES,), (SALES,), ()),
    "crm.lead": _LEADS,
    "crm.tag": _kept_by(SALES, SALES_ADMIN),
    "crm.stage": _kept_by(SALES_ADMIN),
    "crm.team": _kept_by(SALES_ADMIN),
    "crm.lost.reason": _kept_by(SALES_ADMIN),
    "product.product": _kept_by(*_GOODS),
    "product.template": _kept_by(*_GOODS),
    "product.category": _kept_by(*_GOODS),
    "product.pricelist": _kept_by(SALES_ADMIN),
    "uom.uom": _kept_by(*_GOODS),
    "account.move": _INVOICES,
    "account.move.line": _INVOICES,
    "account.payment": _kept_by(BILLING, readers=(BILLING, ACCOUNTS_READ)),
    "account.payment.register": ((BILLING,), (BILLING,), (BILLING,), ()),
    "account.journal": (
        (BILLING, ACCOUNTS_READ, SALES),
        (ACCOUNTS_ADMIN,),
        (ACCOUNTS_ADMIN, STOCK_ADMIN),
        (ACCOUNTS_ADMIN,),
    ),
    "account.account": _kept_by(ACCOUNTS_ADMIN, readers=(BILLING, ACCOUNTS_READ, SALES)),
    "account.tax": _kept_by(ACCOUNTS_ADMIN),
    "account.payment.term": _kept_by(ACCOUNTS_ADMIN),
    "mail.message": _MESSAGES,
    "mail.activity": _MESSAGES,
    "mail.activity.type": _kept_by(SYSTEM, SALES_ADMIN),
    "stock.picking": ((STOCK, SALES), (STOCK, SALES), (STOCK, SALES), (STOCK, STOCK_ADMIN, SALES_ADMIN)),
    "ir.attachment": _MESSAGES,
    "ir.model": _RIGHTS_ONLY,
    "ir.model.fields": _RIGHTS_ONLY,
    "ir.model.data": _RIGHTS_ONLY,
    "ir.actions.server": _SYSTEM_ONLY,
    "base.automation": _SYSTEM_ONLY,
    "res.users": _kept_by(RIGHTS, readers=_EVERYBODY),
    "res.company": _kept_by(RIGHTS, readers=_EVERYBODY),
    "res.country": _kept_by(SYSTEM, readers=_EVERYBODY),
    "res.country.state": _kept_by(CONTACTS, readers=_EVERYBODY),
    "res.currency": _kept_by(SYSTEM, ACCOUNTS_ADMIN, readers=_EVERYBODY),
}
_OTHERS: Rights = _kept_by(SYSTEM)
_OPERATIONS = ("read", "create", "write", "unlink")


def allowed_groups(model: str, operation: str) -> Sequence[str]:
    """Return the groups that may do this with records of the model."""
    return _RIGHTS.get(model, _OTHERS)[_OPERATIONS.index(operation)]


def group_name(group: str, *, new: bool, between: str) -> str:
    """Return what a version calls a group: its category and its name."""
    known = _NAMES.get(group)
    if known is None:
        return group.partition(".")[2]
    category, name = known[2:] if new else known[:2]
    return f"{category}{between}{name}" if category else name


def in_order(groups: Sequence[str]) -> list[str]:
    """Return groups in the order in which the server made them."""
    known = list(_NAMES)
    return sorted(groups, key=lambda group: known.index(group) if group in _NAMES else len(known))


def listed(groups: Sequence[str], *, new: bool) -> list[str]:
    """Return the names of groups as an error lists them: those of a category first, then the others."""
    names = {group_name(group, new=new, between="/"): bool(_category(group, new=new)) for group in groups}
    return sorted(names, key=lambda name: (not names[name], name))


def _category(group: str, *, new: bool) -> str:
    known = _NAMES.get(group)
    return (known[2] if new else known[0]) if known is not None else ""
