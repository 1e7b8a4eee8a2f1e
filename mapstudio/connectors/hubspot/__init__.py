"""The HubSpot connector."""

from mapstudio.connectors.hubspot.connector import HubSpotConnector

__all__ = ["HubSpotConnector"]
