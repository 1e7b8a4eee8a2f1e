"""Everything that is known of one environment, and what to do where something is missing. Never a secret's value."""

from __future__ import annotations

from mapstudio.connectors.declarations import Account
from mapstudio.model import PreconditionError
from mapstudio.project import PRODUCTION, Origin, Project, pinned_account, variable_name
from mapstudio.studio.glyphs import Glyphs
from mapstudio.studio.paint import ERROR, MUTED, OK, STRONG, TEXT, WARN, Piece
from mapstudio.studio.phrases import duration, environment_piece, moment
from mapstudio.studio.probing import Probe, SettingState
from mapstudio.studio.session.shell import quoted
from mapstudio.studio.text import plural, shown
from mapstudio.studio.widgets.listing import Cell, Line, cell, words

_VALUE = 16


def fact_lines(project: Project, probe: Probe, glyphs: Glyphs, *, setting_up: bool) -> list[Line]:
    """Return the facts.

    Args:
        project: The project.
        probe: What the last try gave.
        glyphs: The marks.
        setting_up: Say as well how to set what it needs, also where nothing is missing.
    """
    connection = project.connections[probe.connection]
    entry = connection.environments[probe.environment]
    lines: list[Line] = [
        (),
        _fact("type", (shown(connection.type), TEXT)),
        _fact("environment", environment_piece(probe.environment)),
        *(_setting(item, glyphs) for item in probe.settings if item.origin is not None or item.required),
    ]
    if entry.bindings:
        lines.append(_fact("bindings", (plural(len(entry.bindings), "value"), TEXT)))
    lines += [(), *_reached(project, probe, glyphs)]
    if probe.missing or setting_up:
        lines += [(), *how_to_set(probe)]
    if probe.environment == PRODUCTION:
        lines += [
            (),
            words(
                ("Every write to ", MUTED),
                environment_piece(PRODUCTION),
                (" asks for the name ", MUTED),
                (shown(probe.connection), STRONG),
                (".", MUTED),
            ),
        ]
    return lines


def _setting(item: SettingState, glyphs: Glyphs) -> Line:
    if item.origin is None:
        return _fact(item.name, (f"{glyphs.unfed} ", WARN), ("missing", WARN))
    if item.secret:
        return _fact(item.name, (f"{glyphs.fine} ", OK), ("set", TEXT), (f"   {_from(item.origin)}", MUTED))
    origin = "" if item.origin is Origin.PROJECT else f"   {_from(item.origin)}"
    return _fact(item.name, (shown(item.value) or "set", TEXT), (origin, MUTED))


_FROM = {
    Origin.VARIABLE: "from its variable",
    Origin.COMMAND: "from its secret_command",
    Origin.KEYRING: "from the keyring",
    Origin.FILE: "from the secrets file",
    Origin.DEFAULT: "by default",
}


def _from(origin: Origin) -> str:
    return _FROM.get(origin, "")


def _reached(project: Project, probe: Probe, glyphs: Glyphs) -> list[Line]:
    if probe.when is None:
        return [words(("not tried yet: ", MUTED), ("t", STRONG), (" tests it", MUTED))]
    pin = pinned_account(project, probe.connection, probe.environment)
    when = moment(probe.when.isoformat())
    if probe.account is not None:
        lines = [
            _fact("account", (f"{glyphs.fine} ", OK), (shown(probe.account.name), STRONG)),
            _fact("id", (shown(probe.account.id), TEXT), ("   pinned" if pin else "", MUTED)),
            _fact("system", (shown(probe.account.system), TEXT)),
            _fact("it says", *_kind(probe.account)),
        ]
        if probe.account.time_zone:
            lines.append(_fact("time zone", (shown(probe.account.time_zone), TEXT)))
        return [*lines, _fact("tested", (when, TEXT), (f", answered in {duration(probe.seconds)}", MUTED))]
    if probe.lacks_secret:
        names = ", ".join(item.name for item in probe.missing)
        return [
            _fact("account", (f"{glyphs.unfed} ", WARN), ("not reached: no secret yet", WARN)),
            words((f"Nothing was sent, because {shown(names)} is nowhere.", TEXT)),
        ]
    error = probe.error
    assert error is not None  # noqa: S101 - tried, and nobody was reached
    head = "refused here" if isinstance(error, PreconditionError) else "not reached"
    return [
        _fact("account", (f"{glyphs.blocks} ", ERROR), (head, ERROR._replace(bold=True))),
        words((shown(error.message), TEXT)),
        *([words((shown(error.remedy), MUTED))] if error.remedy else []),
        _fact("tested", (when, TEXT), (f", after {duration(probe.seconds)}", MUTED)),
    ]


def _kind(account: Account) -> list[Piece]:
    if account.kind == PRODUCTION:
        return [environment_piece(PRODUCTION)]
    return [(str(account.kind), TEXT)]


def how_to_set(probe: Probe) -> list[Line]:
    """Return the command and the variables that set what the environment needs."""
    wanted = probe.missing or tuple(item for item in probe.settings if item.secret and item.required)
    lines: list[Line] = [
        words(("This asks for what it needs and keeps the secret in the keyring", MUTED)),
        words(("$ ", MUTED), (connect_command(probe.connection, probe.environment), STRONG), column=3),
    ]
    if wanted:
        lines += [(), words(("or set the variable where the studio is started", MUTED))]
        lines += [
            words((f"{variable_name(probe.connection, probe.environment, item.name)}", STRONG), column=5)
            for item in wanted
        ]
    return lines


def connect_command(connection: str, environment: str, connector_type: str = "") -> str:
    """Return the shell command that sets an environment up."""
    command = f"mapstudio connect {quoted(connection)}"
    if connector_type:
        command += f" --type {quoted(connector_type)}"
    return f"{command} --env {quoted(environment)}"


def _fact(label: str, *pieces: Piece) -> Line:
    return cell(1, label, MUTED), Cell(_VALUE, pieces)
