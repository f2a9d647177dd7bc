"""Sphinx's own way to the pages, ``sphinx-build . _build/html``. What is set stands in `_config.yml`, once.

Jupyter Book reads the same file and adds its own defaults; they stand here, so that the book can leave it.
"""

from pathlib import Path

import yaml

_book = yaml.safe_load(Path(__file__).with_name("_config.yml").read_text(encoding="utf-8"))
_html, _parse = _book["html"], _book["parse"]

project = html_title = _book["title"]
author, copyright = _book["author"], _book["copyright"]
exclude_patterns = [*_book["exclude_patterns"], "_build", "**.ipynb_checkpoints"]
html_theme = "sphinx_book_theme"
html_favicon, html_baseurl = _html["favicon"], _html.get("baseurl", "")
bibtex_bibfiles = _book["bibtex_bibfiles"]
myst_enable_extensions = _parse["myst_enable_extensions"]
myst_url_schemes = ["mailto", "http", "https"]
nb_execution_mode = _book["execute"]["execute_notebooks"]
# Only what the table of contents names is a page.
external_toc_exclude_missing = _book["only_build_toc_files"]
pygments_style = "sphinx"
globals().update(_book["sphinx"]["config"])
# Its command is all that Jupyter Book's own entry is for.
extensions = [name for name in extensions if name != "jupyter_book"]  # noqa: F821
