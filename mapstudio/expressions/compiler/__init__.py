"""Expressions as Python code; the interpreter stays the reference, and tells the reason where the code fails."""

from mapstudio.expressions.compiler.decimals import EXACT_OR_ERROR, exact_decimal
from mapstudio.expressions.compiler.program import Program, compile_tree, load_function
from mapstudio.expressions.compiler.results import ResultEmitter
from mapstudio.expressions.compiler.shapes import Shape, can_be_attribute, decoder, shape_of
from mapstudio.expressions.compiler.values import Value
from mapstudio.expressions.compiler.writer import NotCompilableError, Writer

__all__ = [
    "EXACT_OR_ERROR",
    "NotCompilableError",
    "Program",
    "ResultEmitter",
    "Shape",
    "Value",
    "Writer",
    "can_be_attribute",
    "compile_tree",
    "decoder",
    "exact_decimal",
    "load_function",
    "shape_of",
]
