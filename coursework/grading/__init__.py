"""Grade a folder of submitted notebooks, each in a sandbox of its own: ``python -m coursework.grading
--help``."""
