"""What is known of a value when its code is written: where it stands, of which classes it can be, its shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import NoneType

from mapstudio.expressions.compiler.shapes import Expected, Shape

Classes = frozenset[type]

NUMBERS: Classes = frozenset({int, float, Decimal})
TEXT: Classes = frozenset({str})
TRUTH: Classes = frozenset({bool})
LIST: Classes = frozenset({list})
OBJECT: Classes = frozenset({dict})
NULL: Classes = frozenset({NoneType})
ANY: Classes = NUMBERS | TEXT | TRUTH | LIST | OBJECT | NULL

EXPECTED: Mapping[Expected, Classes] = {
    Expected.ANYTHING: ANY,
    Expected.TEXT: TEXT | NULL,
    Expected.TEXTS: LIST | NULL,
    Expected.FRACTION: frozenset({float}) | NULL,
    Expected.VERBATIM: NUMBERS | NULL,
}
"""The classes of a value that is what samples were."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value in the generated code.

    Attributes:
        code: A name or a literal: written twice, it does not compute twice.
        classes: The classes that it can be of; for a value with a shape only whether it can be null counts.
        shape: What was decoded of it, for a part of a record that was not decoded as a whole.
        literal: It stands in the expression itself.
        leaf: What was decoded of it, for a part that was decoded as a whole, and for a list of verbatim ones.
    """

    code: str
    classes: Classes = ANY
    shape: Shape | None = None
    literal: bool = False
    leaf: Shape | None = None

    @property
    def nullable(self) -> bool:
        """Whether it can be null."""
        return NoneType in self.classes

    @property
    def near(self) -> bool:
        """Whether it is a float that may not be the very number; see :class:`Shape`."""
        return self.leaf is not None and self.leaf.near

    @property
    def verbatim(self) -> bool:
        """Whether it is a number's text, or a list of such texts, that can only be handed on."""
        return self._expected is Expected.VERBATIM

    @property
    def texts(self) -> bool:
        """Whether it is a list of texts, or null."""
        return self._expected is Expected.TEXTS

    @property
    def _expected(self) -> Expected:
        return self.leaf.expected if self.leaf is not None else Expected.ANYTHING

    def is_only(self, classes: Classes) -> bool:
        """Whether it is of one of these classes for certain."""
        return self.shape is None and self.classes <= classes

    def never_null(self) -> Value:
        """Return it as it is behind a check."""
        return replace(self, classes=self.classes - NULL)


NOTHING = Value("None", NULL, literal=True)
