"""The conformance suite's assertions are explained by pytest like those of a test module."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.connectors.conformance")
