"""The methods of the classic API: by name, with the verb that calls it and what a key must be allowed to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from mapstudio.sandbox.cloudbeds import (
    booking,
    guest_writes,
    guests,
    house_accounts,
    payments,
    property_methods,
    reservation_writes,
    reservations,
    rooms,
    shop,
    stopped,
    subscriptions,
)
from mapstudio.sandbox.cloudbeds.envelope import Reply
from mapstudio.sandbox.cloudbeds.queries import Call

Verb = Literal["GET", "POST", "PUT", "DELETE"]


@dataclass(frozen=True, slots=True)
class Method:
    """One method.

    Attributes:
        scope: What a key must be allowed to do, ``""`` for nothing.
        group: Whether it answers for several properties at once.
        anywhere: Whether a key of several properties may leave out which it means.
    """

    verb: Verb
    answer: Callable[[Call], Reply]
    scope: str
    group: bool = False
    anywhere: bool = False


def _reads(answer: Callable[[Call], Reply], scope: str, *, group: bool = False, anywhere: bool = False) -> Method:
    return Method("GET", answer, f"read:{scope}" if scope else "", group, anywhere)


def _writes(verb: Verb, answer: Callable[[Call], Reply], scope: str) -> Method:
    return Method(verb, answer, f"write:{scope}" if scope else "")


METHODS: Mapping[str, Method] = {
    "oauth/metadata": _reads(property_methods.metadata, "", anywhere=True),
    "userinfo": _reads(property_methods.userinfo, "", anywhere=True),
    "getHotels": _reads(property_methods.get_hotels, "hotel", group=True, anywhere=True),
    "getHotelDetails": _reads(property_methods.get_hotel_details, "hotel"),
    "getUsers": _reads(property_methods.get_users, "user", group=True),
    "getSources": _reads(property_methods.get_sources, "reservation", group=True),
    "getCustomFields": _reads(property_methods.get_custom_fields, "customFields", group=True),
    "postCustomField": _writes("POST", property_methods.post_custom_field, "customFields"),
    "getPaymentMethods": _reads(property_methods.get_payment_methods, "payment"),
    "getRooms": _reads(rooms.get_rooms, "room", group=True),
    "getRoomsUnassigned": _reads(rooms.get_rooms_unassigned, "room", group=True),
    "getRoomTypes": _reads(rooms.get_room_types, "room", group=True),
    "getGuestList": _reads(guests.get_guest_list, "guest", group=True),
    "getGuest": _reads(guests.get_guest, "guest"),
    "getGuestsModified": _reads(guests.get_guests_modified, "guest", group=True),
    "getGuestsByStatus": _reads(guests.get_guests_by_status, "guest", group=True),
    "getGuestsByFilter": _reads(guests.get_guests_by_filter, "guest", group=True),
    "getGuestNotes": _reads(guests.get_guest_notes, "guest"),
    "postGuest": _writes("POST", guest_writes.post_guest, "guest"),
    "putGuest": _writes("PUT", guest_writes.put_guest, "guest"),
    "postGuestNote": _writes("POST", guest_writes.post_guest_note, "guest"),
    "putGuestNote": _writes("PUT", guest_writes.put_guest_note, "guest"),
    "deleteGuestNote": _writes("DELETE", guest_writes.delete_guest_note, "guest"),
    "getReservations": _reads(reservations.get_reservations, "reservation", group=True),
    "getReservationsWithRateDetails": _reads(
        reservations.get_reservations_with_rate_details, "reservation", group=True
    ),
    "getReservation": _reads(reservations.get_reservation, "reservation"),
    "getReservationAssignments": _reads(rooms.get_reservation_assignments, "reservation"),
    "getReservationRoomDetails": _reads(rooms.get_reservation_room_details, "reservation"),
    "postReservation": _writes("POST", booking.post_reservation, "reservation"),
    "putReservation": _writes("PUT", reservation_writes.put_reservation, "reservation"),
    "getReservationNotes": _reads(reservations.get_reservation_notes, "reservation"),
    "postReservationNote": _writes("POST", reservations.post_reservation_note, "reservation"),
    "putReservationNote": _writes("PUT", reservations.put_reservation_note, "reservation"),
    "deleteReservationNote": _writes("DELETE", reservations.delete_reservation_note, "reservation"),
    "postRoomAssign": _writes("POST", rooms.post_room_assign, "reservation"),
    "postRoomCheckIn": _writes("POST", rooms.post_room_check_in, "reservation"),
    "postRoomCheckOut": _writes("POST", rooms.post_room_check_out, "reservation"),
    "getItem": _reads(shop.get_item, "item"),
    "getItems": _reads(shop.get_items, "item"),
    "getItemCategories": _reads(shop.get_item_categories, "item"),
    "postItem": _writes("POST", shop.post_item, "item"),
    "postCustomItem": _writes("POST", shop.post_custom_item, "item"),
    "appendCustomItem": _writes("POST", shop.append_custom_item, "item"),
    "postVoidItem": _writes("POST", shop.post_void_item, "item"),
    "postPayment": _writes("POST", payments.post_payment, "payment"),
    "postVoidPayment": _writes("POST", payments.post_void_payment, "payment"),
    "postCharge": _writes("POST", payments.post_charge, "payment"),
    "getTransactions": _reads(stopped.get_transactions, "payment"),
    "getPayments": _reads(stopped.get_payments, "payment"),
    "getHouseAccountList": _reads(house_accounts.get_house_account_list, "houseAccount"),
    "postNewHouseAccount": _writes("POST", house_accounts.post_new_house_account, "houseAccount"),
    "putHouseAccountStatus": _writes("PUT", house_accounts.put_house_account_status, "houseAccount"),
    "getWebhooks": Method("GET", subscriptions.get_webhooks, "", group=True, anywhere=True),
    "postWebhook": Method("POST", subscriptions.post_webhook, ""),
    "deleteWebhook": Method("DELETE", subscriptions.delete_webhook, "", group=True, anywhere=True),
}
SCOPES = frozenset({method.scope for method in METHODS.values() if method.scope})
