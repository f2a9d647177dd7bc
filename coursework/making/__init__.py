"""Masters become exercise pages, student notebooks, nbgrader sources and the instructor's key."""
