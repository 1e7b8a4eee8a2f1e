"""What the web client is told when someone signs in."""

from __future__ import annotations

from typing import Any

from mapstudio.sandbox.odoo.access import User
from mapstudio.sandbox.odoo.dispatch import Server


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
        "user_companies": {"current_company": 1, "allowed_companies": _companies(server)},
        "show_effect": True,
        "iap_company_enrich": True,
    }
    if root.words.new:
        internal = "base.group_user" in user.groups
        groups = {"base.group_allow_export": "base.group_allow_export" in user.groups}
        added = {"is_public": False, "is_internal_user": internal, "quick_login": True, "test_mode": False,
                 "groups": groups, "max_time_between_keys_in_ms": 150, "tour_enabled": False}  # fmt: skip
    else:
        added = {"company_id": 1, "user_id": [user.uid], "display_switch_company_menu": False, "web_tours": [],
                 "tour_disable": True, "max_time_between_keys_in_ms": 100, "notification_type": "email",
                 "odoobot_initialized": True}  # fmt: skip
    return {**shared, **added}


def _currencies(server: Server) -> dict[str, Any]:
    told = {}
    for record, row in server.root.rows("res.currency").items():
        if row.get("active", True):
            digits = server.root.value("res.currency", record, "decimal_places")
            name = {"name": row["name"]} if server.root.words.new else {}
            told[str(record)] = {**name, "symbol": row["symbol"], "position": row["position"], "digits": [69, digits]}
    return told


def _companies(server: Server) -> dict[str, Any]:
    told = {}
    for record, row in server.root.rows("res.company").items():
        name = server.root.display_name("res.company", record)
        told[str(record)] = {"id": record, "name": name, "sequence": row["sequence"]}
    return told
