"""The guard: which account an environment may reach."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapstudio.connectors.declarations import Account, AccountKind
from mapstudio.connectors.opening import guard
from mapstudio.model import ExitCode, PreconditionError
from mapstudio.project import Connection, Environment, Project
from mapstudio.runner import check_confirmation, confirm_needed
from tests.runner.fake import FakeConnector, FakeSystem

LOCAL = "http://127.0.0.1:8710"
FAR = "https://crm.example"


async def guarded(kind: AccountKind, environment: str, **settings: str) -> Account:
    """Guard a connection that reaches account ``77`` of that kind."""
    connection = Connection("crm", "fake", {environment: Environment(environment, settings)})
    project = Project(Path("/project"), "casa", {"crm": connection})
    connector = FakeConnector(FakeSystem({}, Account("77", "Account Seventy-Seven", kind, "fake 1")))
    return await guard(connector, project, "crm", environment)


@pytest.mark.parametrize(
    ("kind", "environment", "settings"),
    [
        (AccountKind.SANDBOX, "sandbox", {}),
        (AccountKind.SANDBOX, "staging", {}),
        (AccountKind.SANDBOX, "production", {"account": "77"}),
        (AccountKind.PRODUCTION, "production", {}),
        (AccountKind.PRODUCTION, "production", {"portal": "77"}),
        (AccountKind.PRODUCTION, "staging", {"account": "77"}),
        (AccountKind.UNKNOWN, "sandbox", {"url": LOCAL}),
        (AccountKind.UNKNOWN, "sandbox", {"url": FAR, "account": "77"}),
        (AccountKind.UNKNOWN, "production", {"url": FAR, "property": "77"}),
    ],
)
async def test_the_right_account_passes(kind: AccountKind, environment: str, settings: dict[str, str]) -> None:
    assert (await guarded(kind, environment, **settings)).id == "77"


@pytest.mark.parametrize(
    ("kind", "environment", "settings", "says"),
    [
        (AccountKind.PRODUCTION, "sandbox", {}, "says that it is production"),
        (AccountKind.PRODUCTION, "sandbox", {"account": "77"}, "says that it is production"),
        (AccountKind.PRODUCTION, "staging", {}, 'account = "77"'),
        (AccountKind.SANDBOX, "production", {}, "says that it is sandbox"),
        (AccountKind.UNKNOWN, "sandbox", {"url": FAR}, 'account = "77"'),
        (AccountKind.UNKNOWN, "sandbox", {}, 'account = "77"'),
        (AccountKind.UNKNOWN, "production", {"url": LOCAL}, 'account = "77"'),
        (AccountKind.SANDBOX, "sandbox", {"account": "78"}, 'pins account "78"'),
        (AccountKind.PRODUCTION, "production", {"account": "78"}, 'pins account "78"'),
    ],
)
async def test_a_wrong_account_is_refused(
    kind: AccountKind, environment: str, settings: dict[str, str], says: str
) -> None:
    with pytest.raises(PreconditionError, match="crm") as caught:
        await guarded(kind, environment, **settings)
    assert caught.value.exit_code is ExitCode.PRECONDITION
    assert says in str(caught.value)


async def test_a_url_from_elsewhere_does_not_count_as_local(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPSTUDIO_CRM_SANDBOX_URL", FAR)
    with pytest.raises(PreconditionError):
        await guarded(AccountKind.UNKNOWN, "sandbox", url=LOCAL)
    monkeypatch.delenv("MAPSTUDIO_CRM_SANDBOX_URL")
    monkeypatch.setenv("MAPSTUDIO_CRM_SANDBOX_URL_FILE", "/anywhere")
    with pytest.raises(PreconditionError):
        await guarded(AccountKind.UNKNOWN, "sandbox", url=LOCAL)


def test_production_needs_the_name_itself() -> None:
    assert not confirm_needed("sandbox")
    assert confirm_needed("production")
    assert confirm_needed("live", Account("1", "one", AccountKind.PRODUCTION, "fake"))
    check_confirmation("crm", "sandbox", None)
    check_confirmation("crm", "production", "crm")
    for given in (None, "", "y", "yes", "CRM", "hotel"):
        with pytest.raises(PreconditionError, match="crm"):
            check_confirmation("crm", "production", given)
