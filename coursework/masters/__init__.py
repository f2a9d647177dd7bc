"""Masters of exercises become pages, student notebooks, nbgrader sources and keys for the grader."""
