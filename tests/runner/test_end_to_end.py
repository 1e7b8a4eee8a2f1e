"""The sample project's mappings between real sandboxes over HTTP: the ledger holds what the report says."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mapstudio.model import Verb
from mapstudio.model.exact_json import loads
from mapstudio.project import Project, read_project, variable_name
from mapstudio.runner import Plan, Report, Runner, RunReader, StateStore
from mapstudio.sandbox.ledger import Ledger
from mapstudio.sandbox.server import sandboxes
from tests.sandbox.running import build, running

SAMPLE = Path(__file__).resolve().parents[2] / "mappings"
CONNECTIONS = {"hotel": "cloudbeds", "crm": "hubspot", "erp": "odoo"}
STAFF = """\
mapstudio: 1
name: staff-to-partners
source: {connection: crm, object: contacts, where: associations.companies}
destination: {connection: erp, object: res.partner, key: email}
fields:
  email: lower(trim(email))
  name: concat(firstname, ' ', lastname)
  parent_id: link('companies', associations.companies[0].id)
"""
pytestmark = pytest.mark.slow


@dataclass
class Systems:
    """The sandboxes with an open project."""

    project: Project
    state: StateStore
    ledger: Path

    def written(self, sandbox: str) -> list[Any]:
        """Return what was written to a sandbox, in order."""
        entries = [loads(line) for line in self.ledger.read_text().splitlines()]
        return [entry for entry in entries if isinstance(entry, dict) and entry["sandbox"] == sandbox]

    async def apply(self, mapping: str, limit: int | None = None) -> tuple[Plan, Report]:
        """Plan and apply a mapping of the sample project."""
        async with Runner(self.project, self.project.mapping_path(mapping), state=self.state) as runner:
            runner.acquire_lock()
            plan = await runner.plan(limit)
            return plan, await runner.apply(plan)


def set_access(monkeypatch: pytest.MonkeyPatch, access: Mapping[str, Mapping[str, Any]]) -> None:
    """Point the project's connections at the sandboxes."""
    for connection, sandbox in CONNECTIONS.items():
        for name, value in access[sandbox].items():
            monkeypatch.setenv(variable_name(connection, "sandbox", name), str(value))


@contextmanager
def open_systems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Systems]:
    """Serve all sandboxes, with a copy of the sample project."""
    root = tmp_path / "casa-palma"
    shutil.copytree(SAMPLE, root)
    with Ledger(tmp_path / "ledger.jsonl") as ledger, StateStore.open(tmp_path / "state") as state:
        services = [service for sandbox in sandboxes().values() for service in build(sandbox, ledger=ledger)]
        with running(services) as access:
            set_access(monkeypatch, access)
            yield Systems(read_project(root), state, tmp_path / "ledger.jsonl")


@pytest.fixture
def systems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Systems]:
    """Return all sandboxes with a copy of the sample project."""
    with open_systems(tmp_path, monkeypatch) as opened:
        yield opened


@pytest.mark.parametrize(("mapping", "sandbox"), [("guests-to-contacts", "hubspot"), ("companies-to-partners", "odoo")])
async def test_the_ledger_is_the_report_and_the_second_apply_is_quiet(
    systems: Systems, mapping: str, sandbox: str
) -> None:
    plan, first = await systems.apply(mapping)

    assert first.counts == plan.counts
    assert first.counts["create"] > 0
    assert first.counts["update"] > 0
    assert first.counts["reject"] == len(RunReader(systems.state).dead_letters())
    written = systems.written(sandbox)
    assert Counter(entry["op"] for entry in written) == {
        "create": first.counts["create"],
        "update": first.counts["update"],
    }
    created = [entry["id"] for entry in written if entry["op"] == "create"]
    assert len(set(created)) == len(created)

    _, second = await systems.apply(mapping)
    assert (second.counts["create"], second.counts["update"]) == (0, 0)
    assert len(systems.written(sandbox)) == len(written)


async def test_a_lost_state_store_doubles_nothing(systems: Systems, tmp_path: Path) -> None:
    await systems.apply("companies-to-partners")
    before = len(systems.written("odoo"))
    with StateStore.open(tmp_path / "another") as state:
        systems.state.close()
        _, report = await Systems(systems.project, state, systems.ledger).apply("companies-to-partners")
    assert report.counts["create"] == 0
    assert len(systems.written("odoo")) == before


async def test_people_wait_for_their_companies_and_then_belong_to_them(systems: Systems) -> None:
    (systems.project.root / "erp" / "staff-to-partners.yaml").write_text(STAFF, encoding="utf-8")

    _, report = await systems.apply("staff-to-partners")
    assert report.counts["wait"] == report.counts["read"] - report.counts["skipped"] - report.counts["reject"] > 0
    assert systems.written("odoo") == []

    await systems.apply("companies-to-partners")
    companies = {entry["id"] for entry in systems.written("odoo")}
    plan, report = await systems.apply("staff-to-partners")
    assert report.counts["create"] > 0
    assert report.counts["wait"] > 0  # their companies were left out, or rejected
    created = [record.values for record in plan.records if record.verb is Verb.CREATE]
    assert {str(record["parent_id"]) for record in created} & companies

    _, again = await systems.apply("staff-to-partners")
    assert again.quiet
    assert again.counts["wait"] == report.counts["wait"]
