"""A capstone: an article folder, a notebook and a brief, which commands begin, check and pack.

``python -m jingjinji.capstone new ann C10 C17 C80`` begins one; ``check ann`` lists what must be
corrected, on any machine that runs notebooks.
"""
