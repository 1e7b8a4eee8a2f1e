"""The classic API v1.3: its envelope, its errors in prose, its pages."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import ceil

from mapstudio.connectors.cloudbeds.access import Caller
from mapstudio.connectors.cloudbeds.values import rows_of
from mapstudio.connectors.http import Answer, NotDoneError
from mapstudio.model import AuthenticationError, ConnectionFailedError, JsonValue, PreconditionError, Record

PATH = "/api/v1.3/"
PAGE_SIZE = 100
_RESTARTS = 3
_OF_SEVERAL = frozenset({"getGuestList", "getHotels", "getRoomTypes", "getRooms", "deleteWebhook"})
"""The methods that concern several properties at once; they have another name for the parameter that pins one."""
_WRONG_PROPERTY = ("property id's match", 'specify "propertyid"', "property not found")
_WRONG_USER = ("not active anymore", "access_denied", "access denied")


class RefusedCallError(ConnectionFailedError):
    """The API answered ``success: false`` with a sentence and no code, or a newer one a status that says no.

    Attributes:
        told: The API's own sentence.
        status: Of HTTP.
    """

    def __init__(self, message: str, *, told: str, status: int = 200, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.told = told
        self.status = status

    @property
    def not_found(self) -> bool:
        """Whether the record does not exist; the wording of the sentence is not documented."""
        told = self.told.lower()
        return (
            self.status == 404
            or "not found" in told
            or "does not exist" in told
            or "no guest" in told
            or "invalid guest" in told
        )


@dataclass(frozen=True, slots=True)
class Envelope:
    """A successful answer.

    Attributes:
        data: What stands under ``data``.
        count: Rows on this page; ``total``: rows of the query; ``None`` when not told.
        body: The whole answer.
        at: When it was given, by the server's clock where it tells.
        last: Whether it is the last page of its list.
    """

    data: JsonValue
    count: int | None
    total: int | None
    body: Record
    at: datetime
    last: bool = True

    @property
    def rows(self) -> list[Record]:
        """The rows, whether they came as a list or as an object by id."""
        return rows_of(self.data)

    @property
    def folded(self) -> bool:
        """Whether rows came as an object by id: rows of one id beside each other are lost then."""
        return isinstance(self.data, dict)


@dataclass(frozen=True, slots=True)
class Api:
    """The API of one property.

    Attributes:
        connection: The connection's name, for messages.
        property_id: Sent with each call: a key may reach several properties.
    """

    caller: Caller
    connection: str
    property_id: str

    async def get(self, method: str, parameters: Mapping[str, str] | None = None) -> Envelope:
        """Call a reading method.

        Raises:
            RefusedCallError: The API refused, in one of its sentences.
            ConnectionFailedError: No answer, or none in the API's protocol.
            AuthenticationError: The key is wrong, or its user is gone.
            PreconditionError: The key does not reach the pinned property.
        """
        pinned = {"propertyIDs" if method in _OF_SEVERAL else "propertyID": self.property_id}
        answer = await self.caller.send("GET", PATH + method, repeatable=True, params={**pinned, **(parameters or {})})
        envelope = self._envelope(method, answer)
        # The hotels are what a key reaches, and whoever asks looks for its own.
        if method != "getHotels":
            self.check_property([*envelope.rows, *([envelope.data] if isinstance(envelope.data, dict) else [])])
        return envelope

    async def put(self, method: str, form: Mapping[str, str]) -> Envelope:
        """Call a method that may safely be called twice with the same form. Raises like :meth:`get`."""
        pinned = {"propertyID": self.property_id}
        answer = await self.caller.send("PUT", PATH + method, repeatable=True, data={**pinned, **form})
        return self._envelope(method, answer)

    async def post(self, method: str, form: Mapping[str, str], *, repeatable: bool = False) -> Envelope:
        """Call a method that creates; with one form it is called once, unless it may safely be called again.

        Raises like :meth:`get`, and :class:`LostAnswerError` when nobody knows whether it was carried out.
        """
        pinned = {"propertyID": self.property_id}
        answer = await self.caller.send("POST", PATH + method, repeatable=repeatable, data={**pinned, **form})
        return self._envelope(method, answer)

    async def delete(self, method: str, parameters: Mapping[str, str]) -> Envelope:
        """Call a method that ends something, which may safely be called again. Raises like :meth:`get`."""
        pinned = {"propertyIDs" if method in _OF_SEVERAL else "propertyID": self.property_id}
        answer = await self.caller.send("DELETE", PATH + method, repeatable=True, params={**pinned, **parameters})
        return self._envelope(method, answer)

    async def pages(self, method: str, parameters: Mapping[str, str]) -> AsyncGenerator[Envelope, None]:
        """Yield all pages of a list.

        ``total`` says how many pages there are (``count`` is the page's own). When the total shrinks on the way, rows
        have moved to pages that were already read: it is read again from the start, so that rows may come twice but
        none is missed.

        Raises:
            ConnectionFailedError: Also when pages end before their total.
        """
        for _ in range(_RESTARTS):
            number, before = 1, 0
            while True:
                query = {**parameters, "pageNumber": str(number), "pageSize": str(PAGE_SIZE)}
                page = await self.get(method, query)
                total = page.total if page.total is not None else before
                if total < before:
                    break
                last = len(page.rows) < PAGE_SIZE if page.total is None else number * PAGE_SIZE >= total
                yield replace(page, last=last)
                if last:
                    return
                if not page.rows:
                    raise ConnectionFailedError(
                        f"{self.caller.system} promised {total} rows of {method} and page {number} came empty.",
                        remedy="Run it again.",
                    )
                number, before = number + 1, total
        raise ConnectionFailedError(
            f"{self.caller.system} kept losing rows of {method} while they were read.", remedy="Run it again later."
        )

    def check_property(self, rows: Sequence[Record]) -> None:
        """Let no answer of another property than the pinned one pass.

        Raises:
            PreconditionError: It is one.
        """
        told = {str(row.get("propertyID") or row.get("propertyId") or "") for row in rows}
        if others := told - {"", self.property_id}:
            raise PreconditionError(
                f'Connection "{self.connection}" is pinned to property {self.property_id} and the answer holds '
                f"property {', '.join(sorted(others))}.",
                remedy="Nothing was read or written: check the property of the connection.",
            )

    def _envelope(self, method: str, answer: Answer) -> Envelope:
        body = answer.body if isinstance(answer.body, dict) else {}
        told = str(body.get("message") or body.get("error_description") or body.get("error") or "").rstrip(". ")
        if answer.status in {401, 403}:
            raise self._wrong_key(told)
        if answer.status == 429 or answer.status >= 500:
            kind = NotDoneError if answer.status == 429 else ConnectionFailedError
            raise kind(
                f"{self.caller.system} answered {method} with status {answer.status}, again and again.",
                remedy="Try again later.",
            )
        if "success" not in body:
            raise ConnectionFailedError(
                f"{self.caller.system} answered {method} with status {answer.status} and not in its own form.",
                remedy="Check the url of the connection, or try again later.",
            )
        if body["success"] is not True or answer.status >= 400:
            raise self._refused(method, told)
        return Envelope(
            body.get("data"), _whole(body.get("count")), _whole(body.get("total")), body, answered_at(answer)
        )

    def _wrong_key(self, told: str) -> AuthenticationError:
        return AuthenticationError(
            f'{self.caller.system} refused the {self.caller.credentials.what} of connection "{self.connection}"'
            f"{f' ({told})' if told else ''}.",
            remedy=self.caller.credentials.remedy,
        )

    def _refused(self, method: str, told: str) -> AuthenticationError | PreconditionError | RefusedCallError:
        lowered = told.lower()
        if any(words in lowered for words in _WRONG_USER):
            return self._wrong_key(told)
        if any(words in lowered for words in _WRONG_PROPERTY):
            return PreconditionError(
                f'The {self.caller.credentials.what} of connection "{self.connection}" does not reach '
                f"property {self.property_id}: {told}.",
                remedy="Correct the property in mapstudio.toml, or use the key of that hotel.",
            )
        return RefusedCallError(f"{self.caller.system} refused {method}: {told or 'no reason given'}.", told=told)


def page_count(total: int | None) -> int:
    """Return how many pages so many rows take."""
    return max(1, ceil((total or 0) / PAGE_SIZE))


def _whole(value: JsonValue) -> int | None:
    text = str(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
    return int(text) if text.isdecimal() else None


def answered_at(answer: Answer) -> datetime:
    """Return when an answer was given, by the server's clock where it tells."""
    try:
        return parsedate_to_datetime(answer.headers.get("Date", "")).astimezone(UTC)
    except ValueError:
        return datetime.now(UTC)
