"""Random documents: records as systems give them, and now and then something that no system should give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from mapstudio.model import JsonValue
from tests.expressions.generating.dice import Dice

NAMES = ("a", "b", "c", "d", "id", "name", "price", "d e", "é", "日本", "0", "a.b", 'q"t', "back\\slash", "")
"""Expressions use the same ones, so that they hit; the first ones most."""
_OFTEN = 7
TEXTS = (
    *("a", "b", "Ana", "", " ", "12", "ab,c", "2024-05-01", "é", "12.50", "true", "null", "confirmed", "\u00a0\n"),
    *("ana@example.com", "2024-05-01T10:20:30Z", "1_000", " 5 ", "nan", "+5", "01", "1e3", "-0", "ß", "İ", "日本 🙂"),
    *("ANA MARÍA", "+34 612 345 678", "ES", "<b>x</b>", "a`b", "it's", "a\\", 'say "x"', "\x00", "z" * 40),
)
WHOLE = (1, 0, 2, 3, -1, 7, 12, -20, 100, 2**31, 2**53, 2**53 + 1, 2**63, 2**64, 2**70, -(2**70), 10**23)
FLOATS = (0.5, 1.5, 0.1, 0.2, 0.3, 2.0, -2.5, 19.9, -0.0, 1e-7, 123456.789, 1e16, 1e22, 1e23, 5e-324, 1.5e300)
DECIMALS = tuple(
    map(
        Decimal,
        ("19.90", "0.10", "2.00", "12345678901234567890.12", "1E+2", "-0.00", "1E+400", "1E-400", "0." + "3" * 60),
    )
)
_CHARACTERS = "aZ0 .,-_'\"`\\$@[]{}()|&\n\t\x7f\u00e9\u0301\u2028\ufeff\U0001f600"


class Documents:
    """Makes documents.

    Args:
        dice: The choices.
        decimals: Numbers with more digits than a float has may be among them, as ``Decimal``.
    """

    def __init__(self, dice: Dice, *, decimals: bool) -> None:
        self._dice = dice
        self._decimals = decimals

    def document(self) -> JsonValue:
        """Return an object most of the time, else anything."""
        if self._dice.chance(8):
            return self.anything(3)
        return self._object(4, least=2)

    def anything(self, depth: int) -> JsonValue:
        """Return a value that is at most so deep."""
        kinds: list[tuple[int, Callable[[int], JsonValue]]] = [(5, lambda _: self.scalar())]
        if depth > 0:
            kinds += [(3, self._object), (2, self._alike), (4, self._records), (2, self._mixed)]
        return self._dice.weighed(kinds)(depth - 1)

    def scalar(self) -> JsonValue:
        """Return a text, a number, a boolean or null."""
        return self._dice.weighed([(4, self.text), (4, self.number), (1, self._truth), (1, lambda: None)])()

    def text(self) -> str:
        """Return a text, mostly one that means something to a function."""
        if self._dice.chance(92):
            return self._dice.pick(TEXTS)
        return "".join(self._dice.pick(_CHARACTERS) for _ in range(self._dice.number(0, 6)))

    def number(self) -> JsonValue:
        """Return a number of any size."""
        sizes: list[tuple[int, Sequence[JsonValue]]] = [(6, WHOLE[:9]), (3, FLOATS[:8]), (1, WHOLE), (1, FLOATS)]
        if self._decimals:
            sizes.append((2, DECIMALS))
        return self._dice.pick(self._dice.weighed(sizes))

    def name(self) -> str:
        """Return a field's name."""
        return self._dice.pick(NAMES if self._dice.chance(12) else NAMES[:_OFTEN])

    def _truth(self) -> JsonValue:
        return self._dice.pick((False, True))

    def _object(self, depth: int, least: int = 0) -> JsonValue:
        return {self.name(): self.anything(depth) for _ in range(self._dice.number(least, 5))}

    def _mixed(self, depth: int) -> JsonValue:
        inner = self._alike if self._dice.chance(30) else self.anything
        return [inner(depth) for _ in range(self._dice.number(0, 3))]

    def _alike(self, _: int) -> JsonValue:
        one = self._dice.pick((self.number, self.text))
        return [one() for _ in range(self._dice.number(0, 4))]

    def _records(self, depth: int) -> JsonValue:
        """Return a list of objects with the same fields, of which some lack one or have another thing in it."""
        fields: dict[str, Callable[[], JsonValue]] = {}
        for _ in range(self._dice.number(1, 3)):
            inner = (self.number, self.text, lambda: self.anything(depth - 1))
            fields[self.name()] = self._dice.pick(inner)
        listed: list[JsonValue] = []
        for _ in range(self._dice.number(0, 4)):
            if self._dice.chance(4):
                listed.append(self.anything(depth))
                continue
            made = {name: one() for name, one in fields.items() if not self._dice.chance(6)}
            if made and self._dice.chance(5):
                made[next(iter(made))] = self.scalar()
            listed.append(made)
        return listed
