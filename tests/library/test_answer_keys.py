"""Every answer key: published results that the measures and the libraries of single chapters
reproduce."""

import functools
import json
from dataclasses import astuple
from pathlib import Path

import libpysal.examples
import numpy as np
import pandas as pd
import pymannkendall
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from esda import Moran
from libpysal.graph import read_gal
from statsmodels.datasets import nile

from jingjinji import data
from jingjinji.measures import growth, shift_share
from jingjinji.measures.breaks import mean_break
from jingjinji.measures.convergence import beta, coefficient_of_variation, half_life, speed
from jingjinji.measures.decomposition import theil_parts
from jingjinji.measures.evaluation import (
    SyntheticControl,
    difference_in_differences,
    synthetic_control,
)
from jingjinji.measures.index import coupling, entropy_weights, min_max
from jingjinji.measures.inequality import concentration_index, gini, theil_l, theil_t, williamson
from jingjinji.measures.potential import huff, power
from jingjinji.measures.space import rank_size
from jingjinji.measures.structure import herfindahl, krugman_index, location_quotient

TABLE = pd.read_csv(Path(__file__).parents[2] / "data" / "answer_keys.csv", index_col="id")


def example(name: str, **options) -> pd.DataFrame:
    """Load a table that libpysal contains, so that nothing is downloaded."""
    return pd.read_csv(libpysal.examples.get_path(name), **options)


# Growth and what the article's numbers imply


def growth_of_contracts(start, end, periods):
    figures = data.load("cited_figures").set_index("figure_id")["value"]
    assert figures[["F166", "F164", "F167", "F165"]].tolist() == [*start, *end]
    return growth.cagr(start, end, periods)


# Inequality and convergence


def of_mexican_states(index, years):
    """Compute an index of income per head of 32 states by decade, with PySAL's Hanson (1998)
    regions."""
    mexico = example("mexico.csv", index_col="State")
    return [index(mexico[f"pcgdp{year}"], mexico["hanson98"]) for year in years]


def nested_theil(wage, employment, industry, area):
    outer = theil_parts(wage, industry, employment)
    inner = theil_parts(wage, [*zip(industry, area)], employment)
    return [outer.total, outer.between, inner.between - outer.between, inner.within]


def german_counties():
    return data.load("german_counties").pivot(
        index="region_code", columns="year", values="gdp_per_head_eur"
    )


def german_beta(start, end):
    line = beta(german_counties()[start], german_counties()[end], end - start)
    assert line.places == 402
    return line.slope


def speed_and_half_life(slope, years):
    rate = speed(slope, years)
    assert rate == pytest.approx(
        8.10328e-03, rel=1e-6
    )  # the key's tolerance is that of the half-life
    return [rate, half_life(rate)]


# Structure, the base and composite indices


def shift_share_parts(**structures):
    parts = shift_share.classic(
        **{name: pd.Series(values) for name, values in structures.items()}
    ).sum()
    return [parts.sum(), parts["national"], parts["mix"], parts["regional"]]


def scaled(table):
    return min_max(pd.DataFrame(table), dict.fromkeys(range(table.shape[1]), 1))


def corrected_coupling(standard, corrected):
    """Compute both systems from both degrees, by algebra that `coupling` does not use."""
    ratio = ((1 - np.sqrt(1 - standard**2)) / standard) ** 2
    gap = 1 - corrected**2 / ratio
    larger = gap / (1 - ratio)
    systems = pd.DataFrame({"larger": larger, "smaller": larger - gap})
    assert systems.stack().between(0, 1).all()
    assert coupling(systems).tolist() == pytest.approx(standard.tolist(), abs=1e-9)
    return coupling(systems, corrected=True)


# Space, time and trade


def new_centre(attraction, minutes):
    towns = pd.DataFrame(minutes, index=["Rock Creek", "Oak Hammock"], columns=["old", "new"])
    return huff(pd.Series(attraction, index=towns.columns), towns, power(2))["new"]


def reillys_ratio(people, miles):
    """Compute Reilly's law as a ratio of two shares of Huff."""
    shares = huff(pd.Series(people), pd.DataFrame([miles], index=["town"]), power(2)).loc["town"]
    return shares[0] / shares[1]


def gravity(decay):
    """Fit the exponents of both masses and of the distance, whose decay is exponential."""
    assert decay == 1
    model = "migrants ~ np.log(origin_outflow) + np.log(destination_inflow) + distance_km"
    return (
        smf.glm(model, data.load("austrian_migration"), family=sm.families.Poisson()).fit().params
    )


def catchment(people, doctors, minutes, most, weights):
    """Share out each place's doctors among all people within reach, and add up what each place is
    given."""
    reach = weights * (minutes <= most)
    return reach.T @ (doctors / (reach @ people))


def conserved_supply(people, doctors):
    inputs, _ = key("T03b")
    return catchment(people, doctors, inputs["minutes"], inputs["most"], np.ones((3, 3))) @ people


def break_of_the_nile(first_year):
    flow = nile.load_pandas().data.astype({"year": int}).set_index("year")["volume"]
    return mean_break(flow).last_before - first_year + 1


# Air


def trend(count):
    series = data.load("trend_test_series").sort_values("position")["value"]
    assert len(series) == count
    test = pymannkendall.original_test(series)
    return [test.p, test.z, test.Tau, test.s, test.var_s, test.slope]


def moran_of_homicides(counties):
    rates = example("stl_hom.txt", skiprows=1)["HR8893"]
    assert len(rates) == counties
    return Moran(rates, read_gal(libpysal.examples.get_path("stl.gal")), permutations=0).I


# Evaluation


@functools.cache
def basque_country() -> SyntheticControl:
    """Fit the Basque Country by schooling, investment, income, sectors and density, as
    published."""
    table = data.load("spanish_regions")
    before = key("Y01")[0]
    schools = [name for name in table if name.startswith("school_")]
    sectors = [name for name in table if name.startswith("share_")]
    spans = [
        (schools + ["investment_ratio"], range(1964, 1970)),
        (["gdp_per_head"], range(before["first"], before["last"] + 1)),
        (sectors, range(1961, 1970, 2)),
        (["density"], [1969]),
    ]
    means = [
        table[table["year"].isin(years)].groupby("region")[names].mean().T for names, years in spans
    ]
    # The result of a search by Nelder and Mead from equal weights, to three digits; it takes a
    # minute.
    optimum = [
        0.073,
        0.120,
        0.003,
        0.102,
        0.011,
        0,
        0.117,
        0.063,
        0.156,
        0.096,
        0.053,
        0.002,
        0.024,
        0.181,
    ]
    income = table.pivot(index="year", columns="region", values="gdp_per_head")
    donors = income.columns.drop("Basque Country")
    return synthetic_control(
        income, "Basque Country", donors, 1970, predictors=pd.concat(means), importance=optimum
    )


COMPUTED = {
    "A01": lambda start, end: -growth.percent_change(start, end),
    "A02": lambda ratio, periods: growth.cagr(1, ratio, periods),
    "A07": lambda part, whole: growth.ratio(whole, part) * 100,
    "A08": growth_of_contracts,
    "A11": lambda distance, minutes: growth.ratio(minutes / 60, distance),
    "A12": lambda yuan, dollars: growth.ratio(dollars, yuan),
    "B01": break_of_the_nile,
    "B02": lambda jobs, basic: growth.ratio(basic.sum(), jobs.sum()),
    "E01": lambda table: entropy_weights(pd.DataFrame(table)),
    "E02": lambda table: entropy_weights(scaled(table)),
    "E03": lambda table, shift: entropy_weights(shift + (1 - shift) * scaled(table)),
    **dict.fromkeys(["G01", "G03", "G05"], gini),
    "G02": lambda values: gini(values) * len(values) / (len(values) - 1),
    "G04b": lambda gdp, weights: gini(gdp / weights, weights),
    **dict.fromkeys(["G06", "G09", "P01", "P02"], lambda values: herfindahl(values).index),
    "G07": lambda values: herfindahl(values).normalised,
    "G08": lambda values: herfindahl(values).equivalent_number,
    "G10": theil_l,
    "G10b": theil_t,
    "G11": lambda years: of_mexican_states(lambda incomes, regions: theil_t(incomes), years),
    "G12": lambda years: of_mexican_states(lambda *table: theil_parts(*table).between, years),
    "G13": lambda years: of_mexican_states(lambda incomes, regions: gini(incomes), years),
    "G15": lambda gdp, weights: williamson(gdp / weights, weights),
    "G17": nested_theil,
    "H01": shift_share_parts,
    "H02": lambda **structures: shift_share_parts(**structures)[-1],
    "K01": corrected_coupling,
    **dict.fromkeys(
        ["K02", "K04"], lambda systems: coupling(pd.DataFrame([systems])) / len(systems)
    ),
    "M01": moran_of_homicides,
    "Q01": trend,
    **dict.fromkeys(["S01", "S03"], krugman_index),
    "S02": lambda part, whole, reference_part, reference_whole: location_quotient(
        [part, whole - part], [reference_part, reference_whole - reference_part]
    )[0],
    "S06": lambda region, reference: gini(location_quotient(region, reference)),
    "T01": gravity,
    "T03": conserved_supply,
    "T03b": lambda minutes, **inputs: catchment(minutes=minutes, weights=1 / minutes, **inputs),
    "Y01": lambda **years: basque_country().weights[["Catalonia", "Madrid"]],
    "Y02": lambda first, last: basque_country().gap.loc[first:last].mean(),
    "T04": new_centre,
    "T06": reillys_ratio,
    "V01": german_beta,
    "V02": speed_and_half_life,
    "V03": lambda first, last: german_counties().loc[:, first:last].apply(coefficient_of_variation),
    "Y06": lambda **means: difference_in_differences(pd.DataFrame(means), ["treated"], start=1),
    "Z01": lambda largest, count: astuple(rank_size(largest / np.arange(1, count + 1)))[:2],
}


def key(key_id: str) -> tuple[dict, object]:
    """Return a key's inputs by name, as numbers or arrays, and the expected result within its
    tolerance."""
    row = TABLE.loc[key_id]
    inputs = {}
    for name, text in (pair.split("=") for pair in row["inputs"].split("; ")):
        value = json.loads(text)
        inputs[name] = np.array(value) if isinstance(value, list) else value
    return inputs, pytest.approx(
        np.ravel(json.loads(row["expected"])).tolist(), abs=row["tolerance"]
    )


@pytest.mark.parametrize("key_id", sorted({*COMPUTED, *TABLE.index}))
def test_answer_key(key_id):
    assert key_id in COMPUTED, f"{key_id} has no line in COMPUTED"
    inputs, expected = key(key_id)
    assert np.ravel(COMPUTED[key_id](**inputs)).tolist() == expected
    if COMPUTED[key_id] is gini:  # the concentration index of values ranked by themselves
        assert [concentration_index(ranking=inputs["values"], **inputs)] == expected
