"""Thousands of contacts, some of them bad, through every fault: ``python -m benchmarks.campaign``."""
