"""How an answer is parsed, compared and sealed, in Python and in the page's own script.

Each part is imported by its name, as in ``from plain_answers.judging import Answer, judge``: who only rounds
loads no judge.
"""

from pathlib import Path

ANSWER_MIME = "application/vnd.answer+json"
"""The type of an output that is a recorded answer."""
SCRIPT = Path(__file__).with_name("answers.js")
"""The same for what is typed into a page: a script that defines `plainAnswers`."""
