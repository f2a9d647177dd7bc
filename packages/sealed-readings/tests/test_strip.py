"""The strip of a claim: what it draws, and the words that say all of it."""

import re

from sealed_readings import strip
from sealed_readings.records import list_claims


def draw(toy, claim: str) -> tuple[str, str]:
    (readings,) = (one["readings"] for one in list_claims(toy) if one["claim_id"] == claim)
    return strip.draw(readings), strip.describe([one for one in readings if one["found"]])


def test_a_strip_says_in_words_what_it_draws(toy):
    drawn, said = draw(toy, "T-1")
    assert said == (
        "Reading a: found 0.5 (0.4 to 0.6) euro per m2, 2022 to 2023; to hold it must be more than 0. "
        "It holds. By place: Northtown 0.5, Southtown 0.4."
    )
    assert drawn.count('class="band"') == said.count("Reading ") == 1 and f'aria-label="{said}"' in drawn
    assert draw(toy, "T-3") == ("", "")


def test_marks_and_labels_stay_inside_the_strip(toy):
    places = re.findall(r'(?:cx|x1|x2|x)="(-?[\d.]+)"', draw(toy, "T-1")[0])
    assert all(0 <= float(place) <= strip.WIDTH for place in places)


def test_a_long_unit_is_cut_and_the_period_is_not(toy):
    (reading,) = (one["readings"][0] for one in list_claims(toy) if one["claim_id"] == "T-2")
    drawn = strip.draw([reading | {"measured": f"1,310 {'very ' * 20}old trees"}])
    assert re.search(r">1,310 very [^<]* …, 2024-02-01</text>", drawn)


def test_readings_in_one_unit_share_a_scale(toy):
    (reading,) = (one["readings"][0] for one in list_claims(toy) if one["claim_id"] == "T-2")
    other = reading | {"reading": "b", "interval": [2000, 2000]}
    bands = re.findall(r'class="band" x="([\d.]+)"', strip.draw([reading, other]))
    assert len(bands) == 2 and len(set(bands)) == 1


def test_places_are_told_apart_by_their_first_letters():
    assert strip.shorten(["Beta", "Alpha"]) == {"Beta": "B", "Alpha": "A"}
    assert strip.shorten(["Northtown", "Northham", "Nor"]) == {
        "Northtown": "Northt",
        "Northham": "Northh",
        "Nor": "Nor",
    }
