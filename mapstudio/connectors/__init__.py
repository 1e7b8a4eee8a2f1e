"""Connectors: the contract, what they share over HTTP, and one folder per system."""
