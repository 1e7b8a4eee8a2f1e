"""What people call the models."""

from __future__ import annotations

_LABELS = {
    "res.partner": "Contact",
    "crm.lead": "Lead",
    "sale.order": "Sales Order",
    "sale.order.line": "Sales Order Line",
    "product.product": "Product Variant",
    "product.template": "Product",
    "product.category": "Product Category",
    "product.pricelist": "Pricelist",
    "res.country": "Country",
    "res.country.state": "Country state",
    "res.currency": "Currency",
    "res.users": "User",
    "res.company": "Companies",
    "crm.stage": "CRM Stages",
    "crm.team": "Sales Team",
    "crm.tag": "CRM Tag",
    "crm.lost.reason": "Opp. Lost Reason",
    "res.partner.category": "Partner Tags",
    "uom.uom": "Product Unit of Measure",
    "account.tax": "Tax",
    "ir.model": "Models",
    "ir.model.data": "Model Data",
    "ir.model.fields": "Fields",
    "account.account": "Account",
    "account.journal": "Journal",
    "account.move": "Journal Entry",
    "account.move.line": "Journal Item",
    "account.payment": "Payments",
    "account.payment.term": "Payment Terms",
    "account.payment.term.line": "Payment Terms Line",
    "account.payment.register": "Pay",
    "sale.advance.payment.inv": "Sales Advance Payment Invoice",
    "stock.picking": "Transfer",
    "mail.activity": "Activity",
    "mail.activity.type": "Activity Type",
    "mail.message": "Message",
    "mail.message.subtype": "Message subtypes",
    "ir.attachment": "Attachment",
    "ir.model.fields.selection": "Fields Selection",
    "ir.actions.server": "Server Action",
    "base.automation": "Automation Rule",
}
_OLDER = {"crm.lead": "Lead/Opportunity", "account.payment.register": "Register Payment"}


def label(model: str, *, new: bool) -> str:
    """Return a model's name in 19, or in 16."""
    older = None if new else _OLDER.get(model)
    return older or _LABELS.get(model, model)
