"""Insert computed numbers into running text, so that no figure in the prose is typed by hand."""

from IPython.display import display

# Prefix of the stored outputs that the book's `{glue:text}` role reads.
_PREFIX = "application/papermill.record/"


def glue(**numbers: str) -> None:
    """Store each number, formatted for the reader, under its name for the chapter's text.

    ``glue(ratio=f"{ratio:.2f}")`` lets the prose say {glue:text}`ratio`. Nothing is displayed. A
    value that is not a string raises a TypeError, since the author must choose the number of
    digits.
    """
    for name, text in numbers.items():
        if not isinstance(text, str):
            raise TypeError(
                f"{name} must be formatted text such as f'{{x:.2f}}', not {type(text).__name__}"
            )
        display(
            {f"{_PREFIX}text/plain": repr(str(text))},
            raw=True,
            metadata={"scrapbook": {"name": name, "mime_prefix": _PREFIX}},
        )
