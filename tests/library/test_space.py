"""Space measures: known distances and directions, rank and size, and error messages."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingjinji import data
from jingjinji.measures import space
from tests.library.refused import refused

points = st.tuples(st.floats(-89, 89), st.floats(-179, 179))


@given(points, points)
def test_distance_is_the_angle_between_two_unit_vectors(start, end):
    def vector(point):
        lat, lon = np.radians(point)
        return np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])

    chord = np.linalg.norm(vector(start) - vector(end))
    angle = 2 * np.arcsin(min(chord / 2, 1))
    assert space.great_circle_km(start, end) == pytest.approx(
        angle * space.EARTH_RADIUS_KM, abs=1e-3
    )


def test_four_directions_from_the_equator():
    directions = [
        space.bearing_degrees((0, 0), end) for end in ((10, 0), (0, 10), (-10, 0), (0, -10))
    ]
    assert directions == pytest.approx([0, 90, 180, 270])


def make_map(**shapes):
    """Make a map of squares with the arcs 0: the left one, 1: the right one, 2: a hole in the left
    one."""
    square = [[0, 0], [0, 6], [6, 0], [0, -6], [-6, 0]]
    right = [[20, 0], *square[1:]]
    hole = [[3, 3], [1, 0], [0, 1], [-1, 0], [0, -1]]
    geometries = [{"id": code, "type": kind, "arcs": arcs} for code, (kind, arcs) in shapes.items()]
    topology = {
        "transform": {"scale": [0.5, 0.5], "translate": [100, 30]},
        "objects": {"made": {"geometries": geometries}},
        "arcs": [square, right, hole],
    }
    return {"values": topology, "format": {"feature": "made"}}


def test_centre_of_one_square_of_two_and_of_one_with_a_hole():
    squares = make_map(
        one=("Polygon", [[0]]), two=("MultiPolygon", [[[0]], [[1]]]), hole=("Polygon", [[0], [2]])
    )
    off_centre = (36 * 3 - 3.5) / 35 / 2
    centres = {
        "one": (31.5, 101.5),
        "two": (31.5, 106.5),
        "hole": (30 + off_centre, 100 + off_centre),
    }
    assert all(
        space.centroid(squares, shape) == pytest.approx(centre) for shape, centre in centres.items()
    )


def test_every_city_lies_near_the_centre_of_its_outline():
    outlines = data.shapes("prefectures")
    cities = data.load("cities").set_index("city_code")
    centres = {code: space.centroid(outlines, code) for code in cities.index}
    for code, city in cities.iterrows():
        point = (city["latitude"], city["longitude"])
        distances = pd.Series(
            {c: space.great_circle_km(point, centre) for c, centre in centres.items()}
        )
        assert distances[code] < 120 and distances.rank()[code] <= 2


@given(st.lists(st.floats(1, 1e6), min_size=4, max_size=60, unique=True), st.floats(0.01, 100))
def test_unit_and_order_do_not_matter(sizes, factor):
    other = [factor * size for size in reversed(sizes)]
    assert space.primacy(other, 3) == pytest.approx(space.primacy(sizes, 3))
    assert space.size_slope(other, 4) == pytest.approx(space.size_slope(sizes, 4), abs=1e-9)


@given(st.floats(0, 3), st.integers(2, 30))
def test_slope_of_an_exact_power_of_the_rank(power, top):
    sizes = 1e6 * np.arange(1, 31) ** -power
    assert space.size_slope(sizes, top) == pytest.approx(power, abs=1e-9)


def test_touching_is_symmetric_and_includes_the_table_of_borders():
    borders = data.load("city_borders")
    names = data.load("cities").set_index("city_code")["city"]
    neighbours = space.touching(data.shapes("prefectures"))
    pairs = {(names[code], names[other]) for code, others in neighbours.items() for other in others}
    assert pairs >= set(zip(borders["city"], borders["neighbour"], strict=True))
    counties = space.touching(data.shapes("counties"))
    assert all(code not in others for code, others in counties.items())
    assert all(code in counties[other] for code, others in counties.items() for other in others)


test_errors = refused(
    *(
        (partial(space.great_circle_km, (0, 0), point), "end must be")
        for point in [(91, 0), (0, 181), "x"]
    ),
    (
        lambda: space.centroid(make_map(a=("Polygon", [[0]])), "99"),
        "no outline has the id '99'; there are a",
    ),
    (lambda: space.rank_size([3, 2]), "sizes must hold 3 places or more; got 2."),
    (lambda: space.rank_size([2, 2, 2]), "sizes must not all be equal"),
    (lambda: space.primacy([3, 2, 1], others=3), "others must be from 1 to 2; got 3."),
    (lambda: space.size_slope([3, 2, 1], top=1), "top must be from 2 to 3; got 1."),
)
