"""Tables made ready give what the lessons' own cells gave."""

import pandas as pd
import pytest

from jingjinji import data, ready


def _spread(table: str, column: str) -> pd.DataFrame:
    return data.load(table).pivot(index="city", columns="year", values=column).loc[:, 2010:2022]


def test_cities_are_what_the_chapters_joined_by_hand():
    place = data.load("cities").set_index("city")["province"]
    hebei = place.index[place == "Hebei"]
    real = _spread("city_real_gdp", "real_gdp_100m_yuan_2019_prices")
    people = _spread("city_population", "population_10k")
    people.loc[hebei, 2011:2019] = _spread("city_population_intercensal", "population_10k")
    expected = (real / people * 10).loc[place.index]
    found = ready.cities().pivot(index="city", columns="year", values="per_head")
    pd.testing.assert_frame_equal(found.loc[place.index], expected, check_names=False)


def test_published_levels_and_published_residents_are_the_tables_own():
    found = ready.cities("published levels", "published").set_index(["city", "year"])
    levels = data.load("city_gdp_index").set_index(["city", "year"])["gdp_100m_yuan"]
    counted = data.load("city_population").set_index(["city", "year"])["population_10k"]
    assert len(found) == 13 * 13
    assert (found["gdp"] == levels.loc[found.index]).all()
    assert (found["residents"] == counted.loc[found.index]).all()


@pytest.mark.parametrize("vintage", ["before_4th_census", "after_4th_census", "after_5th_census"])
def test_provinces_are_of_one_vintage(vintage):
    found = ready.provinces(vintage)
    assert found.groupby("year")["province"].nunique().eq(31).all()
    assert found["per_head"].between(3, 300).all()


def test_beijing_s_gdp_per_head_of_2013_is_that_of_its_vintage():
    found = ready.provinces().set_index(["province", "year"])
    assert found.loc[("Beijing", 2013), "gdp"] == pytest.approx(21134.6, abs=0.1)


def test_services_have_every_province_and_no_beds_in_2008():
    found = ready.services()
    assert found.groupby("year")["province"].nunique().eq(31).all()
    assert found.query("year == 2008")["beds"].isna().all()
    assert found.query("year != 2008")["beds"].notna().all()


def test_indicators_are_whole_and_those_of_their_tables():
    found = ready.indicators()
    assert len(found) == 7 * 31 and found.notna().all(axis=None)
    beijing = found.loc[(2019, "Beijing")]
    research = data.load("province_innovation").set_index(["year", "place"]).loc[(2019, "Beijing")]
    people = data.load("province_population").set_index(["year", "province"]).loc[(2019, "Beijing")]
    assert beijing["R&D"] == research["rd_share_of_gdp_pct"]
    assert beijing["inventions"] == research["inventions_granted"] / people["population_10k"]


def test_output_of_2019_is_gdp_of_2019_for_each_resident():
    accounts = data.load("province_accounts").query("year == 2019 and indicator == 'gdp'")
    people = (
        data.load("province_population")
        .query("year == 2019")
        .set_index("province")["population_10k"]
    )
    gdp = accounts.set_index("province")["value"]
    found = ready.indicators().loc[2019, "output"]
    pd.testing.assert_series_equal(found, (gdp / people * 10).loc[found.index], check_names=False)


def test_an_unknown_option_is_told_with_those_that_exist():
    with pytest.raises(ValueError, match="record is one of 'reported growth', 'published levels'"):
        ready.cities("printed yuan")
    with pytest.raises(ValueError, match="vintage is one of"):
        ready.provinces("first")
