"""Decide what an answer of a submission is worth: the one place where marks come from.

It compares plain values with the key, in a process that never ran the student's code.
"""

from collections.abc import Iterable

from plain_answers import judging
from plain_answers.judging import Answer, Finding

from notebook_grader.values import Values


def judge(answer: Answer, given: Values | None, others: Iterable[Values] = ()) -> Finding:
    """Compare the values that a notebook recorded with the key; `others` are right for other parameters."""
    if given is None:
        return Finding(answer.name, False, "was recorded more than once, with values that differ.")
    return judging.judge(answer, given, others)
