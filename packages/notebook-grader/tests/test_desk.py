"""The marking desk: what lies on it, who may see it, and that no mark is lost."""

import asyncio
import csv
import io
import shutil
import threading
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import replace

import pytest
import small
from notebook_grader import decisions, marks, store
from notebook_grader.__main__ import main
from notebook_grader.decisions import ManualError, Mark
from notebook_grader.desk.server import Desk
from notebook_grader.desk.stack import Conflict, Stack
from notebook_grader.fact import TextFact

ANSWERS = {
    "ann": "<script>alert(1)</script> & the base",
    "bob": "Base and\nyear.",
    "cai": "Base and year.",
    "李雷": "=1+1",
}
QUESTION = "answer-1-5"
HELD = small.HELD


def lay(folder, answers=ANSWERS, version=HELD.version):
    """Results with these answers, as a run of the grader leaves them."""
    for student, answer in answers.items():
        cells = {"tests-1-1": store.Cell(0.0, 4, "rate = 5", note="1.1 rate is not what the data give.")}
        cells[QUESTION] = store.Cell(None, 5, answer)
        small.keep(folder, store.Result(student, "", "a.ipynb", "", cells, version=version))
    return folder


@pytest.fixture
def folder(tmp_path):
    return lay(tmp_path / HELD.name)


@pytest.fixture
def stack(folder):
    return Stack(folder, HELD)


PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def chromium():
    """A browser, where there is one."""
    playwright = pytest.importorskip("playwright.sync_api")
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as started:
        instance = started.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield instance
        instance.close()


@contextmanager
def serving(*stacks):
    """A desk that answers in a thread of its own."""
    ready, desks = threading.Event(), []

    async def run():
        desks.append(Desk(list(stacks)))
        loop.call_soon(ready.set)
        await stopping.wait()

    loop, stopping = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(run()), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield desks[0]
    finally:
        loop.call_soon_threadsafe(stopping.set)
        thread.join(10)
        loop.close()


def group_of(stack, student, question=QUESTION):
    return next(group for group in stack.group_answers(question) if student in group.marks)


def give(stack, student, points, comment="", items=(), seen=None, question=QUESTION):
    group = group_of(stack, student, question)
    mark = Mark(points, comment, "", items, "Li")
    stack.give(question, group.name, seen or group.seen, mark, set(group.marks))


def kept(folder):
    rows = csv.DictReader(io.StringIO((folder / marks.MANUAL).read_text(encoding="utf-8-sig")))
    return {decisions.unescape_formula(row["student"]): row for row in rows if row["exercise"] == QUESTION}


def test_equal_answers_are_marked_at_once_and_items_come_back(stack, folder):
    assert sorted(group_of(stack, "bob").marks) == ["bob", "cai"]
    give(stack, "bob", 5, "-1 is no comment", (1, 2))
    assert stack.count_marked() == (2, 4)
    rows = kept(folder)
    assert [rows[one]["points"] for one in ("ann", "bob", "cai")] == ["", "5", "5"]
    assert (rows["bob"]["items"], rows["bob"]["comment"]) == ("1 2", "'-1 is no comment")
    again = group_of(Stack(folder, HELD), "bob").mark
    assert (again.points, again.comment, again.items) == (5, "-1 is no comment", (1, 2))
    assert stack.list_comments(QUESTION) == ["-1 is no comment"]


def test_second_of_two_sees_the_first_ones_mark(stack, folder):
    other, seen = Stack(folder, HELD), group_of(stack, "ann").seen
    give(stack, "ann", 2)
    with pytest.raises(Conflict, match="Somebody else marked"):
        give(other, "ann", 3, seen=seen)
    assert kept(folder)["ann"]["points"] == "2"
    give(other, "ann", 2, seen=seen)  # the same mark is no conflict
    give(other, "ann", 3)
    assert group_of(other, "ann").mark.points == 3


def test_a_new_answer_takes_no_old_mark(stack, folder):
    old = group_of(stack, "ann")
    lay(folder, {"ann": "Another answer"})
    with pytest.raises(Conflict, match="handed in again"):
        stack.give(QUESTION, old.name, old.seen, Mark(5, "", ""), {"ann"})


def test_marks_of_students_without_a_result_stay(folder):
    results = store.read_results(folder)
    decisions.open_table(folder, True).add([small.decide("gone", 4.0, "Good.", items=(1,))])
    for _ in range(2):  # what was written is read
        give(Stack(folder, HELD), "ann", 1)
        assert kept(folder)["gone"]["points"] == "4"
    last = marks.open_table(folder, results, HELD.list_points()).last["gone", QUESTION, "", False]
    assert (last.points, last.reason, last.items, last.by) == (4, "Good.", (1,), "marker")


def test_other_points_than_the_machines_want_a_reason_and_no_row_ever_leaves(stack, folder):
    first = (folder / decisions.FILE).read_text()
    with pytest.raises(ManualError, match="Say why, as a comment"):
        give(stack, "ann", 4, question="tests-1-1")
    give(stack, "ann", 4, "The check was wrong.", question="tests-1-1")
    assert stack.count_marked("tests-1-1") == (4, 4) and stack.count_marked() == (0, 4)
    group = group_of(stack, "ann", "tests-1-1")
    assert (group.mark.points, group.mark.by) == (4, "Li") and group.note.startswith(
        "The machine gave 0. 1.1 rate"
    )
    give(stack, "ann", None, "It was right after all.", question="tests-1-1")
    assert group_of(stack, "ann", "tests-1-1").mark.points == 0
    assert (folder / decisions.FILE).read_text().startswith(first)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text.replace("points", "mark"), "row 2: the column 'points' is missing"),
        (lambda text: text.replace("answer-1-5,,", "answer-1-5,six,"), "row 2: 'six' is not a number"),
        (lambda text: text.replace("base,", "base,one"), "row 2: 'one' is no list of rubric items"),
        (
            lambda text: text + "bob,tests-9,1,,Why,\n",
            "row 6: 'tests-9' is no exercise here; there are tests-1-1",
        ),
        (lambda text: text + "bo,tests-1-1,1,,Why,\n", "row 6: nobody who handed in is called 'bo'"),
        (lambda text: text + "bob,tests-1-1,1,,,\n", "row 6: say why these points take the place"),
        (lambda text: text + "bob,tests-1-1,5,,Why,\n", "row 6: '5' is not a number of points from 0 to 4"),
    ],
)
def test_a_broken_table_is_one_sentence_and_stays_as_it_is(stack, folder, change, says):
    table = folder / marks.MANUAL
    results = store.read_results(folder)
    made = marks.format_manual(results, decisions.open_table(folder, True))
    store.write(table, change(made))
    before = table.read_bytes()
    for _ in range(2):
        with pytest.raises(ManualError, match=says):
            give(stack, "ann", 1)
    assert table.read_bytes() == before


def test_a_rubric_that_does_not_add_up_leaves_the_points(folder):
    texts = {QUESTION: TextFact(rubric=((2, "The base."),))}
    odd = Stack(folder, replace(HELD, texts=texts)).questions[QUESTION]
    assert not odd.items
    assert odd.problem.startswith("The rubric does not add up: its items give 2 points, the answer has 5.")


def test_marks_of_another_version_are_not_mixed(folder):
    lay(folder, {"ann": "x"}, version="old")
    with pytest.raises(ManualError, match=r"another version of 92_small \(ann's\): grade first"):
        Stack(folder, HELD)


def test_nothing_to_mark_another_key_and_a_taken_port_are_one_sentence(tmp_path, assignments, stack, capsys):
    assert main(["mark", "--grades", str(tmp_path / "none")]) == 2
    assert "holds no results to mark: grade first." in capsys.readouterr().err
    assert main(["mark", "--grades", str(tmp_path), "--assignments", str(assignments)]) == 2
    assert "92_small is not graded, or was by another version of the assignment" in capsys.readouterr().err
    with serving(stack) as desk, pytest.raises(ValueError, match=f"Port {desk.port} is in use"):
        Desk([stack], desk.port)


def test_only_who_has_the_key_and_the_right_name_gets_in(stack):
    with serving(stack) as desk:
        for address, host, says in (
            (f"http://127.0.0.1:{desk.port}/", None, "Open the address that"),
            (desk.address, "rebound.example", "answers at"),
            (f"http://127.0.0.1:{desk.port}/?key=wrong", None, "Open the address that"),
        ):
            request = urllib.request.Request(address, headers={"Host": host} if host else {})
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(request)
            assert refused.value.code == 403 and says in refused.value.read().decode()


def _enter(context, desk, student, stack):
    page = context.new_page()
    page.goto(desk.address)
    page.goto(f"http://127.0.0.1:{desk.port}/{stack.name}/{QUESTION}/{group_of(stack, student).name}")
    return page


def test_marking_in_a_browser(chromium, stack, folder):
    at_desk, no_scripts = chromium.new_context(), chromium.new_context(java_script_enabled=False)
    with serving(stack) as desk:
        stale = _enter(at_desk, desk, "ann", stack)
        page = _enter(at_desk, desk, "ann", stack)
        foreign = []
        page.on("request", lambda request: foreign.append(request.url))
        assert page.locator("#answer").inner_text() == ANSWERS["ann"]
        # Keys: an item is kept at once, a comment when it is left.
        page.keyboard.press("1")
        page.get_by_text("Kept: 2 of 5.").wait_for()
        assert kept(folder)["ann"]["points"] == "2"
        page.keyboard.press("c")
        page.keyboard.insert_text("Which year?")
        page.keyboard.press("Control+Enter")
        page.wait_for_url(lambda url: group_of(stack, "ann").name not in url)
        assert (kept(folder)["ann"]["comment"], page.locator("#progress").inner_text()) == (
            "Which year?",
            "1 of 4 answers are marked",
        )
        # What was opened before is told, by the script too.
        stale.keyboard.press("2")
        assert "Somebody else marked" in stale.get_by_role("alert").inner_text()
        assert stale.get_by_label("3 points: The year").is_checked()
        assert kept(folder)["ann"]["points"] == "2"
        # Another browser, without a script, opened the same answer before.
        other = _enter(no_scripts, desk, "bob", stack)
        page = _enter(at_desk, desk, "bob", stack)
        page.get_by_label("Add a comment").select_option("Which year?")
        page.keyboard.press("Escape")
        page.keyboard.press("f")
        page.wait_for_url(lambda url: group_of(stack, "bob").name not in url)
        assert [kept(folder)[one]["points"] for one in ("bob", "cai")] == ["5", "5"]
        other.get_by_label("2 points: The base").check()
        other.get_by_role("button", name="Save", exact=True).click()
        assert "Somebody else marked" in other.get_by_role("alert").inner_text()
        assert (
            "5 of 5 points by marker, with the comment “Which year?”" in other.locator(".theirs").inner_text()
        )
        assert other.get_by_label("2 points: The base").is_checked()
        assert kept(folder)["bob"]["points"] == "5"
        other.get_by_role("button", name="Save", exact=True).click()
        assert other.locator("#status").inner_text() == "Kept."
        assert kept(folder)["bob"]["points"] == "2"
        other.get_by_label("Other points").fill("six")
        other.get_by_role("button", name="Save", exact=True).click()
        assert "'six' is not a number of points from 0 to 5." in other.get_by_role("alert").inner_text()
        # A form from elsewhere has no token.
        assert page.request.post(other.url, form={"own": "5", "student": "0"}).status == 403
        assert kept(folder)["bob"]["points"] == "2"
        home = f"http://127.0.0.1:{desk.port}/"
        assert not [url for url in foreign if not url.startswith(home)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barriers(chromium, stack, scheme):
    give(stack, "ann", 3, "Good.")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = chromium.new_context(viewport=PHONE, color_scheme=scheme)
    with serving(stack) as desk:
        page = _enter(context, desk, "bob", stack)
        for address in ("", "./", "/"):
            page.goto(page.evaluate(f"new URL('{address}', location).href"))
            found = axe.run(page).response["violations"]
            assert not found, [(one["id"], one["nodes"][0]["html"]) for one in found]
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.get_by_label("Hide the names").check()
        page.get_by_role("button", name="Keep").click()
        page.goto(f"http://127.0.0.1:{desk.port}/{stack.name}/{QUESTION}/{group_of(stack, 'bob').name}")
        assert "bob" not in page.content() and page.get_by_label("Student 2").is_checked()
    context.close()
