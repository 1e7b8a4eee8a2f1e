"""Records decoded only as far as they are used: the paths that are read become types that the decoder fills."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec

from mapstudio.model.paths import split_path


@dataclass
class Shape:
    """What is read of a value.

    Attributes:
        whole: All of it: plain JSON.
        fields: What is read of an object, by field name.
        element: What is read of a list's elements.
        attributes: The attribute that holds each field, once :func:`decoder` made the types.
    """

    whole: bool = False
    fields: dict[str, Shape] = field(default_factory=dict)
    element: Shape | None = None
    attributes: dict[str, str] = field(default_factory=dict)

    @property
    def plain(self) -> bool:
        """Whether the value is plain JSON; what is read as an object here and as a list there is so as well."""
        return self.whole or (self.element is None) is (not self.fields)

    def add(self, steps: tuple[str | None, ...]) -> None:
        """Note a path; ``None`` steps into a list's elements."""
        shape = self
        for step in steps:
            if step is None:
                shape.element = shape.element or Shape()
                shape = shape.element
            else:
                shape = shape.fields.setdefault(step, Shape())
        shape.whole = True


def shape_of(paths: Iterable[str]) -> Shape | None:
    """Return the shape of a record of which the paths are read; ``None`` when all of it is."""
    shape = Shape()
    for path in paths:
        if path == "@" or path.startswith("["):
            return None
        steps: list[str | None] = []
        for part in split_path(path):
            name = part
            while name.endswith("[]"):
                name = name[:-2]
            steps += [name, *[None] * ((len(part) - len(name)) // 2)]
        shape.add(tuple(steps))
    return None if shape.plain or shape.element is not None else shape


def decoder(shape: Shape) -> msgspec.json.Decoder[Any]:
    """Return a decoder of JSON records into objects with the shape's attributes.

    It refuses (``msgspec.DecodeError``, ``UnicodeDecodeError``) a record that is not of the shape: such a record is
    decoded as a whole. A number with a fraction or exponent is a ``Decimal``: as exact as a float that is checked, and
    sooner made.
    """
    return msgspec.json.Decoder(_type(shape, nullable=False), float_hook=Decimal)


def _type(shape: Shape, *, nullable: bool = True) -> Any:  # noqa: ANN401 - a type made for the decoder
    if shape.plain:
        return Any
    if shape.element is not None:
        listed: Any = list[_type(shape.element, nullable=False)]  # type: ignore[misc] # made at run time
        return listed | None
    names = list(shape.fields)
    shape.attributes = {name: f"f{index}" for index, name in enumerate(names)}
    made: Any = msgspec.defstruct(
        "Projected",
        [(shape.attributes[name], _type(shape.fields[name]), None) for name in names],
        rename={attribute: name for name, attribute in shape.attributes.items()},
        gc=False,
    )
    return made | None if nullable else made
