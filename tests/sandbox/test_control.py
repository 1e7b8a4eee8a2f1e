"""The control endpoint of every sandbox: what goes wrong on request, the clock, the options, and back to the start."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mapstudio.model import UsageError
from mapstudio.sandbox.contract import Sandbox, SandboxOption, Service, Setup
from mapstudio.sandbox.server import sandboxes
from tests.sandbox.running import build, plain_client, running


def counting(setup: Setup) -> Sequence[Service]:
    """Return a service that counts its calls and repeats what its option says."""
    state: dict[str, Any] = {"calls": 0, "word": setup.options["word"]}

    async def answer(request: Request) -> Response:
        state["calls"] += 1
        return JSONResponse({**state, "now": setup.now().isoformat(), "padding": "x" * 1000})

    def word(text: str) -> None:
        if not text.isalpha():
            raise UsageError(f'"{text}" is no word.')
        state["word"] = text

    async def calls(request: Request) -> dict[str, Any]:
        return {"calls": state["calls"]}

    app = Starlette(routes=[Route("/{rest:path}", answer, methods=["GET", "POST"])])
    refusal = lambda status: JSONResponse({"vendor": status}, status)  # noqa: E731 - the shape of the field
    return [Service("one", app, {}, {"word": word}, [("GET", "/calls", calls)], refusal)]


COUNTING = Sandbox("one", counting, (SandboxOption("word", "A word.", "first"),))


@pytest.fixture(name="client")
def _client() -> Iterator[httpx.Client]:
    with (
        running(build(COUNTING)) as access,
        plain_client(access["one"]["url"], timeout=2) as client,
    ):
        yield client


def fault(client: httpx.Client, kind: str, **more: Any) -> dict[str, Any]:
    answer = client.post("/__sandbox__/faults", json={"kind": kind, **more})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def collect(answer: httpx.Response, into: bytearray) -> None:
    for part in answer.iter_raw():
        into += part


def calls(client: httpx.Client) -> int:
    found: int = client.get("/__sandbox__/calls").json()["calls"]
    return found


def test_a_count_of_429s_with_and_without_retry_after(client: httpx.Client) -> None:
    fault(client, "429", count=1)
    fault(client, "429", count=1, retry_after=7)
    first, second, third = (client.get("/") for _ in range(3))
    assert (first.status_code, first.json(), "retry-after" in first.headers) == (429, {"vendor": 429}, False)
    assert (second.status_code, second.headers["retry-after"]) == (429, "7")
    assert (third.status_code, calls(client)) == (200, 1)


@pytest.mark.parametrize("kind", ["502", "503", "504"])
def test_a_gateway_answers_with_a_page(client: httpx.Client, kind: str) -> None:
    fault(client, kind)
    answer = client.get("/")
    assert answer.status_code == int(kind)
    assert answer.headers["content-type"].startswith("text/html")
    assert "<h1>" in answer.text
    assert calls(client) == 0


def test_an_error_of_the_server_is_the_vendors(client: httpx.Client) -> None:
    fault(client, "500")
    assert client.get("/").json() == {"vendor": 500}


def test_a_connection_dropped_before_did_nothing_and_one_dropped_after_did_everything(client: httpx.Client) -> None:
    for kind, done in (("drop-before", 0), ("drop-after", 1)):
        fault(client, kind, count=1)
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            client.post("/", content=b"x" * 200_000)
        assert calls(client) == done


def test_a_truncated_answer_is_the_beginning_of_the_whole_one(client: httpx.Client) -> None:
    fault(client, "truncate", count=1)
    with client.stream("GET", "/") as answer:
        assert answer.status_code == 200
        got = bytearray()
        with pytest.raises(httpx.RemoteProtocolError):
            collect(answer, got)
    assert got.startswith(b'{"calls":1')
    assert 400 < len(got) < int(answer.headers["content-length"])
    assert client.get("/").json()["calls"] == 2


def test_slow_answers_come_and_hung_ones_do_not(client: httpx.Client) -> None:
    fault(client, "slow", count=1, seconds=0.3)
    before = client.get("/__sandbox__/clock").json()["now"]
    assert client.get("/").status_code == 200
    after = client.get("/__sandbox__/clock").json()["now"]
    assert datetime.fromisoformat(after) - datetime.fromisoformat(before) >= timedelta(seconds=0.3)
    fault(client, "hang")
    with pytest.raises(httpx.ReadTimeout):
        client.get("/", timeout=0.3)
    assert calls(client) == 1


def test_who_hangs_is_let_go_when_the_sandbox_is_reset_or_ends(capfd: pytest.CaptureFixture[str]) -> None:
    ended: list[str] = []

    def ask(url: str) -> None:
        try:
            httpx.get(url, trust_env=False, timeout=20)
        except httpx.HTTPError as error:
            ended.append(type(error).__name__)

    with running(build(COUNTING)) as access:
        url = access["one"]["url"]
        with plain_client(url) as client:
            for kind, last in (("hang", False), ("slow", False), ("hang", True)):
                fault(client, kind, seconds=60)
                thread = threading.Thread(target=ask, args=(url,))
                thread.start()
                while client.get("/__sandbox__/faults").json()["faults"][0]["struck"] == 0:
                    pass
                if not last:
                    client.post("/__sandbox__/reset")
                    thread.join(5)
    thread.join(5)
    assert ended == ["RemoteProtocolError"] * 3
    assert capfd.readouterr().err == ""


def test_only_the_requests_that_are_meant_go_wrong(client: httpx.Client) -> None:
    fault(client, "500", method="POST", path="*/upsert", skip=1)
    statuses = [
        client.request(method, path).status_code
        for method, path in (("GET", "/a/upsert"), ("POST", "/a/read"), ("POST", "/a/upsert"), ("POST", "/b/upsert"))
    ]
    assert statuses == [200, 200, 200, 500]


def test_a_share_is_drawn_from_the_seed(client: httpx.Client) -> None:
    def statuses() -> list[int]:
        client.delete("/__sandbox__/faults")
        fault(client, "500", share=0.3, seed=4)
        return [client.get("/").status_code for _ in range(100)]

    first = statuses()
    assert statuses() == first
    assert 15 <= first.count(500) <= 45


def test_a_storm_lasts_as_long_as_it_should_on_the_sandboxs_clock(client: httpx.Client) -> None:
    fault(client, "429", lasts=60)
    assert client.get("/").status_code == 429
    client.put("/__sandbox__/clock", json={"advance": 61})
    assert client.get("/").status_code == 200


def test_faults_are_listed_with_what_they_did_and_cleared(client: httpx.Client) -> None:
    one, two = fault(client, "500", count=1), fault(client, "429", path="/other")
    client.get("/")
    listed = client.get("/__sandbox__/faults").json()["faults"]
    assert [(item["id"], item["seen"], item["struck"]) for item in listed] == [(one["id"], 1, 1), (two["id"], 0, 0)]
    assert [item["id"] for item in client.delete(f"/__sandbox__/faults/{one['id']}").json()["faults"]] == [two["id"]]
    assert client.delete("/__sandbox__/faults").json() == {"faults": []}
    assert client.get("/other").status_code == 200


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"kind": "418"}, "kind"),
        ({"kind": "429", "often": 1}, "often"),
        ({"kind": "429", "share": 2}, "share"),
        ({}, "kind"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_with_the_reason(
    client: httpx.Client, body: dict[str, Any], word: str
) -> None:
    answer = client.post("/__sandbox__/faults", json=body)
    assert answer.status_code == 400
    assert word in answer.json()["error"]
    assert client.get("/").status_code == 200


def test_the_clock_is_set_frozen_advanced_and_thawed(client: httpx.Client) -> None:
    def now() -> str:
        told: str = client.get("/").json()["now"]
        return told

    client.put("/__sandbox__/clock", json={"set": "2030-01-02T03:04:05+01:00", "freeze": True})
    assert now() == now() == "2030-01-02T02:04:05+00:00"
    client.put("/__sandbox__/clock", json={"advance": 90})
    assert now() == "2030-01-02T02:05:35+00:00"
    client.put("/__sandbox__/clock", json={"freeze": False})
    assert "2030-01-02T02:05:35" <= now() < "2030-01-02T02:06:35"
    answer = client.put("/__sandbox__/clock", json={"set": "2030-01-02T03:04:05"})
    assert answer.status_code == 400
    assert "offset" in answer.json()["error"]


def test_an_option_changes_while_it_runs_and_a_reset_brings_everything_back(client: httpx.Client) -> None:
    assert client.put("/__sandbox__/options", json={"word": "second"}).json() == {"options": {"word": "second"}}
    assert client.get("/").json()["word"] == "second"
    for body, word in (({"word": "2"}, "no word"), ({"world": "x"}, "word")):
        answer = client.put("/__sandbox__/options", json=body)
        assert answer.status_code == 400
        assert word in answer.json()["error"] + answer.json()["remedy"]
    fault(client, "500", path="/never")
    client.put("/__sandbox__/clock", json={"advance": 1e6, "freeze": True})
    told = client.post("/__sandbox__/reset").json()
    assert (told["options"], told["faults"], told["clock"]["frozen"]) == ({"word": "first"}, [], False)
    assert client.get("/").json()["calls"] == 1
    assert calls(client) == 1


def test_the_control_endpoint_needs_no_token_but_a_program_of_this_machine(client: httpx.Client) -> None:
    assert client.get("/__sandbox__").json()["sandbox"] == "one"
    for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}):
        answer = client.post("/__sandbox__/reset", headers=headers)
        assert answer.status_code == 400
        assert "this machine" in answer.json()["error"]
    assert client.get("/__sandbox__/nothing").status_code == 404


@pytest.mark.parametrize("name", sandboxes())
def test_every_shipped_sandbox_can_be_broken_and_reset(name: str) -> None:
    with running(build(sandboxes()[name])) as access:
        assert name in access
        for service in access.values():
            with plain_client(service["url"]) as client:
                usual = client.get("/").status_code
                for kind, status in (("429", 429), ("500", 500), ("502", 502)):
                    fault(client, kind, count=1)
                    assert client.get("/").status_code == status
                fault(client, "drop-before")
                with pytest.raises(httpx.RemoteProtocolError):
                    client.get("/")
                assert client.post("/__sandbox__/reset", timeout=30).status_code == 200
                assert client.get("/").status_code == usual
