"""The libraries behind chapter 15 give the published results that the chapter relies on."""

import libpysal.examples
import numpy as np
import pandas as pd
import pymannkendall
import pytest
from esda import Moran
from libpysal.graph import Graph, read_gal
from libpysal.weights import lat2W

from jingjinji import data
from jingjinji.measures import growth
from tests.library.answer_keys import answer_key


def test_a01_fall_of_fine_particles():
    given, expected = answer_key("A01")
    assert [-growth.percent_change(**given)] == expected


def test_q01_mann_kendall_and_sen():
    given, expected = answer_key("Q01")
    series = data.load("trend_test_series").sort_values("position")["value"]
    assert len(series) == given["count"]
    found = pymannkendall.original_test(series)
    assert [found.p, found.z, found.Tau, found.s, found.var_s, found.slope] == expected


def test_m01_moran_of_homicides():
    given, expected = answer_key("M01")
    rates = pd.read_csv(libpysal.examples.get_path("stl_hom.txt"), skiprows=1)["HR8893"]
    neighbours = read_gal(libpysal.examples.get_path("stl.gal"))
    assert len(rates) == given["counties"]
    assert expected == [Moran(rates, neighbours, permutations=0).I]


def test_m02_moran_on_a_lattice():
    given, expected = answer_key("M02")
    cells = np.arange(1, given["rows"] * given["columns"] + 1)
    lattice = lat2W(given["rows"], given["columns"])
    found = Moran(cells, lattice, transformation="B", permutations=0)
    assert [found.I, found.VI_norm, found.VI_rand] == expected


@pytest.fixture(scope="module")
def borders():
    return data.load("city_borders")


def test_borders_are_mutual_and_leave_no_island(borders):
    pairs = set(zip(borders["city"], borders["neighbour"]))
    assert pairs == {(b, a) for a, b in pairs}
    graph = Graph.from_arrays(borders["city"], borders["neighbour"], np.ones(len(borders)))
    assert graph.n == 13 and not graph.isolates.size and graph.n_components == 1
