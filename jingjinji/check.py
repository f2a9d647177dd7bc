"""Checks in exercise notebooks: `plain_answers.checking`, which records answers when the course is
built."""

from plain_answers.checking import Checks

_checks = Checks(recording_if="JINGJINJI_BOOK")
use, expect, answer, slip = _checks.use, _checks.expect, _checks.answer, _checks.slip
