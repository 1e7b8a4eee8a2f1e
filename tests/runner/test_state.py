"""What must outlive a run: kept exactly, for the owner alone, through kills, copies of the file and old age."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from mapstudio.model import ExitCode, Reason, UsageError
from mapstudio.runner.reader import RunReader
from mapstudio.runner.state import Intent, Rejection, RunEntry, RunStatus, Scope, SideInfo, StateError, StateStore
from mapstudio.runner.state.names import run_name
from mapstudio.runner.state.versions import VERSIONS

SCOPE = Scope("hotel:1", "guests", "crm:1", "contacts")
OTHER = Scope("hotel:1", "guests", "crm:2", "contacts")
SIDE = SideInfo("crm", "sandbox", "contacts", "CRM One")
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def start(state: StateStore, mapping: str = "m") -> str:
    """Start a run."""
    return state.runs.start(mapping=mapping, lock=mapping, source=SIDE, destination=SIDE, counts={"read": 0})


def test_links_are_scoped_by_both_accounts(tmp_path: Path) -> None:
    with StateStore.open(tmp_path) as state:
        state.links.save(SCOPE, [("a", "1"), ("b", "1")], "run")
        state.links.save(OTHER, [("a", "9")], "run")
        assert state.links.find(SCOPE, ["a", "b", "c"]) == {"a": "1", "b": "1"}
        assert state.links.find(OTHER, ["a", "b"]) == {"a": "9"}
        assert state.links.sharing(SCOPE, ["1"]) == {"1": frozenset({"a", "b"})}
        state.links.drop(SCOPE, ["a"])
        assert state.links.find(SCOPE, ["a"]) == {}
        assert state.links.find(OTHER, ["a"]) == {"a": "9"}


def test_thousands_of_links_are_found_at_once(tmp_path: Path) -> None:
    pairs = {f"s{number}": str(number) for number in range(2500)}
    with StateStore.open(tmp_path) as state:
        with state.transaction():
            state.links.save(SCOPE, pairs.items(), "run")
        assert state.links.find(SCOPE, list(pairs)) == pairs


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    with StateStore.open(tmp_path) as state:

        def half_done() -> None:
            with state.transaction():
                state.links.save(SCOPE, [("a", "1")], "run")
                with state.transaction():
                    state.links.save(SCOPE, [("b", "2")], "run")
                raise RuntimeError

        with pytest.raises(RuntimeError):
            half_done()
        assert state.links.find(SCOPE, ["a", "b"]) == {}


def test_dead_letters_count_runs_not_entries(tmp_path: Path) -> None:
    value = 12345678901234567890123
    rejection = Rejection("a", (Reason("phone", "bad", value), Reason("x", "y")), {"id": value}, {"phone": "1"})
    with StateStore.open(tmp_path) as state:
        first, second = start(state), start(state)
        for run in (first, first, second):
            state.dead_letters.put("m", SCOPE, run, [rejection])
        [letter] = state.dead_letters.all()
        assert (letter.attempts, letter.run) == (2, second)
        assert (letter.reasons, letter.record, letter.output) == (rejection.reasons, rejection.record, rejection.output)
        told = letter.to_json()
        assert (told["source"], told["row"], told["reason"], told["value"]) == ("a", "phone", "bad", value)
        state.dead_letters.close("m", SCOPE, ["a"])
        assert state.dead_letters.all() == []
        state.dead_letters.put("m", SCOPE, first, [rejection])
        assert state.dead_letters.all()[0].closed_at is None


def test_a_letter_is_found_by_number_or_source_id(tmp_path: Path) -> None:
    with StateStore.open(tmp_path) as state:
        run = start(state)
        state.dead_letters.put("m", SCOPE, run, [Rejection("guest-1", (Reason("a", "b"),), {}, {})])
        reader = RunReader(state)
        assert reader.dead_letter("guest-1") == reader.dead_letter("1")
        state.dead_letters.put("n", SCOPE, run, [Rejection("guest-1", (Reason("a", "b"),), {}, {})])
        for reference in ("guest-1", "guest-2", "77", "9" * 30):
            with pytest.raises(UsageError):
                reader.dead_letter(reference)


def test_runs_are_found_by_the_beginning_of_their_name(tmp_path: Path) -> None:
    with StateStore.open(tmp_path) as state:
        run = start(state)
        state.runs.add_entries(run, [RunEntry("a", "create", "1", {"verb": "create"})])
        state.runs.end(run, RunStatus.DONE, {"read": 1}, {"note": "x"})
        reader = RunReader(state)
        found = reader.run(run[:5])
        assert (found.id, found.status, found.counts, found.report) == (run, RunStatus.DONE, {"read": 1}, {"note": "x"})
        assert [entry.source_id for entry in reader.entries(found)] == ["a"]
        with pytest.raises(UsageError, match="no run"):
            reader.run("nothing")


def test_run_names_are_never_given_twice() -> None:
    taken: set[str] = set()
    for _ in range(3000):
        taken.add(run_name(taken, Random(1)) if not taken else run_name(taken, Random(len(taken))))
    assert len(taken) == 3000


def test_intents_left_behind_are_seen_by_the_next_run_only_in_their_scope(tmp_path: Path) -> None:
    with StateStore.open(tmp_path) as state:
        state.intents.note("run", "lock", SCOPE, [Intent("a", None, ("x@x.com", 1)), Intent("b", "2", ())])
        state.intents.clear("run", ["b"])
    with StateStore.open(tmp_path) as state:
        assert state.intents.left("lock", SCOPE) == [Intent("a", None, ("x@x.com", 1), "run")]
        assert state.intents.left("lock", OTHER) == []
        assert state.intents.left("other", SCOPE) == []


def test_old_client_data_goes_and_what_it_was_about_stays(tmp_path: Path) -> None:
    moment = NOW
    rejection = Rejection("a", (Reason("phone", "bad", "+34"),), {"phone": "+34"}, {"phone": "+34"})
    with StateStore.open(tmp_path, clock=lambda: moment) as state:
        run = start(state)
        state.runs.add_entries(run, [RunEntry("a", "create", "1", {})])
        state.runs.end(run, RunStatus.DONE, {}, {})
        state.links.save(SCOPE, [("a", "1")], run)
        state.dead_letters.put("m", SCOPE, run, [rejection, Rejection("b", rejection.reasons, {}, {})])
        state.dead_letters.close("m", SCOPE, ["b"])
        moment = NOW + timedelta(days=89)
        state.remove_old()
        assert state.dead_letters.all()[0].record == {"phone": "+34"}
        moment = NOW + timedelta(days=91)
        state.remove_old()
        [letter] = state.dead_letters.all(closed=True)
        assert (letter.source_id, letter.record, letter.output, letter.reasons) == (
            "a",
            None,
            None,
            (Reason("phone", "bad"),),
        )
        assert state.runs.get(run) is None
        assert state.runs.entries(run) == []
        assert state.links.find(SCOPE, ["a"]) == {"a": "1"}


def test_the_file_is_private_whatever_the_mask(tmp_path: Path) -> None:
    with StateStore.open(tmp_path / "deep" / "state") as state:
        state.links.save(SCOPE, [("a", "1")], "run")
        folder = tmp_path / "deep" / "state"
        assert folder.stat().st_mode & 0o777 == 0o700
        assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    StateStore.open(tmp_path).close()
    connection = sqlite3.connect(tmp_path / "state.db")
    connection.execute(f"PRAGMA user_version={len(VERSIONS) + 1}")
    connection.close()
    with pytest.raises(UsageError, match="newer mapstudio"):
        StateStore.open(tmp_path)


def test_a_damaged_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "state.db").write_bytes(b"no database at all, but long enough to be taken for one" * 20)
    with pytest.raises(StateError, match=r"state\.db is damaged") as caught:
        StateStore.open(tmp_path)
    assert caught.value.exit_code is ExitCode.CONNECTION


def test_two_processes_share_one_file(tmp_path: Path) -> None:
    with StateStore.open(tmp_path) as one, StateStore.open(tmp_path) as other:
        one.links.save(SCOPE, [("a", "1")], "run")
        assert other.links.find(SCOPE, ["a"]) == {"a": "1"}


def test_eight_may_open_a_new_file_at_the_same_moment(tmp_path: Path) -> None:
    def opened(folder: Path) -> bool:
        with StateStore.open(folder) as state:
            return state.links.find(SCOPE, ["a"]) == {}

    for attempt in range(25):
        with ThreadPoolExecutor(8) as threads:
            assert all(threads.map(opened, [tmp_path / str(attempt)] * 8))
