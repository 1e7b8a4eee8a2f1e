"""``kill -9`` of the real command against the real sandbox, again and again: no duplicate in the ledger."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from benchmarks.campaign import ledger
from mapstudio.project import variable_name
from mapstudio.sandbox.ledger import Ledger
from mapstudio.sandbox.server import sandboxes
from tests.sandbox.running import build, running

ROOT = Path(__file__).resolve().parents[2]
DEALS = """\
mapstudio: 1
name: reservations-to-deals
source: {connection: hotel, object: reservations, where: guestEmail}
destination: {connection: crm, object: deals, key: cb_reservation_id}
fields:
  cb_reservation_id: reservationID
  dealname: concat('Stay ', reservationID)
  associations.contacts: {from: guestEmail, by: email, on_error: skip}
  associations.companies: {constant: "52000102", label: Primary}
"""
CONNECTIONS = {"hotel": "cloudbeds", "crm": "hubspot", "erp": "odoo"}
PATIENCE = 60.0
pytestmark = [pytest.mark.chaos, pytest.mark.slow]


@dataclass(frozen=True)
class Bench:
    """Sandboxes, a project, and the command."""

    project: Path
    ledger: Path

    def start(self, mapping: str) -> subprocess.Popen[str]:
        """Start an apply."""
        command = [sys.executable, "-m", "mapstudio", "apply", mapping, "--yes", "--json"]
        return subprocess.Popen(command, cwd=self.project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def apply(self, mapping: str) -> dict[str, Any]:
        """Apply to the end and return what it printed."""
        with self.start(mapping) as process:
            out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode in {0, 1}, err
        told: dict[str, Any] = json.loads(out)
        return told

    def written(self, sandbox: str) -> list[dict[str, Any]]:
        """Return what a sandbox stored."""
        return [entry for entry in ledger.entries(self.ledger) if entry["sandbox"] == sandbox]


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """Return the sample project with its sandboxes running."""
    project = tmp_path / "casa-palma"
    shutil.copytree(ROOT / "mappings", project)
    (project / "hotel" / "reservations-to-deals.yaml").write_text(DEALS, encoding="utf-8")
    with Ledger(tmp_path / "ledger.jsonl") as ledger:
        services = [service for sandbox in sandboxes().values() for service in build(sandbox, ledger=ledger)]
        with running(services) as access:
            for connection, sandbox in CONNECTIONS.items():
                for name, value in access[sandbox].items():
                    monkeypatch.setenv(variable_name(connection, "sandbox", name), str(value))
            yield Bench(project, tmp_path / "ledger.jsonl")


@pytest.mark.parametrize(
    ("mapping", "sandbox", "kills"),
    [
        ("companies-to-partners", "odoo", (1, 42, 50)),
        ("guests-to-contacts", "hubspot", (1, 101)),
        ("reservations-to-deals", "hubspot", (1, 101, 205, 430)),
    ],
)
def test_killed_applies_leave_no_duplicate(bench: Bench, mapping: str, sandbox: str, kills: tuple[int, ...]) -> None:
    for written in kills:
        process = bench.start(mapping)
        deadline = time.monotonic() + PATIENCE
        while len(bench.written(sandbox)) < written and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
        process.kill()
        process.communicate()

    last = bench.apply(mapping)

    quiet = bench.apply(mapping)
    assert (quiet["create"], quiet["update"]) == (0, 0)
    assert quiet["unchanged"] == last["create"] + last["update"] + last["unchanged"]
    entries = bench.written(sandbox)
    created = Counter(json.dumps(entry["key"]) for entry in entries if entry["op"] == "create")
    assert created
    assert created.most_common(1)[0][1] == 1
    made = Counter(
        (item["id"], item["values"]["to"]) for item in entries if item["op"] == "associate" and item["changed"]
    )
    assert all(count == 1 for count in made.values())
    runs = json.loads(
        subprocess.check_output([sys.executable, "-m", "mapstudio", "runs", "list", "--json"], cwd=bench.project)
    )
    assert sum(run["create"] for run in runs) == created.total()
    assert {run["status"] for run in runs} <= {"done", "stopped"}
