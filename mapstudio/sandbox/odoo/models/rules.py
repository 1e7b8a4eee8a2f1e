"""What a model knows beyond its field definitions; each model with rules of its own has a subclass."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.store import Row

Compute = Callable[[Environment, int], Any]
Method = Callable[..., Any]
"""A method that a client may call: environment, ids, and whatever else it takes."""


class Rules:
    """The rules of one model; this base is those of a model without any.

    Class attributes:
        model: Its name.
        order: Its default order.
        old_order: The same in version 16, where it differs.
        title: The field that is the record's name.
        searched: The fields that ``name_search`` looks into.
        delegates: The many2one to the record that holds the fields it borrows, as ``product_tmpl_id`` of a variant.
        computed: Fields that are worked out when they are read, unless a client wrote them.
        unique: Fields that no two records may share, each with the constraint's words.
    """

    model: ClassVar[str] = ""
    order: ClassVar[str] = "id"
    old_order: ClassVar[str] = ""
    title: ClassVar[str] = "name"
    searched: ClassVar[Sequence[str]] = ("name",)
    delegates: ClassVar[str] = ""
    computed: ClassVar[Mapping[str, Compute]] = {}
    unique: ClassVar[Mapping[str, str]] = {}

    def display_name(self, env: Environment, record: int) -> str:
        """Return what the record is called."""
        if self.title not in env.models[self.model]:
            return f"{self.model},{record}"
        return str(env.value(self.model, record, self.title) or "")

    def defaults(self, env: Environment) -> Row:  # noqa: ARG002 - for those that have any
        """Return the stored values of a new record that nobody gave."""
        return {}

    def prepare(self, env: Environment, row: Row, record: int | None) -> None:
        """Change or add values before they are stored; ``record`` is ``None`` for a new one."""

    def written(self, env: Environment, record: int, row: Row, *, new: bool) -> None:
        """Do what a write brings about elsewhere."""

    def check(self, env: Environment, record: int) -> None:
        """Raise when the stored record breaks a rule."""

    def check_write(self, env: Environment, record: int, values: Mapping[str, Any]) -> None:
        """Raise when the record may not be changed in this way; ``values`` are as the client gave them."""

    def check_delete(self, env: Environment, record: int) -> None:
        """Raise when the record may not be deleted."""

    def gone(self, env: Environment, row: Row) -> None:
        """Do what the deletion of a record brings about elsewhere; ``row`` is what it held."""

    def methods(self) -> Mapping[str, Method]:
        """Return the methods of its own that a client may call on records."""
        return {}


def plain(model: str, title: str = "name") -> Rules:
    """Return the rules of a model that has none."""
    kind: type[Rules] = type("Plain", (Rules,), {"model": model, "title": title, "searched": (title,)})
    return kind()
