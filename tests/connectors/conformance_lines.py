"""What a connector must do whose records have lines, or take steps, run against its local sandbox over real HTTP.

A connector's tests subclass :class:`LinesConformance` beside the suite that all connectors pass, and say in a
:class:`LinesCase` which records have lines.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import pytest
import pytest_asyncio

from mapstudio.connectors.contract import Connector
from mapstudio.connectors.exchange import Child, Origin, Write, WriteOutcome, Written
from mapstudio.mapping.definition import INNER
from mapstudio.model import JsonValue, Record, UsageError
from mapstudio.model.paths import get_path
from tests.connectors.conformance_case import ConformanceCase
from tests.sandbox.running import build, running


@dataclass(frozen=True)
class LinesCase:
    """Which records have lines.

    Attributes:
        object: The object.
        values: What a new record needs beside its lines.
        field: The list of its lines.
        key: The field of a line that names it in its record.
        lines: Two valid lines, by the text of their key.
        more: A third one.
        change: A field of a line and a value that none of them has.
        poison: A field of a line and a value that is refused.
        step: A step that a record with lines can take; ``None`` where there is none.
    """

    object: str
    values: Record
    field: str
    key: str
    lines: Mapping[str, Record]
    more: tuple[str, Record]
    change: tuple[str, JsonValue]
    poison: tuple[str, JsonValue]
    step: str | None = None


class LinesConformance:
    """The suite; subclass it and set ``case`` and ``of``."""

    case: ClassVar[ConformanceCase]
    of: ClassVar[LinesCase]

    @pytest_asyncio.fixture
    async def writer(self) -> AsyncIterator[Connector]:
        """A connector to a sandbox of its own."""
        with running(build(self.case.sandbox, options=self.case.options)) as sandboxes:
            async with self.case.open(sandboxes[self.case.service]) as opened:
                yield opened

    async def test_the_schema_knows_the_fields_of_lines(self, writer: Connector) -> None:
        schema = await writer.schema(self.of.object)
        assert schema.get(self.of.field) is not None
        for name in {name for line in self.of.lines.values() for name in line}:
            inner = schema.get(f"{self.of.field}{INNER}{name}")
            assert inner is not None, name
            assert not inner.read_only

    async def test_a_new_record_has_its_lines(self, writer: Connector) -> None:
        identity = await self._create(writer)
        await self._assert_lines(writer, identity, self.of.lines)

    async def test_repeating_a_create_adds_no_line_twice(self, writer: Connector) -> None:
        identity = await self._create(writer)
        again = await writer.write(self.of.object, [self._write("1", self._added(self.of.lines))])
        assert again[0].destination_id == identity
        await self._assert_lines(writer, identity, self.of.lines)

    async def test_a_line_is_changed_and_the_other_stays(self, writer: Connector) -> None:
        identity = await self._create(writer)
        first, other = self.of.lines
        name, value = self.of.change
        found = await self._lines(writer, identity)
        outcome = await self._update(writer, identity, Child(first, {name: value}, str(found[first]["id"])))
        assert outcome.result is Written.UPDATED
        await self._assert_lines(
            writer, identity, {first: {**self.of.lines[first], name: value}, other: self.of.lines[other]}
        )
        assert {line["id"] for line in (await self._lines(writer, identity)).values()} == {
            line["id"] for line in found.values()
        }

    async def test_lines_are_added_and_taken_away_in_one_write(self, writer: Connector) -> None:
        identity = await self._create(writer)
        first, other = self.of.lines
        name, line = self.of.more
        gone = str((await self._lines(writer, identity))[first]["id"])
        outcome = await self._update(writer, identity, Child(name, line), Child(first, {}, gone, remove=True))
        assert outcome.result is Written.UPDATED
        await self._assert_lines(writer, identity, {other: self.of.lines[other], name: line})

    async def test_lines_are_found_with_the_record(self, writer: Connector) -> None:
        identity = await self._create(writer)
        present = await writer.current(self.of.object, [identity], [f"{self.of.field}{INNER}{self.of.key}"])
        lines = get_path(present[identity].data, self.of.field)
        assert isinstance(lines, list)
        assert [set(line) >= {"id", self.of.key} for line in lines if isinstance(line, dict)] == [True, True]

    async def test_a_bad_line_refuses_its_record_alone_and_is_named(self, writer: Connector) -> None:
        first, _ = self.of.lines
        bad = {**self.of.lines, first: {**self.of.lines[first], **dict([self.of.poison])}}
        outcomes = await writer.write(
            self.of.object, [self._write("1", self._added(bad)), self._write("2", self._added(self.of.lines))]
        )
        assert [outcome.result for outcome in outcomes] == [Written.REFUSED, Written.CREATED]
        assert outcomes[0].reasons[0].row.startswith(self.of.field), outcomes[0].reasons
        await self._assert_lines(writer, str(outcomes[1].destination_id), self.of.lines)

    async def test_a_step_is_taken_once(self, writer: Connector) -> None:
        step = self._step()
        action = next(item for item in writer.actions(self.of.object) if item.name == step)
        schema = await writer.schema(self.of.object)
        assert action.label
        assert action.fields <= schema.by_name.keys()
        identity = await self._create(writer)
        assert not await self._is_done(writer, identity, action.fields)
        assert await writer.act(self.of.object, step, [identity]) == [None]
        assert await self._is_done(writer, identity, action.fields)
        assert await writer.act(self.of.object, step, [identity]) == [None]

    async def test_a_step_of_a_gone_record_is_refused_and_no_neighbour(self, writer: Connector) -> None:
        step = self._step()
        identity = await self._create(writer)
        told = await writer.act(self.of.object, step, [self.case.gone, identity])
        assert told[0] is not None
        assert told[0].reason
        assert told[1] is None

    async def test_an_unknown_step_is_a_usage_error(self, writer: Connector) -> None:
        with pytest.raises(UsageError):
            writer.done(self.of.object, "no-such-step", {})
        with pytest.raises(UsageError):
            await writer.act(self.of.object, "no-such-step", [self.case.gone])

    # -- how ------------------------------------------------------------------------------------------------------

    def _step(self) -> str:
        if self.of.step is None:
            pytest.skip("no steps")
        return self.of.step

    def _write(self, source_id: str, children: Sequence[Child]) -> Write:
        origin = Origin("source", "deals", source_id)
        return Write(origin, dict(self.of.values), children={self.of.field: children})

    @staticmethod
    def _added(lines: Mapping[str, Record]) -> list[Child]:
        return [Child(key, line) for key, line in lines.items()]

    async def _create(self, writer: Connector) -> str:
        [outcome] = await writer.write(self.of.object, [self._write("1", self._added(self.of.lines))])
        assert outcome.result is Written.CREATED, outcome.reasons
        return str(outcome.destination_id)

    async def _update(self, writer: Connector, identity: str, *children: Child) -> WriteOutcome:
        origin = Origin("source", "deals", "1")
        [outcome] = await writer.write(
            self.of.object, [Write(origin, {}, identity, children={self.of.field: children})]
        )
        return outcome

    async def _lines(self, writer: Connector, identity: str) -> dict[str, Record]:
        """Return the present lines by the key of those that the case names."""
        names = {name for line in (*self.of.lines.values(), self.of.more[1]) for name in line} | {self.of.change[0]}
        paths = [f"{self.of.field}{INNER}{name}" for name in sorted(names)]
        found = get_path((await writer.current(self.of.object, [identity], paths))[identity].data, self.of.field)
        key = f"{self.of.field}{INNER}{self.of.key}"
        item = (await writer.schema(self.of.object)).by_name[key]
        known = dict([*self.of.lines.items(), self.of.more])
        texts = {str(writer.canonical(item, line[self.of.key])): text for text, line in known.items()}
        lines = [line for line in found if isinstance(line, dict)] if isinstance(found, list) else []
        by_key = {texts[str(writer.canonical(item, line[self.of.key]))]: line for line in lines}
        assert len(by_key) == len(lines), "a line stands twice"
        return by_key

    async def _assert_lines(self, writer: Connector, identity: str, wanted: Mapping[str, Record]) -> None:
        found = await self._lines(writer, identity)
        assert set(found) == set(wanted)
        schema = await writer.schema(self.of.object)
        for key, line in wanted.items():
            for name, value in line.items():
                item = schema.by_name[f"{self.of.field}{INNER}{name}"]
                assert writer.canonical(item, found[key][name]) == writer.canonical(item, value), (key, name)

    async def _is_done(self, writer: Connector, identity: str, fields: frozenset[str]) -> bool:
        present = await writer.current(self.of.object, [identity], fields)
        return writer.done(self.of.object, self._step(), present[identity].data)
