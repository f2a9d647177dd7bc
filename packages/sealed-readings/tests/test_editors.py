"""Editors who did not see the verdicts: how far they agree, and where they part."""

import pytest
from sealed_readings.editors import find_before, list_others, measure_editors
from sealed_readings.folder import Folder, FolderError

from conftest import write_verdicts

EDITORS = """\
editor,claim_id,verdict,second_verdict,why
ann,T-1,true,,
ann,T-2,not-borne-out,,The count differs.
bob,T-1,true,,
bob,T-2,corrected,,
"""


def write(folder: Folder, text: str = EDITORS) -> Folder:
    write_verdicts(folder.path)
    (folder.path / "coding" / "editors.csv").write_text(text, encoding="utf-8")
    return Folder(folder.path)


def test_editors_are_compared_with_what_is_printed_and_with_each_other(toy):
    measured = measure_editors(write(toy))
    counts = {" ".join(pair["who"]): (pair["agreed"], pair["of"]) for pair in measured["pairs"]}
    assert counts == {"ann printed": (1, 2), "bob printed": (2, 2), "ann bob": (1, 2)}
    assert measured["parted"] == ["T-2"]


def test_the_edition_before_is_without_the_last_day_s_corrections(toy):
    folder = write(toy)
    assert find_before(folder) == {"T-1": "true", "T-2": "unchecked", "T-3": "opinion"}
    assert measure_editors(folder)["before"]["agreed"] == 2


def test_what_others_gave_stands_with_the_claim(toy):
    ann, bob = list_others(write(toy))["T-2"]
    assert (ann["label"], ann["why"]) == ("not borne out", "The count differs.")
    assert bob["label"] == "true, with a correction"


def test_without_verdicts_nothing_is_compared(toy):
    assert measure_editors(toy) == {} and list_others(toy) == {}


@pytest.mark.parametrize(("old", "new"), [("T-1", "T-9"), ("true", "right")])
def test_an_unknown_claim_or_verdict_is_refused(toy, old, new):
    with pytest.raises(FolderError, match=f"editors.csv, row 2: .*{new}"):
        measure_editors(write(toy, EDITORS.replace(old, new, 1)))
