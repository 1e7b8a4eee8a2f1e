from __future__ import annotations

import pytest

from tests.sandbox.cloudbeds.conftest import Client

CARD = "4242 4242 4242 4242"


def guest_id(client: Client, **wanted: object) -> str:
    for row in client.rows("getGuestList", includeGuestInfo="true"):
        plain = {"isAnonymized": False, "isMerged": False, **wanted}
        if all(row[name] == value for name, value in plain.items()):
            return str(row["guestID"])
    raise AssertionError("no such guest")


def test_put_guest_changes_what_is_sent_and_leaves_the_rest(client: Client) -> None:
    identity = guest_id(client, isMainGuest=True)
    before = client.get("getGuest", guestID=identity)["data"]
    answer = client.send(
        "PUT",
        "putGuest",
        propertyID="297652",
        guestID=identity,
        guestCellPhone="+525541238890",
        **{
            "guestCustomFields[0][customFieldName]": "vip_note",
            "guestCustomFields[0][customFieldValue]": "Aniversario",
        },
    )
    assert answer == {"success": True}
    after = client.get("getGuest", guestID=identity)["data"]
    assert after["cellPhone"] == "+525541238890"
    assert {"customFieldName": "Nota VIP", "customFieldValue": "Aniversario"} in after["customFields"]
    same = set(before) - {"cellPhone", "customFields"}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}


def test_a_change_shows_in_the_modified_lists(client: Client) -> None:
    identity = guest_id(client)
    client.send("PUT", "putGuest", guestID=identity, guestCity="Oaxaca")
    assert identity in {row["guestID"] for row in client.rows("getGuestsModified")}
    latest = client.rows("getGuestList")[-1]
    assert latest["guestID"] == identity


def test_each_stored_record_is_one_line_of_the_ledger(client: Client) -> None:
    identity = guest_id(client)
    form = {"guestID": identity, "guestCity": "Oaxaca", "propertyID": "297652"}
    client.send("PUT", "putGuest", **form)
    client.send("PUT", "putGuest", **form)
    client.send("PUT", "putGuest", guestID=identity, guestCountry="Mexico")
    first, again = client.written()
    assert first == {
        "sandbox": "cloudbeds",
        "object": "guests",
        "op": "update",
        "key": identity,
        "id": identity,
        "values": {"guestCity": "Oaxaca"},
        "changed": ["guestCity"],
    }
    assert again == {**first, "changed": []}


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({}, "At least one"),
        ({"guestCitty": "x"}, "At least one"),
        ({"guestCountry": "Mexico", "guestCity": "Oaxaca"}, "guestCountry"),
        ({"guestEmail": "no tiene"}, "guestEmail"),
        ({"guestGender": "X"}, "guestGender"),
        ({"guestBirthDate": "31/12/1980"}, "guestBirthDate"),
        ({"guestDocumentType": "passport"}, "guestDocument"),
        ({"guestFirstName": "x" * 256}, "guestFirstName"),
        ({"guestAddress1": CARD}, "payment data"),
        (
            {"guestCustomFields[0][customFieldName]": "Nota VIP", "guestCustomFields[0][customFieldValue]": "x"},
            "Nota VIP",
        ),
        (
            {"guestCustomFields[0][customFieldName]": "motivo", "guestCustomFields[0][customFieldValue]": "x"},
            "motivo",
        ),
        (
            {"guestCustomFields[0][customFieldName]": "language", "guestCustomFields[0][customFieldValue]": "español"},
            "language",
        ),
    ],
)
def test_put_guest_refuses_the_whole_call(client: Client, form: dict[str, str], told: str) -> None:
    identity = guest_id(client, guestDocumentType="")
    before = client.get("getGuest", guestID=identity)
    answer = client.send("PUT", "putGuest", guestID=identity, **form)
    assert answer["success"] is False
    assert told in answer["message"]
    assert client.get("getGuest", guestID=identity) == before
    assert client.written() == []


@pytest.mark.parametrize("flag", ["isAnonymized", "isMerged"])
def test_anonymised_and_merged_guests_are_not_changed(client: Client, flag: str) -> None:
    identity = guest_id(client, **{flag: True})
    assert client.send("PUT", "putGuest", guestID=identity, guestCity="x")["success"] is False


def test_a_json_body_is_no_form(client: Client) -> None:
    answer = client.http.put("putGuest", json={"guestID": guest_id(client), "guestCity": "x"})
    assert answer.json() == {"success": False, "message": "Parameter guestID is required"}


def test_guest_notes_are_added_changed_and_archived(client: Client) -> None:
    identity = guest_id(client)
    note = client.send("POST", "postGuestNote", guestID=identity, guestNote="[HubSpot] Huésped VIP")["guestNoteID"]
    assert note in {row["guestNoteID"] for row in client.get("getGuestNotes", guestID=identity)["data"]}
    assert client.send("PUT", "putGuestNote", guestID=identity, noteID=note, guestNote="Otro")["success"] is True
    listed = client.get("getGuestNotes", guestID=identity)["data"]
    assert [row["guestNote"] for row in listed if row["guestNoteID"] == note] == ["Otro"]
    assert client.http.delete("deleteGuestNote", params={"guestID": identity, "noteID": note}).json()["success"] is True
    assert note not in {row["guestNoteID"] for row in client.get("getGuestNotes", guestID=identity)["data"]}
    assert client.send("PUT", "putGuestNote", guestID=identity, noteID=note, guestNote="x")["success"] is False
    assert [(line["object"], line["op"], line["key"], line["id"]) for line in client.written()] == [
        ("guest_notes", "create", identity, note),
        ("guest_notes", "update", identity, note),
        ("guest_notes", "archive", identity, note),
    ]


def test_notes_never_hold_a_card_number(client: Client) -> None:
    identity = guest_id(client)
    assert client.send("POST", "postGuestNote", guestID=identity, guestNote=f"paga con {CARD}")["success"] is False
    assert client.send("POST", "postGuestNote", guestID=identity, guestNote="tel. 4242424242424")["success"] is True


def test_a_reservation_takes_status_custom_fields_and_notes(client: Client) -> None:
    item = client.get("getReservations", status="confirmed", pageSize=1)["data"][0]
    identity = item["reservationID"]
    answer = client.send(
        "PUT",
        "putReservation",
        reservationID=identity,
        status="canceled",
        **{"customFields[0][customFieldName]": "motivo", "customFields[0][customFieldValue]": "Boda"},
    )
    assert answer["data"]["status"] == "canceled"
    assert [entry["customFieldValue"] for entry in answer["data"]["customFields"]] == ["Boda"]
    assert client.send("PUT", "putReservation", reservationID=identity, checkoutDate="2026-12-01")["success"] is False
    note = client.send("POST", "postReservationNote", reservationID=identity, reservationNote="Hola")
    listed = client.get("getReservationNotes", reservationID=identity)["data"]
    assert note["reservationNoteID"] in {row["reservationNoteID"] for row in listed}
    assert [line["object"] for line in client.written()] == ["reservations", "reservation_notes"]
