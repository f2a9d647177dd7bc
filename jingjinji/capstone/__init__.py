"""A capstone: an article's folder, a notebook and a brief, begun, checked and packed.

``python -m jingjinji.capstone new ann C10 C17 C80`` begins one, ``check ann`` says what is to be
mended, on any machine that runs notebooks.
"""
