"""Progress of a run: a bar on a terminal, and messages."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

_console = Console(stderr=True, soft_wrap=True)

# Control characters could move a terminal's cursor or reverse the order of letters.
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Replace characters, other than line ends, that would act on a terminal."""
    return _CONTROL.sub("_", text)


@contextmanager
def show_progress(total: int) -> Iterator[Callable[[str], None]]:
    """Show a progress bar if this is a terminal; the function that it yields is called with each
    student."""
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=_console, disable=not total or not _console.is_terminal) as bar:
        task = bar.add_task("", total=total)
        # Brackets in a name are not markup.
        yield lambda student: bar.update(
            task, advance=1, description=student[:24].replace("[", r"\[")
        )


def show_message(sentence: str) -> None:
    """Print a message during a run, on a line of its own."""
    _console.print(clean(sentence), markup=False, highlight=False)
