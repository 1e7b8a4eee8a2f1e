"""Countries, currencies, users, external ids and the other small models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.errors import validation_error
from mapstudio.sandbox.odoo.models.rules import Compute, Rules
from mapstudio.sandbox.odoo.store import Row


class Country(Rules):
    """``res.country``."""

    model = "res.country"
    order = "name, id"
    unique: ClassVar[Mapping[str, str]] = {"code": "The code of the country must be unique"}


class State(Rules):
    """``res.country.state``."""

    model = "res.country.state"
    order = "code, id"
    searched = ("name", "code")

    def display_name(self, env: Environment, record: int) -> str:
        """With the country's code behind it, as names repeat."""
        code = env.follow(self.model, record, ["country_id", "code"])
        return f"{env.value(self.model, record, 'name')} ({code})"


class Currency(Rules):
    """``res.currency``."""

    model = "res.currency"
    order = "active desc, name"
    computed: ClassVar[Mapping[str, Compute]] = {
        "decimal_places": lambda env, record: 0 if env.value("res.currency", record, "rounding") >= 1 else 2
    }


class User(Rules):
    """``res.users``; name, e-mail and address are those of its contact."""

    model = "res.users"
    order = "name, login"
    searched = ("name", "login")
    delegates = "partner_id"
    unique: ClassVar[Mapping[str, str]] = {"login": "You can not have two users with the same login"}

    def defaults(self, env: Environment) -> Row:  # noqa: ARG002
        """One of the only company."""
        return {"company_id": 1, "notification_type": "email"}


class Company(Rules):
    """``res.company``."""

    model = "res.company"
    order = "sequence, name"

    def defaults(self, env: Environment) -> Row:  # noqa: ARG002
        """The dates that its accounting begins with."""
        return {"account_opening_date": "2026-01-01", "sequence": 10, "fiscalyear_last_day": 31}


class Category(Rules):
    """``res.partner.category``; a tag below another shows both."""

    model = "res.partner.category"
    order = "name, id"

    def display_name(self, env: Environment, record: int) -> str:
        """``Parent / Tag``."""
        return _path(env, self.model, record)


class ProductCategory(Rules):
    """``product.category``."""

    model = "product.category"
    order = "complete_name"
    computed: ClassVar[Mapping[str, Compute]] = {
        "complete_name": lambda env, record: _path(env, "product.category", record)
    }

    def display_name(self, env: Environment, record: int) -> str:
        """``All / Saleable``."""
        return _path(env, self.model, record)


class Pricelist(Rules):
    """``product.pricelist``."""

    model = "product.pricelist"
    order = "sequence, id"

    def display_name(self, env: Environment, record: int) -> str:
        """With its currency."""
        currency = env.follow(self.model, record, ["currency_id", "name"])
        return f"{env.value(self.model, record, 'name')} ({currency})"


class Stage(Rules):
    """``crm.stage``."""

    model = "crm.stage"
    order = "sequence, name, id"


class Team(Rules):
    """``crm.team``."""

    model = "crm.team"
    order = "sequence, create_date desc, id desc"


class Tag(Rules):
    """``crm.tag``."""

    model = "crm.tag"


class LostReason(Rules):
    """``crm.lost.reason``."""

    model = "crm.lost.reason"


class Unit(Rules):
    """``uom.uom``."""

    model = "uom.uom"
    order = "sequence, id"
    old_order = "factor desc, id"


class ExternalId(Rules):
    """``ir.model.data``: the names by which records are known outside."""

    model = "ir.model.data"
    order = "module, model, name"
    computed: ClassVar[Mapping[str, Compute]] = {
        "complete_name": lambda env, record: (
            f"{env.value('ir.model.data', record, 'module')}.{env.value('ir.model.data', record, 'name')}"
        ),
        "reference": lambda env, record: (
            f"{env.value('ir.model.data', record, 'model')},{env.value('ir.model.data', record, 'res_id')}"
        ),
    }

    def display_name(self, env: Environment, record: int) -> str:
        """What the named record is called."""
        model, target = env.value(self.model, record, "model"), env.value(self.model, record, "res_id")
        return env.display_name(model, target) if model in env.models and env.exists(model, target) else ""

    def prepare(self, env: Environment, row: Row, record: int | None) -> None:
        """A name is given once."""
        if record is None and (row["module"], row["name"]) in env.database.external:
            raise validation_error(
                "The operation cannot be completed: duplicate key value violates unique constraint "
                '"ir_model_data_module_name_uniq_index"\n'
                f"DETAIL:  Key (module, name)=({row['module']}, {row['name']}) already exists.\n"
            )


def _path(env: Environment, model: str, record: int) -> str:
    names: list[str] = []
    above: int | None = record
    while above is not None and len(names) < 20:
        names.append(str(env.value(model, above, "name") or ""))
        above = env.value(model, above, "parent_id")
    return " / ".join(reversed(names))
