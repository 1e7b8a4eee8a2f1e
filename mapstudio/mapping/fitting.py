"""Whether values of a type fit a destination field: the cast itself is asked, on samples of each alternative."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum

from mapstudio.expressions.types.lattice import Format, Type, kinds_of
from mapstudio.expressions.types.literals import holds, scalars_of
from mapstudio.expressions.types.words import phrase
from mapstudio.mapping.cast import Caster, CastError, make_caster
from mapstudio.mapping.numbers import plain_number
from mapstudio.model import Field, FieldType, JsonValue

_LISTS = {FieldType.OPTIONS, FieldType.REFERENCES}


class Fit(IntEnum):
    """How many values of an alternative the field takes."""

    NONE = 0
    SOME = 1
    ALL = 2


@dataclass(frozen=True, slots=True)
class Alternative:
    """One kind of value that a type may be.

    Attributes:
        type: Just that.
        fit: How many of its values the field takes.
        refused: What the cast says of known values that it refuses.
    """

    type: Type
    fit: Fit
    refused: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """The alternative in a sentence: ``a number``."""
        return phrase(self.type)


_SAMPLES: Mapping[Format, tuple[JsonValue, ...]] = {
    Format.TEXT: ("x", "7", "2024-05-17", "2024-05-17T00:00:00Z", "base.es", "true"),
    Format.OPTION: ("x", "7", "2024-05-17", "2024-05-17T00:00:00Z", "base.es"),
    Format.REFERENCE: ("7", "x", "base.es"),
    Format.DATE: ("2024-05-17",),
    Format.DATETIME: ("2024-05-17T00:00:00Z", "2024-05-17T10:20:30Z"),
    Format.LOCAL: ("2024-05-17T00:00:00",),
    Format.MOMENT: ("2024-05-17", "2024-05-17T00:00:00Z", "2024-05-17T10:20:30Z"),
}
_INTEGERS: tuple[JsonValue, ...] = (7, 0, -3)
_NUMBERS: tuple[JsonValue, ...] = (*_INTEGERS, 2.5)


def alternatives(of: Type, item: Field, by: str | None = None) -> list[Alternative]:
    """Return what a type may be beside null, and whether the field takes it.

    Args:
        of: The type.
        item: The destination field.
        by: The row says how to find the referenced record.
    """
    # Whether a type fits says nothing of the rules for its values.
    cast = make_caster(replace(item, rules=()), by=by)
    return [_alternative(one, item, cast) for one in _split(of)]


def _split(of: Type) -> Iterator[Type]:
    """Yield the kinds of value that a type may be, one by one; known texts are one, each format is one."""
    if of.text is not None and of.text.values:
        yield Type(text=replace(of.text, formats=frozenset()))
    if of.text is not None:
        for item in Format:
            if item in of.text.formats:
                yield Type(text=replace(of.text, formats=frozenset({item}), values=frozenset(), options=()))
    if of.number is not None:
        yield Type(number=of.number)
    if of.booleans:
        yield Type(booleans=of.booleans)
    if of.object is not None:
        yield Type(object=of.object)
    if of.list is not None:
        yield Type(list=of.list)


def _alternative(of: Type, item: Field, cast: Caster) -> Alternative:
    if of.list is not None:
        return Alternative(of, _of_list(of, item, cast))
    known = _known(of)
    reasons: list[str] = []
    samples = known if known is not None else [*_samples(of), *_options_like(of, item)]
    for sample in samples:
        try:
            cast(sample)
        except CastError as error:
            reasons.append(error.reason)
    fit = Fit.ALL if not reasons else Fit.SOME if len(reasons) < len(samples) else Fit.NONE
    return Alternative(of, fit, tuple(reasons) if known is not None and not of.booleans else ())


def _known(of: Type) -> list[JsonValue] | None:
    """Return all values of an alternative, where they are known."""
    return None if of.object is not None else scalars_of(of)


def _samples(of: Type) -> tuple[JsonValue, ...]:
    if of.text is not None:
        return _SAMPLES[next(iter(of.text.formats))]
    if of.number is not None:
        return _INTEGERS if of.number.whole else _NUMBERS
    return ({"id": 7},)


def _options_like(of: Type, item: Field) -> list[JsonValue]:
    """Return an option of the field that is of the alternative, which the samples may lack."""
    values: list[JsonValue] = [option.value for option in item.options]
    values += [number for number in (plain_number(option.value) for option in item.options) if number is not None]
    return [value for value in values if holds(of, value)][:1]


def _of_list(of: Type, item: Field, cast: Caster) -> Fit:
    if item.type in {FieldType.LIST, FieldType.UNKNOWN}:
        return Fit.ALL
    if item.type not in _LISTS or of.list is None:
        return Fit.NONE
    # The cast of a list is that of its elements; an empty one always passes.
    fits = [_element(one, item, cast) for one in _split(of.list.elements)]
    if of.list.elements.null:
        fits.append(Fit.NONE)
    if not fits or all(fit is Fit.ALL for fit in fits):
        return Fit.ALL
    return Fit.NONE if of.list.filled and not any(fits) else Fit.SOME


def _element(of: Type, item: Field, cast: Caster) -> Fit:
    return Fit.NONE if of.list is not None else _alternative(of, item, lambda value: cast([value])).fit


def is_any_text(of: Type) -> bool:
    """Return whether an alternative is text of any content."""
    return kinds_of(of) == {"text"} and of.text is not None and Format.TEXT in of.text.formats
