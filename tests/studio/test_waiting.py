"""Records that wait for a link: their mark, their word and what they wait for, from the map to the runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapstudio.model import Verb
from mapstudio.project import state_folder
from mapstudio.runner import StateStore
from mapstudio.runner.state import Scope
from mapstudio.studio.glyphs import ASCII, UNICODE, Glyphs
from mapstudio.studio.screens.plan.panes import Stage
from mapstudio.studio.widgets.statuses import verb_mark
from tests.runner.world import MAPPING, guest
from tests.studio.desk import House, at_desk, golden, house
from tests.studio.test_plan import planned
from tests.studio.test_runs import applied, opened, run_names  # noqa: F401 - a fixture

TEXT = f"{MAPPING}  country_id: link('nations', country)\n"
GUESTS = {
    "g1": guest("ana.souza@example.com", "Ana", country="n1"),
    "g2": guest("ben.moor@example.com", "Ben", country="n2"),
    "g3": guest("cleo.diaz@example.com", "Cleo"),
}


def waiting_house(root: Path) -> House:
    """Return a house in which two of three guests link to what was never mapped."""
    return house(root, TEXT, GUESTS)


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
def test_its_mark_is_its_own(glyphs: Glyphs) -> None:
    others = [verb_mark(verb, glyphs)[0] for verb in Verb if verb is not Verb.WAIT]
    assert verb_mark(Verb.WAIT, glyphs)[0] not in [*others, glyphs.unfed, glyphs.draft, glyphs.question]


@pytest.mark.parametrize(
    ("name", "size", "ascii_only"), [("plan-wait-120x36", (120, 36), False), ("plan-wait-80x24-ascii", (80, 24), True)]
)
async def test_the_plan_shows_what_waits_and_for_what(
    tmp_path: Path, name: str, size: tuple[int, int], ascii_only: bool
) -> None:
    variables = {"NO_COLOR": "1"} if ascii_only else None
    async with at_desk(waiting_house(tmp_path), size=size, ascii_only=ascii_only, variables=variables) as desk:
        screen = await planned(desk)
        assert screen.proposal is not None
        assert screen.proposal.plan.counts["wait"] == 2
        await desk.sees("2 wait")
        while screen._verb is not Verb.WAIT:
            await desk.press("right")
        await desk.sees("country_id", "has not been mapped yet")
        assert desk.text == golden(name, desk.text)


async def test_nothing_of_it_is_written_until_the_other_is_mapped(tmp_path: Path) -> None:
    here = waiting_house(tmp_path)
    async with at_desk(here) as desk:
        screen = await planned(desk)
        await desk.press("a")
        await desk.sees("This writes 1 contact to crm sandbox")
        await desk.press("enter")
        await desk.until(lambda: screen.stage is Stage.DONE, "the run")
        await desk.sees("2 records link to what has not been mapped yet; every run tries again")
        assert "rejected record" not in desk.text
        assert [identifier for _, identifier in here.crm.ledger] == ["1000"]

        scope = Scope("fake:hotel-1", "nations", "fake:crm-1", "countries")
        with StateStore.open(state_folder(here.project)) as state:
            state.links.save(scope, [("n1", "34")], "run")
        await desk.press("p")
        await desk.until(lambda: screen.stage is Stage.READY, "the second plan")
        assert screen.proposal is not None
        counts = screen.proposal.plan.counts
        assert (counts["update"], counts["wait"], counts["unchanged"]) == (1, 1, 1)


async def test_a_plan_that_only_waits_says_so(tmp_path: Path) -> None:
    here = house(tmp_path, TEXT, {"g1": GUESTS["g1"]})
    async with at_desk(here) as desk:
        await planned(desk)
        await desk.sees("Nothing changes.", "1 waits", "1 record links to what has not been mapped yet")
        assert not desk.can_press("a")


async def test_the_map_shows_which_link_is_open(tmp_path: Path) -> None:
    async with at_desk(waiting_house(tmp_path), size=(160, 48)) as desk:
        session = desk.app.workspace.session
        assert session is not None
        await desk.until(lambda: session.view.by_field["country_id"].counts is not None, "the sample")
        await desk.sees(f"{UNICODE.wait} nations n1")
        counts = session.view.by_field["country_id"].counts
        assert counts is not None
        assert (counts.ok, counts.null, counts.error) == (2, 1, 0)
        await desk.sees(f"{UNICODE.wait} wait", 'nations "n1" has not been')  # the plan of the record at hand


async def test_the_runs_group_what_waits_for_the_same_object(tmp_path: Path) -> None:
    here = waiting_house(tmp_path)
    await applied(here)
    async with at_desk(here) as desk:
        await opened(desk)
        await desk.sees("country_id", "nations has not been mapped yet", f"{UNICODE.wait} 2", "every run tries again")
        assert "rejected, waiting" in desk.text
        assert "passed since" not in desk.text
        text = "\n".join(line for line in desk.text.split("\n") if " ms" not in line and " 0 s" not in line)
        assert text == golden("runs-wait-120x36", text)
