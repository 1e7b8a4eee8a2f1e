"""The methods on house accounts."""

from __future__ import annotations

from mapstudio.sandbox.cloudbeds.book import total
from mapstudio.sandbox.cloudbeds.envelope import RefusedError, Reply
from mapstudio.sandbox.cloudbeds.queries import Call
from mapstudio.sandbox.cloudbeds.store import HouseAccount


def get_house_account_list(call: Call) -> Reply:
    """The active house accounts."""
    return Reply(
        [
            {
                "accountID": item.id,
                "propertyID": call.hotel.id,
                "accountName": item.name,
                "accountStatus": item.status,
                "isPrivate": item.private,
                "userName": item.user,
            }
            for item in call.store.house_accounts.values()
        ]
    )


def post_new_house_account(call: Call) -> Reply:
    """Open a house account."""
    name = call.needed("accountName")
    private = call.flag("isPrivate")
    identity = call.store.new_id()
    user = "Marta Rey" if private else ""
    call.store.house_accounts[identity] = HouseAccount(identity, name, "open", private, user, call.now)
    call.record("house_accounts", "create", identity, ["accountName"])
    return Reply({"houseAccountID": identity})


def put_house_account_status(call: Call) -> Reply:
    """Open or close one; what is owed must be settled before."""
    item = call.store.house_accounts.get(call.needed("houseAccountID"))
    if item is None:
        raise RefusedError("House account not found")
    status = call.needed("status")
    if status not in {"open", "closed"}:
        raise RefusedError("Parameter status must be one of: open, closed")
    if status == "closed" and total(row.amount for row in call.store.book.of(item.account)):
        raise RefusedError("House account has a balance and cannot be closed")
    changed = ["accountStatus"] if status != item.status else []
    item.status = status
    call.record("house_accounts", "update", item.id, changed, key=item.id)
    return Reply()
