"""A campaign ends badly when it proved nothing: no fault struck, a limit was broken, a record was lost."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.campaign import __main__ as portal
from benchmarks.campaign import command, hotel
from benchmarks.campaign.books import MOST_IDLE_RUNS, Part
from benchmarks.campaign.guests import GuestCampaign
from benchmarks.campaign.sending import Result
from mapstudio.connectors.cloudbeds import budget
from mapstudio.runner import Report, RunStatus


def ended(name: str, *differences: str) -> command.Campaign:
    async def campaign() -> Sequence[Result]:
        return [Result(name, 97, 3, 2, 40, 0, 5, 0, 1.5, 9, None, differences)]

    return campaign


def run(*arguments: str, **campaigns: command.Campaign) -> int:
    parser = command.parser("campaign", "A campaign.")
    return command.run(parser, parser.parse_args(arguments), campaigns)


def test_one_that_is_not_right_fails_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(plain=ended("plain"), slow=ended("slow", "3 contacts are missing, 0 too many")) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.rsplit(": ", 1)[1] for line in lines] == ["right", "3 contacts are missing, 0 too many"]


def test_some_can_be_chosen_and_told_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--only", "plain", "--json", plain=ended("plain"), slow=ended("slow", "lost")) == 0
    [told] = json.loads(capsys.readouterr().out)
    assert (told["name"], told["written"], told["struck"]) == ("plain", 97, 5)


def test_a_name_that_fits_nothing_is_no_success() -> None:
    with pytest.raises(SystemExit) as error:
        run("--only", "storm", plain=ended("plain"))
    assert error.value.code == 2


class Halting(GuestCampaign):
    """Runs that write one record each before they stop."""

    left: int

    async def apply(self, part: Part) -> Report | None:
        self.left -= 1
        status = RunStatus.STOPPED if self.left else RunStatus.DONE
        report = Report("run", "guests", status, {"create": int(self.left < 30), "update": 0}, "", "")
        part.reports.append(report)
        return report


@pytest.mark.parametrize(("left", "runs"), [(20, 20), (1000, MOST_IDLE_RUNS)])
async def test_a_campaign_goes_on_while_its_runs_get_on(tmp_path: Path, left: int, runs: int) -> None:
    work = Halting.make("http://127.0.0.1", "", tmp_path, 1, 0.0)
    assert isinstance(work, Halting)
    work.left = left
    [part] = work.parts
    await work.apply_to_the_end(part)
    assert len(part.reports) == runs


@pytest.mark.slow
async def test_a_fault_that_struck_nothing_proved_nothing() -> None:
    [result] = await portal.campaign("elsewhere", 30, 0.1, {"kind": "500", "path": "/nowhere"})
    assert (result.written, result.bad, result.struck) == (27, 3, 0)
    assert result.differences == ["nothing was struck"]


@pytest.mark.slow
async def test_a_broken_limit_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "REQUESTS", 8)
    fault = {"kind": "slow", "seconds": 0.0}
    [result] = await hotel.struck("too quick", 2, 0.0, fault, {"dialect": "wire"})
    assert result.over > 0
    assert result.differences == [f"{result.over} requests were over the limit"]
    assert result.written == 6
