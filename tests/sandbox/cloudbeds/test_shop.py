from __future__ import annotations

import pytest

from tests.sandbox.cloudbeds.conftest import Client
from tests.sandbox.cloudbeds.happenings import CUSTOM_ITEM, book

HOUSE = {"x-property-id": "297652"}


def balance(client: Client, number: str) -> float:
    told: float = client.get("getReservation", reservationID=number)["data"]["balance"]
    return told


def test_a_reference_sells_once_only(client: Client) -> None:
    number = book(client)
    before = balance(client, number)
    first = client.send("POST", "postCustomItem", reservationID=number, referenceID="ticket-1", **CUSTOM_ITEM)["data"]
    again = client.send("POST", "postCustomItem", reservationID=number, referenceID="ticket-1", **CUSTOM_ITEM)["data"]
    assert "ticket-1" in again.pop("notice")
    assert again == first
    assert balance(client, number) - before == 1914
    other = client.send("POST", "postCustomItem", reservationID=number, **CUSTOM_ITEM)["data"]
    assert other["soldProductID"] != first["soldProductID"]
    assert len([line for line in client.written() if line["object"] == "transactions"]) == 2


def test_more_is_appended_to_a_known_reference_only(client: Client) -> None:
    number = book(client)
    form = {"reservationID": number, "referenceID": "ticket-1", **CUSTOM_ITEM}
    assert client.send("POST", "appendCustomItem", **form)["success"] is False
    client.send("POST", "postCustomItem", **form)
    assert client.send("POST", "appendCustomItem", **form)["success"] is True
    assert len(client.of_reservation(number)) == 4


def test_the_name_of_a_custom_item_is_settled_by_its_first_sale(client: Client) -> None:
    number = book(client)
    client.send("POST", "postCustomItem", reservationID=number, **CUSTOM_ITEM)
    client.send("POST", "postCustomItem", reservationID=number, **{**CUSTOM_ITEM, "items[0][itemName]": "Otra cosa"})
    names = {row["description"] for row in client.of_reservation(number) if row["parentId"] is None}
    assert names == {"Cena degustación"}
    listed = client.http.get(f"{client.root}/item/v1/custom-items", headers=HOUSE).json()
    assert [(row["appItemId"], row["name"]) for row in listed["data"]] == [("dish-7", "Cena degustación")]


def test_what_is_paid_at_once_leaves_no_balance(client: Client) -> None:
    number = book(client)
    before = balance(client, number)
    client.send("POST", "postCustomItem", reservationID=number, itemPaid="true", **CUSTOM_ITEM)
    paid = {"payments[0][paymentType]": "credit", "payments[0][amount]": "1914"}
    sold = client.send("POST", "postCustomItem", reservationID=number, **paid, **CUSTOM_ITEM)["data"]
    assert balance(client, number) == before
    codes = [row["internalTransactionCode"] for row in client.of_reservation(number)]
    assert sorted(codes) == ["4000", "4000", "8000", "8000", "9100", "9300"]
    client.send("POST", "postVoidItem", reservationID=number, soldProductID=sold["soldProductID"])
    assert balance(client, number) == before


def test_an_item_is_sold_from_its_stock_at_its_price(client: Client) -> None:
    number = book(client)
    sold = client.send("POST", "postItem", reservationID=number, itemID="382920", itemQuantity="35")["data"]
    assert (sold["remainingItemQuantity"], sold["reorderNeeded"], sold["stopSellMet"]) == (5, True, False)
    answer = client.send("POST", "postItem", reservationID=number, itemID="382920", itemQuantity="4")
    assert "out of stock" in answer["message"]
    [item, tax] = client.of_reservation(number)
    assert (item["internalTransactionCode"], item["amount"], tax["amount"]) == ("2000", 3325, 532)
    assert client.get("getItem", itemID="382920")["data"]["itemQuantity"] == 5


def test_payments_are_added_and_voided(client: Client) -> None:
    number = book(client)
    before = balance(client, number)
    paid = client.send("POST", "postPayment", reservationID=number, type="cash", amount="100.50")
    assert balance(client, number) == before - 100.5
    voided = client.send("POST", "postVoidPayment", reservationID=number, paymentID=paid["paymentID"])
    assert voided == {"success": True}
    assert balance(client, number) == before
    for wrong in ({"type": "shells"}, {"type": "cash", "amount": "0"}, {"type": "credit"}):
        form = {"reservationID": number, "amount": "5", **wrong}
        assert client.send("POST", "postPayment", **form)["success"] is False


def test_a_house_account_is_charged_until_it_is_closed(client: Client) -> None:
    account = client.send("POST", "postNewHouseAccount", accountName="Boda Ruiz")["data"]["houseAccountID"]
    client.send("POST", "postCustomItem", houseAccountID=account, itemPaid="true", **CUSTOM_ITEM)
    closed = client.send("PUT", "putHouseAccountStatus", houseAccountID=account, status="closed")
    assert closed == {"success": True}
    answer = client.send("POST", "postCustomItem", houseAccountID=account, **CUSTOM_ITEM)
    assert answer["message"] == "House account is closed"
    owing = client.send("PUT", "putHouseAccountStatus", houseAccountID="60177", status="closed")
    assert "balance" in owing["message"]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"items[0][appItemID]": ""}, "appItemID"),
        ({"items[0][itemNote]": "paga con 4242 4242 4242 4242"}, "payment data"),
        ({"payments[0][paymentType]": "shells", "payments[0][amount]": "1"}, "shells"),
        ({"subReservationID": "x"}, "Sub reservation x"),
        ({"reservationID": "1"}, "Reservation not found"),
        ({"reservationID": ""}, "reservationID"),
    ],
)
def test_a_wrong_sale_posts_nothing(client: Client, form: dict[str, str], told: str) -> None:
    number = book(client)
    answer = client.send("POST", "postCustomItem", **{"reservationID": number, **CUSTOM_ITEM, **form})
    assert answer["success"] is False
    assert told in answer["message"]
    assert client.of_reservation(number) == []


def test_a_check_is_posted_once_by_its_key_and_voided_whole(client: Client) -> None:
    number = book(client)
    before = balance(client, number)
    money = {"amount": "165000", "currencyCode": "MXN"}
    line = {"itemType": "PRODUCT", "itemName": "Cena", "itemQuantity": 2, "itemAmount": money,
            "details": {"itemSku": "CENA"}}  # fmt: skip
    tip = {"amount": {"amount": "10000", "currencyCode": "MXN"}}
    body = {"reservationId": number, "checkId": "c-1", "items": [line], "gratuities": [tip]}
    url = f"{client.root}/folio/v1/checks"
    headers = {**HOUSE, "Idempotency-Key": "k-1"}
    first = client.http.post(url, json=body, headers=headers)
    assert (first.status_code, first.json()["data"]["checkId"]) == (201, "c-1")
    assert "notice" in client.http.post(url, json=body, headers=headers).json()["data"]
    assert balance(client, number) - before == 1750
    for _ in range(2):
        assert client.http.delete(f"{url}/c-1", headers=HOUSE).status_code == 204
    assert balance(client, number) == before
    refused = client.http.post(url, json={**body, "discounts": [{}]}, headers={**HOUSE, "Idempotency-Key": "k-2"})
    assert (refused.status_code, refused.json()["code"]) == (400, "NOT_SUPPORTED")
    elsewhere = client.http.post(url, json=body, headers={"x-property-id": "297653", "Idempotency-Key": "k-3"})
    assert elsewhere.json() == {"type": "forbidden", "title": "Forbidden", "status": 403, "detail": "403 FORBIDDEN"}
