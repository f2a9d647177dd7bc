"""Masters of exercises become pages, student notebooks, and sources and keys for the grader."""
