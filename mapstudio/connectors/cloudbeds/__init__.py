"""The connector of Cloudbeds, over its classic API v1.3."""

from mapstudio.connectors.cloudbeds.connector import CloudbedsConnector

__all__ = ["CloudbedsConnector"]
