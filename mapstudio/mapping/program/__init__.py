"""Mappings as Python code, for records by the million."""

from mapstudio.mapping.program.batches import STRICT_FIRST, Batch, BatchTransformer, calm_collector, parse_record

__all__ = ["STRICT_FIRST", "Batch", "BatchTransformer", "calm_collector", "parse_record"]
