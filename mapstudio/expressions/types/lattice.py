"""What a value may be, known without a record: a type is a set of JSON values, held one kind beside the other.

A type of no kind at all has no value: an expression of it fails on every record. Whatever a type says is true of every
value, so that ``null: False`` is a promise; a type that is too wide only says less.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum
from functools import reduce
from typing import TypeVar

from mapstudio.expressions.values import Number
from mapstudio.model import Option

T = TypeVar("T")

MAX_VALUES = 400
"""More possible values than this are not listed any more: they are any text, or any number."""
MAX_SIZE = 600
"""A made type of more parts than this is not known any more: no expression makes inference slow."""


class Format(StrEnum):
    """What a text holds, where that is known; only ``text`` can be blank."""

    TEXT = "text"
    OPTION = "option"
    """An option of a field whose options are not listed."""
    REFERENCE = "reference"
    """The id of a record."""
    DATE = "date"
    DATETIME = "datetime"
    LOCAL = "datetime without a zone"
    MOMENT = "date or datetime"


MOMENTS = frozenset({Format.DATE, Format.DATETIME, Format.LOCAL, Format.MOMENT})
"""The formats of dates and times."""


class Rest(Enum):
    """What an object holds beside the fields that are listed."""

    NOTHING = 0
    """It is made by the expression."""
    UNLISTED = 1
    """Nothing that its schema knows: who reads it has probably misspelt a field."""
    ANYTHING = 2


@dataclass(frozen=True, slots=True)
class TextType:
    """Texts of some formats, and some known ones.

    Attributes:
        formats: Whatever text is of one of these.
        values: Known texts beside them: literals, and the options of fields.
        options: Which of the values are options, with their labels.
    """

    formats: frozenset[Format] = frozenset()
    values: frozenset[str] = frozenset()
    options: tuple[Option, ...] = ()

    @property
    def may_be_empty(self) -> bool:
        """Whether ``""`` is one of them."""
        return Format.TEXT in self.formats or "" in self.values

    @property
    def may_be_blank(self) -> bool:
        """Whether a text of white space only is one of them."""
        return Format.TEXT in self.formats or any(not value.strip() for value in self.values)

    def only(self, keep: Callable[[str], bool]) -> TextType | None:
        """Return the type without the known texts that are not to be kept; ``None`` when nothing is left."""
        values = frozenset(filter(keep, self.values))
        if not values and not self.formats:
            return None
        return TextType(self.formats, values, tuple(item for item in self.options if item.value in values))

    def joined(self, other: TextType) -> TextType:
        """Return either of the two."""
        formats, values = self.formats | other.formats, self.values | other.values
        options = self.options + tuple(item for item in other.options if item not in self.options)
        if len(values) > MAX_VALUES and Format.TEXT not in formats:
            all_options = {item.value for item in options} >= values
            return TextType(formats | {Format.OPTION if all_options else Format.TEXT})
        return TextType(formats, values, options)


@dataclass(frozen=True, slots=True)
class NumberType:
    """Numbers.

    Attributes:
        whole: They have no fraction.
        values: The only ones that are possible; ``None`` for any.
    """

    whole: bool = False
    values: frozenset[Number] | None = None

    def joined(self, other: NumberType) -> NumberType:
        """Return either of the two."""
        known = None if self.values is None or other.values is None else self.values | other.values
        return NumberType(self.whole and other.whole, known if known is None or len(known) <= MAX_VALUES else None)


@dataclass(frozen=True, slots=True)
class ObjectType:
    """Objects.

    Attributes:
        fields: The type of each; one that may be missing may be null.
        rest: What there is besides.
        filled: They have at least one key.
        reference: They stand for a record of another object.
    """

    fields: Mapping[str, Type] = field(default_factory=dict)
    rest: Rest = Rest.ANYTHING
    filled: bool = False
    reference: bool = False

    def get(self, name: str) -> Type:
        """Return the type of a field, listed or not."""
        known = self.fields.get(name)
        if known is not None:
            return known
        return NULL if self.rest is Rest.NOTHING else UNKNOWN

    def joined(self, other: ObjectType) -> ObjectType:
        """Return either of the two."""
        mine, theirs = self.fields, other.fields
        # Two types of a record are narrowed from one schema: all but a few of its many fields are the same.
        fields = {name: of if theirs.get(name) is of else joined(of, other.get(name)) for name, of in mine.items()}
        fields |= {name: joined(self.get(name), of) for name, of in theirs.items() if name not in mine}
        rest = max(self.rest, other.rest, key=lambda item: item.value)
        return ObjectType(fields, rest, self.filled and other.filled, self.reference and other.reference)


@dataclass(frozen=True, slots=True)
class ListType:
    """Lists.

    Attributes:
        element: What each element is; ``None`` for anything.
        filled: They have at least one element.
        items: The elements one by one, where their number is known.
    """

    element: Type | None = None
    filled: bool = False
    items: tuple[Type, ...] | None = None

    @property
    def elements(self) -> Type:
        """What each element is."""
        return UNKNOWN if self.element is None else self.element

    def joined(self, other: ListType) -> ListType:
        """Return either of the two."""
        items = None
        if self.items is not None and other.items is not None and len(self.items) == len(other.items):
            items = tuple(map(joined, self.items, other.items))
        known = self.element is not None and other.element is not None
        return ListType(joined(self.elements, other.elements) if known else None, self.filled and other.filled, items)


@dataclass(frozen=True, slots=True)
class Type:
    """A set of JSON values.

    Attributes:
        null: Null is one of them.
        text: The texts among them.
        number: The numbers.
        booleans: The booleans.
        object: The objects.
        list: The lists.
        known: What it may be is known to be possible; otherwise it is at most that, and no reason for a warning.
        path: The source field that it is the value of, unchanged; ``None`` for a value that is made. ``""`` is the
            whole record.
        size: How many types it is made of; what a schema says counts as one.
    """

    null: bool = False
    text: TextType | None = None
    number: NumberType | None = None
    booleans: frozenset[bool] = frozenset()
    object: ObjectType | None = None
    list: ListType | None = None
    known: bool = True
    path: str | None = field(default=None, compare=False)
    size: int = field(default=1, compare=False)

    @property
    def is_nothing(self) -> bool:
        """Whether there is no such value."""
        return not self.null and self.has_no_value

    @property
    def has_no_value(self) -> bool:
        """Whether null is all that it can be, if anything."""
        return not (self.text or self.number or self.booleans or self.object or self.list)

    @property
    def may_be_null(self) -> bool:
        """Whether null is known to be possible."""
        return self.null and self.known

    @property
    def may_be_false(self) -> bool:
        """Whether JMESPath may take it for false: null, false, an empty text, list or object. Zero is true."""
        return not falsy(self).is_nothing

    @property
    def may_be_true(self) -> bool:
        """Whether JMESPath may take it for true."""
        return not truthy(self).is_nothing


KINDS: tuple[str, ...] = ("text", "number", "booleans", "object", "list")
BOTH = frozenset({True, False})
ANY_TEXT = TextType(frozenset({Format.TEXT}))
ANY_NUMBER = NumberType()

NOTHING = Type()
NULL = Type(null=True)
TEXT = Type(text=ANY_TEXT)
NUMBER = Type(number=ANY_NUMBER)
INTEGER = Type(number=NumberType(whole=True))
BOOLEAN = Type(booleans=BOTH)
OBJECT = Type(object=ObjectType())
LIST = Type(list=ListType())
UNKNOWN = Type(
    null=True,
    text=ANY_TEXT,
    number=ANY_NUMBER,
    booleans=BOTH,
    object=ObjectType(),
    list=ListType(),
    known=False,
)
UNKNOWN_NULL = Type(null=True, known=False)
"""A null of which nobody knows whether it can come."""


def text_of(*formats: Format) -> Type:
    """Return the type of texts of a format."""
    return Type(text=TextType(frozenset(formats)))


def list_of(element: Type, *, filled: bool = False) -> Type:
    """Return the type of lists of such elements; of empty lists where there are no such elements."""
    return _sized(Type(list=ListType(element, filled and not element.is_nothing), size=element.size + 1))


def tuple_of(items: tuple[Type, ...]) -> Type:
    """Return the type of a list whose elements are known one by one."""
    size = sum(item.size for item in items) + 1
    return _sized(Type(list=ListType(union(*items), bool(items), items), size=size))


def object_of(fields: Mapping[str, Type]) -> Type:
    """Return the type of an object with these fields and no others."""
    size = sum(item.size for item in fields.values()) + 1
    return _sized(Type(object=ObjectType(fields, Rest.NOTHING, bool(fields)), size=size))


def _sized(made: Type) -> Type:
    if made.size <= MAX_SIZE:
        return made
    lists = ListType(None, made.list.filled) if made.list is not None else None
    objects = ObjectType({}, Rest.ANYTHING, made.object.filled) if made.object is not None else None
    return replace(made, list=lists, object=objects, size=1)


def joined(left: Type, right: Type) -> Type:
    """Return the type of what is either of the two."""
    if left is right or (right.is_nothing and right.known):
        return left
    if left.is_nothing and left.known:
        return right
    if right.has_no_value and right.known >= left.known:
        # Nothing but null besides: it is still the value of its field.
        return left if left.null else replace(left, null=True)
    path = left.path if left.path == right.path else None
    either = Type(
        null=left.null or right.null,
        text=_either(left.text, right.text, TextType.joined),
        number=_either(left.number, right.number, NumberType.joined),
        booleans=left.booleans | right.booleans,
        object=_either(left.object, right.object, ObjectType.joined),
        list=_either(left.list, right.list, ListType.joined),
        known=left.known and right.known,
        path=path,
        size=left.size if path is not None else left.size + right.size,
    )
    return _sized(either)


def _either(left: T | None, right: T | None, join: Callable[[T, T], T]) -> T | None:
    if left is None or right is None:
        return left if right is None else right
    return left if left is right else join(left, right)


def union(*types: Type) -> Type:
    """Return the type of what is one of these; nothing for none."""
    return reduce(joined, types, NOTHING)


def with_null(of: Type) -> Type:
    """Return the type with null."""
    return of if of.null else replace(of, null=True)


def without_null(of: Type) -> Type:
    """Return the type without null."""
    return replace(of, null=False) if of.null else of


def kinds_of(of: Type) -> frozenset[str]:
    """Return the kinds that it may be, null left out."""
    return frozenset(kind for kind in KINDS if getattr(of, kind))


def only(of: Type, *kinds: str) -> Type:
    """Return what of it is of these kinds; null is none of them unless it is named."""
    return replace(
        of,
        null=of.null and "null" in kinds,
        text=of.text if "text" in kinds else None,
        number=of.number if "number" in kinds else None,
        booleans=of.booleans if "booleans" in kinds else frozenset(),
        object=of.object if "object" in kinds else None,
        list=of.list if "list" in kinds else None,
    )


def truthy(of: Type) -> Type:
    """Return what of it JMESPath takes for true."""
    text = of.text.only(bool) if of.text is not None else None
    lists, objects = of.list, of.object
    if lists is not None and not lists.filled:
        lists = None if lists.elements.is_nothing or lists.items == () else replace(lists, filled=True)
    if objects is not None and not objects.filled:
        empty = not objects.fields and objects.rest is Rest.NOTHING
        objects = None if empty else replace(objects, filled=True)
    return replace(of, null=False, text=text, booleans=of.booleans - {False}, object=objects, list=lists)


def falsy(of: Type) -> Type:
    """Return what of it JMESPath takes for false."""
    is_empty_text = of.text is not None and of.text.may_be_empty
    is_empty_list = of.list is not None and not of.list.filled
    is_empty_object = of.object is not None and not of.object.filled
    return Type(
        null=of.null,
        text=TextType(values=frozenset({""})) if is_empty_text else None,
        booleans=of.booleans - {True},
        object=ObjectType({}, Rest.NOTHING) if is_empty_object else None,
        list=ListType(NOTHING, items=()) if is_empty_list else None,
        known=of.known,
        path=of.path,
    )


def without_blank(of: Type) -> Type:
    """Return what of it is neither null nor a blank text."""
    text = of.text.only(lambda value: bool(value.strip())) if of.text is not None else None
    return replace(of, null=False, text=text)


def may_be_blank(of: Type) -> bool:
    """Return whether it may be null or a blank text."""
    return of.null or (of.text is not None and of.text.may_be_blank)
