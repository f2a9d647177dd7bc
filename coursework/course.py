"""Settings of this course for the grader and its desk."""

from pathlib import Path

from notebook_grader.course import Course

ROOT = Path(__file__).resolve().parents[1]


def _make_assignment(name: str) -> None:
    """Update an assignment if its master has changed, with the numbers of the cohort in its
    name."""
    # Not above: `--help` should not wait for it.
    from coursework import everything

    everything.make_assignment(ROOT, name.partition("-")[2], name)


def _say_remedy(name: str) -> str:
    chapter, _, cohort = name.partition("-")
    return f"make assignments ASSIGNMENT={chapter}{f' COHORT={cohort}' if cohort else ''}"


LEDGER = ROOT / "packages" / "sealed-readings"  # imported by the library
COURSE = Course(
    at="coursework.course:COURSE",
    readable={
        "library": ROOT / "jingjinji",
        "ledger": LEDGER / "sealed_readings",
        "tables": ROOT / "data",
    },
    path=(ROOT, LEDGER),
    recording={"JINGJINJI_BOOK": "1"},
    checks="from jingjinji import check",
    pins=ROOT / "requirements.txt",
    assignments=ROOT / "_build" / "assignments",
    prepare=_make_assignment,
    remedy=_say_remedy,
)
