"""Records decoded only as far as they are used: the paths that are read become types that the decoder fills."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, auto
from typing import Annotated, Any

import msgspec

from mapstudio.expressions.compiler.decimals import exact_decimal
from mapstudio.expressions.reads import Path, Reads
from mapstudio.model import JsonValue
from mapstudio.model.paths import split_path

ENOUGH_SAMPLES = 50
"""With fewer values than this nothing is expected of those that come."""
_FRACTIONS = {float, Decimal}
# The library keeps the names of a type's fields as they stand in JSON, and does not escape them.
_ESCAPED = re.compile(r'["\\\x00-\x1f\ud800-\udfff]')


def can_be_attribute(name: str) -> bool:
    """Return whether a type for the decoder or the encoder can have a field of that name."""
    return not _ESCAPED.search(name)


class Expected(Enum):
    """What samples of a value were, null apart. A record with anything else is evaluated in another way."""

    ANYTHING = auto()
    TEXT = auto()
    TEXTS = auto()
    """Lists of texts."""
    FRACTION = auto()
    """Numbers with a fraction, of which the nearest float is enough."""
    VERBATIM = auto()
    """Numbers, some with a fraction, at which nobody looks: the text is handed on as it stands."""


@dataclass
class Shape:
    """What is read of a value.

    Attributes:
        whole: All of it: plain JSON.
        near: A number may come as the nearest float: it is compared only, and with what is no nearer.
        expected: What samples were.
        max_length: A text that is longer cannot be good, ``None`` where any can.
        fields: What is read of an object, by field name.
        element: What is read of a list's elements.
    """

    whole: bool = False
    near: bool = False
    expected: Expected = Expected.ANYTHING
    max_length: int | None = None
    fields: dict[str, Shape] = field(default_factory=dict)
    element: Shape | None = None

    @property
    def plain(self) -> bool:
        """Whether the value is plain JSON; what is read as an object here and as a list there is so as well."""
        return self.whole or (self.element is None) is (not self.fields)

    def attribute(self, name: str) -> str:
        """Return the attribute that holds a field."""
        return f"f{list(self.fields).index(name)}"

    def limit(self, length: int) -> bool:
        """Let the decoder refuse longer texts; ``False`` where other values than texts may come."""
        if self.expected is not Expected.TEXT:
            return False
        self.max_length = length if self.max_length is None else min(length, self.max_length)
        return True

    def follow(self, samples: Sequence[JsonValue], *, verbatim: bool = True) -> None:
        """Expect what samples of the value show: the order of keys, and what values are.

        Args:
            samples: Values that stood there.
            verbatim: Numbers can be handed on as texts.
        """
        if self.element is not None:
            elements = [item for sample in samples if isinstance(sample, list) for item in sample]
            self.element.follow(elements, verbatim=verbatim and not self.element.plain)
            return
        objects = [sample for sample in samples if isinstance(sample, dict)]
        places = {name: place for place, name in enumerate(objects[0] if objects else ())}
        self.fields = dict(sorted(self.fields.items(), key=lambda item: places.get(item[0], len(places))))
        for name, below in self.fields.items():
            below.follow([sample.get(name) for sample in objects], verbatim=verbatim)
        if self.plain and len(samples) >= ENOUGH_SAMPLES:
            self.expected = self._expected_after(samples, verbatim=verbatim)

    def _expected_after(self, samples: Sequence[JsonValue], *, verbatim: bool) -> Expected:
        found = set(map(type, samples)) - {type(None)}
        if found == {list}:
            texts = {type(item) for sample in samples if isinstance(sample, list) for item in sample}
            return Expected.TEXTS if texts == {str} else Expected.ANYTHING
        if found == {str}:
            return Expected.TEXT
        if self.near:
            return Expected.FRACTION if found and found <= _FRACTIONS else Expected.ANYTHING
        # Whole numbers are quickly read as they are.
        are_numbers = found <= {*_FRACTIONS, int} and not found.isdisjoint(_FRACTIONS)
        return Expected.VERBATIM if verbatim and are_numbers else Expected.ANYTHING

    def find(self, steps: tuple[str | None, ...]) -> Shape | None:
        """Return what is read at a path, ``None`` when nothing is noted there."""
        shape: Shape | None = self
        for step in steps:
            if shape is None:
                return None
            shape = shape.element if step is None else shape.fields.get(step)
        return shape

    def add(self, steps: tuple[str | None, ...], *, near: bool = False) -> None:
        """Note a path; ``None`` steps into a list's elements."""
        shape = self
        for step in steps:
            if step is None:
                shape.element = shape.element or Shape()
                shape = shape.element
            elif not can_be_attribute(step):
                break
            else:
                shape = shape.fields.setdefault(step, Shape())
        shape.whole, shape.near = True, near


def shape_of(reads: Iterable[Reads]) -> Shape | None:
    """Return the shape of a record of which some parts are read; ``None`` when all of it is."""
    shape, everything = Shape(), list(reads)
    for path in {path for item in everything for path in item.paths}:
        shape.add(_steps(path))
    for path in {path for item in everything for path in item.sizes}:
        below = shape.find(_steps(path))
        if below is None or below.element is None:
            shape.add(_steps(path))
    for path in {path for item in everything for path in item.ordered}:
        below = shape.find(_steps(path))
        shape.add(_steps(path), near=below is None or below.near)
    return None if shape.plain or shape.element is not None else shape


def _steps(path: Path) -> tuple[str | None, ...]:
    steps: list[str | None] = []
    for part in path:
        name = part
        while name.endswith("[]"):
            name = name[:-2]
        steps += [*split_path(name), *[None] * ((len(part) - len(name)) // 2)] if name else [None]
    return tuple(steps)


def decoder(shape: Shape) -> msgspec.json.Decoder[Any]:
    """Return a decoder of JSON records into objects with the shape's attributes.

    It refuses (``msgspec.DecodeError``, ``UnicodeDecodeError``, ``DecimalException``) a record that is not of the
    shape or has a number that is too long: such a record is decoded as a whole. A number with a fraction or exponent is
    a ``Decimal``: as exact as a float that is checked, and sooner made. What is verbatim is a ``msgspec.Raw``.
    """
    return msgspec.json.Decoder(_type(shape, nullable=False), float_hook=exact_decimal)


_TYPES: Mapping[Expected, Any] = {
    Expected.ANYTHING: Any,
    Expected.TEXT: str | None,
    Expected.TEXTS: list[str] | None,
    Expected.FRACTION: float | None,
    Expected.VERBATIM: msgspec.Raw,
}
# With a float named, the decoder makes one itself, several times sooner than a decimal.
_NEAR: Any = float | int | str | bool | list[Any] | dict[str, Any] | None


def _type(shape: Shape, *, nullable: bool = True) -> Any:  # noqa: ANN401 - a type made for the decoder
    if shape.plain and shape.max_length is not None:
        return Annotated[str, msgspec.Meta(max_length=shape.max_length)] | None
    if shape.plain:
        return _NEAR if shape.near and shape.expected is Expected.ANYTHING else _TYPES[shape.expected]
    if shape.element is not None:
        listed: Any = list[_type(shape.element, nullable=False)]  # type: ignore[misc] # made at run time
        return listed | None if nullable else listed
    attributes = {shape.attribute(name): name for name in shape.fields}
    made: Any = msgspec.defstruct(
        "Projected",
        [(attribute, _type(shape.fields[name]), None) for attribute, name in attributes.items()],
        rename=attributes,
        gc=False,
    )
    return made | None if nullable else made
