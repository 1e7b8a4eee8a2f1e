"""check tells everything: of the file, and where they are known of both schemas."""

from __future__ import annotations

import pytest

from mapstudio.mapping.checking import check_mapping, require_plannable
from mapstudio.mapping.problems import MappingError, Problem, Severity
from mapstudio.mapping.reading import parse_mapping
from tests.mapping.samples import CONTACTS, GUESTS, HEAD, RESERVATIONS, mapping_text


def check(text: str, *, source: bool = False, destination: bool = False) -> list[Problem]:
    return check_mapping(
        parse_mapping(text, "m.yaml"),
        source_schema=RESERVATIONS if source else None,
        destination_schema=CONTACTS if destination else None,
    )


def told(text: str, severity: Severity, *, source: bool = False, destination: bool = False) -> list[Problem]:
    return [problem for problem in check(text, source=source, destination=destination) if problem.severity is severity]


EMAIL = "email: guestEmail"


class TestFileAlone:
    def test_it_says_that_it_checked_the_file_alone(self) -> None:
        (note,) = told(GUESTS, Severity.NOTE)
        assert "the file alone" in note.message
        assert "hotel guests and crm contacts" in note.message
        (note,) = told(GUESTS, Severity.NOTE, source=True)
        assert "crm contacts" in note.message
        assert told(GUESTS, Severity.NOTE, source=True, destination=True) == []

    def test_an_open_question_is_a_warning(self) -> None:
        (warning,) = told(GUESTS, Severity.WARNING)
        assert warning.row == "date_of_birth"
        assert "client" in warning.message

    def test_no_key_is_a_warning_and_plan_refuses_it(self) -> None:
        text = mapping_text(EMAIL).replace(", key: email", "")
        (warning,) = told(text, Severity.WARNING)
        assert warning.row == "key"
        with pytest.raises(MappingError, match="no key"):
            require_plannable(parse_mapping(text, "m.yaml"))
        assert parse_mapping(text, "m.yaml").require().name

    @pytest.mark.parametrize(
        ("row", "words"),
        [
            ("emial: guestEmail", 'did you mean "emial"'),
            ("email: {question: Which?}", "question"),
            ("email: {ignore: none}", "ignore"),
            ("email: {from: guestEmail, draft: true}", "draft"),
        ],
    )
    def test_a_key_must_be_a_row_that_produces_a_value(self, row: str, words: str) -> None:
        (error,) = told(mapping_text(row), Severity.ERROR)
        assert error.row == "key"
        assert words in f"{error.message} {error.remedy}"
        parse_mapping(mapping_text(row), "m.yaml").require()
        with pytest.raises(MappingError):
            require_plannable(parse_mapping(mapping_text(row), "m.yaml"))

    def test_mirror_is_a_warning_and_apply_refuses_it(self) -> None:
        text = mapping_text(EMAIL).replace("key: email", "key: email, mode: mirror")
        (warning,) = told(text, Severity.WARNING)
        assert "mirror" in warning.message
        require_plannable(parse_mapping(text, "m.yaml"))
        with pytest.raises(MappingError, match="mirror"):
            require_plannable(parse_mapping(text, "m.yaml"), writing=True)

    def test_what_the_reader_found_is_part_of_it(self) -> None:
        assert [problem.row for problem in told(mapping_text(f"{EMAIL}\na: {{form: x}}"), Severity.ERROR)] == ["a"]

    def test_a_file_that_is_no_mapping_is_told_alone(self) -> None:
        assert len(check("a: [", source=True, destination=True)) == 1


class TestSource:
    def errors(self, row: str, head: str = HEAD) -> list[Problem]:
        return told(mapping_text(f"{EMAIL}\n{row}", head=head), Severity.ERROR, source=True)

    @pytest.mark.parametrize(
        "row",
        [
            "a: guestEmail || guestCountry",
            "a: rooms[].price",
            "a: sum(rooms[].price)",
            "a: rooms[0].roomID",
            "a: rooms",
            "a: country.code",
            "a: country.name",
            "a: deals[].anything",
            "a: '@'",
            "a: \"'customer'\"",
            "a: {constant: customer}",
            "a: length(rooms)",
        ],
    )
    def test_what_the_source_has_passes(self, row: str) -> None:
        assert self.errors(row) == []

    def test_a_word_that_is_no_field_is_an_error_with_a_guess(self) -> None:
        (error,) = self.errors("a: guestEmial")
        assert (error.row, error.line, error.message) == ("a", 7, "guestEmial is no field of hotel guests")
        assert error.remedy == 'did you mean "guestEmail"?'

    @pytest.mark.parametrize("row", ["a: 'customer'", 'a: "customer"', "a: {from: 'customer'}"])
    def test_a_quoted_word_that_is_no_field_may_be_a_constant(self, row: str) -> None:
        (error,) = self.errors(row)
        assert error.remedy.startswith("did you mean the constant 'customer'?")

    def test_every_unknown_path_is_told(self) -> None:
        assert [problem.message.split()[0] for problem in self.errors("a: foo || bar.baz")] == ["foo", "bar.baz"]
        assert len(self.errors("a: rooms[].prize")) == 1

    def test_where_and_each_are_checked(self) -> None:
        head = HEAD.replace("guests}", "guests, where: nothing, each: {items: chambers, id: roomID}}")
        assert {problem.row for problem in self.errors("a: price", head)} >= {"where", "each"}

    def test_elements_are_checked_inside_of_their_list(self) -> None:
        head = HEAD.replace("guests}", "guests, each: {items: rooms, id: roomID}}")
        found = told(mapping_text("email: price\na: guestEmail", head=head), Severity.ERROR, source=True)
        assert [problem.row for problem in found] == ["a"]

    def test_a_draft_is_warned_of(self) -> None:
        assert self.errors("a: {from: nothing, draft: true}") == []
        assert (
            len(told(mapping_text(f"{EMAIL}\na: {{from: nothing, draft: true}}"), Severity.WARNING, source=True)) == 1
        )

    def test_an_ignored_field_that_is_not_there_is_a_warning(self) -> None:
        text = mapping_text(EMAIL, rest="ignored: {guestCuntry: no, guestCountry: no}\n")
        (warning,) = told(text, Severity.WARNING, source=True)
        assert warning.remedy == 'did you mean "guestCountry"?'


class TestDestination:
    def errors(self, row: str, rest: str = "") -> list[Problem]:
        return told(mapping_text(f"{EMAIL}\n{row}", rest=rest), Severity.ERROR, destination=True)

    def test_an_unknown_field_is_an_error_with_a_guess(self) -> None:
        (error,) = self.errors("fistname: a")
        assert error.remedy == 'did you mean "firstname"?'

    def test_an_unknown_field_of_a_silent_row_is_a_warning(self) -> None:
        assert self.errors("fistname: {question: Which?}") == []

    def test_inside_an_object_everything_may_be_written(self) -> None:
        assert self.errors("address.city: a") == []

    def test_a_read_only_target_is_an_error_unless_ignored(self) -> None:
        assert "read-only" in self.errors("createdate: a")[0].message
        assert self.errors("createdate: {ignore: set by the system}") == []

    @pytest.mark.parametrize(
        ("row", "words"),
        [
            ("lifecyclestage: {constant: Customer}", 'constant: "Customer" is not an option'),
            ("lifecyclestage: {from: a, default: nobody}", "default: "),
            ("lifecyclestage: {from: a, values: {x: lead, y: led}}", 'value map, y: "led"'),
            ("visits: {constant: many}", "no plain decimal number"),
            ("firstname: {constant: a name that is too long}", "characters"),
            ("vip: {constant: 1}", "true or false"),
        ],
    )
    def test_a_fixed_value_that_does_not_fit_is_an_error(self, row: str, words: str) -> None:
        (error,) = self.errors(row)
        assert words in error.message

    def test_a_named_table_is_told_at_its_own_line(self) -> None:
        rest = "values:\n  stages:\n    a: lead\n    b: led\n    c: null\n    d: {binding: x}\n"
        (error,) = self.errors("lifecyclestage: {from: a, values: stages}", rest)
        assert (error.row, error.line) == ("lifecyclestage", 11)

    def test_a_required_field_that_nothing_feeds_is_a_warning(self) -> None:
        for row, words in (("firstname: a", "nothing feeds it"), ("email: {question: Which?}", "question")):
            text = mapping_text(row).replace("key: email", "key: firstname")
            assert any(
                problem.row == "email" and words in problem.message
                for problem in told(text, Severity.WARNING, destination=True)
            )
        text = mapping_text("firstname: a").replace("key: email", "key: firstname, mode: update")
        assert told(text, Severity.WARNING, destination=True) == []

    def test_clearing_a_required_field_and_a_useless_by_are_warnings(self) -> None:
        text = mapping_text("email: {from: a, on_null: clear}\nvisits: {from: b, by: code}")
        assert [problem.row for problem in told(text, Severity.WARNING, destination=True)] == ["email", "visits"]
