"""What all parts of one open property share: the API, the hotel's clock, the custom field definitions."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mapstudio.connectors.cloudbeds.api import Api
from mapstudio.connectors.cloudbeds.json_api import PROFILES, JsonApi
from mapstudio.connectors.together import together
from mapstudio.model import ConnectionFailedError, Field, FieldType, PreconditionError, Record, SourceRecord
from mapstudio.model.paths import join_path

REMEMBERED = 100
"""Records of an object that are kept to tell its fields by: those of one page."""


@dataclass(frozen=True, slots=True)
class CustomField:
    """One custom field definition; the API's two kinds are both text."""

    shortcode: str
    name: str
    apply_to: str
    required: bool
    max_length: int | None

    def schema(self, *, read_only: bool) -> Field:
        """Return it as a field of the schema."""
        return Field(
            name=join_path(("customFields", self.shortcode)),
            label=self.name or self.shortcode,
            type=FieldType.TEXT,
            required=self.required,
            read_only=read_only,
            max_length=self.max_length,
        )


@dataclass(slots=True)
class Session:
    """One open property of a connection.

    Attributes:
        beside: The sessions of all properties, where this one speaks for all of them and asks for what belongs to their
            organisation.
    """

    api: Api
    accounting: JsonApi
    beside: Sequence[Session] = ()
    _profiles: JsonApi | None = None
    _hotel: Record | None = None
    _zone: ZoneInfo | None = None
    _custom: list[CustomField] | None = field(default=None)
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)
    _read: dict[str, dict[str, SourceRecord]] = field(default_factory=dict)

    def remember(self, object_name: str, records: Sequence[SourceRecord]) -> None:
        """Keep the last records that were read of an object, to tell its fields by."""
        kept = self._read.get(object_name, {}) | {record.id: record for record in records[-REMEMBERED:]}
        self._read[object_name] = dict(islice(kept.items(), max(0, len(kept) - REMEMBERED), None))

    def remembered(self, object_name: str) -> Sequence[Record] | None:
        """Return those records, ``None`` where nobody has looked for any."""
        kept = self._read.get(object_name)
        return None if kept is None else [record.data for record in kept.values()]

    async def hotel(self) -> Record:
        """Return the hotel of the pinned property.

        Raises:
            PreconditionError: The key does not reach it.
        """
        # Many records may want to know it at once.
        async with self._asking:
            if self._hotel is None:
                answer = await self.api.get("getHotels")
                wanted = self.api.property_id
                found = next((row for row in answer.rows if str(row.get("propertyID")) == wanted), None)
                if found is None:
                    raise PreconditionError(
                        f'The {self.api.caller.credentials.what} of connection "{self.api.connection}" does not reach '
                        f"property {wanted}.",
                        remedy="Correct the property in mapstudio.toml, or use the key of that hotel.",
                    )
                self._hotel = found
            return self._hotel

    async def profiles(self) -> JsonApi:
        """Return the guest profiles of the organisation that the hotel belongs to.

        Raises:
            ConnectionFailedError: The hotel does not tell its organisation.
            PreconditionError: The properties belong to several.
        """
        if self._profiles is None:
            hotels = await together(session.hotel() for session in self.beside or (self,))
            found = {str(hotel.get("organizationID") or "") for hotel in hotels}
            if len(found) > 1:
                raise PreconditionError(
                    f'The properties of connection "{self.api.connection}" belong to {len(found)} organisations, '
                    "each of which knows guest profiles of its own.",
                    remedy="Open the properties of each organisation with a connection of their own.",
                )
            organization = found.pop()
            if not organization:
                raise ConnectionFailedError(
                    f'The hotel of connection "{self.api.connection}" does not tell its organisation, without which '
                    "guest profiles cannot be asked for.",
                    remedy="Use guests instead of guest_profiles.",
                )
            self._profiles = JsonApi(self.api.caller, self.api.connection, "X-Organization-Id", organization, PROFILES)
        return self._profiles

    async def zone(self) -> ZoneInfo:
        """Return the hotel's time zone: every date-time of the API is local to it.

        Raises:
            ConnectionFailedError: The hotel names none that this machine knows.
        """
        if self._zone is None:
            name = str((await self.hotel()).get("propertyTimezone") or "")
            try:
                self._zone = ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError) as error:
                raise ConnectionFailedError(
                    f'The hotel of connection "{self.api.connection}" has the time zone "{name}", which is not known '
                    "here, so that its local times cannot be read.",
                    remedy="Set the time zone in Cloudbeds, or install the system's time zone data (tzdata).",
                ) from error
        return self._zone

    async def custom_fields(self, apply_to: str, *, fresh: bool = False) -> list[CustomField]:
        """Return the custom fields of ``guest`` or ``reservation``; asked for once unless ``fresh``."""
        if self.beside:
            return _union(await together(one.custom_fields(apply_to, fresh=fresh) for one in self.beside))
        if self._custom is None or fresh:
            answer = await self.api.get("getCustomFields")
            self._custom = [_definition(row) for row in answer.rows if row.get("shortcode")]
        return [item for item in self._custom if item.apply_to == apply_to]

    async def custom_record(self, apply_to: str, wire: list[Record]) -> Record:
        """Return custom field values by shortcode, with null for each field that has none.

        ``getGuest`` names them by what people read, everything else by shortcode as well.
        """
        definitions = await self.custom_fields(apply_to)
        by_name = {item.name: item.shortcode for item in reversed(definitions)}
        result: Record = {item.shortcode: None for item in definitions}
        for entry in wire:
            shortcode = entry.get("shortcode") or by_name.get(str(entry.get("customFieldName")))
            value = entry.get("customFieldValue")
            if isinstance(shortcode, str) and shortcode in result:
                result[shortcode] = None if value in {None, ""} else str(value)
        return result


def _union(groups: Sequence[Sequence[CustomField]]) -> list[CustomField]:
    """Return one definition for each shortcode: as strict as what every property takes, and no stricter."""
    found: dict[str, CustomField] = {}
    for item in (item for group in groups for item in group):
        known = found.setdefault(item.shortcode, item)
        lengths = [length for length in (known.max_length, item.max_length) if length is not None]
        required = known.required and item.required
        found[item.shortcode] = replace(known, required=required, max_length=min(lengths, default=None))
    every = [{item.shortcode for item in group} for group in groups]
    return [
        replace(item, required=item.required and all(item.shortcode in group for group in every))
        for item in found.values()
    ]


def _definition(row: Record) -> CustomField:
    longest = row.get("maxCharacters")
    text = str(longest) if isinstance(longest, (int, str)) else ""
    return CustomField(
        shortcode=str(row["shortcode"]),
        name=str(row.get("name") or ""),
        apply_to=str(row.get("applyTo")),
        required=row.get("required") is True,
        max_length=int(text) if text.isdecimal() and int(text) > 0 else None,
    )
