"""How far a run is: one line on a terminal, and messages about what holds it up."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

_console = Console(stderr=True, soft_wrap=True)


@contextmanager
def show_progress(total: int) -> Iterator[Callable[[str], None]]:
    """One line on a terminal, none elsewhere, about how far the grading is: called with each who is done."""
    columns = BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}")
    with Progress(*columns, console=_console, disable=not total or not _console.is_terminal) as bar:
        task = bar.add_task("", total=total)
        # A name is text, whatever brackets are in it.
        yield lambda student: bar.update(task, advance=1, description=student[:24].replace("[", r"\["))


def show_message(sentence: str) -> None:
    """Tell something during a run, on a line of its own."""
    _console.print(sentence, markup=False, highlight=False)
