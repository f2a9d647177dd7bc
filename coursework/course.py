"""What the grader and its desk need to know of this course."""

from pathlib import Path

from notebook_grader.course import Course

ROOT = Path(__file__).resolve().parents[1]


def _make_assignments(name: str) -> None:
    """Make an assignment anew where its master has changed, with the numbers of the cohort that it names."""
    # Not above: who asks for help need not wait for it.
    from coursework.making import everything

    everything.make(ROOT, cohort=name.partition("-")[2])


LEDGER = ROOT / "packages" / "sealed-readings"  # which the library stands on
COURSE = Course(
    at="coursework.course:COURSE",
    readable={"library": ROOT / "jingjinji", "ledger": LEDGER / "sealed_readings", "tables": ROOT / "data"},
    path=(ROOT, LEDGER),
    recording={"JINGJINJI_BOOK": "1"},
    checks="from jingjinji import check",
    pins=ROOT / "requirements.txt",
    assignments=ROOT / "_build" / "assignments",
    prepare=_make_assignments,
)
