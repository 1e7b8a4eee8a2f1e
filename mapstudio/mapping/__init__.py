"""The mapping file: read with all its problems, edited without loss, checked, compiled and run on records."""
