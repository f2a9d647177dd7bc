"""Python in the page: the same outputs as the book's, a reader's way through it, and what can go wrong.

``python -m tests.pages.test_lab`` writes `book/lab/supported.json` anew from what the pages' Python gives.
"""

import base64
import json
import re
import sys

import nbformat
import pytest
from live_cells.browser import launch_chromium

from book import settings
from book.lab import fetch, pages
from tests import browser
from tests.pages import built
from tests.pages.test_memory import FULL

PAGE = "chapters/03_gdp"
CELL = "#cell-0"
# Runs chapters one after the other, each among names of its own, then seals and checks the solution of each
# exercise as `practice.js` does, and leaves the promise on the page.
RUN = """([chapters, exercises]) => {
  window.job = (async () => {
    const gave = {};
    for (const [name, cells] of Object.entries(chapters)) {
      gave[name] = [];
      for (const [place, code] of cells.entries())
        gave[name].push(await lab.run(code, { space: name, fresh: !place }));
    }
    const worked = {};
    for (const [number, { before, sealing, answer }] of Object.entries(exercises)) {
      const given = { before, space: number, fresh: true };
      const { value, error } = await lab.run(sealing, given);
      const code = `from jingjinji import check\ncheck.use(${JSON.stringify(value)})\n${answer}`;
      worked[number] = error ?? (await lab.run(code, given)).error;
    }
    return [gave, worked];
  })();
}"""


def _chapters() -> list[str]:
    return settings.list_texts(built.ROOT)


def _shown(outputs: list[dict]) -> list:
    """Outputs as they are compared: all that is printed or shown, whatever the order of its keys."""
    return [out["text"] if out["output_type"] == "stream" else out.get("data") for out in outputs]


def _stored(page: str) -> list[list]:
    notebook = nbformat.read(built.ROOT / f"{page}.ipynb", 4)
    return [_shown(cell.outputs) for cell in notebook.cells if cell.cell_type == "code"]


def _differing(page: str, gave: list[dict]) -> dict[int, str]:
    """The cells that do not give their stored output, each with the error or with what it gave."""
    pairs = enumerate(zip(gave, _stored(page), strict=True))
    return {
        place: (result["error"] or {}).get("message") or f"{_shown(result['outputs'])}\n  not {stored}"
        for place, (result, stored) in pairs
        if result["error"] or _shown(result["outputs"]) != stored
    }


def _summed_up(told: dict[int, str]) -> dict[str, list]:
    """What `supported.json` has of a chapter: cells that keep their stored output, and packages they need."""
    needs = (re.match(r"This cell needs (\w+)", reason) for reason in told.values())
    return {"stored": list(told), "absent": sorted({found[1] for found in needs if found})}


def _exercises(page: str) -> dict[str, dict]:
    """The code exercises of a chapter, by number, as its readers' browsers have them."""
    path = browser.HTML / pages.FOLDER / "exercises/pages" / f"{page.removeprefix('chapters/')}.practice.json"
    if not path.exists():
        return {}
    all_of_page = json.loads(path.read_text(encoding="utf-8"))
    found = {}
    for label, exercise in all_of_page["exercises"].items():
        key = json.loads(base64.b64decode(exercise["key"]))
        record = "from plain_answers.recording import Recorder\ncheck = Recorder()"
        parts = [record, key["solution"], exercise["tests"], *key["slips"], "check.sealed()"]
        found[label.removeprefix("exercise-").replace("-", ".")] = {
            "before": [*all_of_page["provided"], *exercise["given"]],
            "sealing": "\n".join(parts),
            "answer": f"{key['solution']}\n{exercise['tests']}",
        }
    return found


def run_all(context, home: str) -> tuple[dict[str, dict[int, str]], dict[str, dict]]:
    """Every chapter and code exercise in the pages' own Python.

    Returns the cells that differ from what is stored, by chapter, and the error of each exercise whose
    solution is not right.
    """
    special = pages.read_supported()
    # A page brings scipy only where its chapter needs it.
    heavy = [name for name in _chapters() if special.get(name, {}).get("packages")]
    found, failed = {}, {}
    opened = []
    for names in (heavy, [name for name in _chapters() if name not in heavy]):
        page = context.new_page()
        page.goto(f"{home}/{next(name for name in names if name in special)}.html")
        exercises = {number: one for name in names for number, one in _exercises(name).items()}
        page.evaluate(RUN, [{name: pages.read_cells(built.ROOT, name) for name in names}, exercises])
        opened.append(page)
    for page in opened:
        gave, worked = page.evaluate("window.job")
        found |= {name: _differing(name, results) for name, results in gave.items()}
        failed |= {number: error for number, error in worked.items() if error}
    return found, failed


def open_lab(context, home, name: str = PAGE):
    visit = browser.open_page(context, home, f"{name}.html")
    visit.page.set_default_timeout(120_000)  # Python's start, on a busy machine
    return visit


def _cell(page, place: int):
    return page.locator(f"#cell-{place}")


def _say(page, place: int, text: str):
    """Press Run in a cell and wait for a status with this text."""
    _cell(page, place).get_by_role("button", name="Run").click()
    page.locator(f"#cell-{place} .lab-said", has_text=text).wait_for()


def _edit(page, place: int, code: str) -> None:
    cell = _cell(page, place)
    if cell.get_by_role("button", name="Edit").is_visible():
        cell.get_by_role("button", name="Edit").click()
    cell.get_by_role("textbox").fill(code)


def test_a_reader_runs_changes_and_resets_cells(at_desk, lab_home):
    """One visit, because Python's start is what takes time."""
    visit = open_lab(at_desk, lab_home)
    page, first = visit.page, _cell(visit.page, 0)
    stored = first.locator(".cell_output").inner_text()
    assert re.fullmatch(r"Run \(fetches \d+ MB once\)", first.locator(".lab-run").inner_text())
    _say(page, 0, "It ran")
    assert first.locator(".lab-output").inner_text().split() == stored.split()
    assert first.locator(".lab-run").inner_text() == "Run"

    # Cells above run first, and a chart is drawn in the place of the stored one, with its caption.
    drawn = page.locator(".cell:has(#fig-gdp-bare)")
    _say(page, int(drawn.get_attribute("id").removeprefix("cell-")), "It ran")
    drawn.locator(".lab-output .chart-live svg path").first.wait_for(state="attached")
    assert drawn.locator(".lab-output figcaption").inner_text()
    assert drawn.locator("figcaption:visible").count() == 1

    for code, sentence in {
        "print(1 / 0)": "ZeroDivisionError: division by zero (line 1)",
        "(1": "Python cannot read this: '(' was never closed (line 1)",
        "del data\ndata": "name 'data' is not defined",
        "import statsmodels.api as sm\nsm.OLS": "needs statsmodels, which does not run in a page",
        "input('?')": "a page cannot ask with input()",
        "exit()": "cannot end Python",
    }.items():
        _edit(page, 0, code)
        _say(page, 0, "It stopped")
        assert sentence in first.locator(".lab-error").inner_text()
        assert not first.locator(".lab-trace pre").is_visible()
    _say(page, 1, "A cell above stopped")

    _edit(page, 0, "for _ in range(100): print('x' * 1_000_000)")
    _say(page, 0, "It ran")
    printed = first.locator(".lab-output").inner_text()
    assert len(printed) < 101_000 and "[Cut: a page shows the first 100,000 characters" in printed

    _edit(page, 0, "while True: pass")
    first.get_by_role("button", name="Run").click()
    first.get_by_role("button", name="Stop").click()
    page.locator(f"{CELL} .lab-said", has_text="Stopped.").wait_for()

    # What the reader wrote is there again after the browser was closed, and goes with Reset.
    _edit(page, 0, "6 * 7")
    page.reload()
    assert first.get_by_role("textbox").input_value() == "6 * 7"
    first.get_by_role("textbox").press("Control+Enter")
    page.locator(f"{CELL} .lab-said", has_text="It ran").wait_for()
    assert first.locator(".lab-output").inner_text().strip() == "42"
    assert page.evaluate("lab.run('6 * 7 / 2', { space: 'other' })")["value"] == 21
    first.get_by_role("button", name="Reset").click()
    assert first.locator(".cell_output").inner_text() == stored
    assert page.evaluate("document.activeElement.textContent") == "Edit"
    page.reload()
    assert first.get_by_role("textbox").count() == 0
    assert visit.errors == [] and visit.foreign == []


def test_a_page_says_what_it_cannot_do(at_desk, lab_home):
    for fault, sentence in {
        "delete globalThis.WebAssembly": "because it has no WebAssembly",
        FULL: "does not keep your changes",
    }.items():
        page = at_desk.new_page()
        page.add_init_script(fault)
        page.goto(f"{lab_home}/{PAGE}.html")
        if sentence.startswith("does"):
            _edit(page, 0, "1")
        assert sentence in page.locator(".lab-note, .lab-said", has_text=sentence).first.inner_text()
    page = at_desk.new_page()
    page.goto((browser.HTML / f"{PAGE}.html").as_uri())
    assert "Opened from a folder" in page.locator(".lab-note").first.inner_text()
    assert page.locator(".lab-run").count() == 0
    # A cell that cannot run leads to the notebook, where there is one.
    for name, has_notebook in (("05_convergence", True), ("0b_doubt", False)):
        page.goto(f"{lab_home}/chapters/{name}.html")
        kept = page.locator(".lab-note", has_text="This cell keeps its output").first
        kept.wait_for(state="attached")
        links = kept.locator("a").evaluate_all("all => all.map((a) => a.getAttribute('href'))")
        assert len(links) == has_notebook
        assert all(page.request.get(link).ok for link in links)
    page.goto(f"{lab_home}/chapters/09_moving.html")
    page.locator(".modify .lab-note a", has_text="take the notebook along").wait_for(state="attached")
    page.goto(f"{lab_home}/pages/glossary.html")
    assert page.locator(".lab-run, .lab-note").count() == 0


def test_where_python_cannot_be_had_the_stored_output_stays(at_desk, lab_home):
    at_desk.route("**/python_stdlib.zip", lambda route: route.abort())
    page = open_lab(at_desk, lab_home).page
    _say(page, 0, "could not be started")
    assert _cell(page, 0).locator(".cell_output").is_visible()


def test_another_file_under_a_name_is_one_sentence(tmp_path, monkeypatch):
    (file,) = [one for one in fetch.read_manifest() if one.name.startswith("six-")]
    monkeypatch.setattr(fetch, "_get", lambda place: b"another")
    with pytest.raises(
        fetch.Unobtainable, match=r"six-.* could not be had .* \(sha256 \w+\.\.\., not 4721f391ed90"
    ):
        fetch.fetch([file], tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_every_chapter_gives_what_the_book_stores(chromium, lab_home):
    """Both ways: a cell that is said to keep its stored output does so for a reason that still holds."""
    context = chromium.new_context()
    context.set_default_timeout(0)
    found, failed = run_all(context, lab_home)
    context.close()
    special = pages.read_supported()
    wrong = {
        name: told for name, told in found.items() if not _summed_up(told).items() <= special[name].items()
    }
    assert not wrong
    told = {number: error["package"] or error["message"] for number, error in failed.items()}
    assert told == {number: one for about in special.values() for number, one in about["exercises"].items()}


def main() -> None:
    """Write the list of what pages can run."""
    packages = {name: about.get("packages", []) for name, about in pages.read_supported().items()}
    with browser.serve_folder(browser.HTML) as home, launch_chromium() as chromium:
        context = chromium.new_context()
        context.set_default_timeout(0)
        found, failed = run_all(context, home)
    for name, told in found.items():
        for place, reason in told.items():
            print(f"{name} {place}: {reason[:600]}", file=sys.stderr)
    for number, error in failed.items():
        print(f"exercise {number}: {error['message']}", file=sys.stderr)
    needs = {number: error["package"] for number, error in failed.items() if error["package"]}
    made = {
        name: {
            "packages": packages.get(name, []),
            **_summed_up(found[name]),
            "exercises": {number: needs[number] for number in _exercises(name) if number in needs},
        }
        for name in _chapters()
    }
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(about)}" for name, about in made.items())
    pages.SUPPORTED.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
