"""What the two versions say differently; every sentence was seen on a real server of that version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mapstudio.sandbox.odoo.errors import (
    ServerError,
    access_error,
    database_error,
    missing_error,
    python_error,
    user_error,
    validation_error,
    value_error,
)
from mapstudio.sandbox.odoo.groups import group_name, in_order, listed
from mapstudio.sandbox.odoo.labels import label

# These many2one fields are followed by a computation while the record is stored, so a wrong id is noticed as a missing
# record; everywhere else the database's foreign key notices it.
_FOLLOWED = {
    ("res.partner", "country_id"),
    ("sale.order.line", "product_id"),
    ("sale.order", "partner_id"),
    ("crm.lead", "partner_id"),
}

_NOBODY = "No group currently allows this operation."


@dataclass(frozen=True)
class Words:
    """The sentences of one version.

    Attributes:
        version: 16 or 19.
    """

    version: int

    @property
    def new(self) -> bool:
        """Whether this is the newer of the two."""
        return self.version >= 19

    @property
    def error_code(self) -> int:
        """``error.code`` of an answer over /jsonrpc."""
        return 0 if self.new else 200

    def label(self, model: str) -> str:
        """What people call the model."""
        return label(model, new=self.new)

    def not_allowed(self, operation: str, model: str, groups: Sequence[str]) -> ServerError:
        """``operation`` is read, create, write or unlink; ``groups`` are those that may."""
        verb = {"read": "access", "create": "create", "write": "modify", "unlink": "delete"}[operation]
        names = "\n".join(f"\t- {name}" for name in listed(groups, new=self.new))
        who = f"This operation is allowed for the following groups:\n{names}" if names else _NOBODY
        return access_error(
            f"You are not allowed to {verb} '{self.label(model)}' ({model}) records.\n\n{who}\n\n"
            "Contact your administrator to request access if necessary."
        )

    def hidden_record(self, operation: str, model: str, uid: int, user: str) -> ServerError:
        """A record that a rule hides from the user, asked for by its id."""
        if self.new:
            return access_error(
                "Uh-oh! Looks like you have stumbled upon some top-secret records.\n\n"
                f"Sorry, {user} (id={uid}) doesn't have '{operation}' access to:\n- {self.label(model)} ({model})\n\n"
                "If you really, really need access, perhaps you can win over your friendly administrator with a batch "
                "of freshly baked cookies."
            )
        verb = {"read": "access", "create": "create", "write": "modify", "unlink": "delete"}[operation]
        return access_error(
            f"Due to security restrictions, you are not allowed to {verb} '{self.label(model)}' ({model}) records.\n\n"
            "Contact your administrator to request access if necessary."
        )

    def field_not_allowed(self, operation: str, model: str, field: str, groups: str, uid: int) -> ServerError:
        """A field that only some groups may see."""
        wanted = in_order([group for group in groups.split(",") if not group.startswith("!")])
        names = ", ".join(f"'{group_name(group, new=self.new, between=' / ')}'" for group in wanted)
        if self.new:
            return access_error(
                f'You do not have enough rights to access the field "{field}" on {self.label(model)} ({model}). '
                f"Please contact your system administrator.\n\nOperation: {operation}\nUser: {uid}\n"
                f"Groups: allowed for groups {names}"
            )
        return access_error(
            "The requested operation can not be completed due to security restrictions.\n\n"
            f"Document type: {self.label(model)} ({model})\nOperation: {operation}\nUser: {uid}\n"
            f"Fields:\n- {field} (allowed for groups {names})"
        )

    def unknown_model(self, model: str) -> ServerError:
        """No such model."""
        return user_error(f"Object {model} doesn't exist")

    def unknown_method(self, model: str, method: str) -> ServerError:
        """No such method."""
        if self.new:
            return python_error("AttributeError", f"The method '{model}.{method}' does not exist")
        return python_error("AttributeError", f"The method '{method}' does not exist on the model '{model}'")

    def no_ids(self) -> ServerError:
        """A method on records that is called without any."""
        return python_error("IndexError", f"{'list' if self.new else 'tuple'} index out of range")

    def private_method(self, model: str, method: str) -> ServerError:
        """A method whose name begins with an underscore."""
        name = f"'{model}.{method}'" if self.new else method
        return access_error(f"Private methods (such as {name}) cannot be called remotely.")

    def unknown_field_read(self, model: str, field: str) -> ServerError:
        """In ``fields``."""
        where = f"'{model}'" if self.new else f"model '{model}'"
        return value_error(f"Invalid field '{field}' on {where}")

    def unknown_field_order(self, model: str, field: str) -> ServerError:
        """In ``order``."""
        return value_error(f"Invalid field '{field}' on model '{model}'")

    def unknown_field_create(self, model: str, field: str) -> ServerError:
        """In the values of a create."""
        return value_error(f"Invalid field '{field}' {f'in {model!r}' if self.new else f'on model {model!r}'}")

    def unknown_field_write(self, model: str, field: str) -> ServerError:
        """In the values of a write."""
        if self.new:
            return python_error("KeyError", field)
        return value_error(f"Invalid field '{field}' on model '{model}'")

    def unknown_field_load(self, field: str) -> ServerError:
        """In the columns of a load."""
        if self.new:
            return value_error(f"Invalid field name '{field}'")
        return python_error("KeyError", field)

    def unknown_field_domain(self, model: str, field: str, leaf: tuple[object, ...]) -> ServerError:
        """In a domain."""
        return value_error(f"Invalid field {model}.{field} in {'condition' if self.new else 'leaf'} {leaf!r}")

    def bad_operator(self, leaf: tuple[object, ...]) -> ServerError:
        """An operator that does not exist."""
        return value_error(f"Invalid {'operator in condition' if self.new else 'leaf'} {leaf!r}")

    def not_a_domain(self, value: object) -> ServerError:
        """Something that is no list at all."""
        if self.new:
            return python_error("TypeError", f"Domain() invalid argument type for domain: {value!r}")
        if isinstance(value, (str, dict)):
            told = "Domains to normalize must have a 'domain' form: a list or tuple of domain components"
            return python_error("AssertionError", told)
        return python_error("TypeError", f"object of type '{type(value).__name__}' has no len()")

    def malformed_domain(self, domain: Sequence[object]) -> ServerError:
        """An operator without that many conditions behind it."""
        if self.new:
            return value_error(f"Domain() malformed domain {list(domain)!r}")
        return python_error("AssertionError", f"This domain is syntactically not correct: {list(domain)!r}")

    def no_path(self, model: str, field: str, kind: str, rest: str) -> ServerError:
        """A path that goes on behind a field which points nowhere."""
        if self.new:
            return value_error(f"Invalid field property '{rest.partition('.')[0]}' on {model}.{field}")
        return python_error("AttributeError", f"'{kind.title()}' object has no attribute 'auto_join'")

    def no_parent(self, model: str, records: Sequence[int]) -> ServerError:
        """A hierarchy of records that have none."""
        if self.new:
            told = f"('parent_id', 'in', OrderedSet({list(records)!r}))"
            return value_error(f"Invalid field {model}.parent_id in condition {told}")
        return python_error("KeyError", "parent_id")

    def not_a_moment(self, kind: str, value: object) -> ServerError:
        """What is compared with a date or a time is none."""
        if not self.new:
            name = "timestamp" if kind == "datetime" else kind
            return database_error("errors.InvalidDatetimeFormat", f'invalid input syntax for type {name}: "{value}"\n')
        if isinstance(value, str):
            return value_error(f"Invalid term {value!r} in expression date: {value!r}")
        return value_error(f"Failed to cast {value!r} into a {kind}")

    def malformed_leaf(self, leaf: object) -> ServerError:
        """Not three parts."""
        if self.new:
            return value_error(f"Domain() invalid item in domain: {leaf!r}")
        return value_error(f"Invalid leaf {tuple(leaf) if isinstance(leaf, list) else leaf!r}")

    def not_stored(self, model: str, field: str) -> ServerError:
        """A condition or an order on a field that the database does not have (19 only; 16 ignores it)."""
        return value_error(f"Cannot convert {model}.{field} to SQL because it is not stored")

    def not_grouped(self, model: str, field: str) -> ServerError:
        """Groups by a field that the database does not have."""
        if self.new:
            return self.not_stored(model, field)
        return user_error(
            f"Field {model}.{field} is not a stored field, only stored fields (regular or many2many) are valid for the "
            "'groupby' parameter"
        )

    def no_such_span(self, span: str) -> ServerError:
        """Groups of dates by something that is no span of time."""
        if self.new:
            return value_error(f"Granularity specification isn't correct: {span!r}")
        return python_error("KeyError", span)

    def no_such_sum(self, function: str, spec: str) -> ServerError:
        """An aggregate by a function that there is not."""
        if self.new:
            return value_error(f"Invalid aggregate method {function!r} for {spec!r}.")
        return user_error(f"Invalid aggregation function {function!r}.")

    def required(self, model: str, field: str, label: str) -> ServerError:
        """A required field is empty."""
        what = "The operation cannot be completed:"
        if self.new:
            told = (
                f"Missing required value for the field '{label}' ({field}).\n"
                f"Model: '{self.label(model)}' ({model})\n- create/update: a mandatory field is not set\n"
                "- delete: another model requires the record being deleted, you can archive it instead\n"
            )
            return validation_error(f"{what} {told}", field=field, bare=told)
        return validation_error(
            f"{what}\n- Create/update: a mandatory field is not set.\n- Delete: another model requires the record "
            f"being deleted. If possible, archive it instead.\n\nModel: {self.label(model)} ({model})\n"
            f"Field: {label} ({field})\n",
            field=field,
            bare=f"Missing required value for the field '{label}' ({field})",
        )

    def wrong_reference(self, model: str, field: str, label: str, comodel: str, record: int, uid: int) -> ServerError:
        """A many2one that points nowhere."""
        if (model, field) in _FOLLOWED or (self.new and field == "parent_id"):
            return missing_error(comodel, record, uid)
        what = "The operation cannot be completed:"
        if self.new:
            return validation_error(
                f"{what} Another model is using the record you are trying to delete.\n\n"
                f"The troublemaker is: '{self.label(model)}' ({model})\n"
                f"Thanks to the following constraint: '{label}' ({field})\nHow about archiving the record instead?"
            )
        table = model.replace(".", "_")
        return validation_error(
            f"{what} another model requires the record being deleted. If possible, archive it instead.\n\n"
            f"Model: {self.label(model)} ({model})\nConstraint: {table}_{field}_fkey\n"
        )

    def wrong_relation(self, model: str, field: str, comodel: str) -> ServerError:
        """A many2many that points nowhere."""
        what = "The operation cannot be completed:"
        table = f"{model}_{comodel}_rel".replace(".", "_")
        constraint = f"{table}_{field}_fkey"
        if self.new:
            return validation_error(
                f"{what} Another model is using the record you are trying to delete.\n\nThe troublemaker is: Unknown\n"
                f"Thanks to the following constraint: {constraint}\nHow about archiving the record instead?"
            )
        return validation_error(
            f"{what} another model requires the record being deleted. If possible, archive it instead.\n\n"
            f"Model: Unknown (unknown)\nConstraint: {constraint}\n"
        )

    def unique(self, message: str, field: str, label: str) -> ServerError:
        """A unique constraint with words of its own, such as the country's code."""
        told = message + ("!" if self.new else " !")
        bare = told
        if not self.new:
            bare = (
                f"The value for the field '{field}' already exists (this is probably '{label}' in the current model)."
            )
        return validation_error(f"The operation cannot be completed: {told}", field=field, bare=bare)

    def partner_without_name(self) -> ServerError:
        """The one rule of contacts that ``fields_get`` does not tell."""
        told = "Contacts require a name"
        return validation_error(f"The operation cannot be completed: {told}", bare=told if self.new else f"'{told}'")

    def parent_loop(self) -> ServerError:
        """A contact below itself."""
        return validation_error("You cannot create recursive Partner hierarchies.")

    def barcode_taken(self, barcode: str, products: list[str]) -> ServerError:
        """Two products with one barcode."""
        names = " and ".join(products) if self.new else ", ".join(products)
        text = f'Barcode(s) already assigned:\n\n- Barcode "{barcode}" already assigned to product(s): {names}'
        if self.new:
            text += "\n\nNote: products that you don't have access to will not be shown above."
        return validation_error(text)

    def line_of_confirmed_order(self) -> ServerError:
        """A line of a confirmed order is deleted."""
        if self.new:
            return user_error(
                "Once a sales order is confirmed, you can't remove one of its lines (we need to track if something "
                "gets invoiced or delivered).\n                Set the quantity to 0 instead."
            )
        return user_error(
            "You can not remove an order line once the sales order is confirmed.\n"
            "You should rather set the quantity to 0."
        )
