"""Contacts: companies and the people below them, whose addresses and tax ids follow the company's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from mapstudio.sandbox.odoo import business_words
from mapstudio.sandbox.odoo.definitions import Value
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.models.rules import Compute, Rules
from mapstudio.sandbox.odoo.store import Row

ADDRESS = ("street", "street2", "zip", "city", "state_id", "country_id")
COMMERCIAL = ("vat", "company_registry", "credit_limit", "industry_id")
_ADDRESS_IN_TEXT = re.compile(r"[^\s<>,;\"']+@[^\s<>,;\"']+\.[^\s<>,;\"']+")


def normalized_email(text: Value) -> str | None:
    """Return the one address in a text, lower case; ``None`` when there is none or there are several."""
    found = _ADDRESS_IN_TEXT.findall(text or "")
    return found[0].lower() if len(found) == 1 else None


def _commercial(env: Environment, record: int) -> int:
    seen = {record}
    while not env.value("res.partner", record, "is_company"):
        parent = env.value("res.partner", record, "parent_id")
        if parent is None or parent in seen:
            return record
        seen.add(parent)
        record = parent
    return record


def _commercial_name(env: Environment, record: int) -> str | None:
    commercial = env.value("res.partner", record, "commercial_partner_id")
    if env.value("res.partner", commercial, "is_company"):
        return env.value("res.partner", commercial, "name")  # type: ignore[no-any-return]
    return env.value("res.partner", record, "company_name")  # type: ignore[no-any-return]


def _contact_address(env: Environment, record: int) -> str:
    def part(name: str) -> str:
        return env.value("res.partner", record, name) or ""

    state = env.follow("res.partner", record, ["state_id", "code"]) or ""
    country = env.follow("res.partner", record, ["country_id", "name"]) or ""
    company = _commercial_name(env, record) or ""
    head = f"{company}\n" if company else ""
    return f"{head}{part('street')}\n{part('street2')}\n{part('city')} {state} {part('zip')}\n{country}"


def _email_formatted(env: Environment, record: int) -> str | None:
    email = normalized_email(env.value("res.partner", record, "email"))
    name = env.value("res.partner", record, "name")
    return f'"{name}" <{email}>' if email else None


def _users(env: Environment, record: int) -> list[int]:
    return [user for user, row in env.rows("res.users").items() if row.get("partner_id") == record]


def _has_no_user(env: Environment, record: int) -> bool:
    return not _users(env, record)


class Partner(Rules):
    """``res.partner``."""

    model = "res.partner"
    order = "complete_name, id desc"
    old_order = "display_name, id desc"
    searched = ("display_name", "email", "ref", "vat")
    computed: ClassVar[Mapping[str, Compute]] = {
        "commercial_partner_id": _commercial,
        "commercial_company_name": _commercial_name,
        "complete_name": lambda env, record: env.display_name("res.partner", record),
        "company_type": lambda env, record: "company" if env.value("res.partner", record, "is_company") else "person",
        "email_normalized": lambda env, record: normalized_email(env.value("res.partner", record, "email")),
        "email_formatted": _email_formatted,
        "contact_address": _contact_address,
        "country_code": lambda env, record: env.follow("res.partner", record, ["country_id", "code"]),
        "parent_name": lambda env, record: env.follow("res.partner", record, ["parent_id", "name"]),
        "phone_sanitized": lambda env, record: env.value("res.partner", record, "phone"),
        "user_ids": _users,
        "partner_share": _has_no_user,
    }

    def display_name(self, env: Environment, record: int) -> str:
        """``Company, Person`` for people below a company."""
        row = env.rows(self.model).get(record)
        if row is None:
            return ""
        name = row.get("name") or ""
        parent = row.get("parent_id")
        company = _commercial_name(env, record) if parent or row.get("company_name") else None
        if company and not row.get("is_company"):
            return f"{company}, {name}" if name else company
        return str(name)

    def defaults(self, env: Environment) -> Row:
        """A new contact is an active person."""
        shared: Row = {"type": "contact", "is_company": False, "lang": "en_US"}
        return {**shared, "autopost_bills": "ask"} if env.words.new else shared

    def prepare(self, env: Environment, row: Row, record: int | None) -> None:  # noqa: ARG002
        """A web address gets a scheme, and the kind of contact decides whether it is a company."""
        website = row.get("website")
        if website and "://" not in website:
            row["website"] = f"http://{website}"
        if "company_type" in row:
            kind = row.pop("company_type")
            row.setdefault("is_company", kind == "company")

    def written(self, env: Environment, record: int, row: Row, *, new: bool) -> None:
        """Keep people and their company alike, as the server does in both directions."""
        parent = env.value(self.model, record, "parent_id")
        if parent is not None:
            if env.words.new:
                self._join(env, record, parent, row, new=new)
            else:
                self._follow(env, record, parent, row, new=new)
        self._push_down(env, record, row)

    def check(self, env: Environment, record: int) -> None:
        """A contact has a name, and no contact is above itself."""
        row = env.rows(self.model)[record]
        if not row.get("name") and row.get("type") == "contact":
            raise env.words.partner_without_name()
        seen = set()
        above: int | None = record
        while above is not None:
            if above in seen:
                raise env.words.parent_loop()
            seen.add(above)
            above = env.value(self.model, above, "parent_id")

    def check_delete(self, env: Environment, record: int) -> None:
        """One who signs in cannot be deleted."""
        users = [user for user in _users(env, record) if env.value("res.users", user, "active")]
        if users:
            names = ", ".join(env.display_name("res.users", user) for user in users)
            raise business_words.linked_user(names, users[0], env.words)

    def _copy(self, env: Environment, target: int, source: int, names: tuple[str, ...]) -> None:
        values = {name: env.value(self.model, source, name) for name in names if name in env.models[self.model]}
        env.database.update(self.model, target, values)

    def _take_address(self, env: Environment, record: int, parent: int) -> None:
        if env.value(self.model, record, "type") == "contact" and self._has_address(env, parent):
            self._copy(env, record, parent, ADDRESS)

    def _follow(self, env: Environment, record: int, parent: int, row: Row, *, new: bool) -> None:
        """16: a contact takes what its company has, and keeps what is written on it later."""
        if row.get("parent_id"):
            commercial = _commercial(env, record)
            if commercial != record:
                self._copy(env, record, commercial, COMMERCIAL)
            if new:
                self._first_contact(env, record, parent)
        if row.get("parent_id") or row.get("type") == "contact":
            self._take_address(env, record, parent)

    def _join(self, env: Environment, record: int, parent: int, row: Row, *, new: bool) -> None:
        """19: a contact and its company have one address and one tax id, whichever of them is written on."""
        joins = bool(row.get("parent_id"))
        commercial = _commercial(env, record)
        if commercial != record:
            given = tuple(name for name in COMMERCIAL if name in row and name in env.models[self.model])
            fills = tuple(name for name in given if not (joins and env.value(self.model, commercial, name)))
            self._hand_up(env, record, commercial, fills)
            if joins:
                self._copy(env, record, commercial, COMMERCIAL)
        if env.value(self.model, record, "type") != "contact":
            return
        if (joins or row.get("type") == "contact") and not self._has_address(env, parent):
            self._hand_up(env, record, parent, ADDRESS if self._has_address(env, record) else ())
            return
        given = () if new else tuple(name for name in ADDRESS if name in row)
        self._hand_up(env, record, parent, given)
        if joins or row.get("type") == "contact":
            self._copy(env, record, parent, ADDRESS)

    def _hand_up(self, env: Environment, record: int, above: int, names: tuple[str, ...]) -> None:
        """Give values to the one above, from whom all others of the company have them."""
        if names:
            self._copy(env, above, record, names)
            self._push_down(env, above, dict.fromkeys(names))

    def _first_contact(self, env: Environment, record: int, parent: int) -> None:
        """A company without an address takes that of its first contact."""
        rows = env.rows(self.model)
        others = env.database.table(self.model).index["parent_id"].get(parent, ())
        only = not any(rows[other].get("active", True) for other in others if other != record)
        if only and self._has_address(env, record) and not self._has_address(env, parent):
            self._copy(env, parent, record, ADDRESS)

    def _has_address(self, env: Environment, record: int) -> bool:
        return any(env.value(self.model, record, name) for name in ADDRESS)

    def _push_down(self, env: Environment, record: int, row: Row) -> None:
        commercial = tuple(name for name in COMMERCIAL if name in row)
        address = tuple(name for name in ADDRESS if name in row)
        if not commercial and not address:
            return
        for child in env.inverse(env.models[self.model]["child_ids"], record):
            names = () if env.value(self.model, child, "is_company") else commercial
            if env.value(self.model, child, "type") == "contact":
                names += address
            if names:
                self._copy(env, child, record, names)
                self._push_down(env, child, dict.fromkeys(names))
