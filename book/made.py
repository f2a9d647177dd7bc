"""Check for the files that `make` writes before the pages. Without them a build ends with one sentence."""

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

from book import settings

MISSING = (
    "The book shows files that are made from its sources and are missing, such as {path}. Run 'make pages' "
    "first, or without make 'python -m coursework pages'; 'make book' does both."
)


def _check(app: Sphinx, config: Config) -> None:
    exercises = [f"{page}.ipynb" for page in settings.list_exercise_pages(app.srcdir)]
    for name in (*exercises, settings.LEDGER):
        if not Path(app.srcdir, name).is_file():
            # Not one of Sphinx's errors, around which Jupyter Book prints thirty lines of its own.
            raise SystemExit(MISSING.format(path=name))


def setup(app: Sphinx) -> None:
    """Check before anything is read."""
    app.connect("config-inited", _check)
