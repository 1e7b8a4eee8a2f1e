"""Tokens are renewed ahead of their end, by one of all who share them, and never lost on the way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mapstudio.connectors.oauth import Consent, OAuthApp, OAuthSession, Tokens, exchange_code
from mapstudio.model import AuthenticationError, ConnectionFailedError
from mapstudio.project import Project, parse_project
from mapstudio.project.token_vault import ProjectTokenVault
from mapstudio.sandbox.contract import Service
from tests.sandbox.running import running

TOML = '[project]\nname = "casa"\n[connections.crm]\ntype = "hubspot"\n[connections.crm.sandbox]\nclient_id = "app"\n'


class _Server:
    """Gives tokens that are good for half an hour; each refresh token once."""

    def __init__(self) -> None:
        self.forms: list[dict[str, str]] = []
        self.good = "refresh-0"
        self.status = 200
        self.life: int | None = 1800

    async def answer(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        self.forms.append(form)
        if self.status != 200:
            return JSONResponse({"message": "not today"}, self.status)
        if form["grant_type"] == "refresh_token" and form["refresh_token"] != self.good:
            return JSONResponse({"status": "BAD_REFRESH_TOKEN", "message": "missing or invalid refresh token"}, 400)
        number = len(self.forms)
        self.good = f"refresh-{number}"
        return JSONResponse(
            {
                "access_token": f"access-{number}",
                "refresh_token": self.good,
                "expires_in": self.life,
                "token_type": "bearer",
            }
        )


@contextmanager
def _serving() -> Iterator[tuple[_Server, OAuthApp]]:
    server = _Server()
    app = Starlette(routes=[Route("/token", server.answer, methods=["POST"])])
    with running([Service("oauth", app, {})]) as sandboxes:
        url = sandboxes["oauth"]["url"]
        yield server, OAuthApp(f"{url}/page", f"{url}/token", "app", "hush", ("one", "two"))


@pytest.fixture(name="project")
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("MAPSTUDIO_STATE", str(tmp_path / "state"))
    return parse_project(TOML, tmp_path)


def _vault(project: Project, *, ends: float = 0.0, access: str = "access-0") -> ProjectTokenVault:
    vault = ProjectTokenVault(project, "crm", "sandbox")
    vault.keep(Tokens(access, "refresh-0", ends, 1800.0).to_text(), in_file=True)
    return vault


def _session(app: OAuthApp, project: Project, now: float = 1000.0) -> OAuthSession:
    """Return a session with a vault object of its own, as another process has one."""
    return OAuthSession(app, ProjectTokenVault(project, "crm", "sandbox"), "crm (it)", "crm", lambda: now)


async def test_a_token_is_renewed_by_its_life_and_ahead_of_its_end(project: Project) -> None:
    with _serving() as (server, app):
        _vault(project, ends=3000.0)
        assert await _session(app, project, now=3000.0 - 301).access() == "access-0"
        assert server.forms == []
        assert await _session(app, project, now=3000.0 - 299).access() == "access-1"
        assert server.forms[0]["refresh_token"] == "refresh-0"
        assert server.forms[0]["client_secret"] == "hush"


async def test_of_all_who_share_a_connection_one_renews(project: Project) -> None:
    with _serving() as (server, app):
        _vault(project)
        sessions = [_session(app, project) for _ in range(8)]
        tokens = await asyncio.gather(*(session.access() for session in sessions for _ in range(3)))
    assert {*tokens} == {"access-1"}
    assert len(server.forms) == 1


async def test_what_replaces_a_refresh_token_is_stored_before_it_is_used(project: Project) -> None:
    with _serving() as (_, app):
        vault = _vault(project)
        session = _session(app, project)
        for number in range(1, 4):
            assert await session.access(ended=f"access-{number - 1}") == f"access-{number}"
            assert json.loads(vault.read() or "")["refresh"] == f"refresh-{number}"
        assert vault.path.stat().st_mode & 0o777 == 0o600


async def test_one_that_ended_early_is_renewed_once_however_many_were_told(project: Project) -> None:
    with _serving() as (server, app):
        _vault(project, ends=9000.0)
        sessions = [_session(app, project) for _ in range(5)]
        tokens = await asyncio.gather(*(session.access(ended="access-0") for session in sessions))
    assert {*tokens} == {"access-1"}
    assert len(server.forms) == 1


async def test_tokens_that_were_taken_back_are_told_with_what_to_do(project: Project) -> None:
    with _serving() as (server, app):
        server.good = "another"
        vault = _vault(project)
        with pytest.raises(AuthenticationError, match=r"invalid refresh token.*mapstudio connect crm --oauth") as error:
            await _session(app, project).access()
        assert "refresh-0" not in str(error.value)
        assert "refresh-0" in (vault.read() or "")


async def test_a_system_that_is_down_costs_no_token_and_leaves_the_lock_free(project: Project) -> None:
    with _serving() as (server, app):
        _vault(project)
        server.status = 503
        with pytest.raises(ConnectionFailedError):
            await _session(app, project).access()
        server.status = 200
        assert await _session(app, project).access() == "access-2"


@pytest.mark.parametrize("kept", ["no json", "[]", '{"access": "a"}'])
async def test_what_is_no_tokens_counts_as_none(project: Project, kept: str) -> None:
    with _serving() as (server, app):
        ProjectTokenVault(project, "crm", "sandbox").keep(kept, in_file=True)
        with pytest.raises(AuthenticationError, match="mapstudio connect crm --oauth"):
            await _session(app, project).access()
    assert server.forms == []


async def test_a_life_that_is_not_told_is_taken_for_short_not_for_none(project: Project) -> None:
    with _serving() as (server, app):
        server.life = None
        _vault(project)
        session = _session(app, project)
        assert [await session.access() for _ in range(3)] == ["access-1"] * 3


async def test_without_tokens_it_says_how_to_get_some(project: Project) -> None:
    with _serving() as (server, app), pytest.raises(AuthenticationError, match="mapstudio connect crm --oauth"):
        await _session(app, project).access()
    assert server.forms == []


async def test_a_code_is_exchanged_with_what_only_the_asker_knows() -> None:
    with _serving() as (server, app):
        consent = Consent(app, "http://localhost:1/callback")
        tokens = await exchange_code(consent, "the-code", "crm (it)")
    assert tokens.refresh == "refresh-1"
    [form] = server.forms
    assert (form["code"], form["redirect_uri"], form["code_verifier"]) == (
        "the-code", "http://localhost:1/callback", consent.verifier,
    )  # fmt: skip
    assert consent.verifier not in consent.address
    assert "scope=one+two" in consent.address
    assert Consent(app, "http://localhost:1/callback").state != consent.state
