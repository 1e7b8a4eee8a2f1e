"""The rules behind ``linting.py``, by what they look at."""
