"""Rows that link to a record mapped before: resolved, waiting, or open where nobody can tell."""

from __future__ import annotations

from typing import Any

import pytest

from mapstudio.expressions import EvaluationError, UnresolvedLinkError
from mapstudio.mapping.evaluation import Output, RowState
from mapstudio.mapping.transforming import Transformed, transform
from mapstudio.model import Field, FieldType, JsonValue, Record, Schema
from tests.mapping.samples import mapping_of

OPEN: Record = {"$link": {"object": "companies", "id": "12"}}
PEOPLE = Schema(
    "crm",
    "contacts",
    (
        Field("email", "E-mail", FieldType.TEXT),
        Field("company_id", "Company", FieldType.REFERENCE, reference="firms"),
        Field("company_ids", "Companies", FieldType.REFERENCES, reference="firms"),
        Field("note", "Note", FieldType.TEXT, max_length=12),
    ),
)


class Books:
    """Links in memory, that remember what they were asked."""

    def __init__(self, known: dict[tuple[str, str], str]) -> None:
        self.known = known
        self.asked: list[tuple[str, str, str | None]] = []

    def __call__(self, object_name: str, source_id: str, to: str | None) -> str:
        self.asked.append((object_name, source_id, to))
        found = self.known.get((object_name, source_id))
        if found is None:
            raise UnresolvedLinkError(f"{object_name} {source_id} is not there yet", object_name, source_id)
        if found == "two":
            raise EvaluationError("it became two", source_id)
        return found


def output(fields: str, record: Record, books: Books | None = None, **options: Any) -> Output:
    if books is not None:
        options["links"] = books
    (only,) = mapping_of(fields).compile(**options).evaluate(record, "7").outputs
    return only


class TestResolved:
    def test_the_destination_id_takes_the_place_of_the_link(self) -> None:
        books = Books({("companies", "12"): "901"})
        result = output("company_id: link('companies', companyId)", {"companyId": 12}, books, schema=PEOPLE)
        assert (result.values, result.reasons, result.waits) == ({"company_id": 901}, (), ())

    def test_a_list_is_followed_element_by_element(self) -> None:
        books = Books({("companies", "1"): "901", ("companies", "2"): "902"})
        row = "company_ids: link('companies', companies[].id)"
        result = output(row, {"companies": [{"id": "1"}, {"id": 2}]}, books, schema=PEOPLE)
        assert result.values == {"company_ids": [901, 902]}

    @pytest.mark.parametrize("nothing", [None, "", "  "])
    def test_no_id_is_no_link(self, nothing: JsonValue) -> None:
        row = "company_id: {from: \"link('companies', companyId)\", default: 5}"
        assert output(row, {"companyId": nothing}, Books({})).values == {"company_id": 5}

    def test_the_rest_of_the_row_sees_the_id(self) -> None:
        books = Books({("companies", "12"): "901"})
        row = "note: {from: \"concat('crm-', link('companies', companyId))\", values: {crm-901: ours}}"
        assert output(row, {"companyId": 12}, books, schema=PEOPLE).values == {"note": "ours"}

    def test_the_field_tells_which_object_is_meant_unless_the_expression_does(self) -> None:
        books = Books({("companies", "12"): "901"})
        fields = (
            "company_id: link('companies', companyId)\n"
            "company_ids: link('companies', [companyId], 'sites')\n"
            "note: link('companies', companyId)"
        )
        output(fields, {"companyId": 12}, books, schema=PEOPLE)
        assert [to for _, _, to in books.asked] == ["firms", "sites", None]


class TestWaiting:
    @pytest.mark.parametrize(
        "row",
        [
            "link('companies', companyId)",
            "link('companies', companyId) || 'none'",
            "link('companies', companyId) && 'some'",
            "coalesce(link('companies', companyId), 'none')",
            "default(link('companies', companyId), 'none')",
            "not_null(link('companies', companyId), 'none')",
            "concat('crm-', link('companies', companyId))",
            "link('companies', companyId) == `null`",
            "link('companies', [other, companyId])",
            "{a: link('companies', companyId)}.b",
            "[companyId][?link('companies', @) == '1']",
        ],
    )
    def test_nothing_around_the_call_makes_a_value_of_it(self, row: str) -> None:
        fields = f'email: mail\nnote: {{from: "{row}"}}'
        result = output(fields, {"mail": "a@b.c", "companyId": 12, "other": 1}, Books({("companies", "1"): "901"}))
        assert result.rows["note"].state is RowState.WAIT
        assert [(wait.row, wait.reason, wait.value) for wait in result.waits] == [
            ("note", "companies 12 is not there yet", "12")
        ]
        assert result.reasons == ()
        assert result.values == {"email": "a@b.c"}

    @pytest.mark.parametrize(
        "settings",
        ["default: 5", "on_null: clear", "on_null: error", "on_error: skip", "values: {'12': x}, default: 5"],
    )
    def test_what_the_row_says_of_nulls_and_errors_does_not_apply(self, settings: str) -> None:
        row = f"note: {{from: \"link('companies', companyId)\", {settings}}}"
        result = output(row, {"companyId": 12}, Books({}), schema=PEOPLE)
        assert result.rows["note"].state is RowState.WAIT
        assert len(result.waits) == 1

    def test_a_draft_waits_for_nothing_but_says_why_it_would(self) -> None:
        row = "note: {from: \"link('companies', companyId)\", draft: true}"
        result = output(row, {"companyId": 12}, Books({}))
        assert (result.rows["note"].state, result.waits) == (RowState.SILENT, ())
        assert result.rows["note"].reason is not None

    def test_a_failing_neighbour_rejects_and_what_waits_is_still_told(self) -> None:
        result = output("email: lower(x)\nnote: link('companies', companyId)", {"x": 5, "companyId": 12}, Books({}))
        assert [reason.row for reason in result.reasons] == ["email"]
        assert [wait.row for wait in result.waits] == ["note"]

    def test_a_link_that_means_several_is_an_error_like_any_other(self) -> None:
        books = Books({("companies", "12"): "two"})
        result = output("note: link('companies', companyId)", {"companyId": 12}, books)
        assert ([reason.reason for reason in result.reasons], result.waits) == (["it became two"], ())
        assert (
            output("note: {from: \"link('companies', companyId)\", on_error: skip}", {"companyId": 12}, books).values
            == {}
        )


class TestOpen:
    @pytest.mark.parametrize("row", ["link('companies', companyId)", "concat('crm-', link('companies', companyId))"])
    def test_without_links_to_ask_it_is_shown_which_one_is_open(self, row: str) -> None:
        fields = f'company_id: {{from: "{row}", default: 5}}'
        result = output(fields, {"companyId": 12}, schema=PEOPLE)
        assert (result.values, result.reasons, result.waits) == ({"company_id": OPEN}, (), ())

    def test_transform_prints_it(self) -> None:
        compiled = mapping_of("company_id: link('companies', companyId)").compile(schema=PEOPLE)
        (only,) = transform(compiled, [(1, {"companyId": 12})])
        assert only == Transformed(1, {"company_id": OPEN})

    def test_a_bad_id_is_an_error_everywhere(self) -> None:
        result = output("note: link('companies', company)", {"company": {"id": 12, "name": "x"}})
        assert [reason.reason for reason in result.reasons] == [
            "link needs a text or a number as its id, got an object; take its id"
        ]
