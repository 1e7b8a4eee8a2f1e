"""mapstudio: map one system's records onto another's, see it on real data, run it headless.

The package's public surface is small: :func:`search`, :func:`compile_expression` and ``__version__``.
Everything heavy is imported when first asked for, so that ``mapstudio --version`` stays cheap.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing itself is imported by those who need it
if TYPE_CHECKING:
    from typing import Any

    from mapstudio.expressions import compile_expression, search

__version__ = "0.1.0"
__all__ = ["__version__", "compile_expression", "search"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the module's own attribute protocol
    """Import the expression engine only for those who use it."""
    if name in {"compile_expression", "search"}:
        from mapstudio import expressions  # noqa: PLC0415 - deferred on purpose

        return getattr(expressions, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
