"""A day in the hotel that makes one event of each kind happen."""

from __future__ import annotations

from tests.sandbox.cloudbeds.conftest import Client

CUSTOM_ITEM = {
    "items[0][appItemID]": "dish-7",
    "items[0][itemName]": "Cena degustación",
    "items[0][itemQuantity]": "2",
    "items[0][itemPrice]": "825",
    "items[0][itemTaxes][0][taxName]": "IVA 16%",
    "items[0][itemTaxes][0][taxValue]": "264",
}


def book(client: Client, **changed: str) -> str:
    """Book a double room for two nights of January 2027 and return the reservation's number."""
    room_type = client.get("getRoomTypes")["data"][0]["roomTypeID"]
    form = {
        "startDate": "2027-01-10",
        "endDate": "2027-01-12",
        "guestFirstName": "Ana",
        "guestLastName": "Ruiz",
        "guestCountry": "MX",
        "guestZip": "06700",
        "guestEmail": "ana.ruiz@example.com",
        "paymentMethod": "cash",
        "rooms[0][roomTypeID]": room_type,
        "rooms[0][quantity]": "1",
        "adults[0][roomTypeID]": room_type,
        "adults[0][quantity]": "2",
        "children[0][roomTypeID]": room_type,
        "children[0][quantity]": "0",
        **changed,
    }
    answer = client.send("POST", "postReservation", **form)
    assert answer["success"] is True, answer
    return str(answer["reservationID"])


def free_room(client: Client, reservation: str) -> str:
    """Give a reservation the first room of its type and return the room."""
    room = client.get("getReservation", reservationID=reservation)["data"]["unassigned"][0]
    rooms = client.get("getRooms", pageSize=100, roomTypeID=room["roomTypeID"])["data"][0]["rooms"]
    for candidate in rooms:
        answer = client.send("POST", "postRoomAssign", reservationID=reservation, newRoomID=candidate["roomID"])
        if answer["success"]:
            return str(candidate["roomID"])
    raise AssertionError("no room is free")


def live(client: Client) -> None:
    """Book, move, eat, leave notes, be charged for the night, and vanish."""
    reservation = book(client)
    guest = client.get("getReservation", reservationID=reservation)["data"]["guestList"]
    [guest_id] = guest
    client.send("PUT", "putGuest", guestID=guest_id, guestCity="Oaxaca")
    client.send("POST", "postReservationNote", reservationID=reservation, reservationNote="Llega tarde")
    custom = {"customFields[0][customFieldName]": "motivo", "customFields[0][customFieldValue]": "Boda"}
    client.send("PUT", "putReservation", reservationID=reservation, **custom)
    custom["customFields[0][customFieldValue]"] = "Aniversario"
    client.send("PUT", "putReservation", reservationID=reservation, **custom)
    client.send("PUT", "putReservation", reservationID=reservation, checkoutDate="2027-01-13")
    free_room(client, reservation)
    client.send("POST", "postRoomCheckIn", reservationID=reservation)
    client.send("POST", "postCustomItem", reservationID=reservation, **CUSTOM_ITEM)
    client.control("POST", "/night-audit", {})
    client.control("DELETE", f"/reservations/{reservation}")
