"""Reading a mapping file: all problems at once, and as much of the mapping as there is."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

from mapstudio.mapping.context import ReadingContext, take_keys
from mapstudio.mapping.definition import Mapping
from mapstudio.mapping.document import Document
from mapstudio.mapping.expression_text import QUOTE
from mapstudio.mapping.format import TOP, VERSION
from mapstudio.mapping.problems import MappingError, Problem, errors_of
from mapstudio.mapping.read_rows import read_rows
from mapstudio.mapping.read_sections import (
    read_destination,
    read_examples,
    read_ignored,
    read_name,
    read_source,
    read_tables,
)
from mapstudio.mapping.recovery import recover
from mapstudio.mapping.scalars import ScalarError, scalar_value
from mapstudio.mapping.yaml_tree import MAX_CHARACTERS, MapNode, Node, Refused, Scalar, Tree, content_end
from mapstudio.model import UsageError

_MAX_BYTES = 4 * MAX_CHARACTERS


@dataclass(frozen=True, slots=True)
class LoadedMapping:
    """A file as it was read.

    Attributes:
        document: The text, for edits without loss.
        mapping: What it says, without what could not be understood; ``None`` when it is no mapping file of this
            format (not YAML, no map, a newer version).
        problems: Everything that is wrong with the file alone, in file order.
    """

    document: Document
    mapping: Mapping | None
    problems: tuple[Problem, ...]

    def require(self) -> Mapping:
        """Return the mapping if nothing is wrong with it.

        Raises:
            MappingError: It has errors; all of them are listed.
        """
        errors = errors_of(self.problems)
        if errors or self.mapping is None:
            raise MappingError(errors)
        return self.mapping


def read_mapping(path: Path) -> LoadedMapping:
    """Read a mapping file.

    Raises:
        UsageError: There is no such file, or it cannot be read.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise UsageError(f"{path} is larger than {_MAX_BYTES // 1_000_000} MB.", remedy="It is no mapping file.")
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    return parse_mapping(data.decode("utf-8", "surrogateescape"), str(path))


def parse_mapping(text: str, file_name: str) -> LoadedMapping:
    """Read a mapping from its text.

    Args:
        text: The file's text; bytes that are not UTF-8 as lone surrogates.
        file_name: Stands in messages.
    """
    document = Document(text, file_name)
    context = ReadingContext(file_name, document.body)
    tree = _tree(context, document)
    mapping = _read(context, tree) if tree is not None else None
    problems = tuple(sorted(context.problems, key=lambda problem: problem.line))
    return LoadedMapping(document, mapping if document.tree is not None else None, problems)


def _tree(context: ReadingContext, document: Document) -> Tree | None:
    if any("\ud800" <= character <= "\udfff" for character in document.body):
        context.error(0, "the file is not UTF-8 text", "save it as UTF-8; the file is left as it is")
        return None
    if document.tree is not None:
        return document.tree
    return recover(context, document.failure) if document.failure is not None else None


def _read(context: ReadingContext, tree: Tree) -> Mapping | None:
    root = tree.root
    if root is None:
        context.error(0, "the file is empty", "begin with mapstudio: 1, or make a file with mapstudio map new")
        return None
    if not isinstance(root, MapNode):
        message = "the file is not a mapping: it must be a map of names and values"
        context.error(root, message, "begin with mapstudio: 1")
        return None
    version = root.get("mapstudio")
    if version is not None and not _is_known_version(context, version.value):
        return None
    _note_refused(context, root, tree.refused)
    return _read_top(context, root)


def _is_known_version(context: ReadingContext, node: Node) -> bool:
    """Return whether the rest of the file can be judged, noting a version that is not ours."""
    try:
        version = scalar_value(node) if isinstance(node, Scalar) else None
    except ScalarError:
        version = None
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        context.error(node, '"mapstudio" must be the format\'s version', f"write mapstudio: {VERSION}")
    elif version > VERSION:
        message = f"the file is of format {version}, this mapstudio knows format {VERSION} only"
        context.error(node, message, "use a newer mapstudio; the file is opened read-only")
        return False
    return True


def _read_top(context: ReadingContext, root: MapNode) -> Mapping:
    keys = take_keys(context, root, TOP, "the file")
    tables = read_tables(context, keys.get("values"))
    source = read_source(context, keys.get("source"))
    description = keys.get("description")
    rows_node = keys.get("fields")
    rows = read_rows(context, rows_node, tables=tables) if rows_node is not None else ()
    if not rows and not context.problems:
        context.warn(rows_node or root, "the mapping has no row yet", "add rows under fields")
    return Mapping(
        file=context.file,
        name=read_name(context, keys.get("name")),
        source=source,
        destination=read_destination(context, keys.get("destination")),
        description=description.text if isinstance(description, Scalar) else "",
        values=tables,
        rows=rows,
        ignored=read_ignored(context, keys.get("ignored")),
        examples=read_examples(context, keys.get("examples")),
    )


def _note_refused(context: ReadingContext, root: MapNode, refused: tuple[Refused, ...]) -> None:
    fields = root.get("fields")
    rows = fields.value.entries if fields is not None and isinstance(fields.value, MapNode) else ()
    starts = [entry.key.start for entry in rows]
    for item in refused:
        index = bisect_right(starts, item.start) - 1
        inside = index >= 0 and item.start <= content_end(context.text, rows[index].value)
        remedy = f"{item.remedy}, or {QUOTE}" if inside else item.remedy
        context.error(item.start, item.message, remedy, row=rows[index].name if inside else "")
