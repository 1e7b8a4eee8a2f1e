"""The documentation cannot drift from the commands: what it names exists, and what exists is named."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from mapstudio.cli.app import SECTIONS, app
from tests.cli.conftest import ROOT

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs" / "guides").glob("*.md")])
_SPAN = re.compile(r"`([^`\n]+)`")
_BLOCK = re.compile(r"```(?:sh|cron)\n(.*?)```", re.DOTALL)


def calls(page: Path) -> Iterator[str]:
    """Yield every call of ours in a page."""
    text = page.read_text(encoding="utf-8")
    for block in _BLOCK.findall(text):
        for line in block.splitlines():
            yield from (part for part in re.split(r" && | \| |; ", line.split("  #")[0]) if "mapstudio " in part)
    for span in _SPAN.findall(_BLOCK.sub("", text)):
        groups = ("map ", "runs ", "dead-letters ", "review ")
        if span.startswith("mapstudio "):
            yield span
        elif span.startswith(groups):
            yield f"mapstudio {span}"


def resolved(words: list[str]) -> tuple[click.Command, list[str]]:
    command: click.Command = app
    context = click.Context(app, info_name="mapstudio")
    while words and isinstance(command, click.Group) and not words[0].startswith(("-", "[")):
        found = command.get_command(context, words[0])
        assert found is not None, f"there is no command {words[0]}"
        command, words = found, words[1:]
        context = click.Context(command, info_name=command.name, parent=context)
    return command, words


def options_of(command: click.Command) -> set[str]:
    context = click.Context(command)
    return {option for parameter in command.get_params(context) for option in parameter.opts + parameter.secondary_opts}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_and_option_of_a_page_exists(page: Path) -> None:
    found = 0
    for call in calls(page):
        words = shlex.split(call[call.index("mapstudio ") :].replace("[", " ").replace("]", " "))[1:]
        command, rest = resolved(words)
        known = options_of(command)
        for word in rest:
            if word.startswith("-") and word != "-":
                assert word in known, f"{page.name}: {call.strip()}: {word} is no option of {command.name}"
        found += 1
    assert found > 3


def test_the_readme_names_every_command() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [
        name for section in SECTIONS.values() for name in section if not re.search(rf"`mapstudio {name}\b", text)
    ]
    assert missing == []


def every_command() -> Iterator[tuple[str, click.Command]]:
    pending: list[tuple[str, click.Command]] = [("mapstudio", app)]
    while pending:
        name, command = pending.pop()
        yield name, command
        if isinstance(command, click.Group):
            context = click.Context(command)
            for child in command.list_commands(context):
                found = command.get_command(context, child)
                assert found is not None
                pending.append((f"{name} {child}", found))


@pytest.mark.parametrize(("name", "command"), list(every_command()), ids=[name for name, _ in every_command()])
def test_help_says_whether_the_network_is_used(name: str, command: click.Command) -> None:
    text = " ".join((command.help or "").split())
    if name != "mapstudio":
        assert re.search(r"[Uu]ses? (the|of the) network|Does not use the network|network of this machine", text), name
    for parameter in command.get_params(click.Context(command)):
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts[0]} has no help"


def test_the_list_of_commands_says_what_each_says_itself() -> None:
    for section in SECTIONS.values():
        for name, summary in section.items():
            assert app.get_command(click.Context(app), name) is not None
            assert summary.endswith("."), name


def test_links_of_the_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            if "://" not in target and not target.startswith("screenshots/"):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_exit_codes_of_the_readme_are_those_of_the_program() -> None:
    from mapstudio.cli.running import INTERNAL, PIPE_CLOSED
    from mapstudio.model import ExitCode

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)}
    assert told == {*ExitCode, INTERNAL, PIPE_CLOSED}
