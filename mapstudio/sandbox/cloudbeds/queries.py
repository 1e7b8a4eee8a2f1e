"""Reading parameters: dates, switches, pages, lists. Every method takes the property under both of its names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from mapstudio.model import JsonValue
from mapstudio.sandbox.cloudbeds.envelope import BadParameterError, RefusedError, Reply
from mapstudio.sandbox.cloudbeds.hotel import Hotel
from mapstudio.sandbox.cloudbeds.store import Store
from mapstudio.sandbox.ledger import Ledger

T = TypeVar("T")
MAX_PAGE_SIZE = 100
RESERVATION_STATUSES = ("not_confirmed", "confirmed", "canceled", "checked_in", "checked_out", "no_show")
_TRUE, _FALSE = frozenset({"true", "1"}), frozenset({"false", "0", ""})


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method.

    Attributes:
        parameters: Of the query (GET, DELETE) or of the form (POST, PUT).
        now: Local time of the hotel.
        spec: Whether to answer in the specification's dialect instead of the observed one.
        properties: What the key may see.
    """

    parameters: Mapping[str, JsonValue]
    store: Store
    hotel: Hotel
    ledger: Ledger
    now: datetime
    spec: bool
    properties: Sequence[str]

    def text(self, name: str) -> str:
        """Return a parameter, ``""`` when it is absent.

        Raises:
            BadParameterError: It is a list or an object.
        """
        value = self.parameters.get(name, "")
        if not isinstance(value, str):
            raise BadParameterError(f"Parameter {name} must be a text")
        return value

    def needed(self, name: str) -> str:
        """Return a parameter that must be there.

        Raises:
            RefusedError: It is absent or blank.
        """
        value = self.text(name).strip()
        if not value:
            raise RefusedError(f"Parameter {name} is required")
        return value

    def flag(self, name: str) -> bool:
        """Return a switch; absent is off."""
        value = self.text(name).lower()
        if value not in _TRUE | _FALSE:
            raise BadParameterError(f"Parameter {name} must be true or false")
        return value in _TRUE

    def day(self, name: str) -> date | None:
        """Return a date."""
        value = self.text(name)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            raise BadParameterError(f"Parameter {name} must be a date as YYYY-MM-DD") from None

    def moment(self, name: str, *, end: bool = False) -> datetime | None:
        """Return a date-time; a date alone means its start, or with ``end`` its last second."""
        value = self.text(name)
        if not value:
            return None
        try:
            parsed = datetime.fromisoformat(value)
        except ValueError:
            parsed = None
        if parsed is None or parsed.tzinfo is not None:
            raise BadParameterError(f"Parameter {name} must be a date-time as YYYY-MM-DD HH:MM:SS")
        return parsed.replace(hour=23, minute=59, second=59) if end and len(value) == 10 else parsed

    def words(self, name: str, allowed: Sequence[str]) -> frozenset[str]:
        """Return a comma-separated list of known words."""
        found = frozenset(word.strip() for word in self.text(name).split(",") if word.strip())
        if unknown := sorted(found.difference(allowed)):
            raise BadParameterError(f"Parameter {name} has unknown values: {', '.join(unknown)}")
        return found

    def within(self, value: date, first: str, last: str) -> bool:
        """Return whether a date lies between two optional parameters, both included."""
        return _between(value, self.day(first), self.day(last))

    def within_time(self, value: datetime, first: str, last: str) -> bool:
        """Return whether a date-time lies between two optional parameters, both included."""
        return _between(value, self.moment(first), self.moment(last, end=True))

    def page(self, items: Sequence[T], show: Callable[[T], JsonValue], *, default_size: int = MAX_PAGE_SIZE) -> Reply:
        """Return one page; ``count`` is this page's, ``total`` the query's."""
        number = self._whole("pageNumber", 1, maximum=None)
        size = self._whole("pageSize", default_size, maximum=MAX_PAGE_SIZE)
        shown = items[(number - 1) * size : number * size]
        return Reply(data=[show(item) for item in shown], count=len(shown), total=len(items))

    def _whole(self, name: str, default: int, *, maximum: int | None) -> int:
        value = self.text(name) or str(default)
        if not value.isdecimal() or len(value) > 9 or int(value) < 1 or (maximum is not None and int(value) > maximum):
            upper = f" to {maximum}" if maximum is not None else ""
            raise BadParameterError(f"Parameter {name} must be a whole number from 1{upper}")
        return int(value)


def _between(value: date, first: date | None, last: date | None) -> bool:
    return (first is None or value >= first) and (last is None or value <= last)
