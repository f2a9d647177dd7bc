"""Pages of exercises without a section number; a chapter's number is its place in ``_toc.yml``."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

_WITHOUT_NUMBER = "exercises/"


def _take_out(app: Sphinx, env: BuildEnvironment) -> None:
    """When figures have been numbered by their section, a page of exercises needs its number no more."""
    for name in [name for name in env.toc_secnumbers if name.startswith(_WITHOUT_NUMBER)]:
        env.toc_secnumbers[name] = {}
        for numbered in (env.titles[name], *env.tocs[name].findall(nodes.reference)):
            numbered.attributes.pop("secnumber", None)


def setup(app: Sphinx) -> None:
    """Take the numbers out once they are given."""
    app.connect("env-check-consistency", _take_out)
