"""Over generated and hand-broken files: an edit changes its own row's lines and nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapstudio.mapping.document import Document
from mapstudio.mapping.reading import parse_mapping
from mapstudio.mapping.row_edit import RowEdit
from mapstudio.mapping.scalars import node_value, same_json
from mapstudio.mapping.writing import write_key, write_literal, write_text, write_value
from mapstudio.mapping.yaml_tree import MapNode, parse_tree
from mapstudio.model import JsonValue, UsageError
from tests.mapping.samples import GUESTS, HEAD

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30)
PLAIN = st.text("abcxyz01 .,:#'\"[]{}()|&*!?@%`-_=<>~\\\n\té", min_size=1, max_size=25)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT | PLAIN
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PLAIN | TEXT, inner, max_size=3), max_leaves=6
)
CONSTANTS = VALUES.filter(lambda value: value is not None)
NAMES = st.from_regex(r"[a-z][a-z_0-9]{0,8}", fullmatch=True)

# Each row as its lines, with a comment above and one behind it; good, unusual and broken ones.
ROWS = st.sampled_from(
    [
        "{name}: guestEmail",
        "{name}:   lower(trim(guestEmail))   # aligned",
        "# about {name}\n{name}: 'quoted'",
        '{name}: "double \\" quoted"',
        "{name}: {{from: a, values: {{x: y}}, default: z}}",
        "{name}: {{from: phone(a, b)}}   # split by YAML",
        "{name}:\n    from: a\n    # inside\n    default: b  # behind\n",
        "{name}:\n    constant: 012",
        "{name}: {{constant: 1, from: b}}",
        "{name}: {{nope: [1, 2], x-a: {{b: c}}}}",
        "{name}: |-\n    a\n      || b",
        "{name}: |\n    a\n\n# after the text",
        "{name}: >+\n    folded\n\n",
        "{name}: [a, b]",
        "{name}: 5",
        "{name}:",
        "{name}: ~  # nothing",
        "{name}: a ||\n    b",
        "{name}: &anchor value",
        "{name}: !tag value",
        "{name}: {{question: Why?, owner: client}}",
        "{name}:\n    {{from: a,\n     default: b}}",
        '"{name}": a',
        "{name}: {{each: lines, key: sku, fields: {{a: b}}}}",
    ]
)
EDITS = st.one_of(
    st.builds(RowEdit, expression=PLAIN | TEXT.filter(bool)),
    st.builds(RowEdit, constant=CONSTANTS),
    st.builds(RowEdit, question=PLAIN, owner=PLAIN),
    st.builds(RowEdit, ignore=PLAIN),
    st.builds(RowEdit, binding=NAMES),
    st.builds(
        RowEdit, expression=PLAIN, values=st.dictionaries(PLAIN, SCALARS, min_size=1, max_size=3), default=CONSTANTS
    ),
)


@st.composite
def files(draw: st.DrawFn) -> tuple[str, list[str], str]:
    """Return a file's text, its rows' names and its line end."""
    names = draw(st.lists(NAMES, min_size=2, max_size=6, unique=True))
    rows = [draw(ROWS).format(name=name) for name in names]
    body = "".join(f"  {line}\n" if line else "\n" for row in rows for line in row.split("\n"))
    tail = draw(st.sampled_from(["", "# the end\n", "\nx-more: {a: 1}\n", "ignored:\n  a: b\n"]))
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    text = f"{HEAD}fields:\n{body}{tail}".replace("\n", newline)
    return draw(st.sampled_from(["", "\ufeff"])) + text, names, newline


def others(text: str, field: str) -> list[str]:
    """Return every line of the text that is not the field's own: comments, blank lines and other rows."""
    document = Document(text)
    if field in document.fields():
        document.remove_row(field)
    # A comment inside of the row may outlive the lines around it, and then stands at the row's end.
    return [line for line in document.text.split("\n") if line.strip() != "# inside"]


@given(files(), EDITS, st.integers(0, 10))
@settings(max_examples=100)
def test_an_edit_changes_its_own_row_only_and_reads_back(
    file: tuple[str, list[str], str], edit: RowEdit, pick: int
) -> None:
    text, names, _ = file
    field = [*names, "brand_new"][pick % (len(names) + 1)]
    document = Document(text, "m.yaml")
    row = document._find(("fields", field))
    if row is not None and isinstance(row.value, MapNode) and row.value.get("fields") is not None:
        # A row with lines is not fed in another way by mistake.
        with pytest.raises(UsageError, match="writes lines"):
            document.set_row(field, edit)
        assert document.text == text
        return
    document.set_row(field, edit)
    assert others(document.text, field) == others(text, field)
    assert document.fields() == (names if field in names else [*names, field])
    given_keys: dict[str, JsonValue] = {name: value for name, value in edit.given().items() if value is not None}
    entry = document._find(("fields", field))
    assert entry is not None
    if isinstance(entry.value, MapNode):
        found = node_value(entry.value, on_error=str)
        assert isinstance(found, dict)
        for name, value in given_keys.items():
            assert same_json(found[name], value)
    else:
        assert same_json({"from": node_value(entry.value)}, given_keys)
    again = document.text
    document.set_row(field, edit)
    assert document.text == again


@given(files(), st.integers(0, 10))
def test_removing_a_row_removes_its_own_lines_only(file: tuple[str, list[str], str], pick: int) -> None:
    text, names, newline = file
    field = names[pick % len(names)]
    document = Document(text)
    document.remove_row(field)
    assert document.fields() == [name for name in names if name != field]
    kept = iter(text.split(newline))
    assert all(line in kept for line in document.text.split(newline)), "the lines that stay are the old ones, in order"
    comments = re.findall(r"# (?:about|after|the end)[^\r\n]*", text)
    gone = f"# about {field}"
    assert all(comment in document.text for comment in comments)
    assert gone not in text or gone in document.text


@given(files())
def test_reading_never_fails_and_never_changes_a_byte(file: tuple[str, list[str], str]) -> None:
    loaded = parse_mapping(file[0], "m.yaml")
    assert loaded.document.text == file[0]
    assert loaded.document.data == file[0].encode()


@given(st.integers(0, len(GUESTS)), st.integers(0, 6), PLAIN | TEXT)
@settings(max_examples=100)
def test_a_damaged_file_is_read_with_problems_or_without_but_never_fails(place: int, cut: int, garbage: str) -> None:
    text = GUESTS[:place] + garbage + GUESTS[place + cut :]
    loaded = parse_mapping(text, "m.yaml")
    assert loaded.document.text == text
    assert loaded.mapping is not None or loaded.problems
    for problem in loaded.problems:
        assert 1 <= problem.line <= len(re.split(r"\r\n|\n|\r", text))
    document = loaded.document
    try:
        document.set_row("firstname", RowEdit(expression="changed(a, b)"))
    except UsageError:
        assert document.text == text
    else:
        if "firstname" not in Document(text).fields():
            text = text.rstrip("\r\n")
            assert not set(text.split("\n")) - set(document.text.split("\n"))
            return
        assert others(document.text, "firstname") == others(text, "firstname")


@given(st.binary(max_size=200))
def test_any_bytes_come_back_as_they_were(data: bytes) -> None:
    loaded = parse_mapping(data.decode("utf-8", "surrogateescape"), "m.yaml")
    assert loaded.document.data == data


@given(VALUES)
def test_any_value_is_written_so_that_it_reads_back(value: JsonValue) -> None:
    for probe in (f"k: {write_value(value)}\nz: 1\n", f"{{k: {write_value(value, flow=True)}, z: 1}}"):
        root = parse_tree(probe).root
        assert root is not None
        assert same_json(node_value(root), {"k": value, "z": 1})


@given(PLAIN | TEXT)
def test_any_text_is_written_so_that_it_reads_back_as_text_and_as_key(text: str) -> None:
    for flow in (False, True):
        written = write_text(text, flow=flow)
        assert "\n" not in written
        key = write_key(text, flow=flow)
        root = parse_tree(f"{{{key}: {written}}}" if flow else f"{key}: {written}\n").root
        assert root is not None
        assert node_value(root) == {text: text}
    literal = write_literal(text)
    if literal is not None:
        root = parse_tree("k: " + "\n    ".join(literal) + "\nz: 1\n").root
        assert root is not None
        assert node_value(root) == {"k": text, "z": 1}
