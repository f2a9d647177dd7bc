"""How far a run is: one line on a terminal, and messages about what holds it up."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

_console = Console(stderr=True, soft_wrap=True)


class Progress:
    """One line on a terminal that shows how far the grading is; silent elsewhere."""

    def __init__(self, total: int) -> None:
        columns = BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}")
        hidden = not total or not _console.is_terminal
        self._bar = Bar(*columns, console=_console, disable=hidden)
        self._task = self._bar.add_task("", total=total)
        self._bar.start()

    def advance(self, student: str, count: int = 1) -> None:
        """So many more are done."""
        # A name is text, whatever brackets are in it.
        self._bar.update(self._task, advance=count, description=student[:24].replace("[", r"\["))

    def close(self) -> None:
        """Leave the line as it is."""
        self._bar.stop()


def show_message(sentence: str) -> None:
    """Tell something during a run, on a line of its own."""
    _console.print(sentence, markup=False, highlight=False)
