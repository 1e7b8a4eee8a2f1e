"""The vendor's own clients, unmodified, against the dialect of the vendor's documents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import cloudbeds_pms
import cloudbeds_pms_v1_3 as classic
import pytest

from tests.judges.cloudbeds.conftest import Hotel

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


class Client:
    """All calls of the classic client, found by their names."""

    def __init__(self, hotel: Hotel) -> None:
        settings = classic.Configuration(host=f"{hotel.access['url']}/api/v1.3")
        settings.api_key["api_key"] = hotel.access["api_key"]
        client = classic.ApiClient(settings)
        names = [name for name in dir(classic.api) if name.endswith("Api")]
        apis = [getattr(classic, name)(client) for name in names]
        self._calls = {name: getattr(api, name) for api in apis for name in dir(api) if not name.startswith("_")}

    def call(self, name: str, /, **values: object) -> Any:
        """Call a method and return its answer, as the client's own models understand it."""
        call: Callable[..., Any] = self._calls[name]
        answer = call(**values)
        assert getattr(answer, "success", True) in {True, "true"}, (name, answer)
        return answer


@pytest.fixture(name="client")
def _client(hotel: Hotel) -> Client:
    return Client(hotel)


@pytest.fixture(name="reservation")
def _reservation(client: Client) -> str:
    return str(client.call("get_reservations_get").data[0].reservation_id)


@pytest.fixture(name="guest")
def _guest(client: Client) -> str:
    return str(next(iter(client.call("get_guest_list_get").data)))


def test_guests_are_read(client: Client, guest: str) -> None:
    listed = client.call("get_guest_list_get", include_guest_info=True, results_from=NOW)
    # Rows of one guest are one member of the object: what the dialect costs, and why the connector reads `count`.
    assert listed.total > listed.count == 100 >= len(listed.data)
    assert client.call("get_guest_get", guest_id=guest).data.first_name
    client.call("get_guest_notes_get", guest_id=guest)
    client.call("get_guests_modified_get", results_from=NOW)
    client.call("get_guests_by_status_get", status="in_house")
    client.call("get_guests_by_filter_get", status="in_house")


def test_reservations_are_read(client: Client, reservation: str) -> None:
    listed = client.call("get_reservations_get", include_guests_details=True, include_custom_fields=True)
    assert listed.total > listed.count == 100
    client.call("get_reservations_get", include_all_rooms=True, modified_from=NOW)
    rates = client.call("get_reservations_with_rate_details_get", include_guests_details=True, include_deleted=True)
    assert rates.data[0].reservation_id
    assert client.call("get_reservation_get", reservation_id=reservation).data.reservation_id == reservation
    client.call("get_reservation_notes_get", reservation_id=reservation)
    client.call("get_sources_get")
    client.call("get_reservation_assignments_get")
    client.call("get_reservation_room_details_get", sub_reservation_id=reservation)


@pytest.mark.parametrize(
    "name",
    [
        "get_hotels_get",
        "get_hotel_details_get",
        "get_rooms_get",
        "get_room_types_get",
        "get_rooms_unassigned_get",
        "get_items_get",
        "get_item_categories_get",
        "get_house_account_list_get",
        "get_webhooks_get",
        "get_payment_methods_get",
        "get_custom_fields_get",
        "get_users_get",
    ],
)
def test_the_hotel_is_described(client: Client, name: str) -> None:
    assert client.call(name).data is not None


def test_a_guest_is_changed_and_noted(client: Client, guest: str) -> None:
    client.call("put_guest_put", guest_id=guest, guest_city="Oaxaca", guest_birth_date=dt.date(1990, 1, 2))
    assert client.call("get_guest_get", guest_id=guest).data.city == "Oaxaca"
    note = client.call("post_guest_note_post", guest_id=guest, guest_note="Aniversario").guest_note_id
    client.call("put_guest_note_put", guest_id=guest, note_id=note, guest_note="Cumpleaños")
    assert [row.guest_note for row in notes(client, guest) if row.guest_note_id == note] == ["Cumpleaños"]
    client.call("delete_guest_note_delete", guest_id=guest, note_id=note)
    assert note not in [row.guest_note_id for row in notes(client, guest)]


def notes(client: Client, guest: str) -> list[Any]:
    """Return the notes of a guest."""
    return list(client.call("get_guest_notes_get", guest_id=guest).data or [])


def test_a_reservation_is_changed_and_noted(client: Client, reservation: str) -> None:
    client.call("put_reservation_put", reservation_id=reservation, estimated_arrival_time="15:00:00")
    whose = {"reservation_id": reservation}
    note = client.call("post_reservation_note_post", **whose, reservation_note="Tarde").reservation_note_id
    client.call("put_reservation_note_put", **whose, reservation_note_id=note, reservation_note="Muy tarde")
    client.call("delete_reservation_note_delete", **whose, reservation_note_id=note)
    more = {"guest_first_name": "Ana", "guest_last_name": "Ruiz", "guest_email": "ana@palma.example"}
    assert client.call("post_guest_post", **whose, **more, guest_country="MX").guest_id


def test_money_moves(client: Client, reservation: str) -> None:
    item = client.call("get_items_get").data[0].item_id
    assert client.call("get_item_get", item_id=item).data.item_id == item
    client.call("post_item_post", reservation_id=reservation, item_id=item, item_quantity=1)
    paid = client.call("post_payment_post", reservation_id=reservation, type="cash", amount=5)
    client.call("post_void_payment_post", reservation_id=reservation, payment_id=paid.payment_id)
    account = client.call("post_new_house_account_post", account_name="Bar").data.house_account_id
    client.call("put_house_account_status_put", house_account_id=account, status="closed")


def test_the_integration_sets_itself_up(client: Client) -> None:
    hook = {"object": "reservation", "action": "created", "endpoint_url": "http://127.0.0.1:9/x"}
    made = client.call("post_webhook_post", **hook).data.subscription_id
    client.call("delete_webhook_delete", subscription_id=made)
    described = {"name": "Vino", "shortcode": "wine", "apply_to": "guest", "is_personal": True}
    client.call("post_custom_field_post", **described, displayed=["reservation", "card"])
    assert "wine" in {row.shortcode for row in client.call("get_custom_fields_get").data}


def test_whoever_is_let_in_may_ask_who_it_is(hotel: Hotel) -> None:
    settings = classic.Configuration(host=f"{hotel.access['url']}/api/v1.3", access_token=hotel.access["api_key"])
    client = classic.ApiClient(settings)
    signing = classic.AuthenticationApi(client)
    assert signing.userinfo_get().user_id
    # It signs all calls but this one, which its document forgets to say.
    client.set_default_header("Authorization", f"Bearer {hotel.access['api_key']}")
    assert signing.oauth_metadata_get() is not None


def test_what_the_classic_client_cannot_do_is_known(client: Client, reservation: str) -> None:
    # It writes a list of objects as Python does, not as PHP reads it, so that the API finds no item at all.
    item = classic.PostCustomItemRequestItemsInner(appItemID="1", itemName="Vino", itemQuantity=1, itemPrice=3)
    with pytest.raises(classic.ApiException) as refused:
        client.call("post_custom_item_post", reservation_id=reservation, reference_id="r", items=[item])
    assert refused.value.status == 400


def test_the_client_of_the_modules_sells_items(hotel: Hotel) -> None:
    settings = cloudbeds_pms.Configuration(host=hotel.access["url"], access_token=hotel.access["api_key"])
    items = cloudbeds_pms.ItemsApi(cloudbeds_pms.ApiClient(settings))
    place = hotel.access["property"]
    assert items.custom_item_controller_index(place) is not None
    account, item = "60177", "382900"
    wanted = cloudbeds_pms.ItemRequestSchema(itemId=item, itemQuantity=1, itemPrice="100")
    sold = cloudbeds_pms.PostItemsRequestSchema(houseAccountId=account, items=[wanted])
    assert items.item_controller_create_items(place, sold) is not None
