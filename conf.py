"""What ``sphinx-build . _build/html`` reads: the settings that Jupyter Book makes of `_config.yml`.

Taken from Jupyter Book itself, so that the pages which one command has built are up to date for the
other.
"""

from pathlib import Path

from jupyter_book.config import get_final_config

_root = Path(__file__).parent
_settings, _ = get_final_config(
    user_yaml=_root / "_config.yml", sourcedir=_root, cli_config={"latex_individualpages": False}
)
globals().update(_settings)
