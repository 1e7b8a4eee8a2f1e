"""The models' rules, by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mapstudio.sandbox.odoo.models import crm, partner, product, sale, system
from mapstudio.sandbox.odoo.models.rules import Rules

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
    system.Tax,
    system.Model,
    system.ExternalId,
)


def rules(models: Iterable[str]) -> Mapping[str, Rules]:
    """Return the rules of each of the models."""
    known = {kind.model: kind() for kind in _CLASSES}
    return {model: known[model] for model in models}
