"""A mapping as its file says it: frozen, without places to write to, ready to be compiled."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from mapstudio.expressions.environment import Engine, Links, no_links, utc_today
from mapstudio.expressions.errors import LINK_PLACEHOLDER
from mapstudio.mapping.format import ASSOCIATION_PREFIX, Mode, OnNull
from mapstudio.model import JsonValue, Record, Schema
from mapstudio.model.paths import split_path

if TYPE_CHECKING:
    from mapstudio.mapping.compiled import CompiledMapping

INNER = "[]."
"""Between a row with lines and its inner row, as in a schema: ``order_line[].price_unit``."""
AFTER_PREFIX = "after."
"""What the name of a step begins with in plans and reasons."""
PLACEHOLDER = "$binding"
"""The only key of the object that stands for a binding without a value: ``{"$binding": "won"}``."""


class RowKind(StrEnum):
    """What feeds a row."""

    EXPRESSION = "expression"
    CONSTANT = "constant"
    BINDING = "binding"
    QUESTION = "question"
    IGNORE = "ignore"
    NESTED = "nested"
    """A list of lines, each made by inner rows."""
    BROKEN = "broken"
    """Nothing that could feed it was found; the problems say why."""


@dataclass(frozen=True, slots=True)
class Table:
    """A value map.

    Attributes:
        name: Its name under ``values``; empty for one that stands in a row.
        entries: Value by key text; a bound value is ``{"$binding": NAME}``.
        line: Where it begins.
        lines: The line of each key.
    """

    name: str
    entries: MappingOf[str, JsonValue]
    line: int = 0
    lines: MappingOf[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Nested:
    """What a row with lines says of them; its ``from_`` is the list.

    Attributes:
        key: The inner field by which a line is found in its record.
        rows: The inner rows, named ``order_line[].price_unit``.
    """

    key: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One destination field and what feeds it.

    Attributes:
        field: The destination field's path.
        line: Where the row begins, from 1.
        kind: See :class:`RowKind`.
        from_: The expression's text; for a row with lines that of ``each``.
        quoted: The expression stands in quotes in the file (``'customer'`` is the field ``customer``).
        constant: The fixed value, for a constant.
        binding: The bound value's name, for a binding.
        question: The question's text, for a question.
        ignore: The reason, for an ignored row.
        values: The value map: its name, or the map itself; ``None`` without one.
        default: Stands in for null and for a miss; ``None`` without one.
        by: The field by which a reference is found.
        on_null: What a null does.
        skip_errors: ``on_error: skip``.
        keep_blank: ``blank: keep``.
        draft: Previewed, never sent.
        owner: Who answers the question.
        due: Until when.
        answer: What was answered.
        note: For people.
        long: Written as a map.
        label: The label of an association; ``None`` for one without.
        replace: ``replace: true``: associations that the row does not give are removed.
        nested: What a row with lines says of them.
    """

    field: str
    line: int = 0
    kind: RowKind = RowKind.EXPRESSION
    from_: str | None = None
    quoted: bool = False
    constant: JsonValue = None
    binding: str | None = None
    question: str | None = None
    ignore: str | None = None
    values: str | Table | None = None
    default: JsonValue = None
    by: str | None = None
    on_null: OnNull = OnNull.SKIP
    skip_errors: bool = False
    keep_blank: bool = False
    draft: bool = False
    owner: str | None = None
    due: str | None = None
    answer: str | None = None
    note: str | None = None
    long: bool = False
    label: str | None = None
    replace: bool = False
    nested: Nested | None = None

    @property
    def parent(self) -> str | None:
        """The row that an inner row belongs to, ``None`` for any other row."""
        return inner_parts(self.field)[0]

    @property
    def own(self) -> str:
        """The field's path in its own record; for an inner row that is the line."""
        return inner_parts(self.field)[1]

    @property
    def association(self) -> str | None:
        """The object that the row associates the record with, ``None`` for any other row."""
        return associated_object(self.field)

    @property
    def silent(self) -> bool:
        """Whether it sends nothing whatever the record holds."""
        return self.draft or self.kind in {RowKind.QUESTION, RowKind.IGNORE}


@dataclass(frozen=True, slots=True)
class Each:
    """One output for each element of a list."""

    items: str
    id: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """Where records are read."""

    connection: str
    object: str
    where: str | None = None
    each: Each | None = None
    line: int = 0
    where_line: int = 0
    archived: bool = False


@dataclass(frozen=True, slots=True)
class After:
    """A step that a record takes once it is written.

    Attributes:
        action: The step's name.
        when: The expression that decides for which records; ``None`` for all.
        line: Where it stands.
    """

    action: str
    when: str | None = None
    line: int = 0

    @property
    def row(self) -> str:
        """What it is called in plans and reasons."""
        return f"{AFTER_PREFIX}{self.action}"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where records are written."""

    connection: str
    object: str
    mode: Mode = Mode.UPSERT
    key: tuple[str, ...] = ()
    line: int = 0
    key_line: int = 0
    after: tuple[After, ...] = ()


@dataclass(frozen=True, slots=True)
class Ignored:
    """A source field left out on purpose."""

    field: str
    reason: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Example:
    """A unit test of the mapping.

    Attributes:
        name: What it shows.
        line: Where it begins.
        given: The source record.
        expect: Part of the output, a list of such with ``each``; ``None`` when nothing is expected of it.
        expect_error: Part of the reason by row; empty when no rejection is expected.
        expect_skip: ``where`` leaves the record out.
        at: The day that counts as today.
        links: The destination ids that its links lead to, by source object and id.
    """

    name: str
    line: int
    given: Record
    expect: Record | list[JsonValue] | None = None
    expect_error: MappingOf[str, str] = field(default_factory=dict)
    expect_skip: bool = False
    at: date | None = None
    links: MappingOf[str, MappingOf[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Mapping:
    """One mapping file: source object to destination object, row by row.

    Attributes:
        file: The file's name as the user gave it.
        rows: In file order.
        values: Value maps by name.
    """

    file: str
    name: str
    source: Source
    destination: Destination
    description: str = ""
    values: MappingOf[str, Table] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    examples: tuple[Example, ...] = ()

    @cached_property
    def by_field(self) -> MappingOf[str, Row]:
        """The rows by their destination field as written; the first of two with one name."""
        return {row.field: row for row in reversed(self.rows)}

    @cached_property
    def all_rows(self) -> tuple[Row, ...]:
        """The rows in file order, inner rows behind the one that they belong to; those of a draft are drafts."""
        found: list[Row] = []
        for row in self.rows:
            inner = row.nested.rows if row.nested is not None else ()
            found += [row, *(replace(item, draft=True) if row.draft else item for item in inner)]
        return tuple(found)

    def row(self, name: str) -> Row | None:
        """Return the row of that field, however its path is written, or ``None``; inner rows by their whole name."""
        found = self.by_field.get(name)
        if found is None and inner_parts(name)[0] is not None:
            return next((row for row in self.all_rows if row.field == name), None)
        if found is not None:
            return found
        wanted = path_parts(name)
        return next((row for row in self.rows if path_parts(row.field) == wanted), None)

    def compile(
        self,
        *,
        schema: Schema | None = None,
        source_schema: Schema | None = None,
        bindings: MappingOf[str, JsonValue] | None = None,
        today: Callable[[], date] = utc_today,
        links: Links = no_links,
        engine: Engine = Engine.COMPILED,
    ) -> CompiledMapping:
        """Return the callable mapping.

        Args:
            schema: The destination's; outputs are cast to it and validated. Without it nothing is cast.
            source_schema: The source's; kept for those who explain a result.
            bindings: The environment's bound values. ``None``: a pure command, placeholders stay visible.
            today: The present day, for expressions that ask for it.
            links: What records mapped before became. Without them a row that links shows a placeholder.
            engine: What evaluates expressions; the result is the same.

        Raises:
            MappingError: ``bindings`` is given and one that the mapping uses is missing.
        """
        from mapstudio.mapping.compiled import compile_mapping  # noqa: PLC0415 - the definition alone stays cheap

        return compile_mapping(
            self,
            schema=schema,
            source_schema=source_schema,
            bindings=bindings,
            today=today,
            links=links,
            engine=engine,
        )


def associated_object(field: str) -> str | None:
    """Return the object that a field of that name associates with, ``None`` for any other field."""
    if not field.startswith(ASSOCIATION_PREFIX):
        return None
    parts = path_parts(field)
    return parts[1] if len(parts) == 2 else None


def inner_parts(field: str) -> tuple[str | None, str]:
    """Return the row that an inner row's name begins with, and the field of its lines: ``order_line[].qty``.

    For the name of any other row it is ``None`` and the name.
    """
    parent, sign, own = field.partition(INNER)
    return (parent, own) if sign else (None, field)


def path_parts(name: str) -> tuple[str, ...]:
    """Return the parts of a field's path; one that cannot be split is one part."""
    try:
        return split_path(name)
    except ValueError:
        return (name,)


def placeholder(name: str) -> dict[str, JsonValue]:
    """Return what a binding without a value looks like in an output."""
    return {PLACEHOLDER: name}


def is_placeholder(value: JsonValue) -> bool:
    """Return whether the value stands for a binding without a value."""
    return isinstance(value, dict) and len(value) == 1 and isinstance(value.get(PLACEHOLDER), str)


def open_link(value: JsonValue) -> str | None:
    """Return the record that an open link leads to, as ``companies 12``; ``None`` for any other value."""
    link = value.get(LINK_PLACEHOLDER) if isinstance(value, dict) and len(value) == 1 else None
    return f"{link.get('object')} {link.get('id')}" if isinstance(link, dict) else None
