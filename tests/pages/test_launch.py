"""A chapter on Colab or Binder: only where the source has an address, with the library as it was released."""

import dataclasses
import json

from book.citation import read_citation
from book.downloads import launch
from tests.pages import built

CITATION = read_citation(built.ROOT)
ASKED = (
    "./jingjinji-0.2.0-py3-none-any.whl[chapters]\nipython==9.18.1\njupyterlab==4.6.6\n"
    "scipy==1.18.1 ; python_full_version >= '3.12'\n"
)


def test_only_a_repository_on_github_is_launched_from():
    address, name = "https://github.com/someone/course", "someone/course"
    known = {address: name, f"{address}.git": name, "https://example.org/someone/course": "", "": ""}
    for source, found in known.items():
        assert launch.find_repository(dataclasses.replace(CITATION, source=source)) == found


def test_the_first_cell_installs_the_released_library_and_nothing_that_the_place_has():
    citation = dataclasses.replace(CITATION, source="https://github.com/someone/course", version="0.2.0")
    needs = launch.list_requirements(citation, ASKED)
    wheel = "https://github.com/someone/course/releases/download/v0.2.0/jingjinji-0.2.0-py3-none-any.whl"
    assert needs == [f"jingjinji[chapters] @ {wheel}", "scipy==1.18.1 ; python_full_version >= '3.12'"]
    first, second = json.loads(launch.add_install('{"cells": [{"id": "a"}]}', needs))["cells"]
    assert first["source"].startswith('%pip install --quiet "jingjinji[chapters] @ https:')
    assert second == {"id": "a"}


def test_pages_offer_it_where_there_is_an_address_and_nowhere_else():
    offered = [name for name in built.names() if "btn-colab-button" in built.html(name)]
    assert bool(offered) == bool(launch.find_repository(CITATION))
