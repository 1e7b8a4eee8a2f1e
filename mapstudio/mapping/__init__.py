"""The mapping file: read with all its problems, edited without loss, checked, compiled and run on records."""

from mapstudio.mapping.cast import CastError, make_caster
from mapstudio.mapping.checking import check_mapping, require_plannable
from mapstudio.mapping.compiled import CompiledMapping, RowReference
from mapstudio.mapping.definition import Destination, Each, Example, Ignored, Mapping, Row, RowKind, Source, Table
from mapstudio.mapping.document import Document
from mapstudio.mapping.evaluation import Evaluation, Output, RowResult, RowState
from mapstudio.mapping.examples import ExampleResult, run_examples
from mapstudio.mapping.format import Mode, OnNull
from mapstudio.mapping.fresh import new_mapping
from mapstudio.mapping.json_schema import json_schema
from mapstudio.mapping.pipeline import CompiledRow
from mapstudio.mapping.problems import MappingError, Problem, Severity, errors_of
from mapstudio.mapping.reading import LoadedMapping, parse_mapping, read_mapping
from mapstudio.mapping.row_edit import UNSET, RowEdit
from mapstudio.mapping.saving import save_document
from mapstudio.mapping.transforming import Reject, Skipped, Transformed, transform

__all__ = [
    "UNSET",
    "CastError",
    "CompiledMapping",
    "CompiledRow",
    "Destination",
    "Document",
    "Each",
    "Evaluation",
    "Example",
    "ExampleResult",
    "Ignored",
    "LoadedMapping",
    "Mapping",
    "MappingError",
    "Mode",
    "OnNull",
    "Output",
    "Problem",
    "Reject",
    "Row",
    "RowEdit",
    "RowKind",
    "RowReference",
    "RowResult",
    "RowState",
    "Severity",
    "Skipped",
    "Source",
    "Table",
    "Transformed",
    "check_mapping",
    "errors_of",
    "json_schema",
    "make_caster",
    "new_mapping",
    "parse_mapping",
    "read_mapping",
    "require_plannable",
    "run_examples",
    "save_document",
    "transform",
]
