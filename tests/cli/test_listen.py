"""``listen`` as a process, with local systems that really deliver: twice, shuffled, signed, and killed between."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from mapstudio.project import find_project, state_folder
from mapstudio.runner.lock import RunLock, lock_name
from mapstudio.sandbox.ledger import Ledger
from mapstudio.sandbox.server import sandboxes
from tests.cli.conftest import MAPPING, Call, call_process, write_project
from tests.sandbox.running import build, running

WITHIN = 60.0
ROUGH = {"manners": {"duplicates": 1, "reorder": True, "delay": 0, "retry": 1}}
CONTACTS = """\
mapstudio: 1
name: contacts-to-partners
source: {connection: crm, object: contacts, where: email}
destination: {connection: erp, object: res.partner, key: ref}
fields:
  ref: concat('hs-', id)
  name: lastname || email
"""
PARTNERS = """\
mapstudio: 1
name: partners-to-contacts
source: {connection: erp, object: res.partner, where: email}
destination: {connection: crm, object: contacts, key: email}
fields:
  email: lower(email)
  lastname: name
"""
GUEST = "84510023"


@dataclass
class Listening:
    """A running command."""

    process: subprocess.Popen[str]
    address: str
    told: list[dict[str, Any]] = field(default_factory=list)

    def next(self) -> dict[str, Any]:
        """Return what it says of the next batch."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.process.communicate()[1]
        self.told.append(json.loads(line))
        return self.told[-1]

    def until_quiet(self, done: Callable[[], bool]) -> None:
        """Wait until a condition holds."""
        deadline = time.monotonic() + WITHIN
        while not done():
            assert time.monotonic() < deadline, self.told
            time.sleep(0.05)

    def post(self, body: Any, **headers: str) -> int:
        """Deliver something by hand."""
        return httpx.post(self.address, json=body, headers=headers, timeout=WITHIN).status_code

    def stop(self) -> tuple[int, str]:
        """Press ctrl+c and return exit code and standard error."""
        self.process.send_signal(signal.SIGINT)
        err = self.process.communicate(timeout=WITHIN)[1]
        return self.process.returncode, err


@dataclass(frozen=True)
class Casa:
    """A project on systems of the test's own."""

    folder: Path
    access: Mapping[str, Mapping[str, Any]]
    ledger: Path

    def written(self, system: str, name: str) -> list[dict[str, Any]]:
        """Return what was stored in an object."""
        lines = [json.loads(line) for line in self.ledger.read_text(encoding="utf-8").splitlines()]
        return [line for line in lines if (line["sandbox"], line["object"]) == (system, name)]

    def hooks(self, system: str, body: Mapping[str, Any]) -> Any:
        """Say how a system delivers."""
        return httpx.put(f"{self.access[system]['url']}/__sandbox__/webhooks", json=body).raise_for_status().json()

    def pending(self, system: str) -> int:
        """Return how many events are on their way."""
        return int(httpx.get(f"{self.access[system]['url']}/__sandbox__/webhooks").json()["pending"])

    def advance(self, system: str, seconds: int) -> None:
        """Let time pass there."""
        httpx.put(f"{self.access[system]['url']}/__sandbox__/clock", json={"advance": seconds}).raise_for_status()

    def rename(self, last_name: str, guest: str = GUEST) -> None:
        """Change a guest, as reception does."""
        form = {"propertyID": "297652", "guestID": guest, "guestLastName": last_name}
        headers = {"x-api-key": self.access["cloudbeds"]["api_key"]}
        url = f"{self.access['cloudbeds']['url']}/api/v1.3/putGuest"
        assert httpx.put(url, data=form, headers=headers).json() == {"success": True}


@pytest.fixture
def casa(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Casa]:
    mapping = MAPPING.replace("  phone: phone(guestPhone, guestCountry)\n", "  lastname: guestLastName\n")
    for name, text in (("guests", mapping), ("contacts", CONTACTS), ("partners", PARTNERS)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    with Ledger(tmp_path / "ledger.jsonl") as ledger:
        options = {"odoo-version": "19"}
        services = [item for sandbox in sandboxes().values() for item in build(sandbox, ledger=ledger, options=options)]
        with running(services) as access:
            write_project(folder, access, monkeypatch)
            yield Casa(folder, access, tmp_path / "ledger.jsonl")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def listening(*arguments: str, subscribe: bool = False) -> Iterator[Listening]:
    """Run the command until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "mapstudio", "listen", *arguments, "--port", str(port), "--show-address", "--json"]
    if subscribe:
        command += ["--subscribe", "--public-url", f"http://127.0.0.1:{port}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            running_one = Listening(process, "")
            running_one.address = running_one.next()["address"]
            yield running_one
        finally:
            process.kill()


def test_ten_deliveries_of_five_events_are_one_write(casa: Casa) -> None:
    with listening("hotel", "guests.yaml", subscribe=True) as one:
        casa.hooks("cloudbeds", {"manners": {**ROUGH["manners"], "delay": 3600}})
        for name in ("Neu", "Neum", "Neuma", "Neuman", "Neumann"):
            casa.rename(name)
        casa.advance("cloudbeds", 3601)
        assert one.next()["runs"][0]["create"] == 1
        one.until_quiet(lambda: casa.pending("cloudbeds") == 0)
        delivered = httpx.get(f"{casa.access['cloudbeds']['url']}/__sandbox__/webhooks").json()["requests"]
        assert [(entry["outcome"], entry["attempt"]) for entry in delivered] == [(200, 0)] * 10
        casa.hooks("cloudbeds", ROUGH)
        [written] = casa.written("hubspot", "contacts")
        assert written["values"]["lastname"] == "Neumann"
        casa.rename("Neumann-Ruiz")
        one.until_quiet(lambda: len(casa.written("hubspot", "contacts")) == 2)
        code, err = one.stop()
    # The second delivery of the last event may have come when it was told to stop, and a run been stopped then.
    assert code in {0, 130}
    assert "Stopped listening" in err
    assert "Traceback" not in err
    assert call_process("listen", "hotel", "guests.yaml", "--drain", "--json").code == 0
    done = call_process("listen", "hotel", "guests.yaml", "--drain", "--json")
    assert (done.code, done.out) == (0, "")
    assert len(casa.written("hubspot", "contacts")) == 2


def test_signed_events_of_an_app_are_taken_and_no_others(casa: Casa, monkeypatch: pytest.MonkeyPatch) -> None:
    done = call_process("listen", "crm", "contacts.yaml", "--port", "0")
    assert done.code == 4
    assert "webhook_secret" in done.err
    access = casa.access["hubspot"]
    monkeypatch.setenv("MAPSTUDIO_CRM_SANDBOX_WEBHOOK_SECRET", access["oauth"]["client_secret"])
    with listening("crm", "contacts.yaml") as one:
        events = [{"eventType": "contact.creation"}, {"eventType": "contact.propertyChange", "propertyName": "email"}]
        casa.hooks("hubspot", {"target": one.address, "subscriptions": events, **ROUGH})
        assert one.post([{"subscriptionType": "contact.creation", "portalId": 1}]) == 401
        httpx.post(
            f"{access['url']}/crm/v3/objects/contacts",
            json={"properties": {"email": "told@casa.example", "lastname": "Told"}},
            headers={"Authorization": f"Bearer {access['token']}"},
        ).raise_for_status()
        told = one.next()
        assert (told["mapping"], told["runs"][0]["create"]) == ("contacts-to-partners", 1)
        one.until_quiet(lambda: casa.pending("hubspot") == 0)
        _, err = one.stop()
    assert "signature" in err
    # What is stored already was signed: applying it needs no secret.
    monkeypatch.delenv("MAPSTUDIO_CRM_SANDBOX_WEBHOOK_SECRET")
    assert call_process("listen", "crm", "contacts.yaml", "--drain").code == 0
    assert [entry["op"] for entry in casa.written("odoo", "res.partner")].count("create") == 1


def test_a_dozen_posts_of_a_rule_are_one_write(casa: Casa) -> None:
    access = casa.access["odoo"]

    def rpc(model: str, method: str, *arguments: Any) -> Any:
        params = {"service": "object", "method": "execute_kw"}
        params["args"] = [access["db"], "admin", "admin", model, method, [*arguments]]  # type: ignore[assignment]
        params["args"][1] = 2  # type: ignore[index]
        answer = httpx.post(f"{access['url']}/jsonrpc", json={"jsonrpc": "2.0", "method": "call", "params": params})
        return answer.json()["result"]

    with listening("erp", "partners.yaml") as one:
        [model] = rpc("ir.model", "search", [["model", "=", "res.partner"]])
        rule = rpc(
            *("base.automation", "create"),
            {"name": "Hook out", "model_id": model, "trigger": "on_create_or_write"},
        )
        action = {"name": "Send webhook", "model_id": model, "state": "webhook", "webhook_url": one.address}
        rpc("ir.actions.server", "create", {**action, "usage": "base_automation", "base_automation_id": rule})
        rpc("res.partner", "create", {"name": "Hooked", "email": "Hooked@Casa.example"})
        one.until_quiet(lambda: casa.pending("odoo") == 0)
        assert one.next()["runs"][0]["create"] == 1
    posts = httpx.get(f"{access['url']}/__sandbox__/webhooks").json()["requests"]
    assert len(posts) > 10
    [written] = casa.written("hubspot", "contacts")
    assert written["values"]["email"] == "hooked@casa.example"


def test_killed_between_the_answer_and_the_run_it_loses_nothing(casa: Casa, call: Call) -> None:
    lock = lock_name("guests", "crm", "sandbox")
    event = {"event": "guest/details_changed", "timestamp": 1795304924.431234, "propertyId": 297652, "guestId": GUEST}
    with listening("hotel", "guests.yaml") as one, RunLock(state_folder(find_project(casa.folder)), lock):
        assert [one.post(event) for _ in range(5)] == [200] * 5
        one.process.kill()
        one.process.wait()
    assert casa.written("hubspot", "contacts") == []
    [state] = [item for item in json.loads(call("status", "--json").out)["mappings"] if item["name"] == "guests"]
    assert state["waiting"] == 1
    assert "wait in the inbox" in call("status").err

    done = call("listen", "hotel", "guests.yaml", "--drain")
    assert done.code == 0
    assert "guests: 1 notice; 1 read: 1 create; run " in done.err
    assert len(casa.written("hubspot", "contacts")) == 1
    assert call("listen", "hotel", "guests.yaml", "--drain").err == "Nothing waits in the inbox.\n"
    # A repetition that comes after all of that is known.
    with listening("hotel", "guests.yaml") as one:
        assert one.post(event) == 200
        one.stop()
    assert "Nothing waits" in call("listen", "hotel", "guests.yaml", "--drain").err


def test_what_waits_is_taken_up_when_listening_begins_again(casa: Casa) -> None:
    lock = lock_name("guests", "crm", "sandbox")
    event = {"event": "guest/created", "timestamp": 1795304924.5, "propertyId": 297652, "guestId": GUEST}
    with listening("hotel", "guests.yaml") as one, RunLock(state_folder(find_project(casa.folder)), lock):
        assert one.post(event) == 200
        told = one.next()
        assert "Another run" in told["error"]
        assert told["left"] == 1
        one.process.kill()
        one.process.wait()
    with listening("hotel", "guests.yaml") as one:
        assert one.next()["runs"][0]["create"] == 1


def test_an_address_is_subscribed_once_and_can_be_ended(casa: Casa) -> None:
    assert casa.hooks("cloudbeds", ROUGH)["subscriptions"] == []
    public = ("--public-url", f"http://127.0.0.1:{free_port()}")
    url = public[1].rpartition(":")[2]
    for words in ("Subscribed to reservation/created", "subscribed to already"):
        command = [sys.executable, "-m", "mapstudio", "listen", "hotel", "--port", url, "--subscribe", *public]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            said = process.stderr.readline() + process.stderr.readline() + process.stderr.readline()
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=WITHIN)
        assert words in said
        # No terminal, no --show-address: the secret is printed nowhere.
        assert (process.returncode, out) == (0, "")
        assert "has a secret path" in said
    subscribed = casa.hooks("cloudbeds", ROUGH)["subscriptions"]
    assert len({(item["event"]["entity"], item["event"]["action"]) for item in subscribed}) == len(subscribed) > 5
    done = call_process("listen", "hotel", "--unsubscribe", *public)
    assert done.code == 0
    assert f"Ended {len(subscribed)} subscriptions" in done.err
    assert casa.hooks("cloudbeds", ROUGH)["subscriptions"] == []


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("crm", "guests.yaml"), 2, 'reads from "hotel", not from "crm"'),
        (("nobody",), 2, 'reads from "nobody"'),
        (("hotel", "--subscribe"), 2, "--public-url"),
        (("hotel", "--drain", "--unsubscribe", "--public-url", "https://x.example"), 2, "one of"),
        (("hotel", "--public-url", "http://x.example"), 2, "https"),
        (("hotel", "--env", "production"), 5, "confirmation by name"),
        (("hotel", "--env", "production", "--confirm", "hotel"), 5, 'says "hotel"'),
        (("erp", "partners.yaml", "--subscribe", "--public-url", "https://x.example", "--port", "0"), 2, "automation"),
    ],
)
def test_what_cannot_be_listened_to_is_told_at_once(
    casa: Casa, call: Call, arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = call("listen", *arguments)
    assert (done.code, done.out) == (code, "")
    assert words in done.err
    assert "Traceback" not in done.err


def test_a_port_that_is_taken_is_told(casa: Casa, call: Call) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = call("listen", "hotel", "guests.yaml", "--port", str(taken.getsockname()[1]))
    assert done.code == 2
    assert "cannot be listened at" in done.err


def test_objects_of_which_nothing_is_told_are_left_out(casa: Casa, call: Call) -> None:
    text = MAPPING.replace("object: guests, where: guestEmail", "object: rooms").replace("name: guests", "name: rooms")
    (casa.folder / "rooms.yaml").write_text(text, encoding="utf-8")
    done = call("listen", "hotel", "rooms.yaml", "--port", "0")
    assert done.code == 2
    assert "rooms is left out: Cloudbeds tells nothing of rooms" in done.err
