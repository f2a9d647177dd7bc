"""Names of files that platforms and browsers give, beside what each platform's module knows."""

import re

LAYOUTS = "student/NN_topic.ipynb or student_NN_topic.ipynb"  # beside those of platforms
# Suffixes of platforms and browsers: "-1" for another version, "(1)" for another download.
COPY = r"(?:-\d{1,3}| ?\(\d{1,3}\))*"


def number_copy(name: str) -> int:
    """The number that a platform or browser appended to a notebook's name; 0 if there is none."""
    ending = re.search(rf"{COPY}\.(?:ipynb|zip)$", name, re.IGNORECASE)
    return max(map(int, re.findall(r"\d+", ending[0] if ending else "")), default=0)
