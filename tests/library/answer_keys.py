"""Published results that a measure must reproduce: one row of answer_keys.csv each."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

TABLE = pd.read_csv(Path(__file__).parents[2] / "data" / "answer_keys.csv", index_col="id")


def answer_key(key_id: str) -> tuple[dict, object]:
    """A key's inputs by name, as numbers or arrays, and the expected result within its tolerance."""
    key = TABLE.loc[key_id]
    inputs = {}
    for pair in key["inputs"].split("; "):
        name, value = pair.split("=")
        value = json.loads(value)
        inputs[name] = np.array(value) if isinstance(value, list) else value
    return inputs, pytest.approx(json.loads(key["expected"]), abs=key["tolerance"])
