from __future__ import annotations

import pytest

from mapstudio.connectors.cloudbeds import CloudbedsConnector
from mapstudio.connectors.cloudbeds.writing import put_form, refused_row
from mapstudio.connectors.exchange import Origin, ReadRequest, Write, Written
from mapstudio.model import ConnectionFailedError, Record, UsageError
from tests.connectors.cloudbeds.conftest import Hotel

ORIGIN = Origin("crm", "contacts", "1")


async def guest(connector: CloudbedsConnector, **wanted: object) -> str:
    async for page in connector.read(ReadRequest("guests", paths=frozenset({"guestEmail"}))):
        for record in page.records:
            plain = {"isMerged": False, "isAnonymized": False, **wanted}
            if all(record.data[name] == value for name, value in plain.items()):
                return record.id
    raise AssertionError("no such guest")


def update(guest_id: str, **values: object) -> Write:
    return Write(ORIGIN, values, destination_id=guest_id)  # type: ignore[arg-type]


async def test_names_of_the_list_are_written_under_those_of_the_form(hotel: Hotel) -> None:
    values: Record = {
        "guestFirstName": "Mariana",
        "guestBirthdate": "1984-11-23",
        "guestGender": "F",
        "taxID": "XAXX010101000",
        "companyName": "Peña & Hijos",
        "companyTaxID": "PHI010101AA1",
        "guestAddress1": "Calle 60 #1",
        "customFields": {"vip_note": "Aniversario", "dietary": None},
    }
    async with hotel.connector() as connector:
        identity = await guest(connector)
        [outcome] = await connector.write("guests", [update(identity, **values)])
        assert outcome.result is Written.UPDATED
        now = (await connector.current("guests", [identity], {*values}))[identity].data
        custom = now.pop("customFields")
        expected = dict(values)
        assert custom["vip_note"] == "Aniversario"  # type: ignore[index, call-overload]
        del expected["customFields"]
        assert {name: now[name] for name in expected} == expected


def test_null_empties_with_the_words_of_the_api() -> None:
    form = put_form("7", {"guestGender": None, "guestCity": None, "customFields": {"dietary": None}})
    assert form == {
        "guestID": "7",
        "guestGender": "N/A",
        "guestCity": "",
        "guestCustomFields[0][customFieldName]": "dietary",
        "guestCustomFields[0][customFieldValue]": "",
    }


async def test_creates_are_refused_with_the_reason(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        [outcome] = await connector.write("guests", [Write(ORIGIN, {"guestEmail": "a@example.com"})])
        assert outcome.result is Written.REFUSED
        assert "without a reservation" in outcome.reasons[0].reason
        assert hotel.recorder.calls == []


async def test_a_field_that_the_api_does_not_take_is_refused_before_anything_is_sent(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        [outcome] = await connector.write("guests", [update("84510005", guestOptIn=True, guestCity="x")])
        assert outcome.result is Written.REFUSED
        assert [reason.row for reason in outcome.reasons] == ["guestOptIn"]
        assert hotel.recorder.calls == []
        with pytest.raises(UsageError, match="rooms"):
            await connector.write("rooms", [update("1", roomName="1")])


@pytest.mark.parametrize(
    ("values", "row"),
    [
        ({"guestEmail": "no tiene", "guestCity": "Oaxaca"}, "guestEmail"),
        ({"guestBirthdate": "1984-02-31", "guestCity": "Oaxaca"}, "guestBirthdate"),
        ({"customFields": {"language": "español de México"}, "guestCity": "Oaxaca"}, "customFields.language"),
        ({"guestAddress1": "4242 4242 4242 4242", "guestCity": "Oaxaca"}, "guestAddress1"),
    ],
)
async def test_a_refusal_names_the_row_and_repeats_the_reason(hotel: Hotel, values: Record, row: str) -> None:
    async with hotel.connector() as connector:
        identity = await guest(connector)
        [outcome] = await connector.write("guests", [update(identity, **values)])
        assert outcome.result is Written.REFUSED
        [reason] = outcome.reasons
        assert reason.row == row
        assert reason.reason


def test_the_row_of_a_refusal_is_guessed_only_when_there_is_one() -> None:
    assert refused_row("Something is wrong", {"guestCity": "x"}) == "guestCity"
    assert refused_row("Something is wrong", {"guestCity": "x", "guestZip": "y"}) == ""
    assert refused_row("Parameter guestTaxId is wrong", {"taxID": "x", "guestZip": "y"}) == "taxID"


async def test_one_field_of_a_document_is_sent_with_the_rest_of_it(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        identity = await guest(connector, guestDocumentType="passport")
        [outcome] = await connector.write("guests", [update(identity, guestDocumentNumber="X0000001")])
        assert outcome.result is Written.UPDATED
        fields = {"guestDocumentNumber", "guestDocumentType"}
        now = (await connector.current("guests", [identity], fields))[identity].data
        assert now["guestDocumentNumber"] == "X0000001"
        assert now["guestDocumentType"] == "passport"


async def test_a_server_that_is_gone_is_an_error_and_not_an_outcome(
    hotel: Hotel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mapstudio.connectors.http.random.uniform", lambda *_: 0.0)
    async with hotel.connector(url="http://127.0.0.1:9") as connector:
        with pytest.raises(ConnectionFailedError):
            await connector.write("guests", [update("84510005", guestCity="x")])


async def test_an_error_of_the_server_passes_where_sending_again_does_no_harm(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        hotel.strike(kind="500", count=2, method="GET")
        identity = await guest(connector)
        hotel.strike(kind="500", count=2, method="PUT")
        [written] = await connector.write("guests", [update(identity, guestCity="Mérida")])
        # Nobody knows whether it was added: the next try reads the notes first.
        hotel.strike(kind="500", count=1, method="POST")
        with pytest.raises(ConnectionFailedError):
            await connector.write("guest_notes", [Write(ORIGIN, {"guestID": identity, "guestNote": "VIP"})])
    assert written.result is Written.UPDATED
    assert (hotel.recorder.count("putGuest"), hotel.recorder.count("postGuestNote")) == (3, 1)
