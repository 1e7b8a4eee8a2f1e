"""The methods on the property itself: hotel, custom field definitions, sources, users, ways to pay."""

from __future__ import annotations

from mapstudio.model import JsonValue, Record
from mapstudio.sandbox.cloudbeds.envelope import BadParameterError, RefusedError, Reply
from mapstudio.sandbox.cloudbeds.hotel import CustomField, Hotel, shop_data
from mapstudio.sandbox.cloudbeds.queries import Call, whole

LIST_SIZE = 20
"""Hotels come twenty to a page unless asked otherwise."""
CARDS = {"visa": "Visa", "master": "MasterCard"}
_DISPLAYED = ("reservation", "booking", "card")
_WAYS_TO_PAY = {
    "en": ("Cash", "Bank transfer", "Card"),
    "es": ("Efectivo", "Transferencia", "Tarjeta"),
    "pt-br": ("Dinheiro", "Transferência", "Cartão"),
}


def get_hotels(call: Call) -> Reply:
    """The hotels of the key; the currency is an object on the wire, a list in the specification."""
    name, city = call.text("propertyName").casefold(), call.text("propertyCity").casefold()
    found = [
        part.hotel
        for part in call.parts()
        if name in part.hotel.facts["propertyName"].casefold()
        and city in part.hotel.facts["propertyAddress"]["propertyCity"].casefold()
    ]
    return call.page(found, lambda hotel: _hotel(hotel, spec=call.spec), default_size=LIST_SIZE)


def get_hotel_details(call: Call) -> Reply:
    """The hotel's own page; it has no time zone."""
    facts = call.hotel.facts
    same = ("propertyID", "organizationID", "propertyName", "propertyType")
    after = ("propertyPhone", "propertyEmail", "propertyAddress", "propertyPolicy", "propertyAmenities")
    return Reply(
        {
            **{name: facts[name] for name in same},
            "propertyImage": [],
            "propertyDescription": "",
            "propertyCurrency": facts["currency"],
            "propertyPrimaryLanguage": facts["propertyPrimaryLanguage"],
            "propertyAdditionalPhotos": [],
            **{name: facts[name] for name in after},
            "taxID": facts["taxID"],
            "taxID2": "",
            "companyLegalName": facts["companyLegalName"],
        }
    )


def get_custom_fields(call: Call) -> Reply:
    """The custom field definitions: the only live schema that the API has."""
    shortcode, identity = call.text("shortcode"), call.text("customFieldID")
    return Reply(
        [
            {"propertyID": part.hotel.id, **item.facts}
            for part in call.parts()
            for item in part.hotel.custom_fields
            if shortcode in {"", item.shortcode} and identity in {"", item.id}
        ]
    )


def post_custom_field(call: Call) -> Reply:
    """Define a field; it applies to reservations unless it is said otherwise."""
    name, shortcode = call.needed("name"), call.needed("shortcode")
    apply_to = call.text("applyTo") or "reservation"
    kind = call.text("type") or "input"
    if apply_to not in {"reservation", "guest"} or kind not in {"input", "text"}:
        raise BadParameterError("Parameter applyTo must be reservation or guest, and type input or text")
    if any(shortcode == item.shortcode for item in call.hotel.custom_fields):
        raise RefusedError(f"Custom field {shortcode} already exists")
    given = call.parameters.get("displayed") or ["reservation"]
    displayed: list[JsonValue] = (
        list(given) if isinstance(given, list) else [word for word in str(given).split(",") if word]
    )
    if not all(word in _DISPLAYED for word in displayed):
        raise BadParameterError(f"Parameter displayed must be of: {', '.join(_DISPLAYED)}")
    longest = whole("maxCharacters", call.text("maxCharacters") or "255", maximum=2000)
    facts: Record = {
        "name": name,
        "shortcode": shortcode,
        "applyTo": apply_to,
        "required": call.flag("required"),
        "isPersonal": call.flag("isPersonal"),
        "maxCharacters": longest,
        "type": kind,
        "displayed": displayed,
    }
    identity = call.store.new_id()
    call.hotel.custom_fields.append(CustomField(identity, name, shortcode, apply_to, longest, facts))
    call.record("custom_fields", "create", identity, sorted(facts), key=shortcode)
    return Reply({"fieldID": identity, "name": name, "shortcode": shortcode})


def get_sources(call: Call) -> Reply:
    """Where bookings come from."""
    return Reply(
        [
            {
                "propertyID": part.hotel.id,
                "sourceID": source.id,
                "sourceName": source.name,
                "isThirdParty": source.third_party,
                "status": True,
                "commission": 15 if source.third_party else 0,
                "paymentCollect": "hotel",
                "taxes": [],
                "fees": [],
            }
            for part in call.parts()
            for source in part.hotel.sources.values()
        ]
    )


def get_payment_methods(call: Call) -> Reply:
    """The ways to pay."""
    language = call.text("lang") or "en"
    if language not in _WAYS_TO_PAY:
        raise BadParameterError(f"Parameter lang must be one of: {', '.join(_WAYS_TO_PAY)}")
    methods: list[JsonValue] = []
    for code, name in zip(("cash", "ebanking", "credit"), _WAYS_TO_PAY[language], strict=True):
        method: Record = {"method": code, "code": code, "name": name}
        if code == "credit":
            method["cardTypes"] = [{"cardCode": card, "cardName": word} for card, word in CARDS.items()]
        methods.append(method)
    gateway: Record = {"name": "Cloudbeds Payments", "currency": call.hotel.currency}
    return Reply({"propertyID": call.hotel.id, "methods": methods, "gateway": gateway})


def get_users(call: Call) -> Reply:
    """Who works with the system, by property."""
    users: Record = {part.hotel.id: [dict(user) for user in _users()] for part in call.parts()}
    return Reply(users)


def userinfo(call: Call) -> Reply:
    """Who has let this app in: an answer without the envelope."""
    user = _users()[1]
    answer: Record = {
        "user_id": user["userID"],
        "first_name": user["firstName"],
        "last_name": user["lastName"],
        "email": user["email"],
    }
    if call.flag("role_details"):
        answer["roles"] = [{"id": "3", "name": "Gerencia", "description": ""}]
        answer["acl"] = []
    return Reply(extra=answer, bare=True)


def metadata(call: Call) -> Reply:
    """Where the API of the property is: here; success is a text in the document of this one method."""
    return Reply({"api": {"url": call.url}}, extra={"success": "true"} if call.spec else {})


def _hotel(hotel: Hotel, *, spec: bool) -> Record:
    facts = hotel.facts
    currency = {name: facts["currency"][name] for name in ("currencyCode", "currencySymbol", "currencyPosition")}
    return {
        "propertyID": facts["propertyID"],
        "organizationID": facts["organizationID"],
        "propertyName": facts["propertyName"],
        "propertyImage": "",
        "propertyDescription": "",
        "propertyTimezone": facts["propertyTimezone"],
        "propertyCurrency": [currency] if spec else currency,
    }


def _users() -> list[dict[str, str]]:
    users: list[dict[str, str]] = shop_data()["users"]
    return users
