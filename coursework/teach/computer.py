"""The page that says how to install what a notebook needs, which opens before any notebook does."""

from pathlib import Path

from coursework import needs
from coursework.common import fill

PAGE = "exercises/pages/computer.md"


def format_page(root: Path, wheel: str) -> str:
    """Render the page; `wheel` is where the course's library lies in the book's source."""
    pythons = needs.find_needs(root, needs.list_extras(root)).pythons
    return f"{fill('computer.md', wheel=wheel, name=needs.name_wheel(root), pythons=pythons)}\n"
