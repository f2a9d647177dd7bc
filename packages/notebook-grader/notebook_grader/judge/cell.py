"""What the judge gives for one graded cell."""

from dataclasses import dataclass, field

LEFT_OUT = "\n[The rest is left out here.]"  # the end of a text that is shown in part


@dataclass
class Cell:
    """One graded cell: its points, None while a person has to give them, and a `note` on what was
    wrong.

    `answer` is the text or code that was read, `answered` whether there is any, `misconceptions`
    the names of those that the answers show. Where answers earn points one by one, `parts` has the
    points given by answer and `most` the points available. `evidence` has the recorded values and
    those of the key, by run and answer.
    """

    points: float | None
    out_of: float
    answer: str = ""
    doubt: str = ""
    note: str = ""
    answered: bool = True
    misconceptions: list[str] = field(default_factory=list)
    parts: dict[str, float] = field(default_factory=dict)
    most: dict[str, float] = field(default_factory=dict)
    evidence: list[dict[str, str]] = field(default_factory=list)
