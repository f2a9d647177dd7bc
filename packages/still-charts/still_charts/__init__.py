"""A chart as drawing, table, words and live view: what a Sphinx book shows of each."""
