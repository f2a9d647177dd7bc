"""Build the README's book with a laboratory of a few bytes."""

import base64
import gzip
import json
import re
import zipfile
from pathlib import Path

import nbformat
import pytest
from live_cells import artefact, folder, verify
from sphinx.cmd.build import build_main

README = Path(__file__).parents[1] / "README.md"
CODE = ["import mycourse\nmycourse.ANSWER", "print('hidden')", "import big_package"]


@pytest.fixture
def book(tmp_path, monkeypatch):
    """Build two pages, one a notebook, with the README's conf.py and what a test adds to it."""
    monkeypatch.setattr(artefact, "KEPT", tmp_path / "kept")
    conf = re.search(r"```python\n(# conf.py.*?)```", README.read_text("utf-8"), re.DOTALL)[1]
    folder = tmp_path / "book"
    (folder / "mycourse").mkdir(parents=True)
    (folder / "mycourse" / "__init__.py").write_text("ANSWER = 42\n")
    (folder / "index.md").write_text("# A book\n\n```{toctree}\npage\n```\n")
    cells = [nbformat.v4.new_code_cell(code, id=f"cell{index}") for index, code in enumerate(CODE)]
    cells[0].outputs = [
        nbformat.v4.new_output("execute_result", {"text/plain": "42"}, execution_count=1)
    ]
    cells[1].metadata["tags"] = ["remove-cell"]
    about = {"language_info": {"name": "python", "pygments_lexer": "python"}}
    cells.insert(0, nbformat.v4.new_markdown_cell("# A notebook"))
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=about), folder / "page.ipynb")

    def build(more: str = "", status: int = 0) -> Path:
        (folder / "conf.py").write_text(conf + more)
        assert build_main(["-q", "-W", str(folder), str(tmp_path / "html")]) == status
        return tmp_path / "html"

    return build


@pytest.fixture
def laboratory(book):
    """Make a laboratory of dummy files."""
    part = artefact.KEPT / "part"
    part.mkdir(parents=True)
    wheels = ("numpy-2.whl", "pandas-3.whl", "scipy-1.whl")
    for name in ("pyodide.js", "pyodide.asm.wasm", "packages.zip", *wheels):
        (part / name).write_bytes(b"x" * 1000)
    artefact.finish(part, artefact.read_manifest().folder)
    return artefact.read_manifest().folder


def read_about(page: str) -> dict:
    """Read the data for the scripts of a page."""
    return json.loads(re.search(r'id="live-cells-page">(.*?)</script>', page)[1])


def test_the_readmes_book_can_run_its_notebook(book, laboratory):
    html = book()
    page = (html / "page.html").read_text(encoding="utf-8")
    assert re.findall(r'id="(cell-[^"]+)"', page) == ["cell-cell0", "cell-cell2"]
    assert re.search(r'<script defer="defer" src="_static/live-cells.js\?v=\w+">', page)
    about = read_about(page)
    static = html / "_static" / "live-cells"
    cells = json.loads((html / about["cells"]).read_text())
    assert cells == [[f"cell{index}", code] for index, code in enumerate(CODE)]
    assert {"worker.js", "pyodide.js"} <= {path.name for path in (html / about["root"]).iterdir()}
    with zipfile.ZipFile(html / about["library"].partition("?")[0]) as library:
        assert library.namelist() == [
            "live_cells_runner.py",
            "live_cells/frames.py",
            "mycourse/__init__.py",
        ]
    # Without scipy, which no page of this book needs, and without scripts, whose bytes cannot be
    # counted.
    library_size = (static / "library.zip").stat().st_size
    assert about["fetched"] == {"bytes": 4000 + library_size, "wire": about["bytes"]}
    assert about["imports"] == ["numpy", "pandas", "mycourse"] and about["stored"] == []
    assert "live-cells-page" not in (html / "index.html").read_text(encoding="utf-8")


def test_what_is_special_about_a_page_reaches_its_scripts(book, laboratory):
    special = {
        "packages": ["scipy"],
        "stored": ["cell2"],
        "absent": ["big_package"],
        "about": {"more": 1},
    }
    about = read_about(
        (book(f"live_cells_pages = {{'page': {special}}}\n") / "page.html").read_text()
    )
    assert about["packages"] == ["numpy", "pandas", "scipy"] and about["more"] == 1
    assert about["stored"] == ["cell2"] and about["absent"] == ["big_package"]
    page = (book("live_cells_pages = {'page': {'cells': False}}\n") / "page.html").read_text()
    assert "cell-cell0" not in page and read_about(page)
    assert "live-cells-page" not in (book("live_cells_pages = {}\n") / "page.html").read_text()


def test_a_wrong_word_about_a_page_ends_the_build_in_a_sentence(book, laboratory, capsys):
    book("live_cells_pages = {'page': {'package': []}}\n", status=2)
    assert (
        "live_cells_pages, page: got an unexpected keyword argument 'package'"
        in capsys.readouterr().err
    )


def test_for_a_folder_what_pages_fetch_becomes_scripts():
    files = [("static/all.js", b"run();"), ("lab/a.wasm", b"\0asm"), ("page.html", b"<p>")]
    made = dict(folder.make_scripts(files, ("lab/",), "static/all.js"))
    assert made["static/all.js"] == b"globalThis.filesAreScripts = true;\nrun();"
    assert made["page.html"] == b"<p>"
    (packed,) = re.fullmatch(rb'liveFiles\.take\("(.+)"\);\n', made["lab/a.wasm.js"]).groups()
    assert gzip.decompress(base64.b64decode(packed)) == b"\0asm" and len(made) == 3


def test_without_a_laboratory_no_page_changes_and_one_that_comes_is_seen(book, request):
    html = book()
    assert "live-cells" not in (html / "page.html").read_text()
    assert not list((html / "_static").glob("live-cells*"))
    request.getfixturevalue("laboratory")
    assert 'id="cell-cell0"' in (book() / "page.html").read_text()


def test_what_cells_give_is_compared_with_what_is_stored(book, tmp_path):
    notebook = tmp_path / "book" / "page.ipynb"
    jobs = verify.read_jobs(notebook)
    assert [job.code for job in jobs] == CODE and [job.fresh for job in jobs] == [
        True,
        False,
        False,
    ]
    shown = {"output_type": "execute_result", "data": {"text/plain": "42"}, "metadata": {}}
    needs = {"message": "This cell needs big_package, which does not run in a page."}
    results = [
        {"outputs": [shown], "error": None},
        {
            "outputs": [{"output_type": "stream", "name": "stdout", "text": "hidden\n"}],
            "error": None,
        },
        {"outputs": [], "error": needs},
    ]
    differing = verify.compare(notebook, results)
    assert list(differing) == ["cell1", "cell2"] and "hidden" in differing["cell1"]
    assert verify.sum_up(differing) == {"stored": ["cell1", "cell2"], "absent": ["big_package"]}
