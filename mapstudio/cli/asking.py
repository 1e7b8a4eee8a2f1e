"""Asks a person for what a connection needs. A secret is never echoed and never an argument."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from mapstudio.model.errors import UsageError
from mapstudio.model.suggest import did_you_mean

if TYPE_CHECKING:
    from mapstudio.connectors.declarations import Setting

ACCOUNT = "account"


def interactive() -> bool:
    """Return whether a person can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def given_settings(pairs: Sequence[str], settings: Sequence[Setting]) -> dict[str, str]:
    """Return the values given with ``--set KEY=VALUE``.

    Raises:
        UsageError: No ``=``, an unknown key, or a secret: the list of processes would show it.
    """
    secrets = {item.name for item in settings if item.secret}
    known = [item.name for item in settings if not item.secret] + [ACCOUNT]
    values: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if key in secrets:
            remedy = "Leave it out; it is asked for, or read from standard input."
            raise UsageError(f"--set {key}=...: a secret may not be an argument, everyone could see it.", remedy=remedy)
        if not equals:
            raise UsageError(f"--set {key} has no value.", remedy=f"Write --set {key}=VALUE.")
        if key not in known:
            hint = did_you_mean(key, known)
            remedy = hint[0].upper() + hint[1:] if hint else f"Known: {', '.join(known)}."
            raise UsageError(f'--set {key}: this connector has no setting "{key}".', remedy=remedy)
        values[key] = value
    return values


def ask_settings(
    settings: Sequence[Setting], given: Mapping[str, str], present: Mapping[str, str], elsewhere: frozenset[str]
) -> dict[str, str]:
    """Return what the project file is to say, asking for what nobody said yet.

    Args:
        settings: The connector's.
        given: What the command line says; wins.
        present: What the file says now; proposed.
        elsewhere: Settings that a variable gives; not asked for.

    Raises:
        UsageError: A required setting is missing and nobody can be asked.
    """
    values = dict(given)
    for setting in settings:
        if setting.secret or setting.name in values or setting.name in elsewhere:
            continue
        proposed = present.get(setting.name, setting.default)
        # What is optional and has nothing to propose is for those who know that they need it: --set, or the file.
        if interactive() and (setting.required or proposed):
            value = str(click.prompt(setting.prompt, default=proposed, err=True, show_default=bool(proposed))).strip()
        else:
            value = proposed
        if not value and setting.required:
            raise UsageError(f"The connection needs {setting.name}.", remedy=f"Give --set {setting.name}=VALUE.")
        if value and (value != setting.default or setting.name in present):
            values[setting.name] = value
    return values


def ask_secret(setting: Setting, *, known: bool) -> str | None:
    """Return the secret that was typed (or is the next line of standard input), ``None`` for none.

    Args:
        setting: The connector's.
        known: There is one already; leaving the answer empty keeps it.
    """
    if not interactive():
        return None if sys.stdin.isatty() else sys.stdin.readline().strip() or None
    hint = " (empty keeps the present one)" if known else "" if setting.required else " (empty for none)"
    prompt = f"{setting.prompt}{hint}"
    answer = click.prompt(prompt, hide_input=True, default="", show_default=False, err=True)
    return str(answer).strip() or None


def ask_type(types: Sequence[str]) -> str:
    """Return the connector's type that was chosen.

    Raises:
        UsageError: Nobody can be asked.
    """
    if not interactive():
        raise UsageError("A new connection needs a type.", remedy=f"Give --type with one of: {', '.join(types)}.")
    return str(click.prompt("Type", type=click.Choice(list(types)), err=True))


def ask_pin(name: str, account_id: str) -> bool:
    """Ask whether the account that was reached is the only one that this environment may ever reach."""
    question = f'This reaches "{name}" (account {account_id}). Pin it, so that no other account is ever written?'
    return interactive() and click.confirm(question, default=True, err=True)
