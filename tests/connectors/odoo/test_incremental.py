"""No change is lost between two reads, whenever its transaction began and ended, and nothing is told twice."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio.connectors.exchange import ReadRequest
from mapstudio.connectors.http import HttpClient
from mapstudio.connectors.odoo.catalogue import Catalogue
from mapstudio.connectors.odoo.checkpoint import Checkpoint
from mapstudio.connectors.odoo.paging import pages
from mapstudio.connectors.odoo.reading import Reader
from mapstudio.connectors.odoo.transport import Rpc
from mapstudio.model import JsonValue, SourceRecord, UsageError

NOON = datetime(2026, 11, 23, 12, 0, 0)  # noqa: DTZ001 - Odoo's times, always UTC
FIELDS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "sale.order": {
        "name": {"type": "char", "string": "Name"},
        "order_line": {
            "type": "one2many",
            "string": "Lines",
            "relation": "sale.order.line",
            "relation_field": "order_id",
        },
        "write_date": {"type": "datetime", "string": "Changed"},
    },
    "sale.order.line": {
        "name": {"type": "char", "string": "Text"},
        "write_date": {"type": "datetime", "string": "Changed"},
    },
}


@dataclass
class Stored:
    """A record that was committed: its text, and when its transaction began."""

    text: str
    stamp: datetime


@dataclass
class Database(Rpc):
    """Answers reads as a server of one version does, from records in memory."""

    version_number: int = 19
    orders: dict[int, Stored] = field(default_factory=dict)
    lines: dict[int, tuple[int, Stored]] = field(default_factory=dict)

    async def call(
        self,
        model: str,
        method: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any] | None = None,
        *,
        repeatable: bool = True,
    ) -> JsonValue:
        if method == "fields_get":
            return {name: dict(told) for name, told in FIELDS[model].items()}
        rows = self._rows(model)
        found = [row for row in rows if self._fits(model, row, args[0])]
        if method == "search_count":
            return len(found)
        options = kwargs or {}
        if options["order"].startswith("write_date desc"):
            found.sort(key=lambda row: (row["stamp"], row["id"]), reverse=True)
        chosen = found[: options.get("limit")]
        return [{name: self._cell(row, name) for name in ["id", *options["fields"]]} for row in chosen]

    def _rows(self, model: str) -> list[dict[str, Any]]:
        if model == "sale.order.line":
            return [{"id": number, "name": one.text, "stamp": one.stamp} for number, (_, one) in self.lines.items()]
        return [
            {
                "id": number,
                "name": one.text,
                "stamp": one.stamp,
                "order_line": [line for line, (order, _) in self.lines.items() if order == number],
            }
            for number, one in sorted(self.orders.items())
        ]

    def _cell(self, row: Mapping[str, Any], name: str) -> JsonValue:
        value: JsonValue = str(row["stamp"].replace(microsecond=0)) if name == "write_date" else row[name]
        return value

    def _fits(self, model: str, row: Mapping[str, Any], domain: Sequence[Any]) -> bool:
        terms = [self._holds(model, row, term) for term in domain if term != "|"]
        if "|" not in domain:
            return all(terms)
        # As the reader builds it: the keyset first, then one "|" for each list in front of the changes.
        return terms[0] and any(terms[1:])

    def _holds(self, model: str, row: Mapping[str, Any], term: Sequence[Any]) -> bool:
        name, operator, value = term
        if name == "id":
            return row["id"] > value if operator == ">" else row["id"] in value
        if operator == "!=":
            return True
        assert operator == ">=", "the one comparison that both versions make alike"
        if name == "order_line.write_date":
            return any(self._since(self.lines[line][1].stamp, value) for line in row["order_line"])
        return self._since(row["stamp"], value)

    def _since(self, stamp: datetime, bound: str) -> bool:
        moment = datetime.strptime(bound, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007
        # 19 compares whole seconds.
        return (stamp.replace(microsecond=0) if self.version_number == 19 else stamp) >= moment


def _database(version: int) -> Database:
    return Database(HttpClient("erp", "http://127.0.0.1:1"), "erp", "shop", "x", "x", version_number=version)


def _read(
    database: Database, since: str | None, *paths: str, page: int | None = None
) -> tuple[list[SourceRecord], str | None]:
    async def read() -> tuple[list[SourceRecord], str | None]:
        catalogue = Catalogue(database, "erp")
        records: list[SourceRecord] = []
        checkpoint = None
        request = ReadRequest("sale.order", frozenset(paths or {"name"}), since=since)
        async for found in pages(catalogue, Reader(catalogue), request):
            records += found.records
            checkpoint = found.checkpoint or checkpoint
        return records, checkpoint

    with pytest.MonkeyPatch.context() as patched:
        if page is not None:
            patched.setattr("mapstudio.connectors.odoo.paging._LARGE", page)
        return asyncio.run(read())


@dataclass(frozen=True)
class Change:
    """A transaction: which order it sets, when it begins and how long it runs, in quarters of a second."""

    order: int
    begins: int
    lasts: int


QUARTERS = 4
# Odoo lets no request run for ten minutes.
_CHANGES = st.lists(
    st.builds(
        Change,
        order=st.integers(1, 4),
        begins=st.integers(0, 40 * QUARTERS),
        lasts=st.one_of(st.integers(0, 4), st.integers(0, 599 * QUARTERS)),
    ),
    max_size=12,
)


@pytest.mark.parametrize("version", [16, 19])
@given(changes=_CHANGES, reads=st.lists(st.integers(0, 45 * QUARTERS), max_size=5), page=st.integers(1, 3))
def test_no_change_is_lost_and_nothing_is_told_twice(
    version: int, changes: list[Change], reads: list[int], page: int
) -> None:
    database = _database(version)
    database.orders = {number: Stored("at first", NOON - timedelta(days=1)) for number in (1, 2, 3, 4)}
    told: dict[str, JsonValue] = {}
    records, checkpoint = _read(database, None, page=page)
    told.update({record.id: record.data["name"] for record in records})
    commits = sorted(enumerate(changes), key=lambda one: one[1].begins + one[1].lasts)
    last = max([0, *(change.begins + change.lasts for change in changes)])
    for moment in [*sorted(reads), last + 1]:
        while commits and commits[0][1].begins + commits[0][1].lasts < moment:
            number, change = commits.pop(0)
            stamp = NOON + timedelta(seconds=change.begins / QUARTERS)
            # The last one to commit stays, whatever it is stamped with.
            database.orders[change.order] = Stored(f"change {number}", stamp)
        records, checkpoint = _read(database, checkpoint, page=page)
        assert all(told[record.id] != record.data["name"] for record in records), "told twice"
        told.update({record.id: record.data["name"] for record in records})
        assert told == {str(number): one.text for number, one in database.orders.items()}


def test_a_second_change_within_the_second_of_the_first_is_told() -> None:
    for version in (16, 19):
        database = _database(version)
        database.orders = {1: Stored("first", NOON + timedelta(milliseconds=100))}
        _, checkpoint = _read(database, None)
        database.orders = {1: Stored("second", NOON + timedelta(milliseconds=900))}
        records, checkpoint = _read(database, checkpoint)
        assert [record.data["name"] for record in records] == ["second"]
        assert _read(database, checkpoint)[0] == []


def test_an_import_that_began_before_the_last_read_and_ended_after_it_is_told() -> None:
    database = _database(16)
    database.orders = {1: Stored("quick", NOON)}
    _, checkpoint = _read(database, None)
    database.orders[2] = Stored("of a long import", NOON - timedelta(minutes=9))
    records, _ = _read(database, checkpoint)
    assert [record.id for record in records] == ["2"]


def test_a_line_tells_its_order_once() -> None:
    database = _database(19)
    database.orders = {1: Stored("S1", NOON - timedelta(days=2)), 2: Stored("S2", NOON)}
    database.lines = {11: (1, Stored("old text", NOON - timedelta(days=2)))}
    paths = ("name", "order_line[].name")
    _, checkpoint = _read(database, None, *paths)
    database.lines[11] = (1, Stored("new text", NOON + timedelta(minutes=1)))
    records, checkpoint = _read(database, checkpoint, *paths)
    assert [record.data["order_line"] for record in records] == [[{"id": 11, "name": "new text"}]]
    assert _read(database, checkpoint, *paths)[0] == []
    database.lines[12] = (1, Stored("one more", NOON + timedelta(minutes=2)))
    records, _ = _read(database, checkpoint, *paths)
    assert [record.id for record in records] == ["1"]


def test_other_fields_are_told_again() -> None:
    # A mapping that now reads the lines has not seen them, though the order did not change.
    database = _database(19)
    database.orders = {1: Stored("S1", NOON)}
    database.lines = {11: (1, Stored("text", NOON))}
    _, checkpoint = _read(database, None, "name")
    records, _ = _read(database, checkpoint, "name", "order_line[].name")
    assert [record.id for record in records] == ["1"]


def test_a_large_import_is_told_again_rather_than_kept_in_mind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mapstudio.connectors.odoo.checkpoint._MOST_TOLD", 3)
    database = _database(19)
    database.orders = {number: Stored("S", NOON) for number in range(1, 6)}
    _, checkpoint = _read(database, None)
    assert checkpoint is not None
    assert Checkpoint.read(checkpoint).told == {}
    assert len(_read(database, checkpoint)[0]) == 5


def test_a_checkpoint_of_before_there_were_marks_is_read() -> None:
    assert Checkpoint.read('{"write_date": "2026-11-23 12:00:00"}') == Checkpoint("2026-11-23 12:00:00")


@pytest.mark.parametrize("text", ["2026-11-01", "{}", "[]", '{"write_date": "yesterday"}', '{"write_date": null}', "x"])
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no checkpoint of Odoo"):
        Checkpoint.read(text)
