"""Whatever is wrong is told in one sentence, with the right exit code, on standard error, and nothing is written."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from mapstudio.project import read_project, state_folder
from mapstudio.runner.lock import RunLock, lock_name
from tests.cli.conftest import MAPPING, Call, Done, call_process


def is_one_message(done: Done, code: int, *told: str) -> None:
    assert done.code == code, done.err
    assert done.out == ""
    assert "Traceback" not in done.err
    assert done.err.startswith("error: ")
    for words in told:
        assert words in done.err


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("fields:\n", "fields:\n  - x: [\n", "guests.yaml"),
        ("mapstudio: 1", "mapstudio: 2", "format 2"),
        ("name: guests", "nmae: guests", "nmae"),
        ("trim(guestEmail)", "trim(guestEmail", "row email"),
        ("lower(trim(guestEmail))", "lowr(guestEmail)", "lowr"),
        (
            "  phone: phone(guestPhone, guestCountry)",
            "  phone: {from: guestPhone, valeus: x}",
            'did you mean "values"?',
        ),
        ("  phone: phone(guestPhone, guestCountry)", "  phone: {from: guestPhone, values: gone}", "gone"),
        (MAPPING, "\x00\x01", "guests.yaml"),
        (MAPPING, "", "guests.yaml"),
        (MAPPING, "just text", "guests.yaml"),
    ],
)
@pytest.mark.parametrize("command", [("transform",), ("test",), ("plan",), ("apply", "--yes")])
def test_an_invalid_mapping_ends_before_anything_is_read(
    command: tuple[str, ...], old: str, new: str, told: str, mapping: Path, project: Path, call: Call
) -> None:
    mapping.write_text(MAPPING.replace(old, new), encoding="utf-8")
    done = call(command[0], "guests.yaml", *command[1:], stdin="{}")
    assert "Traceback" not in done.err
    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert mapping.read_text() == MAPPING.replace(old, new)


def test_a_field_that_the_source_does_not_have_is_named(mapping: Path, project: Path, call: Call) -> None:
    mapping.write_text(MAPPING.replace("trim(guestEmail)", "trim(guestEmial)"), encoding="utf-8")
    is_one_message(call("plan", "guests"), 2, "guests.yaml:6", "guestEmial", 'did you mean "guestEmail"')


def test_a_field_that_the_destination_does_not_have_is_named(mapping: Path, project: Path, call: Call) -> None:
    mapping.write_text(MAPPING.replace("firstname:", "firstnam:"), encoding="utf-8")
    is_one_message(call("plan", "guests"), 2, "firstnam", "firstname")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("plan", "gusets"), 'There is no mapping "gusets"'),
        (("plan", "gone.yaml"), "gone.yaml"),
        (("records", "crmm", "contacts"), 'no connection "crmm". Did you mean "crm"'),
        (("records", "crm", "contcts"), "contcts"),
        (("records", "crm", "contacts", "--env", "production"), 'no environment "production"'),
        (("runs", "show", "nothing"), 'no run "nothing"'),
        (("dead-letters", "show", "7"), 'no dead letter "7"'),
        (("pln",), 'Did you mean "plan"'),
        (("plan", "guests", "--jsn"), "--jsn"),
        (("plan",), "Missing argument"),
        (("apply",), "Give either a MAPPING or --plan FILE"),
        (("apply", "--plan", "none.json"), "none.json"),
        (("transform", "guests", "none.jsonl"), "none.jsonl"),
        (("transform", "guests", "-o", "/nowhere/x"), "/nowhere/x"),
        (("transform", "guests", "--schema", "guests.yaml"), "no schema snapshot"),
        (("eval", "lower("), "is not closed"),
        (("eval", "a", "guests.yaml"), "not JSON"),
        (("sandbox", "serve", "hubspt"), 'no sandbox "hubspt"'),
        (("map", "set", "guests", "phone"), "nothing to change"),
        (("map", "rm", "guests", "phne"), "phne"),
        (("map", "set", "guests", "phone", "--expr", "a", "--constant", "b"), "phone"),
        (("studio",), "needs a terminal"),
        (("demo",), "needs a terminal"),
    ],
)
def test_a_wrong_word_is_told_and_exits_2(
    arguments: tuple[str, ...], told: str, mapping: Path, project: Path, call: Call
) -> None:
    is_one_message(call(*arguments), 2, told)


def test_no_project_says_how_to_start_one(call: Call) -> None:
    is_one_message(call("plan", "x"), 2, "No mapstudio.toml", "mapstudio init")


def test_a_broken_project_file_lists_its_problems(folder: Path, call: Call) -> None:
    (folder / "mapstudio.toml").write_text('[projct]\nname = "a"\n[connections.x]\n', encoding="utf-8")
    is_one_message(call("status"), 2, "line 1", 'Did you mean "project"', "connections.x.type")


def test_a_wrong_token_exits_4_without_telling_it(project: Path, monkeypatch: pytest.MonkeyPatch, call: Call) -> None:
    monkeypatch.setenv("MAPSTUDIO_CRM_SANDBOX_TOKEN", "hush-hush-wrong")
    done = call("objects", "crm")
    is_one_message(done, 4, "crm")
    assert "hush" not in done.err


def test_a_missing_token_names_the_variable(project: Path, monkeypatch: pytest.MonkeyPatch, call: Call) -> None:
    monkeypatch.delenv("MAPSTUDIO_CRM_SANDBOX_TOKEN")
    is_one_message(call("objects", "crm"), 4, "Set MAPSTUDIO_CRM_SANDBOX_TOKEN")


def test_a_server_that_is_down_exits_3(project: Path, monkeypatch: pytest.MonkeyPatch, call: Call) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("MAPSTUDIO_ERP_SANDBOX_URL", f"http://127.0.0.1:{taken.getsockname()[1]}")
    is_one_message(call("objects", "erp"), 3, "erp")


class Page(BaseHTTPRequestHandler):
    """A server that answers everything with a web page."""

    def do_GET(self) -> None:
        body = b"<html><script>alert(1)</script>\x1b[31mlogin</html>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the library's name

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture
def web_page() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("connection", ["hotel", "crm", "erp"])
def test_a_web_page_instead_of_json_exits_3(
    connection: str, web_page: str, project: Path, monkeypatch: pytest.MonkeyPatch, call: Call
) -> None:
    monkeypatch.setenv(f"MAPSTUDIO_{connection.upper()}_SANDBOX_URL", web_page)
    done = call("objects", connection)
    is_one_message(done, 3, connection)
    assert "\x1b" not in done.err


def test_a_second_run_exits_3_and_names_the_holder(mapping: Path, project: Path, call: Call) -> None:
    lock = RunLock(
        state_folder(read_project(project)), lock_name("guests", "crm", "sandbox"), command=["nightly", "job"]
    )
    with lock:
        is_one_message(call("apply", "guests", "--yes"), 3, f"process {os.getpid()}", "nightly job")


@pytest.mark.parametrize("extra", [(), ("--yes",), ("--confirm", "hotel")])
def test_production_without_its_name_exits_5_before_anything(
    extra: tuple[str, ...],
    mapping: Path,
    project: Path,
    shared_access: Mapping[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    call: Call,
) -> None:
    with (project / "mapstudio.toml").open("a", encoding="utf-8") as file:
        file.write(f'[connections.crm.production]\nurl = "{shared_access["hubspot"]["url"]}"\n')
    monkeypatch.setenv("MAPSTUDIO_CRM_PRODUCTION_TOKEN", "x")
    is_one_message(call("apply", "guests", "--env", "production", *extra), 5, "crm")
    assert json.loads(call("runs", "list", "--json").out) == []


def test_our_own_mistake_is_logged_and_exits_70(
    project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, call: Call
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("local-sandbox-hubspot-token leaked")

    monkeypatch.setattr("mapstudio.project.state.state_folder", broken)
    monkeypatch.setattr("mapstudio.project.state_folder", broken)
    done = call("runs", "list")
    is_one_message(done, 70, "ZeroDivisionError", "mapstudio.log")
    log = tmp_path / "state" / "mapstudio.log"
    assert "Traceback" in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_process_keeps_data_and_talk_apart(mapping: Path) -> None:
    good = call_process("transform", "guests.yaml", stdin='{"guestEmail":"a@b.example"}')
    assert (good.code, good.out) == (0, '{"email":"a@b.example"}\n')
    assert good.err == "1 read, 1 written, 0 rejected, 0 skipped.\n"
    bad = call_process("check", "none.yaml")
    is_one_message(bad, 2, "none.yaml")


def test_a_reader_that_goes_away_ends_quietly(mapping: Path) -> None:
    records = '{"guestEmail":"a@b.example"}\n' * 20_000
    process = subprocess.Popen(
        [sys.executable, "-m", "mapstudio", "transform", "guests.yaml"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    threading.Thread(target=feed, args=(process.stdin, records.encode()), daemon=True).start()
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(30) == 141
    assert process.stderr.read() == b""
    process.stderr.close()


def feed(stream: Any, data: bytes) -> None:
    try:
        stream.write(data)
        stream.close()
    except BrokenPipeError:
        return


def test_the_log_says_what_happened_and_holds_no_secret(project: Path, tmp_path: Path) -> None:
    assert call_process("objects", "crm", "-vv").code == 0
    log = tmp_path / "state" / "mapstudio.log"
    text = log.read_text()
    assert "objects crm" in text
    assert "GET /" in text
    assert "local-sandbox-hubspot-token" not in text
    assert log.stat().st_mode & 0o777 == 0o600


def test_ctrl_c_ends_a_pipe_with_130_and_no_traceback(mapping: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "mapstudio", "transform", "guests.yaml", "-o", "out.jsonl"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin
    process.stdin.write(b'{"guestEmail":"a@b.example"}\n')
    process.stdin.flush()
    waiting = threading.Event()
    while not list(Path.cwd().glob(".out.jsonl.*")):
        waiting.wait(0.05)
    # It waits for more lines by now, also where all cores are busy.
    waiting.wait(0.7)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert out == b""
    assert err.strip() == b"error: Interrupted."
    assert sorted(path.name for path in Path.cwd().iterdir()) == ["guests.yaml"]
