"""Notebooks that are run, files that are written, and the hashes that say which of them are
outdated."""
