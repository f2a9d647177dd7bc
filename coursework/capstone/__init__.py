"""The automatic part of a capstone: cards, keys, units, the brief, and a second run of the notebook."""
