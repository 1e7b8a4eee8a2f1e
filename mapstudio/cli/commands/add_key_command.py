"""``mapstudio add-key``: creates the unique field that a mapping's key needs, once a person has seen what it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mapstudio.cli import output
from mapstudio.cli.asking import interactive
from mapstudio.cli.options import env_option, json_option, open_project, project_option, verbose_option
from mapstudio.cli.reaching import reached, say_reached
from mapstudio.cli.running import wait_for
from mapstudio.model.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from mapstudio.connectors.declarations import Account
    from mapstudio.model import Field
    from mapstudio.project import Project

NAME = "mapstudio_key"


@click.command("add-key")
@click.argument("connection")
@click.argument("object_name", metavar="OBJECT")
@click.argument("name", default=NAME)
@env_option
@click.option("--yes", is_flag=True, help="Do not ask; never covers production.")
@click.option("--confirm", "confirmed", metavar="CONNECTION", help="Confirm writing to production, by its name.")
@json_option
@project_option
@verbose_option
def command(
    *,
    connection: str,
    object_name: str,
    name: str,
    environment: str,
    yes: bool,
    confirmed: str | None,
    project_folder: Path | None,
    as_json: bool,
) -> int:
    """Create the unique field NAME (mapstudio_key) of an OBJECT of a CONNECTION. Uses the network.

    Some systems create records without the risk of doubling them only through a field whose values they keep unique.
    Where an object has none, this makes one; a mapping then feeds it and names it as its key. Asks first; production
    needs the connection's name, typed or given with --confirm.
    """
    project = open_project(project_folder)
    field = wait_for(_added(project, connection, environment, object_name, name, yes=yes, confirmed=confirmed))
    if field is None:
        output.talk("Nothing was created.")
        return ExitCode.INTERRUPTED
    if as_json:
        output.json_data(field.to_json())
    else:
        output.data(f"{object_name}.{field.name} is there; its values are kept unique.")
        output.talk(f"Feed it in the mapping ({field.name}: id), and write key: {field.name} to the destination.")
    return ExitCode.DONE


async def _added(
    project: Project,
    connection: str,
    environment: str,
    object_name: str,
    name: str,
    *,
    yes: bool,
    confirmed: str | None,
) -> Field | None:
    from mapstudio.runner import check_confirmation

    async with reached(project, connection, environment) as (connector, account):
        if not connector.unique_keys:
            remedy = "Take any field as the key of the mapping."
            raise UsageError(f"{connection} ({connector.label}) needs no field of this kind.", remedy=remedy)
        present = (await connector.schema(object_name, used=(name,))).get(name)
        if present is None or not present.unique:
            say_reached(connection, environment, account)
            output.talk(f"This creates {object_name}.{name}: a text field whose values are kept unique, for good.")
            agreed, confirmed = _agreed(connection, environment, account, yes=yes, confirmed=confirmed)
            if not agreed:
                return None
            check_confirmation(connection, environment, confirmed, account=account)
        return await connector.add_key(object_name, name)


def _agreed(
    connection: str, environment: str, account: Account, *, yes: bool, confirmed: str | None
) -> tuple[bool, str | None]:
    """Ask for what the command line does not say yet.

    Raises:
        UsageError: Nobody can be asked.
    """
    from mapstudio.runner import confirm_needed

    if confirm_needed(environment, account):
        if confirmed is None and interactive():
            confirmed = str(click.prompt("Type the connection's name to confirm", err=True))
        return True, confirmed
    if yes or confirmed == connection:
        return True, confirmed
    if not interactive():
        raise UsageError("Nobody can be asked whether to create it.", remedy="Give --yes.")
    return click.confirm("Create it?", err=True), confirmed
