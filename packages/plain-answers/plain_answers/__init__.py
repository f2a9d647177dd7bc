"""Parse, compare and seal answers, in Python and in the script of a page.

Import each part by its name, as in ``from plain_answers.judging import Answer, judge``.
"""

from pathlib import Path

ANSWER_MIME = "application/vnd.answer+json"
"""MIME type of an output that is a recorded answer."""
SCRIPT = Path(__file__).with_name("answers.js")
"""Script that defines `plainAnswers`, the same for answers that are typed into a page."""
