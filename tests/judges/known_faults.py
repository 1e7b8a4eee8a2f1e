"""Where the vendor's documents are known to be wrong, each with what it rests on.

The documents are generated; what follows is what the real system is documented or recorded to do all the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Edit:
    """A correction of schemas.

    Attributes:
        schemas: The names of the schemas, a regular expression.
        why: What is wrong.
        optional: Members that are not required.
        also: Members that exist as well.
        changed: Members whose schema is another.
        documents: The documents that it is about, a regular expression.
    """

    schemas: str
    why: str
    optional: tuple[str, ...] = ()
    also: dict[str, Any] = field(default_factory=dict)
    changed: dict[str, Any] = field(default_factory=dict)
    documents: str = ".*"

    def concerns(self, document: str, schema: str) -> bool:
        """Whether this schema of this document is corrected."""
        return bool(re.fullmatch(self.schemas, schema) and re.fullmatch(self.documents, document))

    def apply(self, schema: dict[str, Any]) -> None:
        """Correct it, in place."""
        members = schema.setdefault("properties", {})
        schema["required"] = [name for name in schema.get("required", []) if name not in self.optional]
        members.update({name: item for name, item in self.also.items() if name not in members})
        members.update({name: item for name, item in self.changed.items() if name in members})


@dataclass(frozen=True, slots=True)
class Alias:
    """Paths that are served although the documents write them in another way only."""

    written: str
    instead_of: str
    why: str

    def instead(self, path: str) -> str:
        """Return the path as the documents write it."""
        return re.sub(self.written, self.instead_of, path)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter that is taken although it is not described."""

    paths: str
    name: str
    why: str

    def concerns(self, template: str) -> bool:
        """Whether the path takes it."""
        return re.fullmatch(self.paths, template) is not None


@dataclass(frozen=True, slots=True)
class Status:
    """A status that is answered although it is not described; as another one, or without a body."""

    paths: str
    status: int
    as_if: tuple[int, ...]
    why: str

    def concerns(self, template: str, status: int) -> bool:
        """Whether the path answers it."""
        return status == self.status and re.fullmatch(self.paths, template) is not None


_TEXT = {"type": "string"}
_VALUES = {"type": "object", "additionalProperties": {"type": ["string", "null"]}}

EDITS = (
    Edit(
        r"(?!PublicObjectSearchRequest)(\w+Object(WithAssociations)?)",
        "a property that was asked for and is empty is null",
        changed={"properties": _VALUES},
    ),
    Edit(
        "SimplePublicObjectInputForCreate|SimplePublicObjectBatchInputForCreate",
        "records are created without associations in the documentation's own examples",
        optional=("associations",),
    ),
    Edit(
        "PublicObjectSearchRequest",
        "none of them is sent in the documentation's own examples, and an order is an object in them",
        optional=("after", "filterGroups", "limit", "properties", "sorts"),
        changed={"sorts": {"type": "array", "items": {"type": ["string", "object"]}}},
    ),
    Edit(
        "BatchReadInputSimplePublicObjectId",
        "the documentation's own examples ask for properties alone",
        optional=("properties", "propertiesWithHistory"),
    ),
    Edit(
        "ObjectSchemaEgg",
        "the documentation's own example gives no more than names, labels and properties",
        optional=(
            "allowsSensitiveProperties",
            "associatedObjects",
            "searchableProperties",
            "secondaryDisplayProperties",
            "shouldCreateSameObjectAssociation",
        ),
    ),
    Edit(
        "ObjectTypeDefinitionPatch|BatchReadInputPropertyName",
        "what is required newly cannot be: older clients do not know it",
        optional=("clearDescription", "dataSensitivity"),
    ),
    Edit(
        "Error",
        "each error has a status; those of the rate limits have members of their own and no category",
        optional=("category",),
        also={"status": _TEXT, "errorType": _TEXT, "policyName": _TEXT, "groupName": _TEXT, "requestId": _TEXT},
    ),
    Edit(
        "StandardError",
        "recorded answers leave empty collections out, and their sub-category is a word",
        optional=("context", "errors", "links"),
        changed={"subCategory": _TEXT},
    ),
    Edit(
        "AssociationSpecWithLabel",
        "the label of what has none is null in the documentation's own examples",
        changed={"label": {"type": ["string", "null"]}},
    ),
    Edit(
        "Public(Access|Refresh)TokenInfoResponse",
        "of a token that is not known nothing is told but that it is not active (RFC 7662)",
        optional=(
            "app_id",
            "client_id",
            "expires_in",
            "hub_id",
            "is_private_distribution",
            "scopes",
            "signed_access_token",
            "token",
            "token_type",
            "token_use",
            "user_id",
        ),
    ),
    Edit(
        "Property",
        "older than the release: the members of the version before are not gone",
        also={"numberDisplayHint": _TEXT, "textDisplayHint": _TEXT},
        documents="2026-09/properties",
    ),
)
ALIASES = (
    Alias(
        r"^/crm(-object-schemas|/owners|/pipelines|/property-validations)/2026-09\b",
        r"/crm\1/2026-03",
        "the documents of 2026-09 are those of some objects only",
    ),
    Alias(
        r"^/crm/objects/2026-09/([^/]+)/(merge|gdpr-delete)$",
        r"/crm/objects/2026-03/\1/\2",
        "the documents of 2026-09 are those of any object only",
    ),
    Alias(
        r"^/crm/objects/2026-09/([^/]+)/([^/]+)/associations/([^/]+)$",
        r"/crm/objects/2026-03/\1/\2/associations/\3",
        "the documents of 2026-09 leave the list out",
    ),
    Alias("^/oauth/2026-09/", "/oauth/2026-03/", "the document of 2026-09 describes no answer of the token endpoint"),
    Alias("^/crm/v3/owners/$", "/crm/v3/owners", "the official clients call it so"),
    Alias("^/crm/v3/schemas", "/crm-object-schemas/v3/schemas", "public clients call it so"),
)
PARAMETERS: tuple[Parameter, ...] = ()
STATUSES = (
    Status(
        r"/(crm/\w+|app-webhooks)/2026-09/.*/batch/\w+",
        207,
        (200, 201),
        "the answer has errors, but the status is not named",
    ),
    Status(r"/crm/.*/batch/associate/default", 207, (200,), "the answer has errors, but the status is not named"),
    Status(r"/oauth/[^/]+/token/revoke", 200, (), "only errors are described"),
)
WAYS_IN: dict[str, dict[str, str]] = {"developer_hapikey": {"type": "http", "scheme": "bearer"}}
"""What took the place of a way in that the documents still name: keys in the query are dead."""
PAGES = frozenset({"/oauth/authorize"})
"""What is for people with a browser, and so in no document."""
