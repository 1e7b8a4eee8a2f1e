"""What every connector must do, run against its local sandbox over real HTTP.

A connector's tests subclass :class:`ConnectorConformance` in a ``test_conformance.py`` of its own and say in a
:class:`ConformanceCase` what is particular to the system::

    class TestConformance(ConnectorConformance):
        case = ConformanceCase(connector=MyConnector, sandbox=SANDBOX, ...)

What the system cannot do (its ``Capabilities``) is skipped, not failed. Tests that write get a fresh sandbox each;
those that only read share one.
"""

from __future__ import annotations

import re
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import ClassVar

import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from mapstudio.connectors.contract import Connector
from mapstudio.connectors.declarations import Account, AccountKind, Enforcement
from mapstudio.connectors.exchange import ReadRequest, WriteOutcome, Written
from mapstudio.connectors.opening import settings_of
from mapstudio.model import (
    AuthenticationError,
    ConnectionFailedError,
    Field,
    FieldType,
    JsonScalar,
    Record,
    Schema,
    SourceRecord,
    UsageError,
)
from mapstudio.model.paths import get_path, has_path, leaves
from mapstudio.sandbox.contract import Service
from tests.connectors.conformance_case import Access, ConformanceCase, read_all
from tests.connectors.typed_values import fits, values_at
from tests.connectors.writes import creates, merged, nested, scalar, update, write_all
from tests.sandbox.running import build, running

__all__ = ["Access", "ConformanceCase", "ConnectorConformance", "read_all"]


class ConnectorConformance:
    """The suite; subclass it and set ``case``."""

    case: ClassVar[ConformanceCase]

    @pytest.fixture(scope="class")
    @classmethod
    def access(cls) -> Iterator[Access]:
        """One sandbox for all tests that only read."""
        with running(build(cls.case.sandbox, options=cls.case.options)) as sandboxes:
            yield sandboxes[cls.case.service]

    @pytest_asyncio.fixture
    async def connector(self, access: Access) -> AsyncIterator[Connector]:
        """A connector for reading."""
        async with self.case.open(access) as opened:
            yield opened

    @pytest_asyncio.fixture
    async def writer(self) -> AsyncIterator[Connector]:
        """A connector to a sandbox of its own."""
        with running(build(self.case.sandbox, options=self.case.options)) as sandboxes:
            async with self.case.open(sandboxes[self.case.service]) as opened:
                yield opened

    @pytest.fixture
    def impatient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Retries wait for nothing."""
        monkeypatch.setattr("mapstudio.connectors.http.random.uniform", lambda *_: 0.0)

    # -- who and what ---------------------------------------------------------------------------------------------

    async def test_whoami_names_a_sandbox_account_the_same_way_each_time(self, connector: Connector) -> None:
        account = await connector.whoami()
        assert isinstance(account, Account)
        assert account.id
        assert account.name
        assert account.system
        assert account.kind is not AccountKind.PRODUCTION
        assert await connector.whoami() == account

    async def test_objects_have_distinct_names_and_a_schema(self, connector: Connector) -> None:
        infos = await connector.objects()
        names = [info.name for info in infos]
        assert len(set(names)) == len(names)
        assert set(self.case.counts) <= set(names)
        for name in names:
            schema = await connector.schema(name)
            assert schema.connection == "conn"
            assert schema.object == name
            assert schema.fields, name

    async def test_schema_fields_are_well_formed(self, connector: Connector) -> None:
        for info in await connector.objects():
            schema = await connector.schema(info.name)
            names = [item.name for item in schema.fields]
            assert len(set(names)) == len(names), f"{info.name} repeats a field"
            for item in schema.fields:
                assert item.label, item.name
                values = [option.value for option in item.options]
                assert len(set(values)) == len(values), f"{info.name}.{item.name} repeats an option"
                if item.options:
                    # A list holds its options as elements: the labels that an association can have.
                    assert item.type in {FieldType.OPTION, FieldType.OPTIONS, FieldType.LIST}, item.name
            assert Schema.from_json(schema.to_json()) == schema

    async def test_a_schema_for_some_paths_has_what_the_whole_one_says_of_them(self, connector: Connector) -> None:
        heads = {re.split(r"[.\[]", path)[0] for path in self.case.paths}
        for used in (self.case.paths, ()):
            some = await connector.schema(self.case.object, used=used)
            whole = await connector.schema(self.case.object)
            told = [item for item in whole.fields if re.split(r"[.\[]", item.name)[0] in heads]
            assert set(some.by_name) <= set(whole.by_name)
            assert not used or all(some.get(item.name) == item for item in told)

    async def test_capabilities_name_fields_of_the_schema(self, connector: Connector) -> None:
        for info in await connector.objects():
            able = connector.capabilities(info.name)
            schema = await connector.schema(info.name)
            assert able.batch_size >= 1
            assert able.upsert_fields <= set(schema.by_name), info.name
            for name in (name for key in able.proposed_keys for name in key):
                # A mapping finds by what it writes.
                assert not schema.by_name[name].read_only, f"{info.name}.{name}"
            if able.create is Enforcement.UNIQUE_FIELD:
                assert able.upsert_fields, info.name

    async def test_an_unknown_object_is_a_usage_error_that_says_what_there_is(self, connector: Connector) -> None:
        wrong = f"{self.case.object}x"
        with pytest.raises(UsageError, match=re.escape(wrong)) as schema_error:
            await connector.schema(wrong)
        assert self.case.object in str(schema_error.value)
        with pytest.raises(UsageError):
            await read_all(connector, ReadRequest(wrong))

    # -- reading --------------------------------------------------------------------------------------------------

    async def test_every_record_is_read_exactly_once(self, connector: Connector) -> None:
        for name, count in self.case.counts.items():
            ids: list[str] = []
            totals: set[int] = set()
            async for page in connector.read(ReadRequest(name)):
                ids += [record.id for record in page.records]
                totals |= {page.total} if page.total is not None else set()
            assert len(set(ids)) == len(ids), f"{name} repeats a record"
            assert len(ids) == count, name
            assert totals <= {count}, name

    async def test_a_limit_is_kept(self, connector: Connector) -> None:
        everything = [record.id for record in await read_all(connector, ReadRequest(self.case.object))]
        for limit in (1, 7, 10**6):
            found = await read_all(connector, ReadRequest(self.case.object, limit=limit))
            assert [record.id for record in found] == everything[:limit]

    async def test_the_paths_asked_for_are_there(self, connector: Connector) -> None:
        request = ReadRequest(self.case.object, paths=self.case.paths, limit=20)
        records = await read_all(connector, request)
        assert records
        for path in self.case.paths:
            plain = path.split("[", 1)[0]
            assert all(has_path(record.data, plain) for record in records), path
            assert any(values_at(record.data, path) != [None] for record in records), f"{path} is always null"

    async def test_values_have_the_types_of_the_schema(self, connector: Connector) -> None:
        for name in self.case.counts:
            schema = await connector.schema(name)
            for record in await read_all(connector, ReadRequest(name, limit=60)):
                for item in schema.fields:
                    for value in values_at(record.data, item.name):
                        assert fits(item.type, value), f"{name}.{item.name} is {item.type}, not {value!r}"

    async def test_the_schema_knows_every_name_in_a_record(self, connector: Connector) -> None:
        for name in self.case.counts:
            schema = await connector.schema(name)
            known = {re.split(r"[.\[]", item.name)[0] for item in schema.fields}
            for record in await read_all(connector, ReadRequest(name, limit=20)):
                assert set(record.data) <= known, name

    async def test_two_reads_give_the_same(self, connector: Connector) -> None:
        request = ReadRequest(self.case.object, paths=self.case.paths, limit=30)
        assert await read_all(connector, request) == await read_all(connector, request)

    # -- finding --------------------------------------------------------------------------------------------------

    async def test_known_keys_are_found_and_unknown_ones_absent(self, connector: Connector) -> None:
        case = self.case
        key_field = await _field(connector, case.object, case.key)
        wanted: dict[JsonScalar, str] = {}
        for record in await read_all(connector, ReadRequest(case.object, paths=frozenset({case.key}), limit=120)):
            value = scalar(connector.canonical(key_field, get_path(record.data, case.key)))
            if value is not None:
                wanted[value] = record.id
        assert len(wanted) > 10
        values = [(value,) for value in wanted] + [("nobody@example.invalid",)]
        fields = {path for path in case.paths if "[" not in path}
        found = await connector.lookup(case.object, [case.key], values, fields)
        assert ("nobody@example.invalid",) not in found
        for value, record_id in wanted.items():
            assert record_id in [record.id for record in found[(value,)]]
            for record in found[(value,)]:
                assert connector.canonical(key_field, get_path(record.data, case.key)) == value
                assert all(has_path(record.data, path) for path in fields)

    async def test_all_records_with_one_key_are_found(self, connector: Connector) -> None:
        if self.case.several is None:
            pytest.skip("the system keeps its keys unique")
        name, key, value = self.case.several
        found = await connector.lookup(name, [key], [(value,)], {key})
        ids = [record.id for record in found[(value,)]]
        assert len(ids) > 1
        assert len(set(ids)) == len(ids)

    async def test_looking_for_nothing_finds_nothing(self, connector: Connector) -> None:
        assert not await connector.lookup(self.case.object, [self.case.key], [], {self.case.key})
        assert not await connector.current(self.case.object, [], {self.case.key})

    async def test_a_gone_id_is_absent_from_the_current_values(self, connector: Connector) -> None:
        case = self.case
        fields = {path for path in case.paths if "[" not in path}
        some = await read_all(connector, ReadRequest(case.object, paths=frozenset(fields), limit=5))
        found = await connector.current(case.object, [*(record.id for record in some), case.gone], fields)
        assert set(found) == {record.id for record in some}
        for record in some:
            assert all(get_path(found[record.id].data, path) == get_path(record.data, path) for path in fields)

    async def test_a_reference_is_resolved(self, connector: Connector) -> None:
        if self.case.reference is None:
            pytest.skip("no reference named in the case")
        reference, value = self.case.reference
        found = await connector.resolve(reference, [value, "no such thing"])
        assert set(found) == {value}
        assert len(found[value]) == 1

    # -- writing --------------------------------------------------------------------------------------------------

    async def test_a_new_record_reads_back_as_it_was_written(self, writer: Connector) -> None:
        records = self._new(3)
        outcomes = await write_all(writer, self.case.object, creates(self.case.key, records))
        assert [outcome.result for outcome in outcomes] == [Written.CREATED] * 3
        ids = [str(outcome.destination_id) for outcome in outcomes]
        assert len(set(ids)) == 3
        await self._assert_holds(writer, dict(zip(ids, records, strict=True)))

    async def test_repeating_a_create_makes_no_second_record(self, writer: Connector) -> None:
        records = self._new(3)
        before = len(await read_all(writer, ReadRequest(self.case.object, paths=frozenset({self.case.key}))))
        first = await write_all(writer, self.case.object, creates(self.case.key, records))
        again = await write_all(writer, self.case.object, creates(self.case.key, records))
        assert [outcome.destination_id for outcome in again] == [outcome.destination_id for outcome in first]
        assert {outcome.result for outcome in again} <= {Written.CREATED, Written.UPDATED}
        after = len(await read_all(writer, ReadRequest(self.case.object, paths=frozenset({self.case.key}))))
        assert after == before + 3

    async def test_an_update_changes_its_field_and_no_other(self, writer: Connector) -> None:
        target, neighbour = await self._some(writer, 2)
        path, value = self.case.change
        schema = await writer.schema(self.case.object)
        watched = {item.name for item in schema.fields if not item.read_only and "[" not in item.name}
        before = await writer.current(self.case.object, [target, neighbour], watched)
        [outcome] = await write_all(writer, self.case.object, [update(target, path, value)])
        assert outcome.result is Written.UPDATED
        assert outcome.destination_id == target
        after = await writer.current(self.case.object, [target, neighbour], watched)
        await self._assert_holds(writer, {target: nested(path, value)})
        assert after[neighbour].data == before[neighbour].data
        moved = {name for name in watched if get_path(after[target].data, name) != get_path(before[target].data, name)}
        assert moved <= {path}

    async def test_a_field_can_be_emptied(self, writer: Connector) -> None:
        if self.case.clear is None:
            pytest.skip("the system cannot empty a field")
        path = self.case.clear
        records = await read_all(writer, ReadRequest(self.case.object, paths=frozenset({path})))
        target = next(record.id for record in records if get_path(record.data, path) is not None)
        [outcome] = await write_all(writer, self.case.object, [update(target, path, None)])
        assert outcome.result is Written.UPDATED
        found = await writer.current(self.case.object, [target], {path})
        assert get_path(found[target].data, path) is None

    async def test_a_poison_create_never_sinks_its_neighbours(self, writer: Connector) -> None:
        records = self._new(5)
        writes = creates(self.case.key, [*records[:2], merged(records[2], self.case.poison), *records[3:]])
        outcomes = await write_all(writer, self.case.object, writes)
        self._assert_refused_with_its_row(outcomes[2])
        others = [outcome for index, outcome in enumerate(outcomes) if index != 2]
        assert [outcome.result for outcome in others] == [Written.CREATED] * 4
        kept = [*records[:2], *records[3:]]
        ids = [str(outcome.destination_id) for outcome in others]
        await self._assert_holds(writer, dict(zip(ids, kept, strict=True)))

    async def test_a_poison_update_never_sinks_its_neighbours(self, writer: Connector) -> None:
        ids = await self._some(writer, 5)
        path, value = self.case.change
        writes = [update(record_id, path, value) for record_id in ids]
        writes[3] = update(ids[3], *self.case.poison)
        outcomes = await write_all(writer, self.case.object, writes)
        self._assert_refused_with_its_row(outcomes[3])
        good = [record_id for index, record_id in enumerate(ids) if index != 3]
        assert [outcome.result for index, outcome in enumerate(outcomes) if index != 3] == [Written.UPDATED] * 4
        await self._assert_holds(writer, {record_id: nested(path, value) for record_id in good})

    async def test_an_update_of_a_gone_record_is_refused(self, writer: Connector) -> None:
        [present] = await self._some(writer, 1)
        path, value = self.case.change
        outcomes = await write_all(
            writer, self.case.object, [update(self.case.gone, path, value), update(present, path, value)]
        )
        assert [outcome.result for outcome in outcomes] == [Written.REFUSED, Written.UPDATED]
        assert outcomes[0].reasons

    async def test_a_read_since_the_last_one_brings_what_changed(self, writer: Connector) -> None:
        if not writer.capabilities(self.case.object).incremental:
            pytest.skip("no incremental reads")
        paths = frozenset({self.case.key})
        checkpoint = None
        async for page in writer.read(ReadRequest(self.case.object, paths=paths)):
            checkpoint = page.checkpoint or checkpoint
        assert checkpoint is not None
        [target] = await self._some(writer, 1)
        await write_all(writer, self.case.object, [update(target, *self.case.change)])
        again = await read_all(writer, ReadRequest(self.case.object, paths=paths, since=checkpoint))
        ids = [record.id for record in again]
        assert target in ids
        assert len(set(ids)) == len(ids)
        assert len(ids) < self.case.counts[self.case.object]

    # -- archiving ------------------------------------------------------------------------------------------------

    async def test_an_archived_record_is_read_only_when_asked_for(self, writer: Connector) -> None:
        one, other, neighbour = await self._archivable(writer)
        before = {record.id for record in await self._all(writer)}
        assert await writer.archive(self.case.object, [one, other]) == [None, None]
        left = await self._all(writer)
        assert {record.id for record in left} == before - {one, other}
        assert not any(_is_archived(record) for record in left)
        assert set(await writer.current(self.case.object, [one, neighbour], {self.case.key})) >= {neighbour}
        every = await self._all(writer, archived=True)
        ids = [record.id for record in every]
        assert len(set(ids)) == len(ids)
        if not self.case.shows_archived:
            assert set(ids) == before - {one, other}
            return
        assert {one, other} <= {record.id for record in every if _is_archived(record)}
        assert before <= set(ids)
        assert neighbour not in {record.id for record in every if _is_archived(record)}

    async def test_what_is_archived_or_gone_already_is_no_fault(self, writer: Connector) -> None:
        one, other, _ = await self._archivable(writer)
        await writer.archive(self.case.object, [one])
        assert await writer.archive(self.case.object, [self.case.gone, one, other, one]) == [None] * 4
        assert other not in {record.id for record in await self._all(writer)}
        assert await writer.archive(self.case.object, []) == []

    # -- what goes wrong ------------------------------------------------------------------------------------------

    async def test_wrong_credentials_are_told_as_such_and_never_shown(self, access: Access) -> None:
        async with self.case.open(access, **self.case.wrong) as refused:
            with pytest.raises(AuthenticationError) as error:
                await refused.whoami()
            assert "MAPSTUDIO_CONN_" in str(error.value) or "mapstudio connect" in str(error.value)
            assert not any(secret in str(error.value) for secret in self._secrets())
        async with self.case.open(access, **self.case.wrong) as refused:
            with pytest.raises(AuthenticationError):
                await read_all(refused, ReadRequest(self.case.object, limit=1))

    def test_a_missing_setting_is_a_usage_error(self, access: Access) -> None:
        complete = self.case.settings(access)
        needed = settings_of(self.case.connector.settings, oauth=False)
        required = [item.name for item in needed if item.required and not item.default]
        assert required
        for name in required:
            without = {key: value for key, value in complete.items() if key != name}
            with pytest.raises(UsageError, match=name):
                self.case.connector.open("conn", without)

    @pytest.mark.usefixtures("impatient")
    async def test_a_server_that_is_down_is_a_failed_connection(self, access: Access) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
        async with self.case.open(access, url=f"http://127.0.0.1:{port}") as nowhere:
            with pytest.raises(ConnectionFailedError, match=str(port)):
                await nowhere.whoami()

    @pytest.mark.usefixtures("impatient")
    async def test_a_web_page_instead_of_an_answer_is_a_failed_connection(self, access: Access) -> None:
        async def page(request: Request) -> HTMLResponse:
            return HTMLResponse("<html><title>Login</title></html>")

        methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        login = Service("login", Starlette(routes=[Route("/{path:path}", page, methods=methods)]), {})
        with running([login]) as sandboxes:
            async with self.case.open(access, url=sandboxes["login"]["url"]) as astray:
                with pytest.raises(ConnectionFailedError, match="text/html"):
                    await astray.whoami()

    # -- how ------------------------------------------------------------------------------------------------------

    def _new(self, count: int) -> list[Record]:
        if self.case.new is None:
            pytest.skip("the system cannot create this object")
        return [self.case.new(index) for index in range(count)]

    async def _some(self, connector: Connector, count: int) -> list[str]:
        request = ReadRequest(self.case.object, paths=frozenset({self.case.key}), limit=count)
        return [record.id for record in await read_all(connector, request)]

    async def _all(self, connector: Connector, *, archived: bool = False) -> list[SourceRecord]:
        request = ReadRequest(self.case.object, paths=frozenset({self.case.key}), archived=archived)
        return await read_all(connector, request)

    async def _archivable(self, connector: Connector) -> list[str]:
        """Return three new records: others may be in use, and not archived for that."""
        await connector.schema(self.case.object)
        if not connector.capabilities(self.case.object).archive:
            pytest.skip("the system archives nothing")
        outcomes = await write_all(connector, self.case.object, creates(self.case.key, self._new(3)))
        return [str(outcome.destination_id) for outcome in outcomes]

    async def _assert_holds(self, connector: Connector, expected: Mapping[str, Record]) -> None:
        schema = await connector.schema(self.case.object)
        fields = {path for record in expected.values() for path, _ in leaves(record)}
        found = await connector.current(self.case.object, list(expected), fields)
        assert set(found) == set(expected)
        for record_id, record in expected.items():
            for path, value in leaves(record):
                item = schema.by_name[path]
                now = get_path(found[record_id].data, path)
                assert connector.canonical(item, now) == connector.canonical(item, value), path

    def _assert_refused_with_its_row(self, outcome: WriteOutcome) -> None:
        assert outcome.result is Written.REFUSED
        [reason] = outcome.reasons
        assert reason.row == self.case.poison[0]
        assert reason.reason

    def _secrets(self) -> list[str]:
        secret = {item.name for item in self.case.connector.settings if item.secret}
        return [value for name, value in self.case.wrong.items() if name in secret]


def _is_archived(record: SourceRecord) -> bool:
    """Whether a record says itself that it is archived."""
    return record.data.get("archived") is True or record.data.get("active") is False


async def _field(connector: Connector, object_name: str, name: str) -> Field:
    found = (await connector.schema(object_name)).get(name)
    assert found is not None, f"{object_name} has no field {name}"
    return found
