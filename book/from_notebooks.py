"""Charts and numbers that another page computed.

    ```{chart-from} chapters/04_vintages fig-gdp-cases
    ```

shows the stored chart of a chapter as a drawing. In a sentence,
{glued}`chapters/04_vintages real_low` is a number that the chapter glued.
"""

import ast
from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective, SphinxRole
from still_charts.pages import make_chart

from book import facts, settings
from book.elements import box, paragraph

GLUED = "application/papermill.record/text/plain"


def _collect_outputs(app: Sphinx, page: str) -> list[dict]:
    """Collect the outputs of a page's code cells with their metadata, which has captions and
    names."""
    cells = settings.read_notebook(app.srcdir, page)["cells"]
    keys = ("metadata", "outputs")
    return [{key: cell[key] for key in keys} for cell in cells if cell["cell_type"] == "code"]


def read_code_cells(env: BuildEnvironment, page: str) -> list[dict]:
    """Read the code cells of a page's notebook as facts of the page that is being read."""
    return facts.take(env.app, "outputs", page)


def _list_charts(cells: list[dict]) -> Iterator[tuple[dict, dict]]:
    """List the stored charts of cells, each with name and caption of its figure."""
    for cell in cells:
        for output in cell["outputs"]:
            if chart := output.get("data", {}).get(settings.CHART_MIME):
                yield cell["metadata"].get("mystnb", {}).get("figure", {}), chart


def find_figure(cells: list[dict], name: str) -> tuple[dict, str]:
    """Find specification and caption of a figure by its name; raises `LookupError`."""
    for figure, chart in _list_charts(cells):
        if figure.get("name") == name:
            return chart, figure["caption"]
    raise LookupError(f"no stored chart is named {name!r}")


def find_glued(cells: list[dict], name: str) -> str:
    """Find the text that a cell glued under a name; raises `LookupError`."""
    for cell in cells:
        for output in cell.get("outputs", []):
            if output.get("metadata", {}).get("scrapbook", {}).get("name") == name:
                return str(ast.literal_eval(output["data"][GLUED]))
    raise LookupError(f"nothing is glued as {name!r}")


class ChartFrom(SphinxDirective):
    """A chart of another page."""

    required_arguments = 2

    def run(self) -> list[nodes.Node]:
        page, name = self.arguments
        try:
            chart, caption = find_figure(read_code_cells(self.env, page), name)
        except (LookupError, FileNotFoundError) as error:
            raise self.error(f"{page}: {error}") from None
        parsed, messages = self.parse_inline(" ".join(caption.split()))
        drawing = make_chart(self.env, chart, still=True)
        return [
            box("borrowed", drawing, paragraph(*parsed, classes=["caption"]), ids=[name]),
            *messages,
        ]


class Glued(SphinxRole):
    """A number that another page glued."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        page, _, name = self.text.partition(" ")
        try:
            return [nodes.Text(find_glued(read_code_cells(self.env, page), name))], []
        except (LookupError, FileNotFoundError) as error:
            return [], [self.inliner.reporter.error(f"{page}: {error}", line=self.lineno)]


def setup(app: Sphinx) -> None:
    """Register the directives and the role."""
    facts.register("outputs", _collect_outputs)
    app.add_directive("chart-from", ChartFrom)
    app.add_role("glued", Glued())
