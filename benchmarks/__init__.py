"""Measurements, beside other tools and in one run: ``python -m benchmarks.expressions``."""
