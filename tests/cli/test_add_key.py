"""A mapping whose key nobody keeps unique: told, mended by a reviewed step, and then it runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from mapstudio.sandbox.server import sandboxes
from tests.cli.conftest import Call, write_project
from tests.sandbox.running import build, running

TICKETS = """\
mapstudio: 1
name: reservations-to-tickets
source: {connection: hotel, object: reservations}
destination: {connection: crm, object: tickets, key: subject}
fields:
  subject: concat('Stay ', reservationID)
  hs_pipeline: {constant: '0'}
  hs_pipeline_stage: {constant: '1'}
"""
KEYED = TICKETS.replace("key: subject", "key: mapstudio_key") + "  mapstudio_key: reservationID\n"


@pytest.fixture(name="tickets")
def _tickets(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a mapping onto an object without any unique field, on sandboxes of the test's own."""
    services = [service for sandbox in sandboxes().values() for service in build(sandbox)]
    with running(services) as access:
        write_project(folder, access, monkeypatch)
        (folder / "tickets.yaml").write_text(TICKETS, encoding="utf-8")
        yield folder / "tickets.yaml"


def test_plan_and_check_say_how_to_make_a_key_and_then_it_runs(tickets: Path, call: Call) -> None:
    done = call("plan", "tickets.yaml", "--limit", "3")
    assert done.code == 2
    assert "crm tickets does not keep subject unique" in done.err
    assert "mapstudio add-key crm tickets" in done.err
    assert call("schema", "crm", "tickets", "--save").code == 0
    done = call("check", "tickets.yaml")
    assert done.code == 0
    assert "warning" in done.out
    assert "mapstudio add-key crm tickets" in done.out

    done = call("add-key", "crm", "tickets", "--yes")
    assert done.code == 0
    assert "tickets.mapstudio_key is there" in done.out
    assert "a text field whose values are kept unique" in done.err

    tickets.write_text(KEYED, encoding="utf-8")
    assert call("schema", "crm", "tickets", "--save").code == 0
    assert "add-key" not in call("check", "tickets.yaml").out
    told = json.loads(call("apply", "tickets.yaml", "--limit", "3", "--yes", "--json").out)
    assert told["create"] == 3
    told = json.loads(call("apply", "tickets.yaml", "--limit", "3", "--yes", "--json").out)
    assert (told["create"], told["update"], told["unchanged"]) == (0, 0, 3)


def test_one_that_is_there_already_is_left_as_it_is(tickets: Path, call: Call) -> None:
    for _ in range(2):
        field = json.loads(call("add-key", "crm", "tickets", "stay_key", "--yes", "--json").out)
        assert (field["name"], field["type"], field["unique"]) == ("stay_key", "text", True)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("crm", "tickets"), 2, "Give --yes"),
        (("crm", "tickets", "Key One", "--yes"), 2, "no name of a property"),
        (("crm", "tickets", "content", "--yes"), 5, "its values are not kept unique"),
        (("erp", "res.partner", "--yes"), 2, "needs no field of this kind"),
        (("crm", "tickts", "--yes"), 2, 'id you mean "tickets"?'),
    ],
)
def test_what_cannot_be_made_is_told(
    tickets: Path, call: Call, arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = call("add-key", *arguments)
    assert done.code == code
    assert words in done.err


def test_production_needs_its_name(tickets: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    services = build(sandboxes()["hubspot"], options={"hubspot-account-type": "STANDARD"})
    with running(services) as access:
        text = (tickets.parent / "mapstudio.toml").read_text(encoding="utf-8")
        text += f'[connections.crm.production]\nurl = "{access["hubspot"]["url"]}"\n'
        (tickets.parent / "mapstudio.toml").write_text(text, encoding="utf-8")
        monkeypatch.setenv("MAPSTUDIO_CRM_PRODUCTION_TOKEN", access["hubspot"]["token"])
        done = call("add-key", "crm", "tickets", "--env", "production", "--yes")
        assert done.code == 5
        assert "--confirm crm" in done.err
        assert call("add-key", "crm", "tickets", "--env", "production", "--confirm", "erp").code == 5
        assert call("add-key", "crm", "tickets", "--env", "production", "--confirm", "crm").code == 0
