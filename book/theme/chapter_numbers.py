"""Remove section numbers from exercise pages; a chapter's number is its place in ``_toc.yml``."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

_WITHOUT_NUMBER = "exercises/"


def _remove_numbers(app: Sphinx, env: BuildEnvironment) -> None:
    """Remove the numbers once they have numbered figures."""
    for name in [name for name in env.toc_secnumbers if name.startswith(_WITHOUT_NUMBER)]:
        env.toc_secnumbers[name] = {}
        for numbered in (env.titles[name], *env.tocs[name].findall(nodes.reference)):
            numbered.attributes.pop("secnumber", None)


def setup(app: Sphinx) -> None:
    """Remove the numbers after they are assigned."""
    app.connect("env-check-consistency", _remove_numbers)
