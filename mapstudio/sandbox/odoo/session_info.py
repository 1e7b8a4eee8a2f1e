"""What the web client is told when someone signs in."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from mapstudio.sandbox.odoo.access import User
from mapstudio.sandbox.odoo.dispatch import Server
from mapstudio.sandbox.odoo.environment import SUPERUSER
from mapstudio.sandbox.odoo.groups import EXPORT, USER

_VIEWS = ("list", "form", "graph", "pivot", "calendar", "kanban", "search", "activity")


def session_info(server: Server, user: User, url: str) -> dict[str, Any]:
    """Return the session's description: the parts that clients outside of a browser look at."""
    root = server.root
    partner = root.value("res.users", user.uid, "partner_id")
    name = f"{root.words.version}.0"
    shared = {
        "uid": user.uid,
        "is_system": "base.group_system" in user.groups,
        "is_admin": "base.group_erp_manager" in user.groups,
        "user_context": {"lang": user.language, "tz": user.time_zone, "uid": user.uid},
        "db": server.name,
        "server_version": name,
        "server_version_info": [root.words.version, 0, 0, "final", 0, ""],
        "support_url": f"{url}/support",
        "name": root.display_name("res.users", user.uid),
        "username": user.login,
        "partner_display_name": root.display_name("res.partner", partner),
        "partner_id": partner,
        "web.base.url": url,
        "active_ids_limit": 20000,
        "profile_session": None,
        "profile_collectors": None,
        "profile_params": None,
        "max_file_upload_size": 134217728,
        "home_action_id": False,
        "currencies": _currencies(server),
        "bundle_params": {"lang": user.language},
        "user_companies": _user_companies(server),
        "show_effect": True,
        "iap_company_enrich": True,
    }
    return {**shared, **(_newer(server, user, partner) if root.words.new else _older(user))}


def _older(user: User) -> dict[str, Any]:
    return {
        "company_id": 1,
        "user_id": [user.uid],
        "cache_hashes": {"translations": _digest("translations"), "load_menus": _digest("menus")},
        "display_switch_company_menu": False,
        "web_tours": [],
        "tour_disable": True,
        "max_time_between_keys_in_ms": 100,
        "notification_type": "email",
        "odoobot_initialized": True,
    }


def _newer(server: Server, user: User, partner: int) -> dict[str, Any]:
    written = server.root.value("res.partner", partner, "write_date") or ""
    settings = _settings(user)
    return {
        "is_public": False,
        "is_internal_user": USER in user.groups,
        "registry_hash": _digest(server.name),
        "user_settings": settings,
        "quick_login": True,
        "partner_write_date": written[:19],
        "test_mode": False,
        "view_info": {
            kind: {"display_name": kind.title(), "icon": "", "multi_record": kind != "form"} for kind in _VIEWS
        },
        "groups": {EXPORT: EXPORT in user.groups},
        "max_time_between_keys_in_ms": 150,
        "websocket_worker_version": "19.0-2",
        "tour_enabled": False,
        "current_tour": None,
        "storeData": _store(server, user, partner, settings),
        "can_insert_in_spreadsheet": False,
    }


def _settings(user: User) -> dict[str, Any]:
    return {
        "id": user.uid,
        "embedded_actions_config_ids": {},
        "is_discuss_sidebar_category_channel_open": True,
        "is_discuss_sidebar_category_chat_open": True,
        "push_to_talk_key": False,
        "use_push_to_talk": False,
        "voice_active_duration": 200,
        "channel_notifications": False,
        "user_id": {"id": user.uid},
        "volumes": [["ADD", []]],
    }


def _store(server: Server, user: User, partner: int, settings: dict[str, Any]) -> dict[str, Any]:
    """Return what the web client's discussions begin with."""
    root = server.root
    name, written = root.display_name("res.partner", partner), root.value("res.partner", partner, "write_date") or ""
    return {
        "Store": {
            "action_discuss_id": 1,
            "channel_types_with_seen_infos": ["chat", "group"],
            "hasCannedResponses": False,
            "hasGifPickerFeature": False,
            "hasLinkPreviewFeature": False,
            "hasMessageTranslationFeature": False,
            "internalUserGroupId": 1,
            "mt_comment": 1,
            "mt_note": 2,
            "odoobot": root.value("res.users", SUPERUSER, "partner_id"),
            "self_partner": partner,
            "settings": settings,
        },
        "res.partner": [
            {
                "active": True,
                "avatar_128_access_token": _digest(f"avatar{partner}"),
                "id": partner,
                "im_status": "offline",
                "im_status_access_token": _digest(f"status{partner}"),
                "main_user_id": user.uid,
                "name": name,
                "write_date": written[:19],
            }
        ],
        "res.users": [{"id": user.uid, "share": USER not in user.groups}],
    }


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _currencies(server: Server) -> dict[str, Any]:
    told = {}
    for record, row in server.root.rows("res.currency").items():
        if row.get("active", True):
            digits = server.root.value("res.currency", record, "decimal_places")
            name = {"name": row["name"]} if server.root.words.new else {}
            told[str(record)] = {**name, "symbol": row["symbol"], "position": row["position"], "digits": [69, digits]}
    return told


def _user_companies(server: Server) -> dict[str, Any]:
    hidden: dict[str, Any] = {"disallowed_ancestor_companies": {}} if server.root.words.new else {}
    return {"current_company": 1, "allowed_companies": _companies(server), **hidden}


def _companies(server: Server) -> dict[str, Any]:
    told = {}
    for record, row in server.root.rows("res.company").items():
        name = server.root.display_name("res.company", record)
        told[str(record)] = {"id": record, "name": name, "sequence": row["sequence"]}
        if server.root.words.new:
            told[str(record)] |= {"child_ids": [], "parent_id": False, "currency_id": row["currency_id"]}
    return told
