"""Shortest times: agreement with networkx, and error messages."""

import networkx as nx
import numpy as np
import pandas as pd

from jingjinji import data
from jingjinji.measures.network import shortest_times
from tests.library.refused import refused

PLACES = list("ABCD")
WAYS = pd.DataFrame(100.0 - 100 * np.eye(4), index=PLACES, columns=PLACES)
LEGS = pd.DataFrame({"start": ["A", "B"], "end": ["B", "C"], "minutes": [20, 30]})


def test_access_is_spent_once_at_each_end_and_ways_combine_without_legs():
    times = shortest_times(WAYS, LEGS, access=10)
    assert times.loc["A"].tolist() == [0, 40, 70, 100]
    assert (times == times.T).all().all()
    ways = WAYS.copy()
    ways.loc["A", "B"] = ways.loc["B", "C"] = 30
    assert shortest_times(ways, LEGS[:0]).loc["A", "C"] == 60


def test_times_of_the_region_equal_those_of_networkx():
    legs = data.load("rail_legs")
    places = sorted({*legs["start"], *legs["end"]})
    far = pd.DataFrame(1e6, index=places, columns=places)
    graph = nx.from_pandas_edgelist(legs, "start", "end", "minutes")
    expected = pd.DataFrame(dict(nx.all_pairs_dijkstra_path_length(graph, weight="minutes")))
    pd.testing.assert_frame_equal(
        shortest_times(far, legs), expected.loc[places, places], check_dtype=False
    )


test_errors = refused(
    (lambda: shortest_times(WAYS.iloc[:3], LEGS), "same places"),
    (lambda: shortest_times(WAYS, LEGS.assign(end="E")), "which lacks E"),
    (lambda: shortest_times(WAYS, LEGS.assign(minutes=0)), "minutes"),
)
