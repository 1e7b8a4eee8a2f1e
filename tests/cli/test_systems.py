"""Commands that speak with systems, against the local sandboxes over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from mapstudio.sandbox.ledger import Ledger
from mapstudio.sandbox.server import sandboxes
from tests.cli.conftest import MAPPING, Call, Done, write_project
from tests.sandbox.running import build, running

WRITES = MAPPING.replace("phone(guestPhone,", "phone(guestCellPhone,").replace(
    "where: guestEmail", """where: "contains(guestEmail || '', '@')\""""
)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Where the test's own sandboxes note what is written."""
    return tmp_path / "ledger.jsonl"


@pytest.fixture
def own(folder: Path, ledger: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mapping[str, Any]]:
    """A project with a mapping on sandboxes of the test's own."""
    with Ledger(ledger) as book:
        services = [service for sandbox in sandboxes().values() for service in build(sandbox, ledger=book)]
        with running(services) as access:
            write_project(folder, access, monkeypatch)
            (folder / "guests.yaml").write_text(WRITES, encoding="utf-8")
            yield access


def written(ledger: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ledger.read_text().splitlines()]


def test_connect_test_says_account_and_environment(project: Path, call: Call) -> None:
    done = call("connect", "--test")
    assert done.code == 0
    assert "crm (sandbox): hub 4412911" in done.out
    told = json.loads(call("connect", "erp", "--test", "--json").out)
    assert (told[0]["ok"], told[0]["account"]["kind"]) == (True, "unknown")


def test_connect_without_a_keyring_prints_the_variable(
    folder: Path, shared_access: Mapping[str, Any], call: Call
) -> None:
    call("init", ".", "--name", "casa")
    url, token = shared_access["hubspot"]["url"], shared_access["hubspot"]["token"]
    arguments = ("connect", "crm", "--type", "hubspot", "--set", f"url={url}")
    done = call(*arguments, stdin=f"{token}\n")
    assert done.code == 0
    assert "export MAPSTUDIO_CRM_SANDBOX_TOKEN=" in done.out
    assert "crm (sandbox): hub 4412911" in done.out
    assert token not in done.out + done.err + (folder / "mapstudio.toml").read_text()


@pytest.mark.parametrize(
    ("environment", "kind", "pinned"),
    [
        ("sandbox", "DEVELOPER_TEST", True),
        ("production", "STANDARD", True),
        ("sandbox", "STANDARD", False),
        ("production", "DEVELOPER_TEST", False),
    ],
)
def test_connect_pins_the_account_where_it_is_of_the_kind_that_was_meant(
    folder: Path, call: Call, environment: str, kind: str, pinned: bool
) -> None:
    call("init", ".", "--name", "casa")
    with running(build(sandboxes()["hubspot"], options={"hubspot-account-type": kind})) as access:
        url, token = access["hubspot"]["url"], access["hubspot"]["token"]
        arguments = ("connect", "crm", "--type", "hubspot", "--env", environment, "--set", f"url={url}")
        done = call(*arguments, "--secrets-file", stdin=f"{token}\n")
        assert (done.code == 0) == pinned, done.err
        assert ('account = "4412911"' in (folder / "mapstudio.toml").read_text()) == pinned
        again = call("connect", "crm", "--env", environment, "--set", "account=1", "--secrets-file", stdin="\n")
        assert again.code == 5
        assert 'account = "1"' in (folder / "mapstudio.toml").read_text()


def test_connect_can_keep_the_secret_in_a_private_file(
    folder: Path, shared_access: Mapping[str, Any], call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    call("init", ".", "--name", "casa")
    access = shared_access["odoo"]
    settings = [item for key in ("url", "db", "login") for item in ("--set", f"{key}={access[key]}")]
    done = call("connect", "erp", "--type", "odoo", *settings, "--secrets-file", stdin=f"{access['password']}\n")
    assert done.code == 0
    assert call("connect", "erp", "--test").code == 0
    told = json.loads(call("connections", "--json").out)["connections"][0]
    assert told["secrets"]["password"]["origin"] == "secrets file"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("connect",), "A connection needs a name"),
        (("connect", "crm"), "A new connection needs a type"),
        (("connect", "crm", "--type", "hubspt"), 'no connector of type "hubspt"'),
        (("connect", "crm", "--type", "hubspot", "--set", "token=hush"), "a secret may not be an argument"),
        (("connect", "crm", "--type", "hubspot", "--set", "ulr=x"), 'no setting "ulr"'),
        (("connect", "erp", "--type", "odoo"), "The connection needs url"),
    ],
)
def test_connect_says_what_is_missing(arguments: tuple[str, ...], told: str, call: Call) -> None:
    call("init", ".", "--name", "casa")
    done = call(*arguments)
    assert done.code == 2
    assert told in done.err
    assert "hush" not in done.err.replace("token=hush", "")


def test_objects_schema_and_records(project: Path, call: Call) -> None:
    assert "res.partner" in call("objects", "erp").out
    assert {item["name"] for item in json.loads(call("objects", "crm", "--json").out)} >= {"contacts", "companies"}
    schema = call("schema", "hotel", "guests", "--save", "--json")
    assert (project / "schemas" / "hotel.guests.json").read_text() == schema.out
    assert json.loads(schema.out)["connection"] == "hotel"
    records = call("records", "hotel", "guests", "--limit", "3")
    assert len([json.loads(line) for line in records.out.splitlines()]) == 3
    piped = call("eval", "lower(guestFirstName)", stdin=records.out)
    assert len(piped.out.splitlines()) == 3
    array = json.loads(call("records", "erp", "res.partner", "--limit", "2", "--json").out)
    assert len(array) == 2


def test_apply_writes_what_plan_said_and_the_second_is_quiet(own: object, ledger: Path, call: Call) -> None:
    plan = json.loads(call("plan", "guests", "--json").out)
    verbs = ("create", "update", "unchanged", "reject", "review", "wait", "skipped", "duplicate")
    assert plan["read"] == sum(plan[verb] for verb in verbs) == len(plan["records"])
    assert plan["create"] > 0
    assert plan["reject"] > 0
    assert not ledger.read_text()
    assert call("apply", "guests", "--dry-run").code == 0
    assert not ledger.read_text()
    done = call("apply", "guests", "--yes", "--json")
    first = json.loads(done.out)
    assert done.code == 1
    assert {verb: first[verb] for verb in verbs} == {verb: plan[verb] for verb in verbs}
    assert len(written(ledger)) == first["create"] + first["update"]
    second = json.loads(call("apply", "guests", "--json").out)
    assert (second["create"], second["update"]) == (0, 0)
    assert len(written(ledger)) == first["create"] + first["update"]
    check_books(call, first, second)


def check_books(call: Call, first: dict[str, Any], second: dict[str, Any]) -> None:
    runs = json.loads(call("runs", "list", "--json").out)
    assert [run["run"] for run in runs] == [second["run"], first["run"]]
    shown = json.loads(call("runs", "show", first["run"], "--json").out)
    assert sum(record["verb"] == "create" for record in shown["records"]) == first["create"]
    letters = json.loads(call("dead-letters", "list", "--json").out)
    assert len(letters) == first["reject"]
    assert {letter["row"] for letter in letters} == {"phone"}
    letter = call("dead-letters", "show", str(letters[0]["id"]))
    assert letters[0]["source"] in letter.out
    for arguments in (("runs", "list"), ("runs", "show"), ("dead-letters", "list"), ("status",)):
        assert call(*arguments).code == 0


def test_a_saved_plan_is_applied_and_only_once(own: object, ledger: Path, call: Call) -> None:
    assert call("plan", "guests", "--limit", "60", "-o", "p.plan.json").code == 0
    assert Path("p.plan.json").stat().st_mode & 0o777 == 0o600
    first = json.loads(call("apply", "--plan", "p.plan.json", "--json").out)
    assert len(written(ledger)) == first["create"] + first["update"] > 0
    again = call("apply", "--plan", "p.plan.json")
    assert again.code == 5
    assert len(written(ledger)) == first["create"] + first["update"]


def test_a_folder_runs_all_of_it(own: object, folder: Path, call: Call) -> None:
    (folder / "more").mkdir()
    (folder / "more" / "vip.yaml").write_text(
        WRITES.replace("name: guests", "name: vip").replace(
            "(guestEmail || '', '@')", "(customFields.vip_note || '', 'VIP')"
        ),
        encoding="utf-8",
    )
    told = json.loads(call("plan", ".", "--limit", "40", "--json").out)["mappings"]
    assert [item["name"] for item in told] == ["guests", "vip"]
    assert "records" in told[0]


def test_plan_and_apply_for_people(own: object, call: Call) -> None:
    plan = call("plan", "guests", "--limit", "60")
    assert "guests: hotel.guests (sandbox, Casa Palma Hotel Boutique) -> crm.contacts (sandbox" in plan.out
    assert "+ create" in plan.out
    assert "60 read:" in plan.out
    applied = call("apply", "guests", "--limit", "60")
    assert "60 read:" in applied.out
    assert "; run " in applied.out
    again: Done = call("apply", "guests", "--limit", "60")
    assert "Nothing to send" in again.err
