"""A schema as a tree over flat arrays: 20,000 fields fill and filter while a key is pressed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mapstudio.mapping.definition import path_parts
from mapstudio.model import Field
from mapstudio.studio.session.paths import FieldKey

_LIST = "[]"


@dataclass(slots=True)
class Node:
    """One line of a tree.

    Attributes:
        key: Which field it is; empty for the root and for a group that is no field.
        label: The last part of its name.
        depth: 0 for the root.
        parent: The index of the node that it stands below, -1 for the root.
        field: What the schema says; ``None`` for what only the records or other names tell.
        children: How many nodes stand directly below.
        group: A heading of our own, such as ``read only``.
        is_list: Its records are elements of a list.
    """

    key: FieldKey
    label: str
    depth: int
    parent: int
    field: Field | None = None
    children: int = 0
    group: bool = False
    is_list: bool = False


class FieldTree:
    """The nodes in the order in which they are shown, each parent before its children.

    Args:
        title: The root's label: the object.
        fields: In the order in which they are to stand.
        groups: More fields, each below a heading.
    """

    def __init__(self, title: str, fields: Iterable[Field], groups: Sequence[tuple[str, Sequence[Field]]] = ()) -> None:
        branches = _branches(fields)
        self.nodes: list[Node] = [Node((), title, 0, -1)]
        self._flatten(branches, 0, ())
        self.count = len(self.nodes) - 1
        for heading, members in groups:
            if members:
                at = len(self.nodes)
                self.nodes.append(Node((), heading, 1, 0, group=True))
                below = _branches(members)
                self.nodes[at].children = len(below)
                self._flatten(below, at, ())
                self.count += len(self.nodes) - at - 1
        self.nodes[0].children = sum(1 for node in self.nodes if node.parent == 0)
        self.index: dict[FieldKey, int] = {node.key: i for i, node in enumerate(self.nodes) if node.key}
        self._folded = [_searched(node) for node in self.nodes]
        self.groups_at = frozenset(i for i, node in enumerate(self.nodes) if node.group)

    def visible(self, closed: frozenset[int] | set[int], needle: str = "") -> list[int]:
        """Return the indices of the nodes that are shown.

        Args:
            closed: Nodes whose children are hidden; a filter opens all.
            needle: Show only nodes whose name, label or type holds it, with what they stand below.
        """
        words = needle.casefold().split()
        return self._matching(words) if words else self._opened(closed)

    def _opened(self, closed: frozenset[int] | set[int]) -> list[int]:
        if not closed:
            return list(range(len(self.nodes)))
        hidden: set[int] = set()
        shown: list[int] = []
        for index, node in enumerate(self.nodes):
            if node.parent in hidden or node.parent in closed:
                hidden.add(index)
            else:
                shown.append(index)
        return shown

    def _matching(self, words: list[str]) -> list[int]:
        first, *others = words
        hits = [i for i, text in enumerate(self._folded) if first in text]
        for word in others:
            hits = [i for i in hits if word in self._folded[i]]
        shown: set[int] = set()
        for index in hits:
            at = index
            while at >= 0 and at not in shown:
                shown.add(at)
                at = self.nodes[at].parent
        return sorted(shown)

    def _flatten(self, branches: dict[str, _Branch], parent: int, key: FieldKey) -> None:
        depth = self.nodes[parent].depth + 1
        for name, branch in branches.items():
            index = len(self.nodes)
            own = (*key, name)
            self.nodes.append(Node(own, name, depth, parent, branch.field, len(branch.below), is_list=branch.is_list))
            if branch.below:
                self._flatten(branch.below, index, own)


@dataclass(slots=True)
class _Branch:
    field: Field | None
    below: dict[str, _Branch]
    is_list: bool = False


def _branches(fields: Iterable[Field]) -> dict[str, _Branch]:
    top: dict[str, _Branch] = {}
    for item in fields:
        level = top
        branch: _Branch | None = None
        parts = (item.name,) if "." not in item.name and '"' not in item.name else path_parts(item.name)
        for part in parts:
            name = part.removesuffix(_LIST)
            if branch is not None:
                level = branch.below
            branch = level.get(name)
            if branch is None:
                branch = level[name] = _Branch(None, {})
            branch.is_list = branch.is_list or part.endswith(_LIST)
        if branch is not None:
            branch.field = item
    return top


def _searched(node: Node) -> str:
    if node.parent < 0 or node.group:
        return ""
    if node.field is None:
        return node.label.casefold()
    field = node.field
    # A filter of "?" shows the guesses.
    kind = f"{field.type}?" if field.guessed else field.type
    return f"{field.name}\0{field.label}\0{kind}\0{field.group}".casefold()
