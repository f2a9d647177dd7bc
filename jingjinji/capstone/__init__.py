"""The automatic part of a capstone: cards, keys, evidence, units, the brief, and a second run.

``python -m jingjinji.capstone ann.ipynb`` checks on any machine that runs notebooks.
"""
