"""The labels of a verdict with their rules, marks and colours, as `data/verdicts.csv` has them."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from docutils import nodes

from book import settings

DRAWING = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='-1 -1 2 2'><path d='{}'/></svg>"


@dataclass(frozen=True)
class Label:
    """One label; `summary` says how the sentence over the picture of all claims counts it."""

    verdict: str
    rule: str
    filed: bool
    summary: str
    mark: str
    light: str
    dark: str

    @property
    def colour(self) -> str:
        """The variable of the style sheet that holds the colour."""
        return f"--{make_class(self.verdict)}"


def make_class(verdict: str) -> str:
    """The class of what carries a label."""
    return f"verdict-{nodes.make_id(verdict)}"


@cache
def read_labels(root: str | Path) -> tuple[Label, ...]:
    """Every label, in the order of the table; the last is that of a claim without a verdict."""
    rows = settings.read_table(Path(root, settings.VERDICTS))
    chosen = [{name: row[name] for name in Label.__dataclass_fields__} for row in rows]
    made = [Label(**row | {"filed": row["filed"] == "true"}) for row in chosen]
    return tuple(sorted(made, key=lambda label: not label.filed))


def make_badge(verdict: str) -> nodes.inline:
    """A label as a reader sees it, with its mark and colour."""
    return nodes.inline("", verdict, classes=["badge", make_class(verdict)])


def make_variables(root: str | Path, dark: bool) -> dict[str, str]:
    """The variables of the style sheet, each with the colour of a label."""
    return {label.colour: label.dark if dark else label.light for label in read_labels(root)}


def make_marks(root: str | Path) -> str:
    """The rules of the style sheet that give what carries a label its colour and its mark."""
    rules = []
    for label in read_labels(root):
        drawing = DRAWING.format(label.mark)
        address = "data:image/svg+xml," + quote(drawing, safe=" =:/,-'")
        looks = f'--verdict: var({label.colour}); --mark: url("{address}");'
        rules.append(f".{make_class(label.verdict)} {{ {looks} }}\n")
    return "".join(rules)
