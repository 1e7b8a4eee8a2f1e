"""Commands for a running sandbox: faults, clock, options and reset, each shown as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args

import httpx
import pytest

from mapstudio.sandbox.fault_kinds import KINDS, Kind
from mapstudio.sandbox.hubspot import SANDBOX
from tests.cli.conftest import Call, Done
from tests.sandbox.running import build, running

DETAILS = "/account-info/2026-03/details"


@pytest.fixture(name="client")
def _client() -> Iterator[httpx.Client]:
    with running(build(SANDBOX)) as access:
        headers = {"Authorization": f"Bearer {access['hubspot']['token']}"}
        with httpx.Client(base_url=access["hubspot"]["url"], headers=headers, trust_env=False) as client:
            yield client


@pytest.fixture(name="sandbox")
def _sandbox(call: Call, client: httpx.Client) -> Call:
    """Call ``mapstudio sandbox ...`` for the sandbox of this test."""
    return lambda *words: call("sandbox", *words, "--url", str(client.base_url))


def told(done: Done) -> Any:
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_a_fault_is_added_listed_and_cleared(sandbox: Call, client: httpx.Client) -> None:
    words = ("429", "--count", "2", "--path", "/account-info/*", "--retry-after", "3", "--lasts", "1h")
    added = told(sandbox("faults", "add", "hubspot", *words, "--json"))
    assert (added["kind"], added["count"], added["retry_after"], added["lasts"]) == ("429", 2, 3, 3600)
    assert client.get(DETAILS).headers["Retry-After"] == "3"
    listed = sandbox("faults", "list", "hubspot")
    assert listed.out.splitlines()[1].split() == ["1", "429", "*", "/account-info/*", "2,", "for", "3600", "s", "1"]
    assert "No faults" in sandbox("faults", "clear", "hubspot", "1").err
    assert client.get(DETAILS).status_code == 200
    assert told(sandbox("faults", "list", "hubspot", "--json")) == {"faults": []}
    assert "no fault 1" in sandbox("faults", "clear", "hubspot", "1").err


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_is_explained(call: Call, kind: str) -> None:
    text = " ".join(call("sandbox", "faults", "add", "--help").out.split())
    assert f"{kind} {KINDS[kind]}" in text  # type: ignore[index]


def test_the_clock_moves(sandbox: Call, client: httpx.Client) -> None:
    done = sandbox("clock", "hubspot", "--set", "2027-01-31T09:00:00+01:00", "--freeze", "--advance", "90m")
    assert done.out == "hubspot: 2027-01-31T09:30:00Z, frozen\n"
    assert told(sandbox("clock", "hubspot", "--json")) == {"now": "2027-01-31T09:30:00Z", "frozen": True}
    created = client.post("/crm/v3/objects/contacts", json={"properties": {"email": "eva@example.com"}}).json()
    assert created["createdAt"] == "2027-01-31T09:30:00.000Z"
    assert "frozen" not in sandbox("clock", "hubspot", "--thaw").out
    wrong = sandbox("clock", "hubspot", "--advance", "soon")
    assert (wrong.code, "90s" in wrong.err) == (2, True)


def test_options_are_shown_and_changed_and_a_reset_brings_them_back(sandbox: Call, client: httpx.Client) -> None:
    done = sandbox("options", "hubspot", "hubspot-account-type=STANDARD", "hubspot-tier=enterprise")
    assert done.code == 0
    assert client.get(DETAILS).json()["accountType"] == "STANDARD"
    assert told(sandbox("options", "hubspot", "--json"))["options"]["hubspot-tier"] == "enterprise"
    for change, word in (("hubspot-tier=gold", "enterprise"), ("hubspot-teir=starter", "hubspot-tier"), ("x", "x")):
        refused = sandbox("options", "hubspot", change)
        assert (refused.code, word in refused.err) == (2, True), refused.err
    client.post("/crm/v3/objects/contacts", json={"properties": {"email": "eva@example.com"}})
    assert sandbox("reset", "hubspot").out == "hubspot: as on its first day\n"
    assert client.get(DETAILS).json()["accountType"] == "DEVELOPER_TEST"
    assert client.get("/crm/v3/objects/contacts/eva@example.com?idProperty=email").status_code == 404


def test_what_is_not_there_is_said(call: Call, sandbox: Call) -> None:
    for words, code, word in (
        (("reset", "hubspot", "--url", "http://127.0.0.1:9"), 3, "sandbox serve hubspot"),
        (("reset", "hubspot", "--url", "https://example.com"), 2, "this machine"),
    ):
        done = call("sandbox", *words)
        assert (done.code, word in done.err) == (code, True), done.err
    assert sandbox("reset", "odoo").code == 3
