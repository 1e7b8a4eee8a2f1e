"""The keys of a mapping file: the one description that the reader, its messages and the JSON Schema are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

VERSION = 1
NAME_PATTERN = r"[a-z0-9]+(-[a-z0-9]+)*"
EXTENSION_PREFIX = "x-"


class Shape(StrEnum):
    """What may stand as the value of a key."""

    VERSION = "version"
    NAME = "name"
    TEXT = "text"
    EXPRESSION = "expression"
    FLAG = "flag"
    VALUE = "value"
    """Any JSON value but null; a map ``{binding: NAME}`` stands for a bound value where the key allows it."""
    BOUND_VALUE = "bound value"
    TABLE = "table"
    """A value map: its name or the map itself."""
    TABLES = "tables"
    KEY = "key"
    SOURCE = "source"
    EACH = "each"
    DESTINATION = "destination"
    ROWS = "rows"
    NESTED_ROWS = "nested rows"
    AFTER = "after"
    REASONS = "reasons"
    EXAMPLES = "examples"
    RECORD = "record"
    EXPECTED = "expected"
    EXPECTED_ERRORS = "expected errors"
    DATE = "date"
    LINKS = "links"


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a map in the file.

    Attributes:
        name: As written in the file.
        shape: What may stand as its value.
        summary: One sentence for the reference and the editor's tooltip.
        required: Whether the map is incomplete without it.
        choices: The only words allowed, for a text.
    """

    name: str
    shape: Shape
    summary: str
    required: bool = False
    choices: tuple[str, ...] = ()

    @property
    def gist(self) -> str:
        """Return the summary as a part of a sentence."""
        return f"{self.summary[0].lower()}{self.summary[1:].rstrip('.')}"


class Mode(StrEnum):
    """What a mapping does with the destination's records."""

    UPSERT = "upsert"
    INSERT = "insert"
    UPDATE = "update"
    MIRROR = "mirror"


class OnNull(StrEnum):
    """What a row does with a null."""

    SKIP = "skip"
    CLEAR = "clear"
    ERROR = "error"


TOP: Sequence[Key] = (
    Key("mapstudio", Shape.VERSION, "The version of the format: 1.", required=True),
    Key("name", Shape.NAME, "The mapping's name in kebab-case.", required=True),
    Key("description", Shape.TEXT, "What the mapping is for."),
    Key("source", Shape.SOURCE, "Where records are read.", required=True),
    Key("destination", Shape.DESTINATION, "Where records are written.", required=True),
    Key("values", Shape.TABLES, "Value maps by name: source value to destination value."),
    Key("fields", Shape.ROWS, "The rows: destination field and what feeds it."),
    Key("ignored", Shape.REASONS, "Source fields left out on purpose, each with the reason."),
    Key("examples", Shape.EXAMPLES, "Unit tests of the mapping."),
)
SOURCE: Sequence[Key] = (
    Key("connection", Shape.TEXT, "The connection's name in the project.", required=True),
    Key("object", Shape.TEXT, "The object that is read.", required=True),
    Key("where", Shape.EXPRESSION, "Records for which this is false are skipped."),
    Key("each", Shape.EACH, "One output for each element of a list."),
    Key("archived", Shape.FLAG, "true: archived records are read, too."),
)
EACH: Sequence[Key] = (
    Key("items", Shape.EXPRESSION, "The list; each element is the record that the rows see.", required=True),
    Key("id", Shape.TEXT, "The element's field that identifies it.", required=True),
)
DESTINATION: Sequence[Key] = (
    Key("connection", Shape.TEXT, "The connection's name in the project.", required=True),
    Key("object", Shape.TEXT, "The object that is written.", required=True),
    Key(
        "mode",
        Shape.TEXT,
        "upsert (default), insert, update, or mirror.",
        choices=tuple(mode.value for mode in Mode),
    ),
    Key("key", Shape.KEY, "The field, or fields, by which a record is found."),
    Key("after", Shape.AFTER, "The steps that a record takes once it is written, each perhaps with its condition."),
)
FEEDING = ("from", "constant", "binding", "question", "ignore")
"""Exactly one of these stands in a long row."""
ROW: Sequence[Key] = (
    Key("from", Shape.EXPRESSION, "The expression that feeds the field."),
    Key("constant", Shape.VALUE, "A fixed JSON value."),
    Key("binding", Shape.TEXT, "The name of a value bound for each environment in the project file."),
    Key("question", Shape.TEXT, "An open question; the row sends nothing."),
    Key("owner", Shape.TEXT, "Who answers the question."),
    Key("due", Shape.TEXT, "Until when the question is to be answered."),
    Key("answer", Shape.TEXT, "What was answered."),
    Key("ignore", Shape.TEXT, "Why the field is left alone; the row sends nothing."),
    Key("values", Shape.TABLE, "The value map that the result is looked up in: its name or the map itself."),
    Key("default", Shape.BOUND_VALUE, "Stands in for null and for a value that the map does not know."),
    Key("by", Shape.TEXT, "The field of the referenced object that the value identifies."),
    Key(
        "on_null",
        Shape.TEXT,
        "skip (default: not sent), clear (empties the field), or error.",
        choices=tuple(choice.value for choice in OnNull),
    ),
    Key(
        "on_error",
        Shape.TEXT,
        "reject (default), or skip: an error leaves the field out and rejects nothing.",
        choices=("reject", "skip"),
    ),
    Key("blank", Shape.TEXT, "keep: a text of white space is a value.", choices=("keep",)),
    Key("draft", Shape.FLAG, "true: previewed, never sent."),
    Key("note", Shape.TEXT, "For people."),
)
NESTED: Sequence[Key] = (
    Key("each", Shape.EXPRESSION, "The list; each element is the record that the inner rows see.", required=True),
    Key("key", Shape.TEXT, "The inner field by which a line is found in its record.", required=True),
    Key("fields", Shape.NESTED_ROWS, "The inner rows: field of a line and what feeds it.", required=True),
    Key("draft", Shape.FLAG, "true: previewed, never sent."),
    Key("note", Shape.TEXT, "For people."),
)
"""A row that writes a list of lines, such as those of an order."""
ASSOCIATION: Sequence[Key] = (
    *ROW,
    Key("label", Shape.TEXT, "The label of the association; without one it has none."),
    Key("replace", Shape.FLAG, "true: associations that the row does not give are removed."),
)
"""A row named ``associations.<object>``: whom the record belongs to."""
ASSOCIATION_PREFIX = "associations."
EXAMPLE: Sequence[Key] = (
    Key("name", Shape.TEXT, "What the example shows.", required=True),
    Key("given", Shape.RECORD, "A source record.", required=True),
    Key("expect", Shape.EXPECTED, "Part of the output; a list of outputs with each."),
    Key("expect_error", Shape.EXPECTED_ERRORS, "Row and part of the reason for which the record is rejected."),
    Key("expect_skip", Shape.FLAG, "true: where leaves the record out."),
    Key("at", Shape.DATE, "The day that counts as today."),
    Key("links", Shape.LINKS, "The ids that link(object, id) gives, by object and source id."),
)


def by_name(keys: Sequence[Key]) -> Mapping[str, Key]:
    """Return the keys by their name."""
    return {key.name: key for key in keys}
