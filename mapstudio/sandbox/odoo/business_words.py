"""What the two versions say against a doing of the business: posted entries, invoices, constraints, custom fields."""

from __future__ import annotations

from mapstudio.sandbox.odoo.errors import ServerError, user_error, validation_error
from mapstudio.sandbox.odoo.words import Words


def posted_item(words: Words) -> ServerError:
    """A posted document or one of its lines is deleted."""
    if words.new:
        return user_error(
            "You can't delete a posted journal item. Don’t play games with your accounting records; reset the journal "
            "entry to draft before deleting it."
        )
    return user_error("You cannot delete an item linked to a posted entry.")


def not_draft(words: Words, name: str, record: int) -> ServerError:
    """A document that is not a draft is posted."""
    what = "must be in draft" if words.new else "is already posted"
    return user_error(f"The entry {name} (id {record}) {what}.")


def no_lines(words: Words) -> ServerError:
    """A document without lines is posted."""
    return user_error("Even magicians can't post nothing!" if words.new else "You need to add a line before posting.")


def no_partner(words: Words, *, sells: bool) -> ServerError:
    """A document without a customer or vendor is posted."""
    kind, document = ("Customer", "Customer Invoice") if sells else ("Vendor", "Vendor Bill")
    if not words.new:
        return user_error(f"The field '{kind}' is required, please complete it to validate the {document}.")
    if not sells:
        return user_error("The 'Vendor' field is required to validate the Vendor Bill.")
    return user_error(
        "The 'Customer' field is required to validate the invoice.\nYou probably don't want to explain to your auditor "
        "that you invoiced an invisible man :)"
    )


def nothing_to_pay(words: Words) -> ServerError:
    """A payment is registered for what is paid."""
    if words.new:
        return user_error(
            "There's nothing left to pay for the selected journal items, so no payment registration is necessary. "
            "You've got your finances under control like a boss!"
        )
    return user_error(
        "You can't register a payment because there is nothing left to pay on the selected journal items."
    )


def nothing_to_invoice(words: Words) -> ServerError:
    """An order of which everything is invoiced, or nothing is delivered yet."""
    if words.new:
        return user_error(
            "Cannot create an invoice. No items are available to invoice.\n\n"
            "To resolve this issue, please ensure that:\n"
            "   • The products have been delivered before attempting to invoice them.\n"
            "   • The invoicing policy of the product is configured correctly.\n\n"
            "If you want to invoice based on ordered quantities instead:\n"
            "   • For consumable or storable products, open the product, go to the 'General Information' tab and "
            "change the 'Invoicing Policy' from 'Delivered Quantities' to 'Ordered Quantities'.\n"
            "   • For services (and other products), change the 'Invoicing Policy' to 'Prepaid/Fixed Price'.\n"
        )
    return user_error(
        "There is nothing to invoice!\n\nReason(s) of this behavior could be:\n"
        "- You should deliver your products before invoicing them.\n"
        '- You should modify the invoicing policy of your product: Open the product, go to the "Sales" tab and modify '
        'invoicing policy from "delivered quantities" to "ordered quantities". For Services, you should modify the '
        "Service Invoicing Policy to 'Prepaid'."
    )


def constraint(text: str) -> ServerError:
    """A check of the database with words of its own."""
    return validation_error(f"The operation cannot be completed: {text}", bare=text)


def still_used(words: Words, model: str, field: str, label: str) -> ServerError:
    """A record is deleted that another one cannot be without."""
    what = "The operation cannot be completed:"
    if words.new:
        return validation_error(
            f"{what} Another model is using the record you are trying to delete.\n\n"
            f"The troublemaker is: '{words.label(model)}' ({model})\n"
            f"Thanks to the following constraint: '{label}' ({field})\nHow about archiving the record instead?"
        )
    return validation_error(
        f"{what} another model requires the record being deleted. If possible, archive it instead.\n\n"
        f"Model: {words.label(model)} ({model})\nConstraint: {model.replace('.', '_')}_{field}_fkey\n"
    )


def custom_name(words: Words, what: str) -> ServerError:
    """A custom field or model whose name does not begin with ``x_``."""
    if what == "field":
        told = "Custom fields must have a name that starts with 'x_'"
        return constraint(f"{told}!") if words.new else validation_error(f"{told} !")
    return validation_error("The model name must start with 'x_'.")


def linked_user(names: str, user: int, words: Words) -> ServerError:
    """A contact of somebody who signs in is deleted."""
    told = (
        "You cannot delete contacts linked to an active user.\nYou should rather archive them after archiving their "
        f"associated user.\n\nLinked active users : {names}"
    )
    action = {
        "type": "ir.actions.act_window",
        "res_model": "res.users",
        "context": {"create": False},
        "view_mode": "form",
        "views": [[167 if words.new else 160, "form"]],
        "res_id": user,
    }
    arguments = [told, action, "Go to users", None]
    message = "\n".join(str(one) for one in arguments)
    return ServerError("odoo.exceptions.RedirectWarning", message, arguments=arguments)
