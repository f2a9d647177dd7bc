"""Learning platforms, a module each: its packed files and its lists. Another one is another module here."""

from importlib import import_module
from pkgutil import iter_modules

from notebook_grader.platforms.base import Packed, Platform

PLATFORMS: dict[str, Platform] = {
    module.name: import_module(f"{__name__}.{module.name}").PLATFORM
    for module in iter_modules(__path__)
    if module.name != "base"
}


def read_name(parts: tuple[str, ...]) -> Packed | None:
    """Parse the path of a packed file, given by its parts; None if no platform made it."""
    return next((packed for one in PLATFORMS.values() if (packed := one.read_name(parts))), None)
