"""Labels of verdicts with their rules, marks and colours, from `labels.csv`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sealed_readings.folder import read_table

TABLE = Path(__file__).with_name("labels.csv")
DRAWING = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='-1 -1 2 2'><path d='{}'/></svg>"


@dataclass(frozen=True)
class Label:
    """A label: the id that the rule and data use, and the words that readers see.

    `filed` is false for the label of claims that nobody has examined.
    """

    id: str
    words: str
    rule: str
    filed: bool
    mark: str
    light: str
    dark: str

    @property
    def css_class(self) -> str:
        """CSS class of elements with this label."""
        return f"verdict-{self.id}"


# By id, in the order of the table.
LABELS = {
    row["id"]: Label(**row | {"filed": row["filed"] == "true"})  # type: ignore[arg-type]
    for row in read_table(TABLE)
}


def say(label: str, remark: str = "") -> str:
    """Words of a label, by its id, with a remark."""
    return "; ".join(filter(None, [LABELS[label].words, remark]))


def say_share(share: Mapping[str, Any] | None) -> str:
    """Describe in how many choices or readings a claim holds; empty if nothing counts them."""
    if not share:
        return ""
    ends = "kindest: {kindest}; strictest: {strictest}".format_map(share)
    where = " of the chapter's choices" if share.get("page") else ""
    return f"holds in {share['holds']} of {share['of']}{where}; {ends}"


def count(number: int, noun: str) -> str:
    """Format a number of things: "1 claim", "3 claims"."""
    return f"{number} {noun}{'s' * (number != 1)}"


def make_variables(dark: bool) -> dict[str, str]:
    """CSS variables with the colours of labels."""
    return {f"--{label.css_class}": label.dark if dark else label.light for label in LABELS.values()}


def make_marks() -> str:
    """CSS rules with the colour and mark of each label."""
    rules = []
    for label in LABELS.values():
        address = "data:image/svg+xml," + quote(DRAWING.format(label.mark), safe=" =:/,-'")
        looks = f'--verdict: var(--{label.css_class}); --mark: url("{address}");'
        rules.append(f".{label.css_class} {{ {looks} }}\n")
    return "".join(rules)
