"""The receiver behind its secret path: stored before it is answered, and told apart by status what is wrong."""

from __future__ import annotations

import stat
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from mapstudio.cli.listening import receiver as module
from mapstudio.cli.listening.address import SecretPath, secret_path
from mapstudio.cli.listening.receiver import MOST_BYTES, Receiver
from mapstudio.connectors.notices import Delivery, MalformedDeliveryError, Notice
from mapstudio.model import AuthenticationError, ConnectionFailedError, PreconditionError, UsageError
from mapstudio.project import Project, find_project
from mapstudio.runner.state import Stored

SECRET = "a-secret-path-0123456789"


@dataclass
class Desk:
    """What the receiver got, and what it is to meet."""

    deliveries: list[Delivery] = field(default_factory=list)
    kept: list[Notice] = field(default_factory=list)
    told: list[Stored] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    error: Exception | None = None
    storing: Callable[[], object] = lambda: None

    def understand(self, delivery: Delivery) -> Sequence[Notice]:
        self.deliveries.append(delivery)
        if self.error is not None:
            raise self.error
        return [Notice("guest/created", (), "1")]

    def store(self, notices: Sequence[Notice]) -> Stored:
        self.storing()
        self.kept.extend(notices)
        return Stored(taken=1)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(max_workers=1) as pool:
        yield pool


def client(desk: Desk, executor: ThreadPoolExecutor, public: str = "") -> httpx.AsyncClient:
    app = Receiver(
        SecretPath(SECRET), public, desk.understand, desk.store, executor, desk.told.append, desk.refused.append
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8790")


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/x-www-form-urlencoded", "", "@;"])
async def test_a_delivery_is_stored_before_it_is_answered(desk: Desk, executor: ThreadPoolExecutor, kind: str) -> None:
    async with client(desk, executor) as http:
        answer = await http.post(f"/{SECRET}?x=%2F1", content=b"{}", headers={"Content-Type": kind, "X-Own": "a"})
        assert (answer.status_code, answer.content) == (200, b"")
        assert [notice.identity for notice in desk.kept] == ["1"]
    assert desk.told == [Stored(taken=1)]
    [delivery] = desk.deliveries
    assert (delivery.method, delivery.body, delivery.headers["x-own"]) == ("POST", b"{}", "a")
    assert delivery.uri == f"http://127.0.0.1:8790/{SECRET}?x=%2F1"
    assert delivery.received_at.tzinfo is not None


async def test_behind_a_proxy_the_outer_address_is_what_was_called(desk: Desk, executor: ThreadPoolExecutor) -> None:
    async with client(desk, executor, "https://hooks.example/casa") as http:
        await http.post(f"/{SECRET}", content=b"{}")
    assert desk.deliveries[0].uri == f"https://hooks.example/casa/{SECRET}"


@pytest.mark.parametrize("path", ["", "wrong", SECRET[:-1], f"{SECRET}0", f"{SECRET}/", f"x/{SECRET}", SECRET.upper()])
async def test_any_other_path_is_not_there(desk: Desk, executor: ThreadPoolExecutor, path: str) -> None:
    async with client(desk, executor) as http:
        for method in ("GET", "POST", "DELETE"):
            assert (await http.request(method, f"/{path}", content=b"{}")).status_code == 404
    assert (desk.deliveries, desk.refused) == ([], [])


async def test_only_posts_are_taken(desk: Desk, executor: ThreadPoolExecutor) -> None:
    async with client(desk, executor) as http:
        assert (await http.get(f"/{SECRET}")).status_code == 405
    assert desk.deliveries == []


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (MalformedDeliveryError("It is none."), 400),
        (AuthenticationError("Not signed."), 401),
        (PreconditionError("Another property."), 403),
        (ConnectionFailedError("The state file is full."), 503),
        (KeyError("our own mistake"), 500),
    ],
)
async def test_what_is_wrong_is_told_by_status_and_to_the_person(
    desk: Desk, executor: ThreadPoolExecutor, error: Exception, status: int
) -> None:
    desk.error = error
    async with client(desk, executor) as http:
        answer = await http.post(f"/{SECRET}", content=b"{}")
    assert (answer.status_code, answer.content) == (status, b"")
    assert len(desk.refused) == 1
    assert desk.kept == []


async def test_what_is_too_long_is_refused_before_it_is_read(desk: Desk, executor: ThreadPoolExecutor) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(MOST_BYTES // 1024 + 2):
            yield b"x" * 1024

    async with client(desk, executor) as http:
        told = await http.post(f"/{SECRET}", content=b"x" * (MOST_BYTES + 1))
        untold = await http.post(f"/{SECRET}", content=chunks())
    assert (told.status_code, untold.status_code) == (413, 413)
    assert desk.deliveries == []


async def test_a_state_file_that_is_held_refuses_instead_of_being_late(
    desk: Desk, executor: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_STORED_WITHIN", 0.05)
    free = threading.Event()
    desk.storing = free.wait
    async with client(desk, executor) as http:
        answer = await http.post(f"/{SECRET}", content=b"{}")
    free.set()
    assert answer.status_code == 503
    assert desk.told == []
    assert "comes again" in desk.refused[0] or "come again" in desk.refused[0]


@pytest.fixture
def casa(folder: Path) -> Project:
    (folder / "mapstudio.toml").write_text('[project]\nname = "casa"\n', encoding="utf-8")
    return find_project(folder)


def test_the_path_is_made_once_for_its_owner_alone(casa: Project, tmp_path: Path) -> None:
    first = secret_path(casa, "hotel", "sandbox")
    assert secret_path(casa, "hotel", "sandbox") == first
    assert len(first.text) >= 40
    assert first.text not in repr(first)
    others = {secret_path(casa, "hotel", "production").text, secret_path(casa, "crm", "sandbox").text}
    assert len({first.text, *others}) == 3
    files = [*(tmp_path / "state").rglob("*.path")]
    assert len(files) == 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert {stat.S_IMODE(file.parent.stat().st_mode) for file in files} == {0o700}


def test_a_variable_gives_the_path(casa: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPSTUDIO_HOTEL_SANDBOX_WEBHOOK_PATH", SECRET)
    assert secret_path(casa, "hotel", "sandbox").text == SECRET
    monkeypatch.delenv("MAPSTUDIO_HOTEL_SANDBOX_WEBHOOK_PATH")
    (tmp_path / "path").write_text(f"{SECRET}2\n", encoding="utf-8")
    monkeypatch.setenv("MAPSTUDIO_HOTEL_SANDBOX_WEBHOOK_PATH_FILE", str(tmp_path / "path"))
    assert secret_path(casa, "hotel", "sandbox").text == f"{SECRET}2"
    monkeypatch.setenv("MAPSTUDIO_HOTEL_SANDBOX_WEBHOOK_PATH_FILE", str(tmp_path / "none"))
    with pytest.raises(UsageError, match="WEBHOOK_PATH_FILE"):
        secret_path(casa, "hotel", "sandbox")


@pytest.mark.parametrize("bad", ["short", "with/a/slash/0123456789", "x" * 201, "späth-0123456789-0123"])
def test_a_path_that_can_be_guessed_is_refused(casa: Project, monkeypatch: pytest.MonkeyPatch, bad: Any) -> None:
    monkeypatch.setenv("MAPSTUDIO_HOTEL_SANDBOX_WEBHOOK_PATH", bad)
    with pytest.raises(UsageError, match="WEBHOOK_PATH") as caught:
        secret_path(casa, "hotel", "sandbox")
    assert bad not in str(caught.value)
