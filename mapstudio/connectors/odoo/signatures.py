"""What the arguments of Odoo's methods are called; the same methods have no names where calls are positional."""

from __future__ import annotations

from collections.abc import Mapping

ON_MODEL: Mapping[str, tuple[str, ...]] = {
    "check_access_rights": ("operation", "raise_exception"),
    "check_object_reference": ("module", "xml_id", "raise_on_access_error"),
    "context_get": (),
    "create": ("vals_list",),
    "default_get": ("fields",),
    "fields_get": ("allfields", "attributes"),
    "load": ("fields", "data"),
    "name_create": ("name",),
    "name_search": ("name", "domain", "operator", "limit"),
    "search": ("domain", "offset", "limit", "order"),
    "search_count": ("domain", "limit"),
    "search_read": ("domain", "fields", "offset", "limit", "order"),
}
"""The names of positional arguments of methods that are called without ids."""

ON_RECORDS: Mapping[str, tuple[str, ...]] = {
    "read": ("fields", "load"),
    "write": ("vals",),
}
"""Those that follow the ids; all other methods on records have named arguments only."""
