"""Unique properties for keys: the only thing about a schema that is ever written."""

from __future__ import annotations

import re

from mapstudio.connectors.hubspot.api import Api
from mapstudio.connectors.hubspot.catalogue import Catalogue
from mapstudio.connectors.hubspot.refusals import sentence
from mapstudio.model import ConnectionFailedError, Field, PreconditionError, UsageError

LABEL = "Integration key"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")
_DESCRIPTION = "Tells an integration which record is which. Never change it by hand."


class KeyMaker:
    """Creates unique properties in one account."""

    def __init__(self, api: Api, catalogue: Catalogue) -> None:
        self._api = api
        self._catalogue = catalogue

    async def add(self, object_name: str, name: str) -> Field:
        """Create a unique text property; one that is there already is returned as it is.

        Raises:
            UsageError: The name is none that a property may have.
            PreconditionError: There is such a property and it is not unique, or the system refuses another one.
        """
        if not _NAME.fullmatch(name):
            remedy = "Use lower-case letters, digits and underscores, a letter first."
            raise UsageError(f'"{name}" is no name of a property.', remedy=remedy)
        await self._catalogue.check(object_name)
        present = await self._present(object_name, name)
        if present is not None:
            return present
        body = {
            "name": name,
            "label": LABEL,
            "description": _DESCRIPTION,
            "groupName": await self._group(object_name),
            "type": "string",
            "fieldType": "text",
            "hasUniqueValue": True,
            "hidden": False,
            "formField": False,
        }
        answer = await self._api.send("POST", f"{self._api.paths.properties}/{object_name}", json=body)
        made = await self._present(object_name, name)
        if made is not None:
            # Also when the answer to a first try was lost, and the second one found what that had made.
            return made
        if answer.status >= 400:
            raise PreconditionError(
                f"{self._api.system} did not create {name} of {object_name}: {sentence(answer.body)}",
                remedy="An object has at most ten unique properties; use one that is there, or remove one.",
            )
        raise ConnectionFailedError(f"{self._api.system} does not show {name} of {object_name}, which it created.")

    async def _present(self, object_name: str, name: str) -> Field | None:
        field = (await self._catalogue.fields(object_name, anew=True)).get(name)
        if field is not None and not field.unique:
            raise PreconditionError(
                f"{self._api.system}: {object_name} has {name} already, and its values are not kept unique.",
                remedy="Give another name: whether values are unique is fixed when a property is made.",
            )
        return field

    async def _group(self, object_name: str) -> str:
        """Return the group in which the object's own properties stand."""
        answer = await self._api.get(f"{self._api.paths.properties}/{object_name}/hs_object_id")
        return str(answer.get("groupName", ""))
