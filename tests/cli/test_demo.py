"""The demo: a copy of the sample, sandboxes that end with it, and a second apply that sends nothing."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mapstudio.cli.demo.sample import sample_folder, working_copy
from mapstudio.model import UsageError
from tests.cli.conftest import Call, call_process


def test_the_sample_is_copied_and_then_kept(folder: Path) -> None:
    project, copied = working_copy(None)
    assert (project.root, copied) == (folder / "mapstudio-demo", True)
    assert [item.name for item in project.mappings()] == [
        "companies-to-partners",
        "deals-to-orders",
        "guests-to-contacts",
        "reservations-to-deals",
        "stay-notes-to-reservation-notes",
        "vip-notes-to-guest-notes",
    ]
    mapping = project.mapping_path("guests-to-contacts")
    mapping.write_text("mine", encoding="utf-8")
    assert working_copy(None)[1] is False
    assert mapping.read_text() == "mine"


def test_a_folder_of_something_else_is_left_alone(folder: Path) -> None:
    (folder / "photo.jpg").write_bytes(b"")
    with pytest.raises(UsageError, match="holds something that is no project"):
        working_copy(folder)
    assert [path.name for path in folder.iterdir()] == ["photo.jpg"]


def test_the_sample_is_without_errors_and_its_examples_pass(call: Call) -> None:
    sample = str(sample_folder())
    assert call("check", sample).code == 0
    done = call("test", sample, "--json")
    assert done.code == 0
    assert all(item["passed"] >= 5 for item in json.loads(done.out)["mappings"])


@pytest.mark.slow
def test_headless_ends_with_a_second_apply_that_sends_nothing(folder: Path) -> None:
    ledger = folder / "ledger.jsonl"
    done = call_process("demo", "--headless", "--json", "--ledger", str(ledger), wait=240)
    assert done.code == 0, done.err
    told = json.loads(done.out)["mappings"]
    assert {item["name"] for item in told} == {
        "guests-to-contacts",
        "companies-to-partners",
        "deals-to-orders",
        "reservations-to-deals",
        "stay-notes-to-reservation-notes",
        "vip-notes-to-guest-notes",
    }
    for item in told:
        assert item["failed_examples"] == []  # cast to the live schemas now, and without any above
        assert item["first"]["create"] > 0
        assert (item["first"]["update"] > 0) is (item["name"] in {"guests-to-contacts", "companies-to-partners"})
        assert item["first"]["reject"] == len(item["rejects"])
        assert (item["first"]["reject"] > 0) is (
            not item["name"].startswith(("reservations", "stay-notes", "vip-notes"))
        )
        assert (item["second"]["create"], item["second"]["update"]) == (0, 0)
    sent = sum(item["first"][verb] for item in told for verb in ("create", "update"))
    entries = [json.loads(line) for line in ledger.read_text().splitlines()]
    # An order is written with its lines, and confirmed.
    lines = sum(entry["object"] == "sale.order.line" for entry in entries)
    confirmed = sum(entry["object"] == "sale.order" and entry["op"] == "update" for entry in entries)
    orders = next(item["first"]["create"] for item in told if item["name"] == "deals-to-orders")
    assert lines > confirmed == orders
    associated = sum(entry["op"] == "associate" for entry in entries)
    assert associated > 0
    assert len(entries) == sent + lines + confirmed + associated
    assert str(folder / "mapstudio-demo") in done.err
    again = call_process("demo", "--headless", "--no-limits", wait=240)
    assert again.code == 0, again.err
    assert "0 create, 0 update" in again.out


@pytest.mark.chaos
def test_a_killed_demo_leaves_no_server_behind(folder: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "mapstudio", "demo", "--headless"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    urls = []
    for line in process.stderr:
        if "http://" in line:
            urls.append(line.split()[-1])
        if len(urls) == 3:
            break
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)
    process.stderr.close()
    for url in urls:
        assert is_closed(url), url


def is_closed(url: str) -> bool:
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", urlsplit(url).port or 0), 1):
            time.sleep(0.1)
            continue
        return True
    return False


def test_two_demos_on_one_folder_are_refused(folder: Path, call: Call) -> None:
    import fcntl

    from mapstudio.project import state_folder

    project, _ = working_copy(None)
    with (state_folder(project) / "demo.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        done = call("demo", "--headless")
    assert done.code == 3
    assert "Another demo runs on" in done.err
