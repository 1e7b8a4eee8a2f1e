"""The inbox: an event counts once, a record waits once, and nothing is taken off that came meanwhile."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio.connectors.notices import Concern, Notice
from mapstudio.runner import StateStore
from mapstudio.runner.state import Entry, Stored, Taker

HOTEL = "hotel:1"
GUESTS = Taker("guests", "guests.crm.sandbox")
OTHER = Taker("other", "other.crm.sandbox")
TAKERS = {"guests": [GUESTS]}


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def state(tmp_path: Path, clock: Clock) -> Iterator[StateStore]:
    with StateStore.open(tmp_path / "state", clock=clock) as opened:
        yield opened


def event(identity: str | None, *ids: str | None, name: str = "guests") -> Notice:
    return Notice("guest/changed", tuple(Concern(name, value) for value in ids), identity)


def due(state: StateStore, taker: Taker = GUESTS, *, early: bool = False) -> list[Entry]:
    return state.inbox.due(taker, HOTEL, "guests", limit=100, early=early)


def ids(entries: list[Entry]) -> list[str | None]:
    return [entry.concern.value for entry in entries]


def test_one_event_delivered_five_times_is_one(state: StateStore) -> None:
    stored = [state.inbox.put(HOTEL, [event("e1", "7")], TAKERS) for _ in range(5)]
    assert stored == [Stored(taken=1), *[Stored(repeated=1)] * 4]
    [entry] = due(state)
    assert (entry.concern, entry.events, entry.version) == (Concern("guests", "7"), 1, 1)


def test_several_events_of_one_record_make_one_read(state: StateStore) -> None:
    state.inbox.put(HOTEL, [event("e1", "7"), event("e2", "7"), event(None, "7"), event(None, "7")], TAKERS)
    [entry] = due(state)
    assert entry.events == 4


def test_what_comes_while_it_is_read_stays(state: StateStore) -> None:
    state.inbox.put(HOTEL, [event("e1", "7", "8")], TAKERS)
    read = due(state)
    state.inbox.put(HOTEL, [event("e2", "7")], TAKERS)
    state.inbox.take_off(GUESTS, HOTEL, read)
    assert ids(due(state)) == ["7"]
    state.inbox.take_off(GUESTS, HOTEL, due(state))
    assert due(state) == []
    assert state.inbox.put(HOTEL, [event("e1", "7")], TAKERS) == Stored(repeated=1)


def test_what_nobody_maps_is_not_kept(state: StateStore) -> None:
    assert state.inbox.put(HOTEL, [event("e1", "7", name="rooms"), event("e2")], TAKERS) == Stored(ignored=2)
    assert state.inbox.waiting() == {}


def test_each_mapping_takes_it_for_itself(state: StateStore) -> None:
    state.inbox.put(HOTEL, [event("e1", "7")], {"guests": [GUESTS, OTHER]})
    state.inbox.take_off(GUESTS, HOTEL, due(state))
    assert (ids(due(state)), ids(due(state, OTHER))) == ([], ["7"])
    assert state.inbox.waiting() == {"other": 1}


def test_a_second_receiver_is_told_of_what_the_first_has_seen(state: StateStore) -> None:
    state.inbox.put(HOTEL, [event("e1", "7")], TAKERS)
    assert state.inbox.put(HOTEL, [event("e1", "7")], {"guests": [OTHER]}) == Stored(taken=1)
    assert state.inbox.put("hotel:2", [event("e1", "7")], TAKERS) == Stored(taken=1)


def test_what_failed_waits_longer_each_time_until_something_new_comes(state: StateStore, clock: Clock) -> None:
    state.inbox.put(HOTEL, [event("e1", "7")], TAKERS)
    for pause in (5, 10, 20):
        state.inbox.put_off(GUESTS, HOTEL, due(state))
        assert due(state) == []
        assert ids(due(state, early=True)) == ["7"]
        clock.now += timedelta(seconds=pause)
        assert ids(due(state)) == ["7"]
    state.inbox.put_off(GUESTS, HOTEL, due(state))
    state.inbox.put(HOTEL, [event("e2", "7")], TAKERS)
    [entry] = due(state)
    assert (entry.attempts, entry.events) == (0, 2)
    for _ in range(40):
        state.inbox.put_off(GUESTS, HOTEL, due(state, early=True))
    clock.now += timedelta(hours=1)
    assert ids(due(state)) == ["7"]


def test_it_is_private_and_outlives_the_process(tmp_path: Path, state: StateStore) -> None:
    state.inbox.put(HOTEL, [event("e1", "7", None)], TAKERS)
    with StateStore.open(tmp_path / "state") as again:
        assert set(ids(due(again, early=True))) == {"7", None}
    for file in (tmp_path / "state").glob("state.db*"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_events_are_forgotten_when_they_no_longer_come_again(state: StateStore, clock: Clock) -> None:
    state.inbox.put(HOTEL, [event("e1", "7")], TAKERS)
    clock.now += timedelta(days=8)
    state.remove_old()
    assert ids(due(state)) == ["7"]
    assert state.inbox.put(HOTEL, [event("e1", "7")], TAKERS) == Stored(taken=1)
    clock.now += timedelta(days=91)
    state.remove_old()
    assert due(state) == []


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=30))
def test_whatever_comes_however_often_every_record_waits_once(told: list[tuple[int, int]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder, StateStore.open(Path(folder)) as state:
        # One event is about one record, however often it comes.
        for identity, record in told:
            state.inbox.put(HOTEL, [event(f"e{identity}-{record}", str(record))], TAKERS)
        found = {entry.concern.value: entry.events for entry in due(state)}
    assert found == {str(record): len({identity for identity, other in told if other == record}) for _, record in told}
