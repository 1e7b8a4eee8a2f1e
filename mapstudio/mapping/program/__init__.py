"""Mappings as Python code, for records by the million."""

from mapstudio.mapping.program.batches import Batch, BatchTransformer, parse_record

__all__ = ["Batch", "BatchTransformer", "parse_record"]
