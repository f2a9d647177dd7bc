"""Labels of verdicts with their rules, marks and colours, from `labels.csv`."""

import csv
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

TABLE = Path(__file__).with_name("labels.csv")
DRAWING = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='-1 -1 2 2'><path d='{}'/></svg>"


@dataclass(frozen=True)
class Label:
    """A label: the id that data use, and the words that readers see.

    `filed` is false for the label of claims without a verdict. `formerly` is the id of the label
    that had its place until the third edition, in which corrections of that time are written.
    """

    id: str
    words: str
    rule: str
    filed: bool
    formerly: str
    formerly_words: str
    mark: str
    light: str
    dark: str

    @property
    def css_class(self) -> str:
        """CSS class of elements with this label."""
        return f"verdict-{self.id}"


# By id, in the order of the table.
with TABLE.open(encoding="utf-8", newline="") as table:
    LABELS = {
        row["id"]: Label(**row | {"filed": row["filed"] == "true"}) for row in csv.DictReader(table)
    }
# By the id of the third edition.
FORMER = {label.formerly: label for label in LABELS.values()}


def say(label: str) -> str:
    """Words of a label, by its id."""
    return LABELS[label].words.replace("…", "the reading")


def say_of_its_time(label: str) -> str:
    """Words of a label in a correction; an id that only the third edition had has the words of that
    time."""
    return say(label) if label in LABELS else FORMER[label].formerly_words


def find_current(label: str) -> str:
    """Id of today for a label, which may be an id of the third edition."""
    return label if label in LABELS else FORMER[label].id


def count(number: int, noun: str) -> str:
    """Format a number of things: "1 claim", "3 claims"."""
    return f"{number} {noun}{'s' * (number != 1)}"


def make_variables(dark: bool) -> dict[str, str]:
    """CSS variables with the colours of labels."""
    return {
        f"--{label.css_class}": label.dark if dark else label.light for label in LABELS.values()
    }


def make_marks() -> str:
    """CSS rules with the colour and mark of each label."""
    rules = []
    for label in LABELS.values():
        address = "data:image/svg+xml," + quote(DRAWING.format(label.mark), safe=" =:/,-'")
        looks = f'--verdict: var(--{label.css_class}); --mark: url("{address}");'
        rules.append(f".{label.css_class} {{ {looks} }}\n")
    return "".join(rules)
