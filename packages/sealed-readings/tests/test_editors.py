"""Editors who did not see the verdicts: how far they agree, and where they part."""

import pytest
from sealed_readings.editors import find_before, list_others, list_settled, measure_editors
from sealed_readings.folder import Folder, FolderError

from conftest import write_verdicts

EDITORS = """\
editor,claim_id,verdict,second_verdict,why
ann,T-1,true,,
ann,T-2,not-borne-out,,The count differs.
bob,T-1,true,,
bob,T-2,corrected,,
"""


THIRD = """\
claim_id,printed,verdict,as_far,depends_on,corrected,why
T-2,not-borne-out,corrected,,,1310 trees,A slip of a digit.
"""


def write(folder: Folder, text: str = EDITORS, table: str = "editors") -> Folder:
    write_verdicts(folder.path)
    (folder.path / "coding" / f"{table}.csv").write_text(text, encoding="utf-8")
    return Folder(folder.path)


def count(pairs: list[dict]) -> dict[str, tuple[int, int]]:
    return {", ".join(pair["who"]): (pair["agreed"], pair["of"]) for pair in pairs}


def test_editors_are_compared_with_what_is_printed_and_with_each_other(toy):
    measured = measure_editors(write(toy))
    counts = {"ann, printed": (1, 2), "bob, printed": (2, 2), "ann, bob": (1, 2)}
    assert count(measured["pairs"]) == counts
    assert measured["parted"] == ["T-2"] and measured["since"] == measured["desk"] == []


def test_a_third_settles_and_editors_are_compared_with_what_was_printed_until_then(toy):
    folder = write(Folder(write(toy).path), THIRD, "third_editor")
    measured = measure_editors(folder)
    first = "printed before a third settled"
    counts = {f"ann, {first}": (2, 2), f"bob, {first}": (1, 2), "ann, bob": (1, 2)}
    assert count(measured["pairs"]) == counts
    assert count(measured["since"]) == {"ann, printed": (1, 2), "bob, printed": (2, 2)}
    assert (measured["kept"], measured["settled"], measured["parted"]) == (0, 1, ["T-2"])
    assert list_settled(folder)["T-2"]["printed"] == "not borne out"


def test_an_outside_desk_is_compared_with_what_is_printed_since(toy):
    measured = measure_editors(write(Folder(write(toy).path), EDITORS, "desk"))
    counts = {"ann, printed": (1, 2), "bob, printed": (2, 2), "ann, bob": (1, 2)}
    assert (count(measured["desk"]), measured["desk_parted"]) == (counts, ["T-2"])


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
