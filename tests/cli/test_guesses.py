"""Fields that no document names, from the schema to a plan: shown as guesses, mapped as all others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from mapstudio.connectors.cloudbeds import budget
from mapstudio.sandbox.server import sandboxes
from tests.cli.conftest import MAPPING, Call, write_project
from tests.sandbox.running import build, running

LOYAL = MAPPING.partition("examples:")[0].replace("firstname: title_case(guestFirstName)", "firstname: loyaltyTier")


@pytest.fixture
def grown(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project whose hotel sends more than any document says."""
    monkeypatch.setattr(budget, "REQUESTS", 100_000)
    services = [
        service
        for name, sandbox in sandboxes().items()
        for service in build(sandbox, options={"cloudbeds-additions": "some"} if name == "cloudbeds" else None)
    ]
    with running(services) as access:
        write_project(folder, access, monkeypatch)
        yield folder


def test_the_schema_marks_guesses_and_says_what_the_mark_means(grown: Path, call: Call) -> None:
    done = call("schema", "hotel", "guests")
    lines = {line.split()[0]: line.split()[1:] for line in done.out.splitlines() if line}
    assert lines["loyaltyTier"] == ["text?", "read-only"]
    assert lines["stayPreferences.floor"][0] == "integer?"
    assert lines["guestEmail"][0] == "text"
    count = next(
        item["guessed_from"]
        for item in json.loads(call("schema", "hotel", "guests", "--json").out)["fields"]
        if item["name"] == "loyaltyTier"
    )
    assert f"A type with ? is guessed from {count} records: nobody tells it." in done.err
    assert "guessed" not in call("schema", "hotel", "rooms").err


def test_check_only_warns_of_what_rests_on_a_guess(grown: Path, call: Call) -> None:
    for side in (("hotel", "guests"), ("crm", "contacts")):
        assert call("schema", *side, "--save").code == 0
    assert (grown / "schemas" / "hotel.guests.json").read_text().count("guessed_from") == 6
    (grown / "guests.yaml").write_text(LOYAL.replace("loyaltyTier", "stayPreferences"), encoding="utf-8")
    done = call("check", "guests.yaml")
    assert done.code == 0
    assert "warning: row firstname: object | null into text: an object is no text, as guessed from samples" in done.out
    assert call("check", "guests.yaml", "--strict").code == 2


def test_a_field_that_nobody_tells_of_is_planned_as_any_other(grown: Path, call: Call) -> None:
    (grown / "guests.yaml").write_text(LOYAL, encoding="utf-8")
    done = call("plan", "guests.yaml", "--limit", "20", "--json")
    assert done.code == 0, done.err
    assert '"gold"' in done.out
    [line] = call("records", "hotel", "guests", "--field", "loyaltyTier", "--limit", "1").out.splitlines()
    assert list(json.loads(line)) == ["loyaltyTier"]
