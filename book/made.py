"""What `make` makes before the pages; without it a build ends with one sentence that names the command."""

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

from book import settings

MISSING = (
    "The book shows files that come of its sources and are not here yet, such as {path}. Run 'make pages' "
    "first, or without make 'python -m coursework pages'; 'make book' does all."
)


def find_missing(root: Path) -> Path | None:
    """The first file that has to be made before the pages; None if nothing is missing."""
    exercises = [f"{page}.ipynb" for page in settings.list_exercise_pages(root)]
    return next((Path(name) for name in (*exercises, settings.LEDGER) if not (root / name).is_file()), None)


def _require(app: Sphinx, config: Config) -> None:
    if missing := find_missing(Path(app.srcdir)):
        # Not one of Sphinx's errors, around which Jupyter Book prints thirty lines of its own.
        raise SystemExit(MISSING.format(path=missing))


def setup(app: Sphinx) -> None:
    """Look before anything is read."""
    app.connect("config-inited", _require)
