"""The one registry that expressions are compiled with."""

from __future__ import annotations

from mapstudio.expressions.registry import Registry

FUNCTIONS = Registry()
"""Packages of functions from elsewhere are added here, before the first expression is compiled."""
