"""The one place that decides whether a write needs a confirmation by name, and whether one suffices."""

from __future__ import annotations

from mapstudio.connectors.declarations import Account, AccountKind
from mapstudio.model import PreconditionError
from mapstudio.project import PRODUCTION


def confirm_needed(environment: str, account: Account | None = None) -> bool:
    """Return whether writing there needs the connection's name: production by its name or by the account's own word."""
    return environment == PRODUCTION or (account is not None and account.kind is AccountKind.PRODUCTION)


def check_confirmation(
    connection: str, environment: str, confirmed: str | None, *, account: Account | None = None
) -> None:
    """Let pass what needs no confirmation or has the right one.

    Args:
        connection: The destination's name in the project.
        environment: Its environment.
        confirmed: What was typed on a terminal or given with ``--confirm``; a general yes never counts.
        account: The account reached, when it is known already.

    Raises:
        PreconditionError: A confirmation is needed, and there is none or another name.
    """
    if not confirm_needed(environment, account) or confirmed == connection:
        return
    where = f'"{connection}" ({environment}' + (f", {account.name})" if account else ")")
    if confirmed is None:
        raise PreconditionError(
            f"Writing to {where} needs a confirmation by name.",
            remedy=f"Type the connection's name when asked, or give --confirm {connection}; --yes does not cover it.",
        )
    raise PreconditionError(
        f'The confirmation says "{confirmed}", but the destination is {where}.',
        remedy=f"Nothing was written. Give --confirm {connection} if that is what you want.",
    )
