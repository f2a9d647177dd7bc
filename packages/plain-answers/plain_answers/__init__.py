"""How an answer is read, compared and sealed, in Python and in the page's own script."""
