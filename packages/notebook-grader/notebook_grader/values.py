"""Values as they leave the sandbox: plain JSON of numbers, texts and truth values, within limits.

Whatever a student's process displays can be forged, so nothing is believed but what is written here: a record
is a name and single values by label. Nothing is unpickled, and nothing of it is ever run.
"""

from collections.abc import Iterable

from plain_answers.parsing import LONGEST, Values
from plain_answers.recording import read_records

MOST_VALUES = 5000  # single values that one answer may have
LARGEST = 1e300  # numbers beyond this are taken for infinite


def read_answers(outputs: Iterable[dict]) -> dict[str, Values | None]:
    """The answers that a cell recorded, by name; None for a name with several answers that differ.

    `outputs` are those of the cell, as the notebook's format has them. What is no answer is passed over.
    """
    found: dict[str, Values | None] = {}
    for record in read_records(one for one in outputs if isinstance(one.get("data"), dict)):
        if not isinstance(record, dict) or not isinstance(record.get("name"), str):
            continue
        name, values = record["name"], _keep_plain(record.get("values"))
        if values is not None:
            # Who records many answers hopes that one of them is right.
            found[name] = values if found.setdefault(name, values) == values else None
    return found


def _keep_plain(values: object) -> Values | None:
    """The values if all of them are plain and within the limits, else None."""
    if not isinstance(values, dict) or not 0 < len(values) <= MOST_VALUES:
        return None
    labelled = all(isinstance(label, str) and len(label) <= LONGEST for label in values)
    return values if labelled and all(map(_is_plain, values.values())) else None


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST
    return isinstance(value, (bool, int, float)) and -LARGEST <= value <= LARGEST
