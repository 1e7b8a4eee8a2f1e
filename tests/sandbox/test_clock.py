"""A sandbox's time: what is due comes due when a tester moves it, and never before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mapstudio.sandbox.clock import Clock
from mapstudio.sandbox.window import Window

START = datetime(2026, 11, 28, 12, tzinfo=UTC)


class Machine:
    """A machine whose time passes when the test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def ticks(self) -> float:
        return self.seconds


def test_a_frozen_clock_stands_in_every_way_and_goes_on_from_there() -> None:
    machine = Machine()
    clock = Clock(machine.now, machine.ticks)
    clock.freeze()
    machine.seconds = 100
    assert (clock.now(), clock.elapsed()) == (START, 0)
    clock.advance(timedelta(seconds=5))
    clock.freeze()
    assert (clock.now(), clock.elapsed()) == (START + timedelta(seconds=5), 5)
    clock.thaw()
    machine.seconds = 103
    assert (clock.now(), clock.elapsed()) == (START + timedelta(seconds=8), 8)
    clock.reset()
    assert (clock.now(), clock.elapsed()) == (machine.now(), 8)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("pass"), st.integers(0, 1000)),
        st.tuples(st.just("advance"), st.integers(0, 1000)),
        st.tuples(st.just("set"), st.integers(-1000, 1000)),
        st.tuples(st.sampled_from(["freeze", "thaw", "reset"]), st.just(0)),
    )
)


@given(STEPS)
def test_elapsed_seconds_never_go_back_whatever_is_done_to_the_clock(steps: list[tuple[str, int]]) -> None:
    machine = Machine()
    clock = Clock(machine.now, machine.ticks)
    before = clock.elapsed()
    for step, seconds in steps:
        match step:
            case "pass":
                machine.seconds += seconds
            case "advance":
                clock.advance(timedelta(seconds=seconds))
            case "set":
                clock.set(clock.now() + timedelta(seconds=seconds))
            case _:
                getattr(clock, step)()
        assert clock.elapsed() >= before
        before = clock.elapsed()


def test_a_window_follows_the_clock() -> None:
    machine = Machine()
    clock = Clock(machine.now, machine.ticks)
    window = Window(2, 10.0, clock=clock.elapsed)
    assert [window.take(), window.take(), window.take()] == [True, True, False]
    assert (window.remaining, window.retry_after, window.taken_within(1)) == (0, 10.0, 2)
    clock.advance(timedelta(seconds=9))
    assert (window.take(), window.retry_after, window.taken_within(1)) == (False, 1.0, 0)
    machine.seconds = 1
    assert window.take()
