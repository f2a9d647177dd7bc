"""Space measures: known distances and directions, rank and size, and clear errors."""

import math
from functools import partial

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingjinji import data
from jingjinji.measures.space import (
    EARTH_RADIUS_KM,
    bearing_degrees,
    centroid,
    great_circle_km,
    primacy,
    random_zoning,
    rank_size,
    size_slope,
    touching,
)
from tests.library.refused import refused

points = st.tuples(st.floats(-89, 89), st.floats(-179, 179))


def test_a_quarter_of_a_meridian():
    assert great_circle_km((0, 30), (90, 30)) == pytest.approx(EARTH_RADIUS_KM * math.pi / 2)


@given(points, points)
def test_distance_is_the_angle_between_two_unit_vectors(start, end):
    def vector(point):
        lat, lon = np.radians(point)
        return np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])

    chord = np.linalg.norm(vector(start) - vector(end))
    angle = 2 * np.arcsin(min(chord / 2, 1))
    assert great_circle_km(start, end) == pytest.approx(angle * EARTH_RADIUS_KM, abs=1e-3)


@pytest.mark.parametrize(
    ("end", "direction"), [((10, 0), 0), ((0, 10), 90), ((-10, 0), 180), ((0, -10), 270)]
)
def test_four_directions_from_the_equator(end, direction):
    assert bearing_degrees((0, 0), end) == pytest.approx(direction)


def made(**shapes):
    """A map of squares, whose arcs are 0: the left one, 1: the right one, 2: a hole in the left one."""
    square = [[0, 0], [0, 6], [6, 0], [0, -6], [-6, 0]]
    right, hole = [[20, 0], *square[1:]], [[3, 3], [1, 0], [0, 1], [-1, 0], [0, -1]]
    geometries = [{"id": code, "type": kind, "arcs": arcs} for code, (kind, arcs) in shapes.items()]
    topology = {
        "transform": {"scale": [0.5, 0.5], "translate": [100, 30]},
        "objects": {"made": {"geometries": geometries}},
        "arcs": [square, right, hole],
    }
    return {"values": topology, "format": {"feature": "made"}}


@pytest.mark.parametrize(
    ("kind", "arcs", "centre"),
    [
        ("Polygon", [[0]], (31.5, 101.5)),
        ("MultiPolygon", [[[0]], [[1]]], (31.5, 106.5)),
        ("Polygon", [[0], [2]], ((36 * 3 - 3.5) / 35 / 2 + 30, (36 * 3 - 3.5) / 35 / 2 + 100)),
    ],
)
def test_the_centre_of_a_square_of_two_and_of_one_with_a_hole(kind, arcs, centre):
    assert centroid(made(a=(kind, arcs)), "a") == pytest.approx(centre)


def test_the_point_of_every_city_is_nearer_to_its_own_centre_than_to_most():
    outlines, cities = data.shapes("prefectures"), data.load("cities").set_index("city_code")
    centres = {code: centroid(outlines, code) for code in cities.index}
    for code, city in cities.iterrows():
        point = (city["latitude"], city["longitude"])
        distances = pd.Series({c: great_circle_km(point, centre) for c, centre in centres.items()})
        assert distances[code] < 120
        assert distances.rank()[code] <= 2


sizes_drawn = st.lists(st.floats(1, 1e6), min_size=4, max_size=60, unique=True)


def test_the_standard_error_is_that_of_the_estimates():
    # A simulation: 1,000 draws of 40 sizes from a Pareto law with exponent 1.
    draws = np.random.default_rng(2014).pareto(1, (1000, 40)) + 1
    fits = [rank_size(draw) for draw in draws]
    spread = np.std([fit.exponent for fit in fits])
    assert spread == pytest.approx(np.mean([fit.standard_error for fit in fits]), rel=0.1)
    covered = np.mean([fit.interval.contains(1) for fit in fits])
    assert covered == pytest.approx(0.95, abs=0.02)


@given(sizes_drawn, st.floats(0.01, 100))
def test_neither_unit_nor_order_matters(sizes, factor):
    other = [factor * size for size in reversed(sizes)]
    # Sizes that all but agree make the slope so steep that rounding shows in it.
    if max(sizes) > 1.01 * min(sizes):
        assert rank_size(other).exponent == pytest.approx(rank_size(sizes).exponent, rel=1e-4)
    assert primacy(other, 3) == pytest.approx(primacy(sizes, 3))
    assert size_slope(other, 4) == pytest.approx(size_slope(sizes, 4), abs=1e-9)


@given(st.floats(0, 3), st.integers(2, 30))
def test_slope_of_an_exact_power_of_the_rank(power, top):
    sizes = 1e6 * np.arange(1, 31) ** -power
    assert size_slope(sizes, top) == pytest.approx(power, abs=1e-9)


@given(sizes_drawn)
def test_the_largest_place_is_the_primate(sizes):
    assert primacy(sizes) >= 1
    assert primacy(sizes, 3) < primacy(sizes)


def test_cities_that_touch_are_those_of_the_table_of_borders():
    borders = data.load("city_borders")
    known = data.load("cities").set_index("city_code")["city"]
    pairs = touching(data.shapes("prefectures"))
    found = {(known[code], known[other]) for code, others in pairs.items() for other in others}
    assert found >= set(zip(borders["city"], borders["neighbour"], strict=True))


def test_touching_goes_both_ways_and_never_to_itself():
    pairs = touching(data.shapes("counties"))
    assert all(code not in others for code, others in pairs.items())
    assert all(code in pairs[other] for code, others in pairs.items() for other in others)


@given(st.integers(0, 1000), st.integers(1, 16))
def test_a_random_zoning_covers_all_units_with_connected_zones(seed, zones):
    grid = nx.relabel_nodes(nx.grid_2d_graph(4, 4), "{0[0]}{0[1]}".format)
    drawn = random_zoning({unit: set(grid[unit]) for unit in grid}, zones, np.random.default_rng(seed))
    assert set(drawn.index) == set(grid) and sorted(drawn.unique()) == list(range(zones))
    assert all(nx.is_connected(grid.subgraph(members)) for members in drawn.groupby(drawn).groups.values())


def test_the_same_seed_draws_the_same_zones():
    pairs = {"a": {"b"}, "b": {"a", "c"}, "c": {"b", "d"}, "d": {"c"}}
    one, other = (random_zoning(pairs, 2, np.random.default_rng(5)) for _ in range(2))
    assert one.equals(other)


POINTS = [(91, 0), (0, 181), (0,), "x", None, (math.nan, 0)]
PAIR = {"a": {"b"}, "b": {"a"}}
test_bad_input_gets_one_clear_sentence = refused(
    *((partial(great_circle_km, (0, 0), point), "end must be") for point in POINTS),
    *((partial(bearing_degrees, (0, 0), point), "end must be") for point in POINTS),
    (lambda: centroid(made(a=("Polygon", [[0]])), "99"), "no outline has the id '99'; there are a"),
    (lambda: rank_size([3, 2]), "sizes must hold 3 places or more; got 2."),
    (lambda: rank_size([2, 2, 2]), "sizes must not all be equal"),
    (lambda: rank_size([3, 0, 1]), "sizes holds 0; every value must be a finite number greater than zero."),
    (lambda: primacy(5), "sizes must hold 2 places or more; got 1."),
    (lambda: primacy([3, 2, 1], others=3), "others must be from 1 to 2; got 3."),
    (lambda: size_slope([3, 2, 1], top=1), "top must be from 2 to 3; got 1."),
    (lambda: size_slope([3, 2, 1], top=4), "top must be from 2 to 3; got 4."),
    (lambda: random_zoning(PAIR, 3, np.random.default_rng(0)), "from 1 to 2"),
    (lambda: random_zoning(PAIR | {"c": set()}, 1, np.random.default_rng(0)), "hang together"),
)
