"""Validate the values that leave the sandbox: plain JSON of numbers, texts and truth values, within
limits.

A student's process can forge anything that it displays, so only a name with single values by label
is accepted. Nothing is unpickled or executed.
"""

from collections.abc import Iterable

from plain_answers.parsing import LONGEST, Values
from plain_answers.recording import read_records

MOST_VALUES = 5000  # in one answer
LARGEST = 1e300  # larger numbers count as infinite


def read_answers(outputs: Iterable[dict]) -> dict[str, Values | None]:
    """Read the answers recorded in a cell's outputs, by name; None for a name with several
    different answers.

    Outputs that are not answers are ignored.
    """
    answers: dict[str, Values | None] = {}
    for record in read_records(
        output for output in outputs if isinstance(output.get("data"), dict)
    ):
        if not isinstance(record, dict) or not isinstance(record.get("name"), str):
            continue
        name = record["name"]
        values = _keep_plain(record.get("values"))
        if values is not None:
            # Several guesses at one answer count as none.
            answers[name] = values if answers.setdefault(name, values) == values else None
    return answers


def _keep_plain(values: object) -> Values | None:
    """Return the values if all are plain and within the limits, else None."""
    if not isinstance(values, dict) or not 0 < len(values) <= MOST_VALUES:
        return None
    labelled = all(isinstance(label, str) and len(label) <= LONGEST for label in values)
    return values if labelled and all(map(_is_plain, values.values())) else None


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST
    return isinstance(value, (bool, int, float)) and -LARGEST <= value <= LARGEST
