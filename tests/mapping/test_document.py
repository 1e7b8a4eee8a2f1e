"""Editing one row changes that row's lines only; what is not edited stays byte for byte as it is."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from mapstudio.mapping.document import Document
from mapstudio.mapping.fresh import new_mapping
from mapstudio.mapping.reading import parse_mapping
from mapstudio.mapping.row_edit import RowEdit
from mapstudio.mapping.saving import save_document
from mapstudio.model import JsonValue, UsageError
from tests.mapping.samples import GUESTS, HEAD, mapping_text


def edited(text: str, field: str, edit: RowEdit) -> str:
    document = Document(text)
    document.set_row(field, edit)
    return document.text


def diff(before: str, after: str) -> list[str]:
    lines = difflib.ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True))
    return [line for line in lines if line[0] in "+-"]


class TestSetRow:
    def test_the_expression_of_a_short_row_is_replaced_and_its_comment_stays(self) -> None:
        assert diff(GUESTS, edited(GUESTS, "firstname", RowEdit(expression="title_case(guestFirstName)"))) == [
            "-   firstname: guestFirstName   # as the guest typed it\n",
            "+   firstname: title_case(guestFirstName)   # as the guest typed it\n",
        ]

    def test_the_expression_of_a_long_row_replaces_only_from(self) -> None:
        assert diff(GUESTS, edited(GUESTS, "lifecyclestage", RowEdit(expression="lower(status)"))) == [
            "-   lifecyclestage: {from: status, values: stay-stage, default: lead}\n",
            "+   lifecyclestage: {from: lower(status), values: stay-stage, default: lead}\n",
        ]

    @pytest.mark.parametrize(
        ("field", "edit"),
        [
            ("email", RowEdit(expression="lower(trim(guestEmail))")),
            ("lifecyclestage", RowEdit(expression="status", values="stay-stage", default="lead")),
            ("hs_language", RowEdit(constant="es-mx", note="ask again in spring")),
            ("date_of_birth", RowEdit(question="May we store birth dates?")),
            ("company", RowEdit(ignore="hotel guests have none", note=None)),
            ("address.city", RowEdit(expression="guestCity\n  || guestTown")),
            ("dealstage", RowEdit(binding="won")),
            ("email", RowEdit(draft=False)),
        ],
    )
    def test_the_same_value_changes_no_byte(self, field: str, edit: RowEdit) -> None:
        assert edited(GUESTS, field, edit) == GUESTS

    def test_quoting_alone_is_no_change(self) -> None:
        text = mapping_text("a: 'customer'\nb: {from: \"x\", constant: y}\nc: {from: x, values: {'1': y}}")
        assert edited(text, "a", RowEdit(expression="customer")) == text
        assert edited(text, "c", RowEdit(values={"1": "y"})) == text

    def test_a_setting_makes_a_short_row_long(self) -> None:
        text = edited(GUESTS, "firstname", RowEdit(default="Guest, unknown", on_null="clear"))
        assert '  firstname: {from: guestFirstName, default: "Guest, unknown", on_null: clear}   # as the' in text

    def test_settings_are_added_changed_and_removed_in_a_block_row(self) -> None:
        text = edited(GUESTS, "hs_language", RowEdit(note=None, by="code"))
        assert diff(GUESTS, text) == ["-     note: ask again in spring\n", "+     by: code\n"]
        assert parse_mapping(text, "m").require().rows[3].by == "code"

    def test_another_feed_takes_the_place_of_the_old_one(self) -> None:
        assert (
            edited(GUESTS, "lifecyclestage", RowEdit(constant="lead")).count("lifecyclestage: {constant: lead}\n") == 1
        )
        assert "date_of_birth: {from: guestBirthdate}\n" in edited(
            GUESTS, "date_of_birth", RowEdit(expression="guestBirthdate")
        )
        text = edited(GUESTS, "hs_language", RowEdit(ignore="not used"))
        assert diff(GUESTS, text) == [
            "-     constant: es-mx      # only Spanish for now\n",
            "+     ignore: not used      # only Spanish for now\n",
        ]
        assert "  email: {constant: 5}\n" in edited(GUESTS, "email", RowEdit(constant=5))

    def test_a_row_that_is_too_wide_stands_in_lines(self) -> None:
        question = "Which of the two addresses shall we keep when the guest has given one to the agency and one to us?"
        text = edited(GUESTS, "email", RowEdit(question=question, owner="client", due="2026-10-01"))
        assert f"  email:\n    question: {question}\n    owner: client\n    due: 2026-10-01\n" in text
        assert parse_mapping(text, "m").require().rows[0].due == "2026-10-01"

    def test_an_expression_of_several_lines_is_a_literal_block(self) -> None:
        text = edited(GUESTS, "firstname", RowEdit(expression="a ||\n  b"))
        assert "  firstname: |-   # as the guest typed it\n    a ||\n      b\n  lifecyclestage" in text
        assert edited(text, "firstname", RowEdit(expression="guestFirstName")) == GUESTS

    def test_a_new_row_stands_at_the_end_of_fields(self) -> None:
        assert diff(GUESTS, edited(GUESTS, "phone", RowEdit(expression="phone(guestPhone, 'ES')"))) == [
            "+   phone: phone(guestPhone, 'ES')\n"
        ]

    @pytest.mark.parametrize(
        ("expression", "written"),
        [
            ("'customer'", "\"'customer'\""),
            ("vip ? 'A' : 'B'", "\"vip ? 'A' : 'B'\""),
            ("`5`", '"`5`"'),
            ("@", '"@"'),
            ("lines[].{a: b}", '"lines[].{a: b}"'),
            ('"first name"', '"\\"first name\\""'),
            ("a # b", '"a # b"'),
            ("true", '"true"'),
            ("no", '"no"'),
            ("phone(a, b)", "phone(a, b)"),
            ("{a: b}", '"{a: b}"'),
            ("*", '"*"'),
            ("!vip", '"!vip"'),
            ("a\u00a0b", '"a\\xa0b"'),
        ],
    )
    def test_the_writer_quotes_whenever_plain_is_unsafe(self, expression: str, written: str) -> None:
        text = edited(GUESTS, "phone", RowEdit(expression=expression))
        assert f"  phone: {written}\n" in text
        assert parse_mapping(text, "m").mapping.row("phone").from_ == expression  # type: ignore[union-attr]

    def test_a_comma_is_quoted_inside_a_flow_row(self) -> None:
        text = edited(GUESTS, "lifecyclestage", RowEdit(expression="default(status, 'x')"))
        assert "{from: \"default(status, 'x')\", values: stay-stage" in text

    @pytest.mark.parametrize(
        "value", ["012", "2026-08-30", "", " ", "a: b", 5, 1.5, True, ["a", {"b": "no"}], {"c": None}, "é\n"]
    )
    def test_constants_come_back_as_they_were_given(self, value: JsonValue) -> None:
        for field in ("email", "lifecyclestage", "hs_language", "fresh"):
            text = edited(GUESTS, field, RowEdit(constant=value))
            found = parse_mapping(text, "m").require().row(field)
            assert found is not None
            assert found.constant == value

    def test_a_bound_value_is_written_as_a_binding(self) -> None:
        ways: list[dict[str, JsonValue]] = [{"binding": "lead"}, {"$binding": "lead"}]
        for given in ways:
            text = edited(GUESTS, "lifecyclestage", RowEdit(default=given))
            assert "default: {binding: lead}}" in text

    def test_names_with_dots_are_found_however_they_are_quoted(self) -> None:
        text = mapping_text("'\"a.b\"': x\naddress.city: y")
        assert "'\"a.b\"': z\n" in edited(text, '"a.b"', RowEdit(expression="z"))
        assert '"address"' not in edited(text, '"address"."city"', RowEdit(expression="z"))

    @pytest.mark.parametrize(
        "edit",
        [RowEdit(expression="a", constant="b"), RowEdit(expression=None), RowEdit(question="q", ignore="i")],
    )
    def test_a_row_that_would_have_two_feeds_or_none_is_refused(self, edit: RowEdit) -> None:
        document = Document(GUESTS)
        with pytest.raises(UsageError, match="exactly one of"):
            document.set_row("email", edit)
        assert document.text == GUESTS

    def test_a_row_that_stands_twice_is_refused_and_its_neighbours_are_not(self) -> None:
        text = mapping_text("a: x\na: y\nb: z")
        with pytest.raises(UsageError, match="a stands twice"):
            Document(text).set_row("a", RowEdit(expression="q"))
        assert diff(text, edited(text, "b", RowEdit(expression="q"))) == ["-   b: z\n", "+   b: q\n"]


class TestShapes:
    def test_fields_is_made_where_the_file_has_none(self) -> None:
        text = edited(HEAD + "# trailing\nx-a: 1\n", "email", RowEdit(expression="a"))
        assert text == HEAD + "fields:\n  email: a\n# trailing\nx-a: 1\n"

    @pytest.mark.parametrize("empty", ["fields:", "fields: {}", "fields: ~", "fields:   # rows", "fields: {}  # rows"])
    def test_an_empty_fields_is_filled(self, empty: str) -> None:
        text = edited(f"{HEAD}{empty}\nx-a: 1\n", "email", RowEdit(expression="a"))
        assert parse_mapping(text, "m").require().rows[0].from_ == "a"
        assert ("# rows" in text) == ("# rows" in empty)
        assert text.endswith("  email: a\nx-a: 1\n")

    def test_indentation_of_the_file_is_taken(self) -> None:
        text = f"{HEAD}fields:\n      a: x\n"
        assert edited(text, "b", RowEdit(expression="y")) == f"{text}      b: y\n"

    def test_a_flow_style_file_is_edited_in_place(self) -> None:
        text = f"{HEAD}fields: {{a: b, c: {{from: d}}}}  # rows\n"
        document = Document(text)
        document.set_row("a", RowEdit(expression="x, y"))
        document.set_row("c", RowEdit(default=1))
        document.set_row("e", RowEdit(expression="f\ng"))
        assert document.text == f'{HEAD}fields: {{a: "x, y", c: {{from: d, default: 1}}, e: "f\\ng"}}  # rows\n'
        document.remove_row("a")
        document.remove_row("e")
        assert document.text == f"{HEAD}fields: {{c: {{from: d, default: 1}}}}  # rows\n"

    def test_a_json_file_is_edited_in_place(self) -> None:
        text = '{\n  "mapstudio": 1,\n  "fields": {\n    "a": "b",\n    "c": "d"\n  }\n}\n'
        document = Document(text)
        document.set_row("e", RowEdit(expression="f"))
        assert document.text == text.replace('"c": "d"\n', '"c": "d",\n    e: f\n')
        document.remove_row("a")
        document.remove_row("e")
        assert document.fields() == ["c"]

    def test_an_empty_row_is_filled_where_it_stands(self) -> None:
        text = mapping_text("a:\n# why\nb: x")
        assert edited(text, "a", RowEdit(expression="y")) == text.replace("  a:\n", "  a: y\n")
        document = Document(text)
        document.remove_row("a")
        assert document.text == text.replace("  a:\n", "")

    @pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
    def test_line_ends_are_kept(self, ending: str) -> None:
        text = "\ufeff" + GUESTS.replace("\n", ending).rstrip("\r\n")
        document = Document(text)
        document.set_row("fresh", RowEdit(expression="a ||\nb"))
        document.set_row("email", RowEdit(question="why " * 40, owner="me"))
        document.set_table_value("stay-stage", "canceled", None)
        document.set_ignored("guestZip", "no")
        after = document.text.replace(ending, "\n")
        assert document.text.startswith("\ufeff")
        assert "\r" not in after
        assert document.text.count(ending) == after.count("\n")
        assert parse_mapping(document.text, "m").problems == ()

    def test_no_final_newline_stays_so(self) -> None:
        text = f"{HEAD}fields:\n  a: b"
        assert edited(text, "c", RowEdit(expression="d")) == f"{text}\n  c: d"
        document = Document(f"{text}\n  c: d")
        document.remove_row("c")
        assert document.text == f"{text}\n"


class TestRemove:
    def test_a_row_goes_with_its_own_lines_and_comments_above_stay(self) -> None:
        document = Document(GUESTS)
        document.remove_row("hs_language")
        document.remove_row("email")
        document.remove_row("address.city")
        assert diff(GUESTS, document.text) == [
            "-   email: lower(trim(guestEmail))\n",
            "-   hs_language:\n",
            "-     constant: es-mx      # only Spanish for now\n",
            "-     note: ask again in spring\n",
            "-   address.city: |-\n",
            "-     guestCity\n",
            "-       || guestTown\n",
        ]

    def test_a_literal_that_keeps_its_blank_lines_goes_with_them(self) -> None:
        text = mapping_text("a: |+\n    x\n\n\nb: y")
        document = Document(text)
        document.remove_row("a")
        assert document.text == mapping_text("b: y")

    def test_all_rows_can_go(self) -> None:
        document = Document(GUESTS)
        for field in document.fields():
            document.remove_row(field)
        loaded = parse_mapping(document.text, "m")
        assert loaded.require().rows == ()
        assert "  # who\n" in document.text

    def test_a_row_that_is_not_there_is_said_with_a_guess(self) -> None:
        with pytest.raises(UsageError, match=r'no row emial.*did you mean "email"'):
            Document(GUESTS).remove_row("emial")


class TestOtherSections:
    def test_ignored_fields(self) -> None:
        document = Document(GUESTS)
        document.set_ignored("guestZip", "why: none")
        assert 'ignored: {guestGender: "not wanted by marketing", guestZip: "why: none"}\n' in document.text
        document.set_ignored("guestZip", "other")
        document.remove_ignored("guestGender")
        assert "ignored: {guestZip: other}\n" in document.text
        with pytest.raises(UsageError):
            document.remove_ignored("guestGender")

    def test_sections_are_made_in_their_place(self) -> None:
        document = Document(f"{HEAD}fields:\n  a: b\n")
        document.set_ignored("x", "why")
        document.set_table_value("stage", "1", "one")
        document.set_table_value("stage", "two", {"binding": "b"})
        document.set_table_value("stage", "three", None)
        assert document.text == (
            HEAD + 'values:\n  stage:\n    "1": one\n    two: {binding: b}\n    three: null\n'
            "fields:\n  a: b\nignored:\n  x: why\n"
        )

    def test_values_are_set_and_removed(self) -> None:
        document = Document(GUESTS)
        document.set_table_value("stay-stage", "confirmed", "lead")
        document.set_table_value("stay-stage", "in_house", "customer")
        document.remove_table_value("stay-stage", "checked_out")
        assert diff(GUESTS, document.text) == [
            "-     confirmed: opportunity\n",
            "-     checked_out: customer\n",
            "+     confirmed: lead\n",
            "+     in_house: customer\n",
        ]
        document.remove_table("stay-stage")
        assert "stay-stage:" not in document.text

    def test_a_key_that_is_a_number_in_the_file_is_the_same_key(self) -> None:
        text = mapping_text("a: {from: x, values: t}", rest="values:\n  t: {1: a, 2.0: b}\n")
        document = Document(text)
        document.set_table_value("t", "1", "z")
        document.set_table_value("t", "2", "two")
        assert "t: {1: z, 2.0: two}" in document.text

    def test_source_and_destination(self) -> None:
        document = Document(GUESTS)
        document.set_source("where", "guestEmail && !guestDeleted")
        document.set_destination("key", ["email", "code"])
        document.set_destination("mode", None)
        document.set_description("the guests")
        assert "where: guestEmail && !guestDeleted}" in document.text
        assert "destination: {connection: crm, object: contacts, key: [email, code]}\n" in document.text
        document.set_source("where", None)
        assert "source: {connection: hotel, object: guests}\n" in document.text


class TestLocked:
    @pytest.mark.parametrize("text", ["a: [", "mapstudio: 2\nfields:\n  a: b\n", "- a\n", "", "a: 'x' || y\n"])
    def test_what_is_no_mapping_of_this_format_cannot_be_edited(self, text: str) -> None:
        document = Document(text, "m.yaml")
        with pytest.raises(UsageError, match=r"m\.yaml cannot be edited"):
            document.set_row("a", RowEdit(expression="b"))
        with pytest.raises(UsageError, match=r"m\.yaml cannot be edited"):
            document.remove_row("a")
        with pytest.raises(UsageError, match=r"m\.yaml cannot be edited"):
            document.set_ignored("a", "b")
        assert document.text == text

    def test_a_section_of_the_wrong_kind_is_not_overwritten(self) -> None:
        document = Document(f"{HEAD}fields: [a, b]\n")
        with pytest.raises(UsageError, match="fields is not a map"):
            document.set_row("a", RowEdit(expression="b"))
        assert document.text == f"{HEAD}fields: [a, b]\n"

    def test_broken_rows_and_anchors_survive_and_can_be_replaced(self) -> None:
        text = mapping_text("a: &x [1, 2]\nb: *x\nc: {from: q, nope: 012}\nd: y")
        assert diff(text, edited(text, "d", RowEdit(expression="z"))) == ["-   d: y\n", "+   d: z\n"]
        assert "  b: z\n" in edited(text, "b", RowEdit(expression="z"))
        assert "c: {from: z, nope: 012}" in edited(text, "c", RowEdit(expression="z"))


class TestFresh:
    def test_a_new_mapping_is_well_shaped(self) -> None:
        text = new_mapping(
            "guests-to-contacts",
            source=("hotel", "guests"),
            destination=("crm", "contacts"),
            key=["email"],
            where="guestEmail",
            description="Every guest: a contact",
            rows={"email": RowEdit(expression="lower(guestEmail)"), "stage": RowEdit(constant="lead")},
        )
        assert text == (
            "mapstudio: 1\nname: guests-to-contacts\n"
            'description: "Every guest: a contact"\n'
            "source: {connection: hotel, object: guests, where: guestEmail}\n"
            "destination: {connection: crm, object: contacts, key: email}\n\n"
            "fields:\n  email: lower(guestEmail)\n  stage: {constant: lead}\n"
        )
        assert parse_mapping(text, "m").problems == ()

    def test_a_name_that_is_not_in_kebab_case_is_refused(self) -> None:
        with pytest.raises(UsageError):
            new_mapping("Guests", source=("a", "b"), destination=("c", "d"))


class TestSaving:
    def test_what_was_not_edited_is_not_written(self, tmp_path: Path) -> None:
        path = tmp_path / "m.yaml"
        path.write_bytes(GUESTS.encode())
        before = path.stat()
        assert save_document(Document(GUESTS), path) is False
        assert path.stat().st_mtime_ns == before.st_mtime_ns
        assert path.stat().st_ino == before.st_ino

    def test_an_edit_replaces_the_file_at_once_with_its_permissions(self, tmp_path: Path) -> None:
        path = tmp_path / "m.yaml"
        path.write_bytes(GUESTS.encode())
        path.chmod(0o640)
        link = tmp_path / "link.yaml"
        link.symlink_to(path)
        document = Document(GUESTS)
        document.remove_row("email")
        assert save_document(document, link) is True
        assert link.is_symlink()
        assert path.read_bytes() == document.data
        assert path.stat().st_mode & 0o777 == 0o640
        assert [item.name for item in tmp_path.iterdir() if item.name.startswith(".")] == []

    def test_a_folder_that_cannot_be_written_is_a_usage_error(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="cannot be written"):
            save_document(Document(GUESTS), tmp_path / "nowhere" / "m.yaml")
