from __future__ import annotations

import pytest

from mapstudio.sandbox.cloudbeds.access import GROUP_KEY
from tests.sandbox.cloudbeds.conftest import Client


def test_the_key_is_taken_from_either_header(client: Client) -> None:
    key = client.http.headers.pop("x-api-key")
    assert client.http.get("getHotels").status_code == 401
    assert client.http.get("getHotels", headers={"Authorization": f"Bearer {key}"}).status_code == 200
    answer = client.http.get("getHotels", headers={"x-api-key": "cbat_wrong"})
    assert answer.status_code == 401
    assert answer.json()["error"] == "access_denied"


def test_every_answer_has_a_request_id_of_its_own(client: Client) -> None:
    answers = [client.http.get(path) for path in ("getHotels", "getGuest", "nothing", "getGuestList?pageSize=0")]
    answers.append(client.http.get("getHotels", headers={"x-api-key": "wrong"}))
    assert len({answer.headers["X-Request-ID"] for answer in answers}) == len(answers)


def test_a_key_of_one_property_may_leave_it_out_and_reaches_no_other(client: Client) -> None:
    assert client.get("getCustomFields")["success"] is True
    assert client.get("getCustomFields", propertyID="297652")["success"] is True
    refused = client.get("getGuestList", propertyIDs="111111")
    assert refused == {
        "success": False,
        "message": "None of the included property id's match the access_token user's property id",
    }


def test_a_group_key_has_to_say_which_property(client: Client) -> None:
    client.http.headers["x-api-key"] = GROUP_KEY
    assert client.get("getGuestList")["message"] == 'Please specify "propertyID" parameter for this call'
    assert [hotel["propertyID"] for hotel in client.get("getHotels")["data"]] == ["297652", "297653"]
    first = {row["reservationID"] for row in client.rows("getReservations", propertyID="297652")}
    both = {row["reservationID"] for row in client.rows("getReservations", propertyID="297652,297653")}
    assert len(first) == 520 < len(both)
    [stranger, *_] = both - first
    refused = client.get("getReservation", propertyID="297652", reservationID=stranger)
    assert refused == {"success": False, "message": "Reservation not found"}
    assert client.get("getReservation", propertyID="297653", reservationID=stranger)["success"] is True


@pytest.mark.parametrize(
    "query",
    [
        "getGuestList?pageSize=101",
        "getGuestList?pageNumber=0",
        "getGuestList?pageSize=ten",
        "getGuestList?resultsFrom=yesterday",
        "getGuestList?checkInFrom=2026-13-01",
        "getGuestList?includeGuestInfo=maybe",
        "getGuestList?status=cancelled",
        "getGuestList?guestEmail[]=x",
    ],
)
def test_a_parameter_that_cannot_be_read_is_a_bad_request(client: Client, query: str) -> None:
    answer = client.http.get(query)
    assert answer.status_code == 400
    assert answer.json()["success"] is False
    assert "Parameter" in answer.json()["message"]


def test_business_errors_have_status_200(client: Client) -> None:
    assert client.get("getGuest") == {"success": False, "message": "Parameter guestID is required"}
    assert client.get("getGuest", guestID=1)["success"] is False
    assert client.get("getReservation", reservationID=1)["success"] is False


def test_unknown_methods_and_wrong_verbs_are_told(client: Client) -> None:
    assert client.http.get("getNothing").status_code == 404
    assert client.http.get("putGuest").status_code == 405
    assert client.http.put("getGuest").status_code == 405


@pytest.mark.parametrize("client", [{"limits": True}], indirect=True)
def test_the_sixth_request_of_a_second_is_turned_away_and_told_when_to_come_back(client: Client) -> None:
    answers = [client.http.get("getHotels") for _ in range(8)]
    assert [answer.status_code for answer in answers[:5]] == [200] * 5
    refused = [answer for answer in answers[5:] if answer.status_code == 429]
    assert refused
    assert all(int(answer.headers["Retry-After"]) >= 1 for answer in refused)


def test_without_limits_all_are_answered(client: Client) -> None:
    assert {client.http.get("getHotels").status_code for _ in range(12)} == {200}
