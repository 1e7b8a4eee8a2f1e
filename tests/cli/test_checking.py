"""check tells traps, types and what is not portable: where they stand, and with which exit code."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from mapstudio.mapping.reading import parse_mapping
from tests.cli.conftest import ROOT, Call

TRAPS = """\
mapstudio: 1
name: guests
source: {connection: hotel, object: guests}
destination: {connection: crm, object: contacts, key: email}
fields:
  email: lower(guestEmail)
  vip: guestEmail && guestNotes != ''
"""
PLAIN = TRAPS.replace("lower(guestEmail)", "guestEmail").replace(" && guestNotes != ''", "")


@pytest.fixture
def traps(folder: Path) -> Path:
    """A mapping with a trap, and a function that plain JMESPath does not have."""
    path = folder / "guests.yaml"
    path.write_text(TRAPS, encoding="utf-8")
    return path


def test_a_trap_is_a_warning_with_line_row_and_place(traps: Path, call: Call) -> None:
    done = call("check", str(traps))
    assert done.code == 0
    assert (
        "guests.yaml:7: warning: row vip, character 15: guestNotes != '' is true where guestNotes is null, too; "
        "guestNotes alone is true where there is a text"
    ) in done.out
    assert call("check", str(traps), "--strict").code == 2


def test_traps_in_json_have_a_code_and_a_place(traps: Path, call: Call) -> None:
    (mapping,) = json.loads(call("check", str(traps), "--json").out)["mappings"]
    assert mapping["ok"] is True
    assert [(item["row"], item["code"], item["position"]) for item in mapping["problems"] if item["code"]] == [
        ("vip", "empty-is-not-null", 14)
    ]


def test_what_is_not_portable_is_told_only_when_asked_for(traps: Path, call: Call) -> None:
    assert "plain JMESPath" not in call("check", str(traps)).out
    done = call("check", str(traps), "--portable")
    assert done.code == 0
    assert "guests.yaml:6: warning: row email: plain JMESPath does not know the function lower" in done.out
    traps.write_text(PLAIN, encoding="utf-8")
    assert call("check", str(traps), "--portable", "--strict").code == 0
    traps.write_text(PLAIN.replace("email: guestEmail", "email: lower(guestEmail)"), encoding="utf-8")
    assert call("check", str(traps), "--strict").code == 0
    assert call("check", str(traps), "--portable", "--strict").code == 2


@pytest.mark.slow
def test_the_sample_raises_no_alarm_against_the_real_schemas(project: Path, call: Call) -> None:
    for name in ("hotel", "erp"):
        shutil.copytree(ROOT / "mappings" / name, project / name)
    files = sorted(project.glob("*/*.yaml"))
    read = [parse_mapping(file.read_text(encoding="utf-8"), file.name).require() for file in files]
    sides = {(side.connection, side.object) for mapping in read for side in (mapping.source, mapping.destination)}
    for connection, name in sorted(sides):
        assert call("schema", connection, name, "--save").code == 0
    done = call("check", ".", "--json")
    assert done.code == 0
    mappings = json.loads(done.out)["mappings"]
    assert len(mappings) == len(files) > 3
    for told_of in mappings:
        told = [item for item in told_of["problems"] if "is open" not in item["message"]]
        assert told == []


@pytest.mark.slow
def test_a_row_that_cannot_fit_keeps_plan_from_beginning(project: Path, call: Call) -> None:
    rows = "  email: guestEmail\n  last_stay: length(reservations)\n"
    (project / "guests.yaml").write_text(TRAPS.partition("  email")[0] + rows, encoding="utf-8")
    done = call("plan", "guests.yaml")
    assert done.code == 2
    assert "guests.yaml:7: row last_stay: integer into date: an integer is no date" in done.err
