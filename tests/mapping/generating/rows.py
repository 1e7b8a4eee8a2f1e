"""Random mappings: rows of every kind on the fields of a random schema, fed by expressions made for a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mapstudio.expressions.kinds import Kind, fits
from mapstudio.mapping.definition import Destination, Each, Mapping, Row, RowKind, Source, Table, placeholder
from mapstudio.mapping.format import OnNull
from mapstudio.mapping.identity import identity_text
from mapstudio.model import Field, FieldType, JsonValue, Option, Schema
from mapstudio.model.paths import join_path
from tests.expressions.generating.calls import SUPERSET_FUNCTIONS
from tests.expressions.generating.dice import Dice
from tests.expressions.generating.documents import Documents
from tests.expressions.generating.expressions import Expressions
from tests.expressions.generating.samples import name_text, paths

_OPTIONS = (Option("a", "A"), Option("Ana", "Ana"), Option("confirmed", "Confirmed"), Option("12", "Twelve"))
FIELDS = (
    Field("title", type=FieldType.TEXT),
    Field("amount", type=FieldType.NUMBER),
    Field("any", type=FieldType.UNKNOWN),
    Field("lines", type=FieldType.LIST),
    Field("address.city", type=FieldType.TEXT),
    Field("address.geo.lat", type=FieldType.NUMBER),
    Field("address.zip", type=FieldType.UNKNOWN, max_length=4),
    Field("count", type=FieldType.INTEGER),
    Field("short", type=FieldType.TEXT, max_length=3),
    Field("day", type=FieldType.DATE),
    Field("seen", type=FieldType.DATETIME),
    Field("vip", type=FieldType.BOOLEAN),
    Field("stage", type=FieldType.OPTION, options=_OPTIONS),
    Field("free", type=FieldType.OPTION),
    Field("tags", type=FieldType.OPTIONS, options=_OPTIONS),
    Field("owner", type=FieldType.REFERENCE, reference="users"),
    Field("friends", type=FieldType.REFERENCES, reference="users"),
    Field("extra", type=FieldType.OBJECT),
    Field("extra.note", type=FieldType.TEXT),
    Field('"x.y"', type=FieldType.TEXT),
    Field('"q\\"t"', type=FieldType.UNKNOWN),
    Field("é", type=FieldType.UNKNOWN),
    Field("box.a", type=FieldType.UNKNOWN),
    Field("box.b", type=FieldType.UNKNOWN),
)
_KINDS = {
    FieldType.TEXT: (Kind.TEXT, Kind.NUMBER),
    FieldType.INTEGER: (Kind.COUNT,),
    FieldType.NUMBER: (Kind.NUMBER,),
    FieldType.BOOLEAN: (Kind.BOOLEAN,),
    FieldType.DATE: (Kind.TEXT,),
    FieldType.DATETIME: (Kind.TEXT,),
    FieldType.OPTION: (Kind.TEXT,),
    FieldType.OPTIONS: (Kind.TEXTS,),
    FieldType.REFERENCE: (Kind.COUNT,),
    FieldType.REFERENCES: (Kind.LIST,),
    FieldType.OBJECT: (Kind.OBJECT,),
    FieldType.LIST: (Kind.LIST,),
}
# What hardly any value of a record fits.
_FITTING = {
    "day": ("'2024-05-01'", "today()", "not_null(`null`, '2024-02-30')"),
    "seen": ("'2024-05-01T10:20:30Z'", "'2024-05-01T10:20:30+02:00'", "concat('2024-05-01', 'T10:20:30Z')"),
    "stage": ("'a'", "lower('A')", "not_null(a, 'Ana')"),
    "tags": ("['a', 'Ana']", "to_array('confirmed')", "'12'"),
    "short": ("'abc'", "truncate(to_string(@), `3`)", "not_null(a, 'abcd')"),
    "address.zip": ("pad_left(to_string(a), `4`)", "not_null(a, 'abcde')"),
}
_UNFED = {"extra.note"}
_EASY = 8
BINDINGS: dict[str, JsonValue] = {"won": 7, "lost": "closed"}


@dataclass(frozen=True)
class Made:
    """A mapping, the schema that it is compiled with, and what is bound."""

    mapping: Mapping
    schema: Schema | None
    bindings: dict[str, JsonValue] | None


class Mappings:
    """Makes mappings.

    Args:
        dice: The choices.
        record: A record such as the mapping will read.
    """

    def __init__(self, dice: Dice, record: dict[str, JsonValue]) -> None:
        self._dice = dice
        self._record = record
        self._expressions = Expressions(dice, record, superset=True, functions=SUPERSET_FUNCTIONS)
        self._constants = Documents(dice, decimals=True)

    def made(self) -> Made:
        """Return a mapping."""
        each, element = self._each() if self._dice.chance(25) else (None, self._record)
        where = self._expression(self._record, 2) if self._dice.chance(25) else None
        names = self._names()
        mapping = Mapping(
            file="m.yaml",
            name="m",
            source=Source("hotel", "guests", where=where, each=each),
            destination=Destination("crm", "contacts"),
            values={"stages": self._table("stages"), "codes": self._table("codes")},
            rows=tuple(self._row(name, element) for name in names),
        )
        schema = Schema("crm", "contacts", tuple(map(self._field, FIELDS))) if self._dice.chance(75) else None
        return Made(mapping, schema, BINDINGS if self._dice.chance(30) else None)

    def _names(self) -> Sequence[str]:
        names = [field.name for field in FIELDS if field.name not in _UNFED]
        # Those that take most of what there is, more often.
        names = names[:_EASY] + names
        chosen: list[str] = []
        for _ in range(self._dice.number(1, 6)):
            name = self._dice.pick(names)
            if name not in chosen:
                chosen.append(name)
        return chosen

    def _field(self, field: Field) -> Field:
        if not self._dice.chance(15):
            return field
        return Field(field.name, "", field.type, True, options=field.options, max_length=field.max_length)

    def _each(self) -> tuple[Each, JsonValue]:
        """Return an ``each`` on a list of objects where there is one, and one of its elements."""
        known = [(item, name) for item in paths(self._record) for name in _identities(item.value)]
        if not known or self._dice.chance(10):
            return Each(self._expression(self._record, 2), "id"), self._record
        found, name = self._dice.pick(known)
        return Each(found.text, join_path((name,))), self._expressions.element_of(found.value)

    def _row(self, name: str, element: JsonValue) -> Row:
        dice = self._dice
        kind = dice.weighed(
            [(30, RowKind.EXPRESSION), (2, RowKind.CONSTANT), (1, RowKind.BINDING), (1, RowKind.QUESTION)]
        )
        if kind is RowKind.QUESTION:
            return Row(name, kind=kind, question="May we?")
        table = self._table("") if dice.chance(12) else dice.weighed([(10, "stages"), (10, "codes"), (1, "gone")])
        looks_up = dice.chance(12)
        return Row(
            name,
            kind=kind,
            from_=self._fitting(name, element) if kind is RowKind.EXPRESSION else None,
            constant=self._present() if kind is RowKind.CONSTANT else None,
            binding=dice.pick(list(BINDINGS)) if kind is RowKind.BINDING else None,
            values=table if looks_up else None,
            default=self._bound() if dice.chance(70 if looks_up else 20) else None,
            by="code" if name in {"owner", "friends"} and dice.chance(40) else None,
            on_null=dice.weighed([(8, OnNull.SKIP), (3, OnNull.CLEAR), (1, OnNull.ERROR)]),
            skip_errors=dice.chance(25),
            keep_blank=dice.chance(10),
            draft=dice.chance(3),
        )

    def _fitting(self, name: str, sample: JsonValue) -> str:
        """Return an expression that mostly gives what the field takes."""
        kinds = _KINDS.get(next(field.type for field in FIELDS if field.name == name), (Kind.ANY,))
        known = [item for item in paths(sample) if any(fits(kind, item.value) for kind in kinds)]
        if known and self._dice.chance(40):
            return self._dice.pick(known).text
        if self._dice.chance(20):
            return self._own(sample)
        if name in _FITTING and self._dice.chance(70):
            return self._dice.pick(_FITTING[name])
        if self._dice.chance(75):
            return self._expressions.of(kinds, sample, self._dice.number(1, 2)).text
        return self._expression(sample, 3)

    def _own(self, sample: JsonValue) -> str:
        """Return an expression of a kind that has code of its own where it is a whole row."""
        make = self._expressions
        known = [item for item in paths(sample) if isinstance(item.value, list)]
        listed = self._dice.pick(known).text if known else "none"
        element = make.element_of(make.value_of(listed, sample))
        key = make.of((Kind.NUMBER,), element, 1)
        return self._dice.pick(
            (
                make.computed(sample, 2).text,
                make.object(sample, 2).text,
                f"{listed}[*].{make.object(element, 2).text}",
                f"sum({listed}[*].{name_text(self._constants.name())})",
                f"sum({listed}[*].[{key.text}][0])",
                f"{self._dice.pick(('max_by', 'min_by'))}({listed}, &{key.text})",
                f"{self._dice.pick(('max_by', 'min_by'))}({listed}, &{key.text}).{name_text(self._constants.name())}",
                f"sort_by({listed}, &{key.text})",
            )
        )

    def _expression(self, sample: JsonValue, depth: int) -> str:
        known = paths(sample)
        if known and self._dice.chance(45):
            return self._dice.pick(known).text
        return self._expressions.any(sample, self._dice.number(1, depth)).text

    def _table(self, name: str) -> Table:
        keys = ["a", "Ana", "confirmed", "1", "12", "true", *(self._constants.text() for _ in range(2))]
        return Table(name, {key: self._bound() if self._dice.chance(85) else None for key in keys})

    def _present(self) -> JsonValue:
        value = self._constants.anything(2)
        return "fixed" if value is None else value

    def _bound(self) -> JsonValue:
        return placeholder(self._dice.pick(list(BINDINGS))) if self._dice.chance(6) else self._present()


def _identities(value: JsonValue) -> list[str]:
    """Return the fields by which the elements of a list can be told apart."""
    if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
        return []
    listed = [item for item in value if isinstance(item, dict)]
    texts = {name: [identity_text(item.get(name)) for item in listed] for name in listed[0]}
    return [name for name, found in texts.items() if name and None not in found and len(set(found)) == len(found)]
