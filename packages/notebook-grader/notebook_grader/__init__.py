"""Notebooks in, marks and feedback out: intake, sandbox, judge, record and return."""
