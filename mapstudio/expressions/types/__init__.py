"""Static types of expressions, from the schema of the source. Callers see ``inference.py`` and ``lattice.py``."""
