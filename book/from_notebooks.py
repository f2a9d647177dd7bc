"""What another page computed, shown where it is needed, and written once.

    ```{chart-from} chapters/03_gdp fig-gdp-cases
    ```

shows the stored chart of a chapter, which stands still until the reader asks for it. In a sentence,
{glued}`chapters/03_gdp real_low` is a number that the chapter glued.
"""

import ast

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective, SphinxRole
from still_charts.pages import make_chart

from book import facts, settings
from book.elements import paragraph

GLUED = "application/papermill.record/text/plain"


def _collect_outputs(app: Sphinx, page: str) -> list[dict]:
    """What a chapter computed: its code cells' outputs, and the captions and names in their metadata."""
    cells = settings.read_notebook(app.srcdir, page)["cells"]
    kept = ("metadata", "outputs")
    return [{name: cell[name] for name in kept} for cell in cells if cell["cell_type"] == "code"]


def read_code_cells(env: BuildEnvironment, page: str) -> list[dict]:
    """The code cells of a page's notebook; the page that is being read is read anew when they change."""
    return facts.take(env.app, "outputs", page)


def find_figure(cells: list[dict], name: str) -> tuple[dict, str]:
    """Specification and caption of the figure with this name; `LookupError` where there is none."""
    for cell in cells:
        about = cell["metadata"].get("mystnb", {}).get("figure", {})
        if about.get("name") == name:
            for output in cell["outputs"]:
                if settings.CHART_MIME in output.get("data", {}):
                    return output["data"][settings.CHART_MIME], about["caption"]
    raise LookupError(f"no stored chart is named {name!r}")


def find_glued(cells: list[dict], name: str) -> str:
    """The text that a cell glued under this name; `LookupError` where there is none."""
    for cell in cells:
        for output in cell.get("outputs", []):
            if output.get("metadata", {}).get("scrapbook", {}).get("name") == name:
                return str(ast.literal_eval(output["data"][GLUED]))
    raise LookupError(f"nothing is glued as {name!r}")


class ChartFrom(SphinxDirective):
    """A chart of another page; `still` keeps it a drawing."""

    required_arguments = 2
    option_spec = {"still": directives.flag}

    def run(self) -> list[nodes.Node]:
        page, name = self.arguments
        try:
            chart, caption = find_figure(read_code_cells(self.env, page), name)
        except (LookupError, FileNotFoundError) as error:
            raise self.error(f"{page}: {error}") from None
        text = f"{{numref}}`{name}`. {' '.join(caption.split())}"
        said, messages = self.parse_inline(text)
        drawn = make_chart(self.env, chart, still="still" in self.options)
        below = paragraph(*said, classes=["caption"])
        return [nodes.container("", drawn, below, classes=["borrowed"], ids=[name]), *messages]


class Glued(SphinxRole):
    """A number that another page glued."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        page, _, name = self.text.partition(" ")
        try:
            return [nodes.Text(find_glued(read_code_cells(self.env, page), name))], []
        except (LookupError, FileNotFoundError) as error:
            return [], [self.inliner.reporter.error(f"{page}: {error}", line=self.lineno)]


def setup(app: Sphinx) -> None:
    """Register what shows parts of chapters elsewhere."""
    facts.register("outputs", _collect_outputs)
    app.add_directive("chart-from", ChartFrom)
    app.add_role("glued", Glued())
