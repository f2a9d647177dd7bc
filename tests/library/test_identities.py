"""Identities of the tables: parts add up, places and years are complete, tables agree."""

from collections import Counter

import networkx as nx
import pandas as pd
import pytest

from jingjinji import data


def wide(name: str) -> pd.DataFrame:
    """Pivot a table of accounts: one row per place and year, one column per indicator."""
    frame = data.load(name)
    place = frame.columns[frame.columns.isin(["province", "country"])][0]
    return frame.pivot(index=[place, "year"], columns="indicator", values="value")


def test_sectors_add_up_to_gdp():
    # Three sectors, each rounded to 0.1, can miss a GDP rounded to 0.1 by up to 0.2.
    for accounts in map(wide, ("province_accounts", "national_accounts")):
        gap = (accounts.filter(like="value_added").sum(axis=1) - accounts["gdp"]).abs()
        assert gap.max() < 0.2 + 1e-6, gap.idxmax()


def test_accounts_are_of_the_vintage_that_they_state():
    vintages = data.load("province_gdp_vintages").set_index(["province", "year", "vintage"])[
        "gdp_100m_yuan"
    ]
    gap = (
        wide("province_accounts")["gdp"]
        - vintages.unstack()["after_4th_census_2022_first_published"]
    )
    assert gap.dropna().abs().max() < 0.06 and gap.notna().sum() == 31 * 20
    sums = vintages.groupby(["year", "vintage"]).sum().unstack()
    gdp = wide("national_accounts").loc["China", "gdp"]
    excess = sums.div(gdp, axis=0).sub(1).mul(100)
    assert excess.loc[2003:2019, "after_4th_census_2022_first_published"].abs().max() < 1
    assert excess.loc[2003:2017, "before_4th_census"].between(1.5, 7.1).all()
    assert excess.loc[2006:2019, "after_5th_census"].between(1.2, 2.6).all()


def test_urban_and_rural_add_up():
    population = data.load("province_population")
    known = population.dropna(subset=["urban_10k"])
    gap = known["urban_10k"] + known["rural_10k"] - known["population_10k"]
    assert gap.abs().max() <= 1
    share = known["urban_10k"] / known["population_10k"] * 100
    assert (share - known["urban_share_pct"]).abs().max() < 0.006
    assert set(population.loc[population["urban_10k"].isna(), "year"]) == {2024}


OF_PROVINCES = (
    "provinces province_gdp_vintages province_accounts province_population province_income"
)


@pytest.mark.parametrize("name", OF_PROVINCES.split())
def test_31_provinces_throughout(name):
    frame = data.load(name).assign(all="")
    provinces = data.load("provinces").set_index("province_code")["province"]
    assert (frame["province"] == frame["province_code"].map(provinces)).all()
    keys = [name for name in ("year", "vintage", "indicator", "residents", "all") if name in frame]
    assert (frame.groupby(keys).size() == 31).all()


def test_every_vintage_has_the_cluster_in_all_its_years():
    gdp = data.load("province_gdp_vintages")
    for vintage in data.load("vintages").itertuples():
        years = list(range(vintage.first_year, vintage.last_year + 1))
        for place in ("Beijing", "Tianjin", "Hebei"):
            rows = gdp.query("vintage == @vintage.vintage and province == @place")
            assert list(rows["year"]) == years, (vintage.vintage, place)


def test_real_gdp_is_the_level_of_2019_times_the_chain():
    nominal = data.load("city_gdp_index").set_index(["city_code", "year"])
    chain = (nominal["gdp_index_previous_year_100"].unstack("city_code") / 100).cumprod()
    level = nominal["gdp_100m_yuan"].xs(2019, level="year")
    expected = (chain / chain.loc[2019] * level).T.stack()
    real = data.load("city_real_gdp").set_index(["city_code", "year"])
    # The published values are rounded to 0.01.
    gap = real["real_gdp_100m_yuan_2019_prices"] - expected
    assert gap.notna().all() and gap.abs().max() < 0.0051


@pytest.mark.parametrize(
    "name", ["city_gdp_index", "city_population", "city_population_intercensal"]
)
def test_63_cities_in_three_clusters(name):
    cities = data.load(name).drop_duplicates("city_code")
    counts = {"Beijing-Tianjin-Hebei": 13, "Yangtze River Delta": 41, "Pearl River Delta": 9}
    assert Counter(cities["cluster"]) == counts and cities["city"].is_unique


def test_13_cities_add_up_to_three_provinces():
    cities = data.load("city_population").query("cluster == 'Beijing-Tianjin-Hebei'")
    province = cities["city_code"].str[:2] + "0000"
    sums = (
        cities.groupby([province, "year"])["population_10k"]
        .sum()
        .rename_axis(["province_code", "year"])
    )
    provinces = data.load("province_population").set_index(["province_code", "year"])[
        "population_10k"
    ]
    gap = (sums / provinces - 1).dropna() * 100
    assert len(gap) == 3 * 19
    # Hebei's cities were not revised after the 2020 census, the province was.
    assert gap.abs().max() <= 1.01 and gap.idxmax() == ("130000", 2018)
    assert gap.drop("130000").abs().max() < 0.06


def test_counties_add_up_to_the_censuses_of_their_cities_and_xiongan_is_three_of_them():
    counties = data.load("county_population")
    sums = counties.groupby("city_code")[["population_2000", "population_2010"]].sum()
    cities = data.load("city_population").pivot(
        index="city_code", columns="year", values="population_10k"
    )
    assert (sums["population_2010"] / 1e4 / cities[2010] - 1).abs().max() < 0.005
    # Those of 2000 fit less well: Tangshan misses by 2.4 %.
    assert (sums["population_2000"] / 1e4 / cities[2000] - 1).abs().max() < 0.025
    assert set(counties.loc[counties["in_xiongan"], "county_zh"]) == {"雄县", "容城县", "安新县"}


def test_borders_are_mutual_and_join_all_cities():
    borders = data.load("city_borders")
    length = borders.pivot(index="city_code", columns="neighbour_code", values="border_km")
    assert length.shape == (13, 13) and length.isna().to_numpy().diagonal().all()
    pd.testing.assert_frame_equal(length, length.T, check_names=False)
    assert nx.is_connected(nx.from_pandas_edgelist(borders, "city", "neighbour"))


def test_intercensal_population_grows_evenly_between_published_years():
    derived, published = (
        data.load(name).pivot(index="city_code", columns="year", values="population_10k")
        for name in ("city_population_intercensal", "city_population")
    )
    for year in derived:
        expected = published[2010] * (published[2020] / published[2010]) ** ((year - 2010) / 10)
        assert (
            derived[year] - expected
        ).abs().max() < 0.0051  # published values are rounded to 0.01


def test_incomes_of_all_lie_between_rural_and_urban():
    income = data.load("province_income").set_index(["province", "year", "residents"])[
        "income_yuan"
    ]
    known = income.unstack().dropna()
    assert len(known) == 31 * 7
    assert (known["rural"] < known["all"]).all() and (known["all"] < known["urban"]).all()


def test_value_added_of_industries_adds_up_to_gdp():
    added = data.load("province_value_added_by_industry").query("place != 'China'")
    sums = added.groupby(["place", "year"])["value_added_100m_yuan"].sum()
    gdp = wide("province_accounts")["gdp"].rename_axis(["place", "year"])
    assert len(sums) == 31 * 20
    assert ((sums / gdp - 1).abs() < 0.006).all()


def test_every_place_and_year_has_all_sections():
    for name, sections in {"province_sections": 19, "province_value_added_by_industry": 9}.items():
        assert set(data.load(name).groupby(["place_code", "year"]).size()) == {sections}, name


def test_provincial_research_adds_up_to_the_nation():
    innovation = data.load("province_innovation").set_index("year")
    nation = innovation.query("place == 'China'")
    provinces = innovation.query("place != 'China'").groupby("year").sum(numeric_only=True)
    ratio = (provinces / nation[provinces.columns]).loc[2010:]
    assert (ratio["rd_spending_100m_yuan"] - 1).abs().max() < 1e-6
    # Other contracts are abroad or not assigned to a province.
    sold = ratio["contracts_sold_100m_yuan"]
    absorbed = ratio["contracts_absorbed_100m_yuan"]
    assert (
        sold.drop(2011).between(0.90, 0.98).all() and absorbed.drop(2011).between(0.77, 0.94).all()
    )
    of_beijing = innovation.query("place == 'Beijing'")["contracts_sold_100m_yuan"][2023]
    cited = data.load("cited_figures").set_index("figure_id")["value"]
    assert round(of_beijing / 10, 2) == cited["F010c"]


def test_revised_research_intensity_follows_the_revised_gdp():
    """Spending over GDP after the fifth census gives the revised share."""
    innovation = data.load("province_innovation").query("year >= 2015").set_index(["place", "year"])
    revised = innovation["rd_share_of_gdp_after_5th_census_pct"].dropna()
    gdp = data.load("province_gdp_vintages").query("vintage == 'after_5th_census'")
    gdp = gdp.set_index(["province", "year"])["gdp_100m_yuan"].rename_axis(["place", "year"])
    share = innovation["rd_spending_100m_yuan"] / gdp * 100
    assert len(revised) == 3 * 9 and (share - revised).abs().max() < 0.02


def test_timetables_and_the_model_are_of_journeys_between_the_13_cities():
    fast, every, model = map(
        data.load, ("rail_timetable_2016", "rail_timetable_2021", "travel_time_model")
    )
    cities = set(data.load("cities")["city"])
    for journeys in (fast, every, model):
        assert {*journeys["origin"], *journeys["destination"]} <= cities
        assert (journeys["origin"] != journeys["destination"]).all()
    assert (fast["fastest_minutes"] <= fast["median_minutes"]).all()
    assert (every["fastest_minutes"] <= every["median_minutes"]).all()
    assert (every["fast_trains_per_day"] <= every["trains_per_day"]).all()
    assert (every["median_fast_minutes"].isna() == (every["fast_trains_per_day"] == 0)).all()
    stations = {*fast["fastest_from_station"], *fast["fastest_to_station"]}
    assert stations <= set(data.load("rail_stations_2016")["station"])
    pairs = [
        len({*map(frozenset, zip(y["origin"], y["destination"]))}) for _, y in model.groupby("year")
    ]
    assert pairs == [13 * 12 // 2] * 7


def test_daily_air_is_complete_and_means_are_as_their_flaws_state():
    daily = data.load("pm25_daily")
    assert [*daily["date"]] == [*pd.date_range("2014-01-01", "2015-12-31").strftime("%Y-%m-%d")]
    assert set(daily.columns[1:]) == set(data.load("cities")["city"])
    embassy = data.load("pm25_beijing_embassy")
    means = embassy.groupby(embassy["date"].str[:4])["pm25"].mean().round(1)
    cited = data.load("pm25_cited").query("city == 'Beijing' and period == 'year'")
    official = cited[~cited["publisher"].str.startswith("Greenpeace")].set_index("year")["pm25"]
    assert (means["2013"], means["2021"], official[2013], official[2021]) == (101.6, 40.6, 89.5, 33)


def test_freight_and_passengers_exceed_the_sum_of_rail_and_road():
    transport = data.load("province_transport_trade")
    for whole in ("freight_10k_tonnes", "passengers_10k"):
        rest = transport[whole] - transport[[f"rail_{whole}", f"road_{whole}"]].sum(axis=1)
        # Rounding, and revisions of one part only.
        assert (rest > -0.005 * transport[whole]).all(), whole


def test_outlines_have_the_ids_of_their_table():
    codes = data.load("cities")["city_code"], data.load("county_population")["county_code"]
    for name, ids in zip(("prefectures", "counties"), codes):
        drawn = data.shapes(name)["values"]["objects"][name]["geometries"]
        assert sorted(outline["id"] for outline in drawn) == sorted(ids)
