"""The models' rules, by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mapstudio.sandbox.odoo.models import (
    accounting,
    automation,
    crm,
    customizing,
    invoice,
    invoicing,
    journal_item,
    mail,
    partner,
    payment,
    product,
    sale,
    system,
)
from mapstudio.sandbox.odoo.models.rules import Rules, plain

_CLASSES: tuple[type[Rules], ...] = (
    partner.Partner,
    product.Template,
    product.Variant,
    sale.Order,
    sale.Line,
    crm.Lead,
    system.Country,
    system.State,
    system.Currency,
    system.User,
    system.Company,
    system.Category,
    system.ProductCategory,
    system.Pricelist,
    system.Stage,
    system.Team,
    system.Tag,
    system.LostReason,
    system.Unit,
    accounting.Tax,
    accounting.Journal,
    accounting.Account,
    accounting.Term,
    invoice.Move,
    journal_item.Item,
    payment.Payment,
    payment.Register,
    invoicing.Wizard,
    mail.Message,
    mail.Activity,
    mail.Attachment,
    automation.Automation,
    automation.ServerAction,
    customizing.Model,
    customizing.CustomField,
    system.ExternalId,
)


def rules(models: Iterable[str]) -> Mapping[str, Rules]:
    """Return the rules of each of the models."""
    known = {kind.model: kind() for kind in _CLASSES}
    return {model: known.get(model) or plain(model) for model in models}
