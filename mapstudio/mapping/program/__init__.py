"""Mappings as Python code, for records by the million."""

from mapstudio.mapping.program.batches import Batch, BatchTransformer, calm_collector, parse_record

__all__ = ["Batch", "BatchTransformer", "calm_collector", "parse_record"]
