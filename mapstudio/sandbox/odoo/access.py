"""Users who can sign in, what they may do with which model, and which records they see at all.

``admin`` may do everything. ``integration`` has the rights that a careful client gives to an integration: sales,
contacts, products and invoicing, but no access to ``ir.model.data`` or ``ir.model`` (so external ids work through
``load`` alone) and no writing of countries, currencies, users and the like. ``lowrights`` is an employee without any
group: contacts can be read and nothing of sales. ``portalonly`` is a customer, who sees what is the own company's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from mapstudio.sandbox.odoo.environment import SUPERUSER, Environment
from mapstudio.sandbox.odoo.groups import PORTAL, SYSTEM, USER, allowed_groups

_OWNER_FIELDS = {
    "res.partner": "id",
    "sale.order": "partner_id",
    "sale.order.line": "order_partner_id",
    "account.move": "partner_id",
    "account.move.line": "partner_id",
    "res.users": "partner_id",
}
"""For each model the contact to which a record belongs, for those who see only their own."""
_NO_COMPANY_RULE = frozenset({"res.company", "res.users"})


@dataclass(frozen=True, slots=True)
class User:
    """One who can sign in.

    Attributes:
        uid: The id in ``res.users``.
        password: Taken everywhere but as a bearer key.
        key: An API key: taken as the password of a call and as a bearer key, but not to begin a session.
    """

    uid: int
    login: str
    password: str
    key: str
    groups: frozenset[str]
    language: str
    time_zone: str


class Users:
    """All who can sign in."""

    def __init__(self, users: Sequence[User]) -> None:
        self._by_login = {user.login: user for user in users}
        self._by_uid = {user.uid: user for user in users}
        self._by_key = {user.key: user for user in users}

    def authenticate(self, login: str, secret: str, *, keys: bool = True) -> User | None:
        """Return the user whose password that is, or whose key when keys are taken."""
        user = self._by_login.get(login)
        return user if user is not None and _right(user, secret, keys=keys) else None

    def check(self, uid: int, secret: str) -> User | None:
        """Return the user of that id if the password or key is right."""
        user = self._by_uid.get(uid)
        return user if user is not None and _right(user, secret, keys=True) else None

    def of_key(self, key: str) -> User | None:
        """Return the user whose API key that is."""
        return self._by_key.get(key)


def _right(user: User, secret: str, *, keys: bool) -> bool:
    return secret == user.password or (keys and secret == user.key)


def allowed(env: Environment, model: str, operation: str) -> bool:
    """Return whether the user may read, create, write or unlink records of the model."""
    if env.uid == SUPERUSER or SYSTEM in env.groups:
        return True
    return not env.groups.isdisjoint(allowed_groups(model, operation))


def require(env: Environment, model: str, operation: str) -> None:
    """Check the right.

    Raises:
        ServerError: The user does not have it, or there is no such model.
    """
    env.fields(model)
    if model == "ir.model.fields" and operation == "create":
        model, operation = "ir.model", "read"  # a field is made for a model, which is looked up first
    if not allowed(env, model, operation):
        raise env.words.not_allowed(operation, model, allowed_groups(model, operation))


def record_rule(env: Environment, model: str) -> Callable[[int], bool] | None:
    """Return the test of the records that the user sees; ``None`` when that is all of them."""
    tests = [test for test in (_company_rule(env, model), _owner_rule(env, model)) if test is not None]
    if not tests:
        return None
    return lambda record: all(test(record) for test in tests)


def require_records(env: Environment, model: str, operation: str, records: Iterable[int]) -> None:
    """Check that the user sees the records; those that do not exist are nobody's.

    Raises:
        ServerError: One of them is hidden from the user.
    """
    rule = record_rule(env, model)
    if rule is None:
        return
    rows = env.rows(model)
    if not all(rule(record) for record in records if record in rows):
        raise env.words.hidden_record(operation, model, env.uid, env.display_name("res.users", env.uid))


def _company_rule(env: Environment, model: str) -> Callable[[int], bool] | None:
    chosen = env.context.get("allowed_company_ids")
    if env.uid == SUPERUSER or not chosen or model in _NO_COMPANY_RULE or "company_id" not in env.models[model]:
        return None
    allowed_ids = {None, *chosen}
    return lambda record: env.value(model, record, "company_id") in allowed_ids


def _owner_rule(env: Environment, model: str) -> Callable[[int], bool] | None:
    if env.uid == SUPERUSER or PORTAL not in env.groups or USER in env.groups:
        return None
    field = _OWNER_FIELDS.get(model)
    if field is None or field not in env.models[model]:
        return None
    own = env.value("res.users", env.uid, "partner_id")
    commercial = env.value("res.partner", own, "commercial_partner_id")

    def below(partner: int | None) -> bool:
        seen: set[int] = set()
        while partner is not None and partner not in seen:
            if partner == commercial:
                return True
            seen.add(partner)
            partner = env.value("res.partner", partner, "parent_id")
        return False

    return lambda record: below(env.value(model, record, field))
