"""Odoo 16.0 to 19.0, through its external API."""

from mapstudio.connectors.odoo.connector import OdooConnector

__all__ = ["OdooConnector"]
