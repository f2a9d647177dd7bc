"""similar.html: which passages of different students resemble each other, side by side.

What students wrote is read and compared in a process of its own, with limits on time and memory.
"""

from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

import nbformat
from markupsafe import Markup, escape
from nbformat import NotebookNode

from notebook_grader import pages, rendering, similar, store
from notebook_grader.similar import MOST_COMMON, RUN, Passage

SECONDS, MEMORY = 900, 4096  # that the comparison may take, and MB
LISTED, SHOWN = 200, 30
"""Pairs that are listed, and shown side by side."""


def write(path: Path, name: str, handed_in: Mapping[str, tuple[str, Path]], release: NotebookNode) -> bool:
    """Write the page unless it is there already for these submissions; returns whether it was written.

    `handed_in` has the hash and the file of each student's notebook, `release` is what students got.
    """
    there = {student: one for student, one in handed_in.items() if one[1].is_file()}
    if len(there) < pages.FEW:
        return False
    hashes = sorted((student, one[0]) for student, one in there.items())
    made_from = pages.make_digest(name, nbformat.writes(release), hashes)
    if pages.is_made_from(path, made_from):
        return False
    files = {student: one[1] for student, one in there.items()}
    with rendering.make_pool(MEMORY) as pool:
        try:
            text = pool.schedule(render, args=(name, files, release, made_from), timeout=SECONDS).result()
        except rendering.GAVE_UP:
            text = _render_page(name, made_from, count=len(files), failed=True)
        except BaseException:  # Ctrl-C does not wait for the comparison
            pool.stop()
            raise
    return store.write(path, text)


def render(
    name: str, submissions: Mapping[str, bytes | Path], release: NotebookNode, made_from: str = ""
) -> str:
    """The page on one assignment; `submissions` are notebooks by student."""
    pairs = similar.compare(submissions, release)
    titles = pages.find_titles(release)
    return _render_page(
        name,
        made_from,
        count=len(submissions),
        groups=similar.find_groups(pairs),
        pairs=[
            {
                "students": pair.students,
                "share": f"{pair.share:.0%}",
                "shared": pair.shared,
                "where": [titles.get(one.exercise, "elsewhere") for one, *_ in pair.passages],
                "passages": [
                    (titles.get(one.exercise, "elsewhere"), mark(one, other), mark(other, one))
                    for one, other, _ in pair.passages
                ],
            }
            for pair in pairs[:LISTED]
        ],
        more=max(0, len(pairs) - LISTED),
    )


def _render_page(name: str, made_from: str, **facts: object) -> str:
    limits = {"shown": SHOWN, "run": RUN, "most": MOST_COMMON}
    return pages.render("similar.html.j2", made_from, assignment=name, **facts, **limits)


def mark(passage: Passage, other: Passage) -> Markup:
    """A passage in which what resembles the other is marked."""
    both = passage.hashes.keys() & other.hashes.keys()
    spans = (span for number in both for span in passage.hashes[number])
    shared = {place for span in spans for place in range(*span)}
    made = Markup("")
    for is_shared, run in groupby(enumerate(passage.text), lambda one: one[0] in shared):
        text = escape("".join(character for _, character in run))
        made += Markup("<mark>{}</mark>").format(text) if is_shared else text
    return made
