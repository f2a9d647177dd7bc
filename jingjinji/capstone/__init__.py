"""A capstone: an article folder, a notebook and a brief, which commands begin, check and pack."""
