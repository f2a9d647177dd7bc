"""Verdicts of editors: their words, and each fault in one sentence."""

from dataclasses import replace

import pytest
from sealed_readings.check import find_problems
from sealed_readings.folder import Folder
from sealed_readings.verdicts import Given

from conftest import VERDICTS, write_verdicts

FAULTS = {
    "too long": (
        "Rents rose in both years.",
        "word " * 31,
        "the sentence has 31 words; at most 30",
    ),
    "no sentence": ("Rents rose in both years.", "", "`sentence` is empty"),
    "no label": (
        "T-1,true",
        "T-1,supported",
        "'supported' is no verdict; there are true, corrected",
    ),
    "no choice": (
        "T-1,true,yes,",
        "T-1,depends,yes,",
        "exactly a verdict that depends names its choice",
    ),
    "no correction": (
        "1310 trees",
        "",
        "exactly a verdict with a correction has the corrected sentence",
    ),
    "unknown reading": (
        "A table of rents.,a",
        "A table of rents.,z",
        "T-1: there is no reading 'z'",
    ),
    "four readings": (
        "A table of rents.,a",
        "A table of rents.,a a a a",
        "names 4 readings; at most 3",
    ),
    "nothing against": (
        "A table of rents.,a",
        "A table of rents.,",
        "nothing says what counts against",
    ),
    "an odd border": (
        "T-3,opinion,",
        "T-3,opinion,yes",
        "cannot be so only as far as could be checked",
    ),
    "no claim": ("T-3,", "T-9,", "no claim is called 'T-9'"),
    "a claim without": ("T-3,opinion,,,,A forecast.,Nothing.,,,,,,,\n", "", "T-3 have no verdict"),
}


@pytest.mark.parametrize(("old", "new", "sentence"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_a_verdict_is_reported(toy, old, new, sentence):
    assert old in VERDICTS
    write_verdicts(toy.path, VERDICTS.replace(old, new, 1))
    assert sentence in "\n".join(find_problems(Folder(toy.path)))


def test_complete_verdicts_have_no_problems_and_decide_the_label(toy):
    write_verdicts(toy.path)
    folder = Folder(toy.path)
    assert find_problems(folder) == []
    assert [folder.find_label(name) for name in folder.claims] == ["true", "corrected", "opinion"]


def test_a_verdict_in_words():
    empty = dict.fromkeys(Given.__dataclass_fields__, "")
    given = Given(
        **empty | {"verdict": "depends", "depends_on": "prices: 1.8 or 1.5", "as_far": "yes"}
    )
    assert given.label == "depends on prices: 1.8 or 1.5, as far as could be checked"
    assert given.second_label == given.on_state_media == ""
    stays = replace(given, verdict="true", state_media="a state paper, for the day", without="true")
    assert (
        stays.on_state_media
        == "Rests on a state paper, for the day. Without them the verdict stays."
    )
