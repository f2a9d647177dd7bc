"""Measures of regional development: one module for each theme, each tested against answer keys."""
