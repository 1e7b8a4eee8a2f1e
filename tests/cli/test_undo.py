"""A run taken back on the command line: shown first, done by the connector, told by exit codes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mapstudio.sandbox.server import sandboxes
from tests.cli.conftest import MAPPING, Call, write_project
from tests.sandbox.running import build, running

PARTNERS = """\
mapstudio: 1
name: companies-to-partners
source: {connection: crm, object: companies, where: domain}
destination: {connection: erp, object: res.partner, key: ref}
fields:
  ref: concat('hs-', id)
  name: name
  is_company: {constant: true}
"""


@pytest.fixture(name="guests")
def _guests(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a mapping of guests onto contacts, on sandboxes of the test's own."""
    with running([service for sandbox in sandboxes().values() for service in build(sandbox)]) as access:
        write_project(folder, access, monkeypatch)
        (folder / "guests.yaml").write_text(MAPPING, encoding="utf-8")
        yield folder


@pytest.mark.usefixtures("guests")
def test_a_run_is_shown_taken_back_and_can_be_made_again(call: Call) -> None:
    first = json.loads(call("apply", "guests.yaml", "--limit", "90", "--json").out)
    created = first["create"]
    assert created > 10

    done = call("undo", first["run"], "--dry-run")
    assert done.code == 0
    assert f"{first['run']}: guests, " in done.out
    assert "-> crm.contacts (sandbox, hub " in done.out
    assert f"{created} records to archive" in done.out
    assert f"... {created - 10} more to archive; --all shows them" in done.out
    assert "nothing was archived" in done.err
    assert done.out.count("archive 6") == 10
    assert len(json.loads(call("undo", "last", "--dry-run", "--json").out)["records"]) == created

    done = call("undo", first["run"], "--json")
    told = json.loads(done.out)
    assert (done.code, told["archived"], told["refused"]) == (0, created, 0)
    assert {record["result"] for record in told["records"]} == {"archived"}

    done = call("undo", first["run"])
    assert (done.code, done.out) == (0, f"{first['run']}: 0 archived\n")
    assert "Nothing that is still there was created by it." in done.err
    shown = call("runs", "show", first["run"]).out
    assert shown.count("undone 20") == created

    again = json.loads(call("apply", "guests.yaml", "--limit", "90", "--json").out)
    # What the run only changed was left as it is.
    assert first["update"] > 0
    assert (again["create"], again["update"]) == (created, 0)


def test_a_destination_that_knows_its_records_by_itself_finds_the_archived_ones_again(guests: Path, call: Call) -> None:
    (guests / "partners.yaml").write_text(PARTNERS, encoding="utf-8")
    first = json.loads(call("apply", "partners.yaml", "--limit", "20", "--json").out)
    assert first["create"] > 0
    told = json.loads(call("undo", first["run"], "--json").out)
    assert (told["archived"], told["refused"]) == (first["create"], 0)

    again = json.loads(call("apply", "partners.yaml", "--limit", "20", "--json").out)
    assert (again["create"], again["unchanged"], again["reject"]) == (0, first["create"], first["reject"])
    (guests / "partners.yaml").write_text(f"{PARTNERS}  active: {{constant: true}}\n", encoding="utf-8")
    back = json.loads(call("apply", "partners.yaml", "--limit", "20", "--json").out)
    assert (back["create"], back["update"]) == (0, first["create"])


@pytest.mark.usefixtures("guests")
def test_there_must_be_such_a_run(call: Call) -> None:
    done = call("undo", "calm-heron-27")
    assert done.code == 2
    assert 'There is no run "calm-heron-27"' in done.err


def test_a_connection_that_is_gone_is_a_usage_error(guests: Path, call: Call) -> None:
    run = json.loads(call("apply", "guests.yaml", "--limit", "30", "--json").out)["run"]
    project = guests / "mapstudio.toml"
    project.write_text(project.read_text(encoding="utf-8").replace("[connections.crm", "[connections.old"), "utf-8")
    done = call("undo", run)
    assert done.code == 2
    assert '"crm"' in done.err


def test_production_is_never_undone_without_its_name(guests: Path, call: Call) -> None:
    run = json.loads(call("apply", "guests.yaml", "--limit", "3", "--json").out)["run"]
    # The same account as production: what counts is where the run wrote to.
    state = next((guests.parent / "state").rglob("state.db"))
    with closing(sqlite3.connect(state)) as books, books:
        books.execute("UPDATE runs SET destination = replace(destination, '\"sandbox\"', '\"production\"')")
    done = call("undo", run, "--yes")
    assert done.code == 5
    assert 'Writing to "crm" (production) needs a confirmation by name.' in done.err
