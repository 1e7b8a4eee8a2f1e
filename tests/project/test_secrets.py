"""Secrets are references: where they are looked for, in which order, and that they are never told."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from mapstudio.model import AuthenticationError, UsageError
from mapstudio.project import Origin, Project, keyring_store, resolve_settings, setting_origin, variable_name
from mapstudio.project.redaction import redact
from mapstudio.project.secret_file import secrets_path, store_file_secret
from tests.project.conftest import TOML

Make = Callable[..., Project]
VARIABLE = "MAPSTUDIO_CRM_SANDBOX_TOKEN"


@dataclass(frozen=True)
class Setting:
    name: str
    secret: bool = False
    required: bool = True
    default: str = ""


URL = Setting("url", default="https://crm.example")
TOKEN = Setting("token", secret=True)


def with_command(*arguments: str) -> str:
    written = ", ".join(f'"{argument}"' for argument in arguments)
    return TOML.replace('url = "http://127.0.0.1:8711"', f'url = "http://127.0.0.1:8711"\nsecret_command = [{written}]')


def test_names_with_dashes_and_dots_become_underscores() -> None:
    assert variable_name("crm-eu.2", "sandbox", "api_key") == "MAPSTUDIO_CRM_EU_2_SANDBOX_API_KEY"


def test_the_file_the_default_and_the_variable(make_project: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project()
    monkeypatch.setenv(VARIABLE, "hush-42")
    assert resolve_settings(project, "crm", "sandbox", [URL, TOKEN]) == {
        "url": "http://127.0.0.1:8711",
        "token": "hush-42",
    }
    monkeypatch.setenv("MAPSTUDIO_CRM_SANDBOX_URL", "http://127.0.0.1:9999")
    assert resolve_settings(project, "crm", "sandbox", [URL, TOKEN])["url"] == "http://127.0.0.1:9999"
    monkeypatch.setenv("MAPSTUDIO_HOTEL_PRODUCTION_TOKEN", "x")
    assert resolve_settings(project, "hotel", "production", [URL, TOKEN])["url"] == "https://crm.example"


def test_a_variable_can_name_a_file(make_project: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("hush-from-file\n", encoding="utf-8")
    monkeypatch.setenv(f"{VARIABLE}_FILE", str(path))
    assert resolve_settings(make_project(), "crm", "sandbox", [URL, TOKEN])["token"] == "hush-from-file"
    path.unlink()
    with pytest.raises(UsageError, match=f"{VARIABLE}_FILE names .* cannot be read"):
        resolve_settings(make_project(), "crm", "sandbox", [URL, TOKEN])


def test_a_sandbox_secret_never_reaches_production(make_project: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPSTUDIO_HOTEL_SANDBOX_TOKEN", "hush")
    monkeypatch.setenv("MAPSTUDIO_HOTEL_TOKEN", "hush")
    with pytest.raises(AuthenticationError, match="Set MAPSTUDIO_HOTEL_PRODUCTION_TOKEN"):
        resolve_settings(make_project(), "hotel", "production", [URL, TOKEN])


def test_an_empty_variable_is_told(make_project: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, " ")
    with pytest.raises(UsageError, match=f"{VARIABLE} is set but empty"):
        resolve_settings(make_project(), "crm", "sandbox", [URL, TOKEN])


def test_a_command_gives_the_secret_and_the_variable_wins(make_project: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(with_command(sys.executable, "-c", "print(' hush-cmd ')"))
    assert resolve_settings(project, "crm", "sandbox", [URL, TOKEN])["token"] == "hush-cmd"
    assert redact("got hush-cmd here") == "got *** here"
    assert setting_origin(project, "crm", "sandbox", TOKEN) is Origin.COMMAND
    monkeypatch.setenv(VARIABLE, "hush-var")
    assert resolve_settings(project, "crm", "sandbox", [URL, TOKEN])["token"] == "hush-var"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((sys.executable, "-c", "import sys; print('hush'); sys.exit(3)"), "ended with status 3"),
        ((sys.executable, "-c", ""), "printed nothing"),
        (("no-such-program-here",), "there is no program"),
    ],
)
def test_a_failing_command_is_told_without_its_output(
    arguments: tuple[str, ...], told: str, make_project: Make
) -> None:
    with pytest.raises(UsageError, match=told) as caught:
        resolve_settings(make_project(with_command(*arguments)), "crm", "sandbox", [URL, TOKEN])
    assert "connections.crm.sandbox.secret_command" in str(caught.value)
    assert "hush'" not in str(caught.value)


def test_a_command_for_several_secrets_must_say_which(make_project: Make) -> None:
    project = make_project(with_command(sys.executable, "-c", "print(1)"))
    with pytest.raises(UsageError, match="does not say which secret"):
        resolve_settings(project, "crm", "sandbox", [URL, TOKEN, Setting("password", secret=True)])


def test_a_secret_setting_of_any_name_is_refused_in_the_file(make_project: Make) -> None:
    project = make_project(TOML.replace('url = "http://127.0.0.1:8711"', 'pin = "hush"'))
    with pytest.raises(UsageError, match="pin is a secret") as caught:
        resolve_settings(project, "crm", "sandbox", [Setting("pin", secret=True)])
    assert "hush" not in str(caught.value)


def test_an_unknown_setting_is_answered_with_the_nearest(make_project: Make) -> None:
    project = make_project(TOML.replace('url = "http://127.0.0.1:8711"', 'urll = "x"'))
    with pytest.raises(UsageError, match=r'unknown key "urll"\. Did you mean "url"'):
        resolve_settings(project, "crm", "sandbox", [URL, TOKEN])


def test_the_secrets_file_is_private_and_last(make_project: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project()
    path = store_file_secret(project, "crm", "sandbox", "token", "hush-file")
    assert path.stat().st_mode & 0o777 == 0o600
    assert not path.is_relative_to(project.root)
    assert resolve_settings(project, "crm", "sandbox", [URL, TOKEN])["token"] == "hush-file"
    secrets_path(project).chmod(0o640)
    with pytest.raises(UsageError, match="can be read by others"):
        resolve_settings(project, "crm", "sandbox", [URL, TOKEN])


class FakeVault:
    """A keyring backend as keyring's own are."""

    held: dict[tuple[str, str], str] = {}  # noqa: RUF012 - shared on purpose: the "machine's" keyring
    priority = 5

    def get_password(self, service: str, user: str) -> str | None:
        return self.held.get((service, user))

    def set_password(self, service: str, user: str, secret: str) -> None:
        self.held[service, user] = secret


def test_a_vetted_keyring_holds_secrets_for_this_project_only(
    make_project: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
    monkeypatch.setattr(keyring_store, "VETTED", (f"{__name__}.FakeVault",))
    monkeypatch.setitem(sys.modules, __name__, sys.modules[FakeVault.__module__])
    FakeVault.held.clear()
    project = make_project()
    assert keyring_store.store_secret(project, "crm", "sandbox", "token", "hush-ring")
    assert resolve_settings(project, "crm", "sandbox", [URL, TOKEN])["token"] == "hush-ring"
    assert setting_origin(project, "crm", "sandbox", TOKEN) is Origin.KEYRING
    elsewhere = Project(project.root / "copy", project.name, project.connections)
    with pytest.raises(AuthenticationError):
        resolve_settings(elsewhere, "crm", "sandbox", [URL, TOKEN])


@pytest.mark.parametrize(
    "backend", ["keyring.backends.null.Keyring", "keyring.backends.fail.Keyring", "keyrings.alt.file.PlaintextKeyring"]
)
def test_a_keyring_that_is_not_vetted_counts_as_none(
    backend: str, make_project: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", backend)
    assert not keyring_store.store_secret(make_project(), "crm", "sandbox", "token", "hush")
