"""Python cells of a Sphinx book that run in the reader's browser."""
