"""Reading parameters: dates, switches, pages, lists; and which properties a call is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Literal, TypeVar

from mapstudio.model import JsonValue
from mapstudio.sandbox.cloudbeds.envelope import BadParameterError, RefusedError, Reply
from mapstudio.sandbox.cloudbeds.estate import Estate, House
from mapstudio.sandbox.cloudbeds.hotel import Hotel
from mapstudio.sandbox.cloudbeds.store import Store
from mapstudio.sandbox.ledger import Ledger

T = TypeVar("T")
MAX_PAGE_SIZE = 100
RESERVATION_STATUSES = ("not_confirmed", "confirmed", "canceled", "checked_in", "checked_out", "no_show")
_PLACES = frozenset(
    {
        *("propertyID", "propertyIDs", "guestID", "noteID", "reservationID", "reservationNoteID"),
        *("houseAccountID", "soldProductID", "paymentID", "subscriptionID"),
    }
)
"""Parameters that say where and not what."""
_TRUE, _FALSE = frozenset({"true", "1"}), frozenset({"false", "0", ""})


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method.

    Attributes:
        parameters: Of the query (GET, DELETE) or of the form (POST, PUT).
        estate: Everything that the organisation has.
        houses: The properties that it is about; most methods take one only.
        spec: Whether to answer in the specification's dialect instead of the observed one.
        url: Where the API is.
    """

    parameters: Mapping[str, JsonValue]
    estate: Estate
    houses: Sequence[House]
    spec: bool
    url: str

    @property
    def hotel(self) -> Hotel:
        """The property."""
        return self.houses[0].hotel

    @property
    def store(self) -> Store:
        """What the property's system holds."""
        return self.houses[0].store

    @property
    def ledger(self) -> Ledger:
        """Where each record that is stored is written down."""
        return self.estate.setup.ledger

    @property
    def now(self) -> datetime:
        """Local time of the hotel."""
        return self.estate.local_now(self.hotel)

    def parts(self) -> Iterator[Call]:
        """Yield the same call for each of its properties."""
        for house in self.houses:
            yield replace(self, houses=(house,))

    def tell(self, event: str, **told: JsonValue) -> None:
        """Tell who has subscribed to it what has happened in the property."""
        self.estate.hooks.tell(self.hotel.id, event, told)

    def record(
        self,
        object_name: str,
        operation: Literal["create", "update", "archive"],
        identity: str,
        changed: Sequence[str],
        *,
        key: JsonValue = None,
    ) -> None:
        """Write down a record that was stored, with what was sent."""
        values = {name: value for name, value in self.parameters.items() if name not in _PLACES}
        self.ledger.record("cloudbeds", object_name, operation, key=key, id=identity, values=values, changed=changed)

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

    def flag(self, name: str, *, absent: bool = False) -> bool:
        """Return a switch; absent is off unless it is said otherwise."""
        if name not in self.parameters:
            return absent
        value = self.text(name).lower()
        if value not in _TRUE | _FALSE:
            raise BadParameterError(f"Parameter {name} must be true or false")
        return value in _TRUE

    def day(self, name: str) -> date | None:
        """Return a date."""
        value = self.text(name)
        return None if not value else day_of(name, value)

    def needed_day(self, name: str) -> date:
        """Return a date that must be there."""
        return day_of(name, self.needed(name))

    def moment(self, name: str, *, end: bool = False) -> datetime | None:
        """Return a date-time in the hotel's time, whichever of the two forms it has.

        A date alone means its start, or with ``end`` its last second; what has an offset is moved to the hotel's zone.
        """
        value = self.text(name).strip()
        if not value:
            return None
        try:
            parsed = datetime.fromisoformat(value)
        except ValueError:
            message = f"Parameter {name} must be a date-time as YYYY-MM-DD HH:MM:SS"
            raise BadParameterError(message) from None
        if parsed.tzinfo is not None:
            parsed = parsed.astimezone(self.hotel.zone).replace(tzinfo=None)
        return parsed.replace(hour=23, minute=59, second=59) if end and len(value) == 10 else parsed

    def words(self, name: str, allowed: Sequence[str]) -> frozenset[str]:
        """Return a comma-separated list of known words."""
        found = self.list_of(name)
        if unknown := sorted(found.difference(allowed)):
            raise BadParameterError(f"Parameter {name} has unknown values: {', '.join(unknown)}")
        return found

    def list_of(self, name: str) -> frozenset[str]:
        """Return a comma-separated list."""
        return frozenset(word.strip() for word in self.text(name).split(",") if word.strip())

    def entries(self, name: str) -> list[Mapping[str, JsonValue]]:
        """Return a list of objects of a form, ``name[0][key]=...``.

        Raises:
            BadParameterError: Something in it is no object.
        """
        given = self.parameters.get(name)
        items = list(given.values()) if isinstance(given, dict) else given if isinstance(given, list) else []
        if given not in (None, "", []) and not items:
            raise BadParameterError(f"Parameter {name} must be an array")
        result: list[Mapping[str, JsonValue]] = []
        for item in items:
            if not isinstance(item, dict):
                raise BadParameterError(f"Parameter {name} must be an array of objects")
            result.append(item)
        return result

    def within(self, value: date, first: str, last: str) -> bool:
        """Return whether a date lies between two optional parameters, both included."""
        return _between(value, self.day(first), self.day(last))

    def within_time(self, value: datetime, first: str, last: str) -> bool:
        """Return whether a date-time lies between two optional parameters, both included."""
        return _between(value, self.moment(first), self.moment(last, end=True))

    def page(self, items: Sequence[T], show: Callable[[T], JsonValue], *, default_size: int = MAX_PAGE_SIZE) -> Reply:
        """Return one page; ``count`` is this page's, ``total`` the query's."""
        number = whole("pageNumber", self.text("pageNumber") or "1")
        size = whole("pageSize", self.text("pageSize") or str(default_size), maximum=MAX_PAGE_SIZE)
        shown = items[(number - 1) * size : number * size]
        return Reply(data=[show(item) for item in shown], count=len(shown), total=len(items))


def whole(name: str, value: str, *, minimum: int = 1, maximum: int | None = None) -> int:
    """Return a whole number.

    Raises:
        BadParameterError: It is none, too small or too big.
    """
    number = int(value) if value.isdecimal() and len(value) <= 9 else -1
    if number < minimum or (maximum is not None and number > maximum):
        upper = f" to {maximum}" if maximum is not None else ""
        raise BadParameterError(f"Parameter {name} must be a whole number from {minimum}{upper}")
    return number


def amount(name: str, value: str) -> Decimal:
    """Return an amount of money with a point.

    Raises:
        BadParameterError: It is none.
    """
    try:
        found = Decimal(value.strip())
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) >= 10**12:
        raise BadParameterError(f"Parameter {name} must be a number")
    return found.quantize(Decimal("0.01"))


def day_of(name: str, value: str) -> date:
    """Return a date.

    Raises:
        BadParameterError: It is none.
    """
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise BadParameterError(f"Parameter {name} must be a date as YYYY-MM-DD") from None


def _between(value: date, first: date | None, last: date | None) -> bool:
    return (first is None or value >= first) and (last is None or value <= last)
