"""Countries, currencies, the company and its people, units, taxes, stages and tags."""

from __future__ import annotations

from mapstudio.sandbox.odoo.definitions import FieldDefinition, definitions, table
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.loading import name_record
from mapstudio.sandbox.odoo.seed.accounting import seed_accounting
from mapstudio.sandbox.odoo.seed.naming import known, named
from mapstudio.sandbox.odoo.store import Row
from mapstudio.sandbox.odoo.writing import create
from mapstudio.sandbox.world import World

COMPANY = "Casa Palma S.A. de C.V."
ADMIN, FIRST_OWNER = 2, 3
CURRENCIES = (
    ("MXN", "Mexican peso", "$", "before", 0.01),
    ("EUR", "Euro", "€", "after", 0.01),
    ("USD", "United States dollar", "$", "before", 0.01),
    ("GBP", "Pound sterling", "£", "before", 0.01),
    ("BRL", "Brazilian real", "R$", "before", 0.01),
    ("CAD", "Canadian dollar", "$", "before", 0.01),
    ("CHF", "Swiss franc", "CHF", "after", 0.01),
    ("JPY", "Japanese yen", "¥", "before", 1.0),
)
_XMLIDS = {"GB": "uk"}
_STAGES = (("New", 1, False), ("Qualified", 2, False), ("Proposition", 3, False), ("Won", 70, True))
_TAGS = ("Customer", "Prospect", "Vendor", "Hospitality", "Retail", "Reseller")


def seed_master(env: Environment, world: World) -> None:
    """Store everything that other records point to."""
    _currencies(env)
    _countries(env)
    _people(env, world)
    _catalogue(env)
    seed_accounting(env)
    _kinds_of_talk(env)
    _models(env)


def _currencies(env: Environment) -> None:
    for code, name, symbol, position, rounding in CURRENCIES:
        values = {"name": code, "symbol": symbol, "position": position, "rounding": rounding, "full_name": name}
        named(env, f"base.{code}", "res.currency", values)


def _countries(env: Environment) -> None:
    currencies = {row["name"]: record for record, row in env.rows("res.currency").items()}
    ids: dict[str, int] = {}
    for code, name, dial, currency in table("countries"):
        values = {"name": name, "code": code, "phone_code": dial, "currency_id": currencies.get(currency, False)}
        ids[code] = named(env, f"base.{_XMLIDS.get(code, code.lower())}", "res.country", values)
    for country, code, name in table("states"):
        values = {"name": name, "code": code, "country_id": ids[country]}
        named(env, f"base.state_{country.lower()}_{code.lower()}", "res.country.state", values)


def _people(env: Environment, world: World) -> None:
    own = {"name": COMPANY, "is_company": True, "country_id": known(env, "base.mx"), "city": "Mérida", "zip": "97000",
           "email": "hola@casa-palma.example", "website": "https://casa-palma.example"}  # fmt: skip
    partner = named(env, "base.main_partner", "res.partner", own)
    values = {"name": COMPANY, "partner_id": partner, "currency_id": known(env, "base.MXN")}
    named(env, "base.main_company", "res.company", values)
    _user(env, "base.user_root", "__system__", "OdooBot", "", active=False)
    _user(env, "base.user_admin", "admin", "Administrator", "admin@casa-palma.example")
    for owner in world.owners:
        login = owner.email
        _user(env, f"casa.user_{owner.index}", login, f"{owner.first} {owner.last}", owner.email)
    _user(env, "casa.user_integration", "integration", "Integration User", "integration@casa-palma.example")


def _user(env: Environment, xmlid: str, login: str, name: str, email: str, *, active: bool = True) -> None:
    values = {
        "login": login,
        "name": name,
        "email": email,
        "active": active,
        "company_id": 1,
        "notification_type": "email",
    }
    named(env, xmlid, "res.users", values)


def _catalogue(env: Environment) -> None:
    new = env.words.new
    unit = {"name": "Units", "sequence": 100, "relative_factor": 1.0} if new else {"name": "Units", "factor": 1.0}
    named(env, "uom.product_uom_unit", "uom.uom", unit)
    dozen = {"name": "Dozens", "sequence": 110} if new else {"name": "Dozens", "factor": 0.0833}
    named(env, "uom.product_uom_dozen", "uom.uom", dozen)
    for kind in ("sale", "purchase"):
        tax = {"name": "15%", "amount": 15.0, "amount_type": "percent", "type_tax_use": kind, "company_id": 1,
               "country_id": known(env, "base.mx"), "sequence": 1}  # fmt: skip
        named(env, f"account.1_{kind}_tax_template", "account.tax", tax)
    top = named(env, "product.product_category_all", "product.category", {"name": "Goods" if new else "All"})
    named(env, "product.product_category_1", "product.category", {"name": "Saleable", "parent_id": top})
    if not new:
        named(env, "product.list0", "product.pricelist", {"name": "Public Pricelist", "currency_id": 1})
    named(env, "sales_team.team_sales_department", "crm.team", {"name": "Sales", "company_id": 1})
    for number, (name, sequence, won) in enumerate(_STAGES, 1):
        named(env, f"crm.stage_lead{number}", "crm.stage", {"name": name, "sequence": sequence, "is_won": won})
    for name in ("Too expensive", "We don't have people/skills", "Not enough stock"):
        create(env, "crm.lost.reason", {"name": name})
    for name in ("Product", "Services"):
        create(env, "crm.tag", {"name": name})
    for number, name in enumerate(_TAGS):
        named(env, f"base.res_partner_category_{number}", "res.partner.category", {"name": name, "color": number})


def _kinds_of_talk(env: Environment) -> None:
    for name, xmlid in (
        ("Discussions", "mail.mt_comment"),
        ("Note", "mail.mt_note"),
        ("Activities", "mail.mt_activities"),
    ):
        named(env, xmlid, "mail.message.subtype", {"name": name, "internal": name != "Discussions"})
    for word in ("Created", "Won", "Lost"):
        values = {"name": f"Opportunity {word}", "res_model": "crm.lead"}
        named(env, f"crm.mt_lead_{word.lower().replace('created', 'create')}", "mail.message.subtype", values)
    for name, xmlid in (("To-Do", "todo"), ("Email", "email"), ("Call", "call"), ("Meeting", "meeting")):
        named(env, f"mail.mail_activity_data_{xmlid}", "mail.activity.type", {"name": name, "active": True})


def _models(env: Environment) -> None:
    """Store every model with its fields; they are rows too, and automations point to them."""
    for model, fields in definitions(env.words.version).items():
        told = env.words.label(model)
        values = {"model": model, "name": told, "order": "id", "state": "base"}
        record = create(env, "ir.model", {**values, "is_mail_thread": "message_ids" in fields})
        name_record(env, ("base", f"model_{model.replace('.', '_')}"), "ir.model", record, noupdate=True)
        for name, field in fields.items():
            env.database.insert("ir.model.fields", _field(env, model, record, name, field))


def _field(env: Environment, model: str, model_id: int, name: str, field: FieldDefinition) -> Row:
    now = env.database.now
    return {
        "name": name,
        "model": model,
        "model_id": model_id,
        "ttype": field.type,
        "field_description": field.string,
        "relation": field.relation or None,
        "relation_field": field.relation_field or None,
        "required": field.required,
        "readonly": field.readonly,
        "store": field.store,
        "state": "base",
        "create_uid": env.uid,
        "create_date": now,
        "write_uid": env.uid,
        "write_date": now,
    }
