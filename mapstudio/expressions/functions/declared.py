"""The one registry that expressions are compiled with."""

from __future__ import annotations

from mapstudio.expressions.functions.packages import add_packages
from mapstudio.expressions.registry import Registry

FUNCTIONS = Registry(more=add_packages)
"""Ours; those of other packages come in when the first one is asked for that is not ours."""
