"""How a record is evaluated: where, each, the steps of a row, and what fails on its own."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mapstudio.mapping.compiled import CompiledMapping
from mapstudio.mapping.evaluation import Output, RowState
from mapstudio.mapping.problems import MappingError
from mapstudio.mapping.reading import parse_mapping
from mapstudio.model import Field, FieldType, JsonValue, Record, Schema
from tests.mapping.samples import CONTACTS, HEAD, mapping_of, mapping_text

TABLES = """\
values:
  stages: {confirmed: opportunity, 1: one, true: yes-it-is, none: null, blank: " ", list: [a, b]}
"""


def compiled(fields: str, *, head: str = HEAD, rest: str = TABLES, **options: Any) -> CompiledMapping:
    return mapping_of(fields, head=head, rest=rest).compile(**options)


def output(fields: str, record: Record, **options: Any) -> Output:
    (only,) = compiled(fields, **options).evaluate(record, "7").outputs
    return only


def value(row: str, record: Record, **options: Any) -> JsonValue:
    result = output(f"a: {row}", record, **options)
    assert result.reasons == ()
    return result.values.get("a", "absent")


def why(row: str, record: Record, **options: Any) -> tuple[str, JsonValue]:
    (reason,) = output(f"a: {row}", record, **options).reasons
    assert reason.row == "a"
    return reason.reason, reason.value


class TestWhere:
    @pytest.mark.parametrize("falsy", [None, "", [], {}, False])
    def test_null_empty_and_false_skip(self, falsy: JsonValue) -> None:
        mapping = compiled("a: b", head=HEAD.replace("guests}", "guests, where: x}"))
        assert mapping.evaluate({"x": falsy}).skipped
        assert mapping.evaluate({}).skipped

    @pytest.mark.parametrize("truthy", [0, 0.0, "0", " ", [None], {"a": None}, True])
    def test_everything_else_does_not(self, truthy: JsonValue) -> None:
        mapping = compiled("a: b", head=HEAD.replace("guests}", "guests, where: x}"))
        assert len(mapping.evaluate({"x": truthy}).outputs) == 1

    def test_an_error_rejects(self) -> None:
        mapping = compiled("a: b", head=HEAD.replace("guests}", "guests, where: lower(x)}"))
        result = mapping.evaluate({"x": 5})
        assert result.outputs == ()
        assert [reason.row for reason in result.reasons] == ["where"]


class TestEach:
    HEAD = HEAD.replace("guests}", "guests, each: {items: rooms, id: room.id}}")

    def test_an_element_sees_the_whole_record_too(self) -> None:
        mapping = compiled("a: concat($.name, '/', room.id)", head=self.HEAD)
        result = mapping.evaluate({"name": "Ana", "rooms": [{"room": {"id": 1}}, {"room": {"id": 2}}]}, "7")
        assert [output.values for output in result.outputs] == [{"a": "Ana/1"}, {"a": "Ana/2"}]
        assert mapping.source_paths == {"name", "rooms", "rooms[].room.id"}

    def test_one_output_for_each_element(self) -> None:
        mapping = compiled("a: name", head=self.HEAD)
        rooms: list[JsonValue] = [{"room": {"id": 1.0}, "name": "x"}, {"room": {"id": "b"}, "name": None}]
        result = mapping.evaluate({"rooms": rooms}, "7")
        assert [(item.source_id, item.values) for item in result.outputs] == [("7#1", {"a": "x"}), ("7#b", {})]

    def test_no_items_no_output(self) -> None:
        mapping = compiled("a: name", head=self.HEAD)
        records: list[Record] = [{}, {"rooms": None}, {"rooms": []}]
        for record in records:
            result = mapping.evaluate(record)
            assert (result.outputs, result.reasons, result.skipped) == ((), (), False)

    @pytest.mark.parametrize(
        ("rooms", "words"),
        [
            ([{"room": {"id": 1}}, {"name": "x"}], "no room.id"),
            ([{"room": {"id": ""}}], "no room.id"),
            ([{"room": {"id": True}}], "no room.id"),
            (["text"], "no room.id"),
            ([{"room": {"id": 1}}, {"room": {"id": "1"}}], 'room.id "1"'),
            ({"room": {"id": 1}}, "not a list"),
            (5, "not a list"),
        ],
    )
    def test_what_has_no_id_of_its_own_rejects_the_record(self, rooms: JsonValue, words: str) -> None:
        result = compiled("a: name", head=self.HEAD).evaluate({"rooms": rooms})
        assert result.outputs == ()
        (reason,) = result.reasons
        assert reason.row == "each"
        assert words in reason.reason

    def test_one_failing_element_does_not_hide_the_others(self) -> None:
        mapping = compiled("a: lower(name)", head=self.HEAD)
        rooms: list[JsonValue] = [{"room": {"id": 1}, "name": 5}, {"room": {"id": 2}, "name": "X"}]
        first, second = mapping.evaluate({"rooms": rooms}, "7").outputs
        assert [reason.row for reason in first.reasons] == ["a"]
        assert (second.values, second.reasons) == ({"a": "x"}, ())

    def test_paths_of_elements_are_paths_of_the_record(self) -> None:
        assert compiled("a: name", head=self.HEAD).source_paths == {"rooms", "rooms[].name", "rooms[].room.id"}


class TestSteps:
    @pytest.mark.parametrize("blank", ["", " ", "\t\n", "\u00a0", "\u2003\u3000"])
    def test_white_space_only_counts_as_null(self, blank: str) -> None:
        assert value("b", {"b": blank}) == "absent"
        assert value("{from: b, default: x}", {"b": blank}) == "x"
        assert value("{from: b, on_null: clear}", {"b": blank}) is None
        assert value("{from: b, blank: keep, default: x}", {"b": blank}) == blank

    def test_inside_lists_nothing_is_touched(self) -> None:
        assert value("b", {"b": ["", " ", None]}) == ["", " ", None]

    def test_zero_and_false_are_values(self) -> None:
        assert value("{from: b, default: x}", {"b": 0}) == 0
        assert value("{from: b, default: x}", {"b": False}) is False
        assert value("{from: b, default: x}", {"b": []}) == []

    def test_on_null(self) -> None:
        record: Record = {"b": None}
        assert output("a: b", record).values == {}
        assert output("a: {from: b, on_null: clear}", record).values == {"a": None}
        assert output("a: {from: b, on_null: clear}", record).rows["a"].state is RowState.CLEAR
        reason, _ = why("{from: b, on_null: error}", record)
        assert "no value" in reason
        assert output("a: {from: b, on_null: error, default: x}", record).values == {"a": "x"}

    def test_values_look_up_by_text(self) -> None:
        assert value("{from: b, values: stages}", {"b": "confirmed"}) == "opportunity"
        assert value("{from: b, values: stages}", {"b": 1}) == "one"
        assert value("{from: b, values: stages}", {"b": "1"}) == "one"
        assert value("{from: b, values: stages}", {"b": 1.0}) == "one"
        assert value("{from: b, values: stages}", {"b": True}) == "yes-it-is"
        assert value("{from: b, values: stages}", {"b": "true"}) == "yes-it-is"
        assert value("{from: b, values: {2.5: x}}", {"b": "2.5"}) == "x"

    def test_null_never_looks_up(self) -> None:
        assert value('{from: b, values: {"null": x, "": y}}', {"b": None}) == "absent"
        assert value('{from: b, values: {"": y}}', {"b": ""}) == "y"

    def test_a_miss_takes_the_default_or_is_an_error(self) -> None:
        assert value("{from: b, values: stages, default: lead}", {"b": "canceled"}) == "lead"
        reason, at_fault = why("{from: b, values: stages}", {"b": "canceled"})
        assert reason == '"canceled" is not in the value map "stages", and there is no default'
        assert at_fault == "canceled"
        assert why("{from: b, values: stages, on_null: clear}", {"b": "canceled"})[1] == "canceled"
        assert why("{from: b, values: stages, default: x}", {"b": {"c": 1}})[1] == {"c": 1}

    def test_a_table_value_of_null_means_none_and_no_default_applies(self) -> None:
        assert value("{from: b, values: stages, default: lead}", {"b": "none"}) == "absent"
        assert value("{from: b, values: stages, default: lead, on_null: clear}", {"b": "none"}) is None
        why("{from: b, values: stages, default: lead, on_null: error}", {"b": "none"})

    def test_a_blank_table_value_is_null_and_the_default_applies(self) -> None:
        assert value("{from: b, values: stages, default: lead}", {"b": "blank"}) == "lead"

    def test_a_list_is_looked_up_element_by_element(self) -> None:
        record: Record = {"b": ["confirmed", None, 1, "none", "list"]}
        assert value("{from: b, values: stages}", record) == ["opportunity", None, "one", "a", "b"]
        assert value("{from: b, values: stages, default: x}", {"b": ["no", "confirmed"]}) == ["x", "opportunity"]
        assert why("{from: b, values: stages}", {"b": ["confirmed", "no"]})[1] == "no"

    def test_constants_and_defaults_are_cast_too(self) -> None:
        result = output("firstname: {constant: 5}\nvisits: {from: x, default: '3'}", {}, schema=CONTACTS)
        assert result.values == {"firstname": "5", "visits": 3}
        result = output("lifecyclestage: {constant: Customer}", {}, schema=CONTACTS)
        assert result.reasons[0].reason.endswith('did you mean "customer"?')

    def test_the_cast_is_the_last_step(self) -> None:
        result = output(
            "interests: b\nspent: c\nseen_at: d\nbirthday: e\nvip: f\ncountry_id: {from: g, by: code}",
            {
                "b": "spa",
                "c": " 10.50 ",
                "d": "2026-08-30T14:00:00Z",
                "e": "2026-08-30T00:00:00Z",
                "f": True,
                "g": "ES",
            },
            schema=CONTACTS,
        )
        assert result.reasons == ()
        assert result.values == {
            "interests": ["spa"],
            "spent": 10.5,
            "seen_at": "2026-08-30T14:00:00Z",
            "birthday": "2026-08-30",
            "vip": True,
            "country_id": "ES",
        }

    def test_null_is_never_cast(self) -> None:
        assert output("visits: {from: x, on_null: clear}", {}, schema=CONTACTS).values == {"visits": None}

    def test_without_a_schema_nothing_is_cast(self) -> None:
        assert value("b", {"b": {"c": [1]}}) == {"c": [1]}


class TestFailures:
    def test_one_failing_row_never_hides_the_others(self) -> None:
        result = output("a: lower(x)\nb: y\nc: upper(x)\nvisits: y", {"x": 5, "y": "z"}, schema=CONTACTS)
        assert [reason.row for reason in result.reasons] == ["a", "c", "visits"]
        assert result.values == {"b": "z"}
        assert result.rows["b"].state is RowState.VALUE
        assert result.rows["visits"].raw == "z"

    def test_on_error_skip_tells_and_rejects_nothing(self) -> None:
        result = output("a: {from: lower(x), on_error: skip}\nb: y", {"x": 5, "y": "z"})
        assert result.reasons == ()
        assert result.values == {"b": "z"}
        assert result.rows["a"].state is RowState.DROPPED
        assert result.rows["a"].reason is not None

    def test_on_error_skip_covers_a_miss_a_cast_and_on_null(self) -> None:
        result = output(
            "a: {from: x, values: stages, on_error: skip}\nvisits: {from: x, on_error: skip}\n"
            "b: {from: nothing, on_null: error, on_error: skip}",
            {"x": "y"},
            schema=CONTACTS,
        )
        assert (result.reasons, result.values) == ((), {})

    def test_questions_ignored_rows_and_drafts_send_nothing(self) -> None:
        result = output("a: {question: Why?}\nb: {ignore: no}\nc: {from: upper(x), draft: true}", {"x": "y"})
        assert (result.values, result.reasons) == ({}, ())
        assert {row.state for row in result.rows.values()} == {RowState.SILENT}
        assert result.rows["c"].value == "Y"

    def test_a_draft_that_fails_rejects_nothing_and_tells_why(self) -> None:
        result = output("c: {from: upper(x), draft: true}", {"x": 5})
        assert result.reasons == ()
        assert result.rows["c"].reason is not None

    def test_the_good_rows_of_a_broken_file_can_be_previewed(self) -> None:
        loaded = parse_mapping(mapping_text("a: 'lower(x'\nb: x\nc: {from: x, values: nope}\nd: [1]"), "m.yaml")
        assert loaded.mapping is not None
        (result,) = loaded.mapping.compile().evaluate({"x": "y"}).outputs
        assert result.values == {"b": "y"}
        assert [reason.row for reason in result.reasons] == ["a", "c", "d"]


class TestShape:
    def test_dots_nest_and_quotes_keep_a_dot(self) -> None:
        result = output(
            "address.city: x\naddress.zip: y\n'\"a.b\"': z\nq.'\"c.d\"': z".replace("q.'\"c.d\"'", "'q.\"c.d\"'"),
            {"x": 1, "y": 2, "z": 3},
        )
        assert result.values == {"address": {"city": 1, "zip": 2}, "a.b": 3, "q": {"c.d": 3}}

    def test_rows_stand_in_file_order(self) -> None:
        assert list(output("b: x\na: x\nc: x", {"x": 1}).rows) == ["b", "a", "c"]

    def test_the_record_is_not_changed(self) -> None:
        record: Record = {"x": {"y": [1]}}
        output("a.b: x\na.c: x.y", record)
        assert record == {"x": {"y": [1]}}


class TestBindings:
    FIELDS = (
        "a: {binding: won}\nb: {from: x, default: {binding: lead}}\nc: {from: y, values: {z: {binding: zed}}}\n"
        "lifecyclestage: {binding: stage}"
    )

    def test_pure_commands_keep_the_placeholder_visible_and_it_passes_the_cast(self) -> None:
        result = output(self.FIELDS, {"y": "z"}, schema=CONTACTS)
        assert result.reasons == ()
        assert result.values == {
            "a": {"$binding": "won"},
            "b": {"$binding": "lead"},
            "c": {"$binding": "zed"},
            "lifecyclestage": {"$binding": "stage"},
        }

    def test_bound_values_take_their_place_and_are_cast(self) -> None:
        bindings: dict[str, JsonValue] = {"won": "123", "lead": 5, "zed": "Z", "stage": "Lead"}
        result = output(self.FIELDS, {"y": "z"}, schema=CONTACTS, bindings=bindings)
        assert result.values == {"a": "123", "b": 5, "c": "Z"}
        assert result.reasons[0].row == "lifecyclestage"

    def test_every_unbound_one_is_told_before_anything_runs(self) -> None:
        with pytest.raises(MappingError) as caught:
            compiled(self.FIELDS, bindings={"won": "1"})
        assert [problem.row for problem in caught.value.problems] == ["b", "c", "lifecyclestage"]
        assert "[connections.crm.ENVIRONMENT.bindings]" in str(caught.value)

    def test_a_silent_row_needs_no_value(self) -> None:
        assert output("a: {binding: won, draft: true}", {}, bindings={}).values == {}

    def test_lookup_sees_bound_values(self) -> None:
        text = "values:\n  owners: {ana: {binding: ana}}\n"
        assert output("a: lookup('owners', x)", {"x": "ana"}, rest=text, bindings={"ana": "77"}).values == {"a": "77"}
        with pytest.raises(MappingError):
            compiled("a: lookup('owners', x)", rest=text, bindings={})


class TestWhatItTells:
    def test_paths_fields_key_and_references(self) -> None:
        mapping = compiled(
            "email: lower(guestEmail)\ncountry_id: {from: country, by: code}\n"
            "note: {question: q}\nd: {from: draft_field, draft: true}",
            head=HEAD.replace("guests}", "guests, where: active && kind}"),
            schema=CONTACTS,
        )
        assert mapping.source_paths == {"guestEmail", "country", "active", "kind", "draft_field"}
        assert mapping.destination_fields == ("email", "country_id")
        assert mapping.key == ("email",)
        (reference,) = mapping.references.values()
        assert (reference.field, reference.object, reference.by) == ("country_id", "res.country", "code")

    def test_required_is_asked_for_and_not_part_of_the_evaluation(self) -> None:
        mapping = compiled("firstname: x\nemail: {from: y, on_null: clear}", schema=CONTACTS)
        values = mapping.evaluate({"x": "a"}).outputs[0].values
        assert mapping.evaluate({"x": "a"}).outputs[0].reasons == ()
        assert mapping.missing_required(values) == ("email",)
        assert mapping.clears_required(values) == ("email",)
        assert mapping.missing_required({"email": "a@b.c"}) == ()
        assert mapping.clears_required({"firstname": None}) == ()

    def test_nested_required_fields(self) -> None:
        schema = Schema("a", "b", (Field("address.city", type=FieldType.TEXT, required=True),))
        mapping = compiled("address.city: x", schema=schema)
        assert mapping.missing_required({"address": {}}) == ("address.city",)
        assert mapping.missing_required({"address": {"city": "x"}}) == ()


class TestOneRow:
    def test_a_changed_expression_is_tried_in_its_row(self) -> None:
        mapping = compiled("a: {from: x, values: stages, default: lead}\nb: lower(x)")
        assert mapping.evaluate_row("a", {"x": "confirmed"})[0].value == "opportunity"
        changed = mapping.try_expression("a", "status")
        assert mapping.evaluate_row(changed, {"status": "none"})[0].state is RowState.ABSENT
        assert mapping.evaluate_row(mapping.try_expression("new", "upper(x)"), {"x": "a"})[0].value == "A"

    def test_an_expression_that_is_not_valid_is_a_reason(self) -> None:
        mapping = compiled("a: x")
        (result,) = mapping.evaluate_row(mapping.try_expression("a", "lower("), {"x": 1})
        assert result.state is RowState.ERROR

    def test_with_each_there_is_a_result_for_each_element_and_none_for_a_skipped_record(self) -> None:
        mapping = compiled("a: n", head=HEAD.replace("guests}", "guests, where: ok, each: {items: rooms, id: id}}"))
        record: Record = {"ok": True, "rooms": [{"id": 1, "n": "x"}, {"id": 2, "n": "y"}]}
        assert [item.value for item in mapping.evaluate_row("a", record)] == ["x", "y"]
        assert mapping.evaluate_row("a", {**record, "ok": False}) == ()


def test_today_can_be_fixed() -> None:
    mapping = compiled("a: format_date(today(), 'YYYY')", today=lambda: date(2024, 5, 1))
    assert mapping.evaluate({}).outputs[0].values == {"a": "2024"}
    assert mapping.with_today(date(2020, 1, 1)).evaluate({}).outputs[0].values == {"a": "2020"}
