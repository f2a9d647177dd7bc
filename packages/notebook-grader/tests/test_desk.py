"""The marking desk: answers, access, and no lost marks."""

import asyncio
import http.client
import http.server
import shutil
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import quote, unquote, urlencode, urlsplit

import nbformat
import pytest
import small
from nbformat.v4 import new_output
from notebook_grader import files
from notebook_grader.__main__ import main
from notebook_grader.assignments.fact import TextFact
from notebook_grader.hand_in import plain
from notebook_grader.judge.cell import Cell
from notebook_grader.marks import decisions, manual, report, store
from notebook_grader.marks.decisions import Mark
from notebook_grader.marks.desk import server
from notebook_grader.marks.desk.markers import SIGNED, Invitations, Markers, read_secret
from notebook_grader.marks.desk.server import Desk
from notebook_grader.marks.desk.stack import COPIED, Conflict, Stack
from notebook_grader.marks.explain import explain
from notebook_grader.tables import TableError, read_table
from tornado import web

ANSWERS = {
    "ann": "<script>alert(1)</script> & the base",
    "bob": "Base and\nyear.",
    "cai": "Base and year.",
    "李雷": "=1+1",
}
QUESTION = "answer-1-5"
HELD = small.HELD


def lay(folder, answers=ANSWERS, version=HELD.version):
    """Keep results with these answers, as a run does."""
    for student, answer in answers.items():
        cells = {"tests-1-1": Cell(0.0, 4, "rate = 5", note="1.1 rate is not what the data give.")}
        cells[QUESTION] = Cell(None, 5, answer)
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
    """A browser, if one is installed."""
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
def serving(stack, invitations=None):
    """Serve a desk in a separate thread."""
    ready = threading.Event()
    desks = []

    async def run():
        desks.append(Desk([stack], invitations=invitations))
        loop.call_soon(ready.set)
        await stopping.wait()

    loop = asyncio.new_event_loop()
    stopping = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(run()), daemon=True)
    thread.start()
    assert ready.wait(60)
    try:
        yield desks[0]
    finally:
        loop.call_soon_threadsafe(stopping.set)
        thread.join(10)
        loop.close()


def group_of(stack, student, question=QUESTION):
    return next(group for group in stack.group_answers(question) if student in group.marks)


def give(stack, student, points, comment="", items=(), seen=None, question=QUESTION, by="Li"):
    group = group_of(stack, student, question)
    mark = Mark(points, comment, "", items, by)
    stack.give(question, group.name, seen or group.seen, mark, set(group.marks))


def kept(folder):
    rows = read_table(folder / manual.MANUAL)[1]
    return {row["student"]: row for row in rows if row["exercise"] == QUESTION}


def test_equal_answers_are_marked_at_once_and_items_come_back(stack, folder):
    assert sorted(group_of(stack, "bob").marks) == ["bob", "cai"]
    give(stack, "bob", 5, "-1 is no comment", (1, 2))
    assert stack.count_marked() == (2, 4)
    rows = kept(folder)
    assert [rows[one]["points"] for one in ("ann", "bob", "cai")] == ["", "5", "5"]
    assert (rows["bob"]["items"], rows["bob"]["comment"]) == ("1 2", "-1 is no comment")
    again = group_of(Stack(folder, HELD), "bob").mark
    assert (again.points, again.comment, again.items) == (5, "-1 is no comment", (1, 2))
    assert stack.list_comments(QUESTION) == ["-1 is no comment"]


def test_a_copy_of_the_model_answer_is_told(stack, folder):
    """Word for word, whatever the line ends, case and signs around it; also with more words about
    it."""
    lay(
        folder,
        {"dee": "Look: base, and **year**!", "eve": "Base and", "fay": "The base and the year."},
    )
    stack.refresh()
    told = {name: group_of(stack, name).note for name in ("ann", "bob", "cai", "dee", "eve", "fay")}
    assert {name for name, note in told.items() if note} == {"bob", "cai", "dee"}
    with serving(stack) as desk:
        cookie = come_in(desk, desk.address)
        host = desk.hosts[0]
        address = f"/{stack.name}/{QUESTION}/"
        assert ask(desk, address + group_of(stack, "bob").name, cookie, host)[1].count(COPIED) == 1
        assert ask(desk, address, cookie, host)[1].count("model answer") == 2


def test_a_mark_for_what_has_changed_meanwhile_is_refused(stack, folder):
    """Another mark, a new answer, a smaller group; the same mark twice is no conflict."""
    other = Stack(folder, HELD)
    ann = group_of(stack, "ann")
    both = group_of(stack, "bob")
    give(stack, "ann", 2)
    with pytest.raises(Conflict, match="Somebody else marked"):
        give(other, "ann", 3, seen=ann.seen)
    give(other, "ann", 2, seen=ann.seen)
    assert kept(folder)["ann"]["points"] == "2"
    lay(folder, {"ann": "Another answer", "bob": "Another answer"})
    with pytest.raises(Conflict, match="handed in again"):
        stack.give(QUESTION, ann.name, ann.seen, Mark(5, "", ""), {"ann"})
    with pytest.raises(Conflict, match="Somebody else marked"):
        stack.give(QUESTION, both.name, both.seen, Mark(5, "", ""), {"bob"})


def test_what_the_machine_leaves_to_a_person_says_why(folder):
    """A function that the grader could not call waits, beside those that the machine marked."""
    for student, cell in {
        "ann": Cell(None, 4, "rate = 5", doubt="It was not called.", note="It was not called."),
        "bob": Cell(4.0, 4, "rate = 5", note="1.1 rate is right."),
    }.items():
        small.keep(
            folder,
            store.Result(student, "", "a.ipynb", "", {"tests-1-1": cell}, version=HELD.version),
        )
    stack = Stack(folder, HELD)
    ann, bob = (group_of(stack, one, "tests-1-1") for one in ("ann", "bob"))
    assert (ann.waiting, bob.waiting) == (1, 0)
    assert ann.note == "The machine gave no points. It was not called."
    assert bob.note == "The machine gave 4. 1.1 rate is right."


def test_marks_of_students_without_a_result_stay(folder):
    results = store.read_results(folder)
    decisions.open_table(folder, True).add([small.decide("gone", 4.0, "Good.", items=(1,))])
    for _ in range(2):  # reading it back changes nothing
        give(Stack(folder, HELD), "ann", 1)
        assert kept(folder)["gone"]["points"] == "4"
    table = manual.open_table(folder, results, HELD.list_points())
    last = table.find_last("gone", QUESTION)
    assert (last.points, last.reason, last.items, last.by) == (4, "Good.", (1,), "marker")


def test_other_points_than_the_machines_want_a_reason_and_no_row_ever_leaves(stack, folder):
    first = (folder / decisions.FILE).read_text()
    with pytest.raises(TableError, match="Say why, as a comment"):
        give(stack, "ann", 4, question="tests-1-1")
    give(stack, "ann", 4, "The check was wrong.", question="tests-1-1")
    assert stack.count_marked("tests-1-1") == (4, 4) and stack.count_marked() == (0, 4)
    group = group_of(stack, "ann", "tests-1-1")
    assert (group.mark.points, group.mark.by) == (4, "Li")
    assert group.note.startswith("The machine gave 0. 1.1 rate")
    give(stack, "ann", None, "It was right after all.", question="tests-1-1")
    assert group_of(stack, "ann", "tests-1-1").mark.points == 0
    assert (folder / decisions.FILE).read_text().startswith(first)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("points", "mark", "row 2: the column 'points' is missing"),
        ("answer-1-5,,", "answer-1-5,six,", "row 2: 'six' is not a number"),
        ("base,", "base,one", "row 2: 'one' is not a list of rubric items"),
        (
            "END",
            "bob,tests-9,1,,Why,",
            "row 6: 'tests-9' is not an exercise here; there are tests-1-1",
        ),
        ("END", "bo,tests-1-1,1,,Why,", "row 6: nobody who handed in is called 'bo'"),
        ("END", "bob,tests-1-1,1,,,", "row 6: say why, in the column 'comment': these points take"),
        ("END", "bob,tests-1-1,5,,Why,", "row 6: '5' is not a number of points from 0 to 4"),
        ("END", "bob,late,inf,,Why,", "row 6: 'inf' is not a number of days"),
    ],
)
def test_a_broken_table_is_one_sentence_and_a_broken_row_stays_as_it_is(
    stack, folder, old, new, sentence
):
    table = folder / manual.MANUAL
    made = manual.format_manual(store.read_results(folder), decisions.open_table(folder, True))
    files.write(table, f"{made}END\n".replace(old, new).replace("END\n", ""))
    before = table.read_bytes()
    for _ in range(2):
        if "column 'points'" in sentence:
            with pytest.raises(TableError, match=sentence):
                give(stack, "ann", 1)
            assert table.read_bytes() == before
        else:
            give(stack, "bob", 1)
            unused = manual.open_table(
                folder, store.read_results(folder), HELD.list_points()
            ).unused
            assert sentence in unused[0][1] and new in table.read_text(encoding="utf-8-sig")


def test_a_text_that_nobody_wrote_hides_no_other_and_its_mark_is_no_texts(folder):
    """The machine's 0 for an empty text leaves the question to persons, and their mark applies to
    it alone."""
    cells = {QUESTION: Cell(0.0, 5, doubt="nothing is written", answered=False)}
    small.keep(folder, store.Result("赵", "", "a.ipynb", "", cells, version=HELD.version))
    stack = Stack(folder, HELD)
    assert [*stack.share("Li", TWO).questions] == [QUESTION] and stack.count_marked() == (1, 5)
    give(stack, "赵", 2, "Said aloud.")
    assert group_of(stack, "赵").mark.points == 2
    lay(folder, {"赵": "A text in a cell of its own."})
    mark = group_of(Stack(folder, HELD), "赵").mark
    assert mark.points is None and mark.comment.startswith(
        "The answer changed after it was given 2."
    )


def test_a_rubric_that_does_not_add_up_leaves_points_and_versions_are_not_mixed(folder):
    texts = {QUESTION: TextFact(rubric=((2, "The base."),))}
    assert not Stack(folder, replace(HELD, texts=texts)).questions[QUESTION].items
    lay(folder, {"ann": "x"}, version="old")
    with pytest.raises(TableError, match=r"another version of 92_small \(ann's\): grade first"):
        Stack(folder, HELD)


def test_nothing_to_mark_another_key_and_a_taken_port_are_one_sentence(
    tmp_path, assignments, stack, capsys
):
    assert main(["mark", "--grades", str(tmp_path / "none")]) == 2
    assert "holds no results to mark: grade first." in capsys.readouterr().err
    (tmp_path / "99_gone" / "results").mkdir(
        parents=True
    )  # of a folder that was put back on a new machine
    assert main(["mark", "--grades", str(tmp_path), "--assignments", str(assignments)]) == 2
    missing = capsys.readouterr().err
    assert "92_small is not graded with this version of the assignment" in missing
    assert "99_gone is graded, but not built here: put 99_gone back into the folder of" in missing
    with serving(stack) as desk, pytest.raises(ValueError, match=f"Port {desk.port} is in use"):
        Desk([stack], desk.port)


TWO = Markers(("Li", "Wang"))
INVITED = Invitations(TWO, "https://Desk.example.org:443/", "s" * 32)


def ask(desk, path, cookie="", host="desk.example.org", form=None, more=None):
    """Send a request with a host name; returns status, text and the cookies set.

    Pages of the desk stand behind its random path, the address with a key does not.
    """
    if not path.startswith("/?"):
        path = desk.home + path.removeprefix("/")
    connection = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=60)
    headers = {"Host": host, "Cookie": cookie, **(more or {})}
    if form is not None:
        headers |= {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("GET" if form is None else "POST", path, form and urlencode(form), headers)
    answer = connection.getresponse()
    found = answer.status, answer.read().decode(), answer.headers.get_all("Set-Cookie") or []
    connection.close()
    return found


def test_only_who_has_the_key_and_the_right_name_gets_in(stack):
    with serving(stack) as desk:
        own = desk.hosts[0]
        for path, host, sentence in (
            ("/", own, "Open the address that"),
            (f"/?key={desk.key}", "rebound.example", "answers at"),
            ("/?key=wrong", own, "Open the address that"),
        ):
            status, text, _ = ask(desk, path, host=host)
            assert status == 403 and sentence in text


def come_in(desk, link):
    """Open an invitation; returns its cookie."""
    address = urlsplit(link)
    status, text, cookies = ask(desk, f"{address.path}?{address.query}", host=address.netloc)
    # Not a redirect: after a link in a mail, browsers would withhold the cookie.
    assert status == 200 and "To the desk" in text, text
    (kept,) = [one for one in cookies if "HttpOnly" in one and "SameSite=Strict" in one]
    assert f"Path={desk.home};" in kept and unquote(
        address.query.removeprefix("key=")
    ) not in unquote(kept)
    assert ("Secure" in kept) == link.startswith("https")
    return kept.partition(";")[0]


def open_form(desk, path, *access):
    """Open a page with a form; returns its text and its token."""
    _, text, cookies = ask(desk, path, *access)
    assert not cookies
    return text, text.partition('name="token" value="')[2].partition('"')[0]


def sign_at(seconds):
    """An invitation for Li that was signed so many seconds ago."""
    made = web.create_signed_value("s" * 32, SIGNED, "Li", clock=lambda: time.time() - seconds)
    return "/?key=" + quote(made.decode())


def test_at_an_address_of_its_own_only_invited_markers_come_in(stack):
    with serving(stack, replace(INVITED)) as desk:
        link = desk.invite("Li")
        assert link.startswith("https://desk.example.org/?key=")
        cookie = come_in(desk, link)
        status, text, _ = ask(desk, "/", cookie)
        assert status == 200 and "You mark as Li" in text and "by the machine" not in text
        assert come_in(desk, f"http://127.0.0.1:{desk.port}{sign_at(0)}")  # by a tunnel
        good = unquote(urlsplit(link).query.removeprefix("key="))
        stranger = web.create_signed_value("s" * 32, SIGNED, "Eve").decode()
        other_use = web.create_signed_value("s" * 32, "desk", "Li").decode()
        forged = (
            good[:-1] + ("0" if good[-1] != "0" else "1"),
            good.replace("TGk=", "V2FuZw=="),
            stranger,
        )
        for token in (*forged, other_use, desk.key, "Li", ""):
            status, text, cookies = ask(desk, f"/?key={quote(token)}")
            assert status == 403 and "your invitation, which may have ended" in text and not cookies
        day = 24 * 3600
        assert ask(desk, sign_at((INVITED.days - 0.5) * day))[0] == 200
        late = sign_at((INVITED.days + 0.5) * day)
        assert ask(desk, late)[0] == 403
        # An invitation is no session, and a session does not outlive its invitation.
        name = cookie.partition("=")[0]
        assert ask(desk, "/", f"{name}={good}")[0] == 403
        desk.invitations.days = 0
        assert ask(desk, "/", cookie)[0] == 403
        status, text, _ = ask(desk, "/", cookie, host="elsewhere.example")
        assert status == 403 and "answers at desk.example.org only" in text


@contextmanager
def listening():
    """A stranger's server on another port of this machine; yields its address and the cookies it
    got."""
    got = []

    class Stranger(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            got.append(self.headers.get("Cookie", ""))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            """Print nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stranger) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", got
        server.shutdown()


def test_no_other_port_of_this_machine_is_sent_the_desks_cookie(chromium, stack):
    with serving(stack) as desk, listening() as (stranger, got):
        context = chromium.new_context()
        page = _enter(context, desk, "ann", stack)
        assert [one["path"] for one in context.cookies(page.url)] == [desk.home]
        for path in ("", "desk.css", f"{stack.name}/"):
            page.goto(stranger + path)
        page.goto(f"http://127.0.0.1:{desk.port}{desk.home}")
        assert page.locator("h1").inner_text() == "The marking desk"
        context.close()
    assert len(got) >= 3 and not any(got)


def test_a_form_counts_only_from_a_page_that_was_opened_with_the_same_key(stack):
    with serving(stack, INVITED) as desk:
        cookie = come_in(desk, desk.address)
        other = come_in(desk, desk.invite("Li"))
        host = desk.hosts[0]
        form = {"hidden": "1", "name": "Li"}
        _, token = open_form(desk, "/", cookie, host)
        _, others = open_form(desk, "/", other)
        assert token != others and desk.key not in token
        for made in ("", "x" * len(token), others, "é"):
            status, text, _ = ask(desk, "/look", cookie, host, form | {"token": made})
            assert status == 403 and "Open the page again" in text
        # As a double submit, a token of one's own would be taken from a cookie as well.
        for name in ("token", "_xsrf", f"desk-{desk.port}-form"):
            assert ask(desk, "/look", f"{cookie}; {name}=x", host, form | {"token": "x"})[0] == 403
        form["token"] = token
        for site in ("cross-site", "same-site", "none"):
            status, text, _ = ask(desk, "/look", cookie, host, form, {"Sec-Fetch-Site": site})
            assert status == 403 and "another page" in text, site
        assert ask(desk, "/look", cookie, host, form, {"Sec-Fetch-Site": "same-origin"})[0] == 303
        assert ask(desk, "/look", cookie, host, form)[0] == 303  # a browser that does not say


def test_a_long_body_is_refused_before_it_is_read(stack):
    assert server.LONGEST_BODY <= 2**20 and server.BODY_SECONDS <= 60
    with serving(stack) as desk:
        connection = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=20)
        connection.putrequest("POST", "/")
        connection.putheader("Content-Length", str(60 * 2**20))
        connection.endheaders()
        try:
            connection.send(b"x" * 2**16)
            assert connection.getresponse().status == 400
        except (ConnectionError, http.client.RemoteDisconnected):
            pass  # closed, which is as good
        finally:
            connection.close()
        assert ask(desk, "/?key=wrong", host=desk.hosts[0])[0] == 403


def test_a_body_that_does_not_come_is_not_waited_for(stack, monkeypatch):
    monkeypatch.setattr(server, "BODY_SECONDS", 0.2)
    with (
        serving(stack) as desk,
        socket.create_connection(("127.0.0.1", desk.port), timeout=20) as connection,
    ):
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nx")
        assert connection.recv(1000) == b""


def test_a_marker_has_one_share_and_no_other(stack, folder):
    shares = {name: stack.share(name, TWO) for name in TWO.names}
    own = {
        name: {group.name for group in share.group_answers(QUESTION)}
        for name, share in shares.items()
    }
    assert not own["Li"] & own["Wang"] and all(own.values())
    assert own["Li"] | own["Wang"] == {group.name for group in stack.group_answers(QUESTION)}
    assert sum(share.count_marked()[1] for share in shares.values()) == stack.count_marked()[1]
    assert [*shares["Li"].questions] == [QUESTION]
    with serving(stack, INVITED) as desk:
        cookie = come_in(desk, desk.invite("Li"))
        machine = f"/{stack.name}/tests-1-1/"
        mine, theirs = (f"/{stack.name}/{QUESTION}/{sorted(own[name])[0]}" for name in TWO.names)
        assert ask(desk, machine, cookie)[0] == 404 and ask(desk, theirs, cookie)[0] == 409
        text, token = open_form(desk, mine, cookie)
        assert f"Your share is {len(own['Li'])} of the 3 different answers to this question" in text
        seen = {group.name: group.seen for group in stack.group_answers(QUESTION)}
        form = {"own": "3", "student": "0", "seen": seen[mine.rpartition("/")[2]]}
        assert ask(desk, mine, cookie, form=form)[0] == 403  # without the page's token
        form["token"] = token
        status, text, _ = ask(
            desk, theirs, cookie, form=form | {"seen": seen[theirs.rpartition("/")[2]]}
        )
        assert status == 409 and "in another marker" in text
        assert b"Li" not in (folder / decisions.FILE).read_bytes()
        assert ask(desk, mine, cookie, form=form)[0] == 303
        # One of two students with this answer.
        assert (
            "Kept; equal answers have different marks now."
            in ask(desk, f"{mine}?kept=yes", cookie)[1]
        )
        # A marker cannot choose another name.
        assert ask(desk, "/look", cookie, form={"name": "Wang", "token": token})[0] == 303
    stack.refresh()
    marked = [mark for group in stack.group_answers(QUESTION) for mark in group.marks.values()]
    assert {mark.by for mark in marked if mark.points} == {"Li"}


def test_the_split_is_even_and_moves_little():
    answers = [str(number) for number in range(1000)]
    three = Markers(("Li", "Wang", "Zoe"), 0.1)
    before = TWO.split("01", answers)
    after = three.split("01", answers)
    more = TWO.split("01", [*answers, "x"])
    assert [sum(len(chosen) == 2 for chosen in split.values()) for split in (before, after)] == [
        0,
        100,
    ]
    for names, split in ((TWO.names, before), (three.names, after)):
        counted = [sum(chosen[0] == name for chosen in split.values()) for name in names]
        assert max(counted) - min(counted) <= 3, counted
    assert sum(after[one][0] not in (before[one][0], "Zoe") for one in answers) < 50
    assert sum(more[one] != before[one] for one in answers) < 10
    assert before == TWO.split("01", reversed(answers)) != TWO.split("02", answers)
    assert Markers().split("01", []) == {}


def test_a_second_mark_is_blind_and_is_only_compared(stack, folder):
    both = Markers(TWO.names, 1.0)
    split = both.split(stack.name, [group.name for group in stack.group_answers(QUESTION)])
    first = {name: chosen[0] for name, chosen in split.items()}
    shares = {name: stack.share(name, both) for name in both.names}
    for who, of_bob in (("first", 2), ("second", 3)):
        for student, given in {"ann": 5, "bob": of_bob, "李雷": 0}.items():
            name = group_of(stack, student).name
            by = next(one for one in both.names if (one == first[name]) == (who == "first"))
            group = shares[by].find(QUESTION, name)
            assert group.waiting and not any(mark.comment for mark in group.marks.values())
            mark = Mark(float(given), f"By {by}", "", (), by)
            shares[by].give(QUESTION, name, group.seen, mark, set(group.marks))
            assert shares[by].find(QUESTION, name).mark.points == given
    stack.refresh()
    lines = explain(folder.parent, "bob", "1.5").splitlines()
    assert lines[0].endswith("2 of 5 points, by " + first[group_of(stack, "bob").name] + ".")
    assert ": 3, because: By " in lines[-1] and lines[-1].endswith("; a second mark, only compared")
    assert {one: group_of(stack, one).mark.points for one in ("ann", "bob")} == {"ann": 5, "bob": 2}
    pairs = [pair for _, group, pair in stack.list_pairs() if group == group_of(stack, "bob")]
    assert [(pair.first.points, pair.second.points) for pair in pairs] == [(2, 3), (2, 3)]
    with serving(stack, Invitations(both)) as desk:
        cookie = come_in(desk, desk.address)
        host = desk.hosts[0]
        assert "Two markers differ on 1 answer: settle it" in ask(desk, "/", cookie, host)[1]
        page = ask(desk, f"/{stack.name}/{QUESTION}/{group_of(stack, 'bob').name}", cookie, host)[1]
        assert "Marked by two, bob, cai: " in page and "gave 2, " in page
        text = ask(desk, "/differ", cookie, host)[1]
        of_li = come_in(desk, desk.invite("Li"))
        assert "</a>: 2 people</h3>" in text and "bob, cai" in text
        assert ask(desk, "/differ", of_li, host)[0] == 404
    name = group_of(stack, "bob").name
    by = first[name]
    for take, kept_now in {
        "second": (3, pairs[0].second.reason),
        "first": (2, "first"),
        "": (2.5, "Both."),
    }.items():
        again = Mark(2.0, take, "", (), by)  # the first marker thinks again
        shares[by].give(QUESTION, name, group_of(stack, "bob").seen, again, {"bob", "cai"})
        stack.refresh()
        (seen,) = stack.list_differences()
        with pytest.raises(TableError, match="Give points, and say why"):
            stack.settle(seen, "", "3", " ", "Zoe")
        stack.settle(seen, take, "2.5", "Both.", "Zoe")
        with pytest.raises(Conflict, match="or somebody settled it"):
            stack.settle(seen, take, "1", "Late.", "Zoe")
        mark = group_of(stack, "bob").mark
        assert (mark.points, mark.comment, mark.by) == (*kept_now, "Zoe, settling")
        assert not group_of(stack, "bob").differs and not stack.list_differences()
    lines = report.format_report("x", {}, {}, {}, {}, [pair for _, _, pair in stack.list_pairs()])
    assert (
        "Two markers differ on 2 of the 4 answers that both marked.\nbob, answer-1-5: 2 by "
        in lines
    )
    assert "; settled: 2.5 by Zoe, settling.\n" in lines
    lay(folder, {"ann": "Another answer"})
    stack.refresh()
    assert stack.show_second_marks(QUESTION, group_of(stack, "ann")).waiting


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["--markers", "Li,,Wang"], "'' is not a name of a marker"),
        (["--markers", "Li,machine"], "'machine' is not a name of a marker"),
        (["--markers", "Li,Li"], "Two markers have the same name"),
        (["--markers", "Li", "--twice", "10"], "there must be two markers or more"),
        (["--markers", "Li,Wang", "--twice", "101"], "from 0 to 100 per cent"),
        (["--address", "https://desk.example.org"], "answers invited markers only"),
        (["--port", "99999"], "99999 is not a port; ports are from 0 to 65535."),
        (["--markers", "Li,Wang", "--days", "nan"], "nan is not a number of days above 0."),
        (["--markers", "Li,Wang", "--days", "0"], "0 is not a number of days above 0."),
        (["--markers", "Li", "--address", "desk.org"], "'desk.org' is not an address such as"),
        (["--markers", "Li", "--address", "http://a:b"], "'http://a:b' is not an address such as"),
    ],
)
def test_markers_and_addresses_that_cannot_be_are_one_sentence(
    folder, monkeypatch, capsys, given, sentence
):
    monkeypatch.setattr(
        "notebook_grader.marks.desk.command.find_stacks", lambda *_: ([Stack(folder, HELD)], [])
    )
    assert main(["mark", "--grades", str(folder.parent), "--port", "0", *given]) == 2
    error = capsys.readouterr().err
    assert sentence in error and error.count("\n") == 1


def test_invitations_are_printed_and_hold_when_the_desk_begins_anew(folder, monkeypatch, capsys):
    monkeypatch.setattr(
        "notebook_grader.marks.desk.command.find_stacks", lambda *_: ([Stack(folder, HELD)], [])
    )
    monkeypatch.setattr(Desk, "serve", lambda self: None)
    given = [
        "mark",
        "--grades",
        str(folder.parent),
        "--port",
        "0",
        "--markers",
        "Li,Wang",
        "--twice",
        "10",
    ]
    assert main([*given, "--address", "http://lab7:8000", "--days", "3"]) == 0
    output = capsys.readouterr().out
    assert (
        "Link for Li: http://lab7:8000/?key=" in output
        and "These links are valid for 3 days." in output
    )
    assert "Traffic to http://lab7:8000 is not encrypted" in output
    kept_there = folder.parent / "keys" / "desk.json"
    assert kept_there.stat().st_mode & 0o77 == 0
    assert read_secret(folder.parent / "keys") == read_secret(folder.parent / "keys")


def test_anybody_is_found_by_name_and_may_have_a_mark_without_a_notebook(stack, folder):
    files.write(folder / "grades.csv", "student,points\nZoë Müller,\n")
    files.write(folder / store.FACTS, '{"members": {"Dora": "ann", "cai": "ann", "Eve": "gone"}}')
    with serving(stack, Invitations(TWO)) as desk:
        cookie = come_in(desk, desk.address)
        host = desk.hosts[0]
        find = f"{desk.home}people?name="
        assert ask(desk, "/people", come_in(desk, desk.invite("Li")), host)[0] == 404
        for path, sentence in {
            f"{stack.name}/{QUESTION}/": "2 people</summary>",
            "people?name=B": "<h1>bob</h1>",
            "people?name=nix": "Nobody whose name has",
            "people?name=dor": "<h1>Dora</h1>",
            "people?name=Dora": f'file that <a href="{find}ann">ann</a> handed in for the group.',
            "people?name=ann": f'counts for the group: <a href="{find}Dora">Dora</a>.</p>',
            "people?name=eve": "Nobody whose name has",
        }.items():
            assert sentence in ask(desk, f"/{path}", cookie, host)[1]
        assert group_of(stack, "ann").name in ask(desk, "/people?name=dora", cookie, host)[1]
        text, token = open_form(desk, "/people?name=zoe+MULL", cookie, host)
        assert "<h1>Zoë Müller</h1>" in text and "No notebook that could be graded." in text
        form = {"token": token, "name": "Zoë Müller", "assignment": stack.name, "points": "11,5"}
        assert "Say why: the mark takes the place" in ask(desk, "/people", cookie, host, form)[1]
        form["comment"] = "On paper."
        assert [ask(desk, "/people", cookie, host, form)[0] for _ in range(2)] == [303, 409]
        assert "11.5 in all by marker: On paper." in ask(desk, "/people?name=Zo", cookie, host)[1]
    assert "Zoë Müller,mark,11.5,,On paper." in (folder / manual.MANUAL).read_text(encoding="utf-8")
    stack.give_whole("Zoë Müller", stack.get_whole("Zoë Müller").when, "", "A mistake.", "Li")
    assert stack.get_whole("Zoë Müller").points is None


PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9Q"
    "DwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
GIF = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
SVG = "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIG9ubG9hZD0iYWxlcnQoMSkiLz4="
BAD, EVIL = "<script>alert(1)</script>", "https://evil.example"
HOSTILE = {
    "<img src=x onerror=alert(1)>": f"{BAD}<img src={EVIL}/a.png onerror=alert(1)>",
    '"><svg onload=alert(1)>': f"[x](javascript:alert(1)) <{EVIL}> ![x]({EVIL}/b.png)",
    "../ann": f'![" onerror="alert(1)](attachment:image.png) ![x](data:image/svg+xml;base64,{SVG})',
    "x?name=y&z#a": f"$$</p>{BAD}$$ <svg onload=alert(1)> <style>@import url({EVIL})</style>",
    "svg": '![x](attachment:drawn.svg) <img src="attachment:image.png" onload="alert(1)">',
}
OUTPUTS = [
    new_output(
        "display_data",
        {"text/html": f"<img src={EVIL}/c.png onerror='alert(1)'><svg onload=alert(1)>"},
    ),
    new_output(
        "display_data",
        {"image/png": f'"><img src={EVIL}>', "image/svg+xml": SVG, "text/plain": BAD},
    ),
    new_output("display_data", {"image/png": PNG}),
]


def paste(folder, answers, png=PNG):
    """Hand in texts with pictures, and keep what the grader reads of them."""
    for student, text in answers.items():
        made = small.submission(text=text)
        drawn = {"image.png": {"image/png": png}, "drawn.svg": {"image/png": SVG}}
        small.find_cell(made, QUESTION)["attachments"] = drawn
        made = plain.parse(nbformat.writes(made).encode())
        small.find_cell(made, "answer-1-1").outputs = OUTPUTS
        lay(folder, {student: small.find_cell(made, QUESTION).source})
        name = f"{store.make_file_name(student)}.ipynb"
        files.write(folder / "notebooks" / name, nbformat.writes(made))


def test_other_pictures_make_another_answer(stack, folder):
    same = "![image.png](attachment:image.png)"
    paste(folder, {"ann": same, "bob": same})
    paste(folder, {"cai": same}, GIF)
    stack.refresh()
    assert [sorted(group_of(stack, one).marks) for one in ("bob", "cai")] == [
        ["ann", "bob"],
        ["cai"],
    ]
    give(stack, "ann", 4)
    paste(folder, {"ann": same}, GIF)
    stack.refresh()
    mark = group_of(stack, "ann").marks["ann"]
    assert mark.points is None and mark.comment.startswith(
        "The answer changed after it was given 4."
    )


def test_what_a_student_hands_in_is_shown_and_does_nothing(chromium, stack, folder):
    paste(folder, HOSTILE)
    stack.refresh()
    odd = []
    asked = []
    with serving(stack) as desk:
        script = f"script:not([src='{desk.home}desk.js'])"
        active = f"{script}, style, svg, iframe, [onerror], [onload]"
        page = _enter(chromium, desk, "svg", stack)
        page.on("dialog", lambda dialog: (odd.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: asked.append(request.url))
        assert "[picture " in page.locator("#answer").inner_text()
        assert [page.locator(f"{part} img[src]").count() for part in ("#answer", "aside")] == [1, 1]
        home = f"http://127.0.0.1:{desk.port}{desk.home}"
        places = [f"{stack.name}/{QUESTION}/", "differ", "people?name=a"]
        places += [
            f"{stack.name}/{QUESTION}/{group_of(stack, student).name}" for student in HOSTILE
        ]
        for place in [*places, *(f"people?{urlencode({'name': student})}" for student in HOSTILE)]:
            assert page.goto(home + place).status == 200 and not page.locator(active).count(), place
            assert page.evaluate(
                "[...document.images].every((one) => !one.src || one.naturalWidth)"
            ), place
            if page.locator("h1").inner_text() in HOSTILE:
                page.get_by_role("link", name="1.5 A text").click()
                assert page.locator("#mark").count() == 1, place
    assert not odd and not [url for url in asked if not url.startswith((home, "data:image/png"))]


def _enter(context, desk, student, stack):
    page = context.new_page()
    page.goto(desk.address)
    home = f"http://127.0.0.1:{desk.port}{desk.home}"
    page.wait_for_url(home)
    page.goto(f"{home}{stack.name}/{QUESTION}/{group_of(stack, student).name}")
    return page


def test_marking_in_a_browser(chromium, stack, folder):
    at_desk = chromium.new_context()
    no_scripts = chromium.new_context(java_script_enabled=False)
    with serving(stack) as desk:
        stale = _enter(at_desk, desk, "ann", stack)
        page = _enter(at_desk, desk, "ann", stack)
        assert page.locator("#answer").inner_text() == ANSWERS["ann"]
        # Keys: an item is kept at once, a comment when it is left.
        page.keyboard.press("1")
        page.get_by_text("Kept: 2 of 5.").wait_for()
        assert kept(folder)["ann"]["points"] == "2"
        page.keyboard.press("c")
        page.keyboard.insert_text("Which year?")
        page.keyboard.press("Control+Enter")
        page.wait_for_url(lambda url: group_of(stack, "ann").name not in url)
        assert kept(folder)["ann"]["comment"] == "Which year?"
        assert page.locator("#progress").inner_text() == "1 of 4 answers are marked"
        # A proxy's error page loses neither this mark nor later ones.
        page.route("**/92_small/**", lambda route: route.fulfill(status=502, body="Bad gateway"))
        page.keyboard.press("1")
        page.get_by_text("Not kept: the desk does not answer.").wait_for()
        page.unroute("**/92_small/**")
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_text("Kept: ").wait_for()
        # A page that was opened before shows the conflict, with the script as well.
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
        theirs = other.locator(".theirs").first.inner_text()
        assert "5 of 5 points by marker, with the comment “Which" in theirs
        assert other.get_by_label("2 points: The base").is_checked()
        assert kept(folder)["bob"]["points"] == "5"
        other.get_by_role("button", name="Save", exact=True).click()
        assert other.locator("#status").inner_text() == "Kept: 2 of 5."
        assert kept(folder)["bob"]["points"] == "2"
        other.get_by_label("Other points").fill("six")
        other.get_by_role("button", name="Save", exact=True).click()
        assert (
            "'six' is not a number of points from 0 to 5."
            in other.get_by_role("alert").inner_text()
        )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barriers(chromium, stack, scheme):
    give(stack, "ann", 3, "Good.")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = chromium.new_context(viewport=PHONE, color_scheme=scheme)
    with serving(stack) as desk:
        page = _enter(context, desk, "bob", stack)
        home = desk.home
        for address in ("", "./", f"{home}people?name=bob", f"{home}differ", home):
            page.goto(page.evaluate(f"new URL('{address}', location).href"))
            found = axe.run(page).response["violations"]
            assert not found, [(one["id"], one["nodes"][0]["html"]) for one in found]
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.get_by_label("Hide the names").check()
        page.get_by_role("button", name="Keep").click()
        page.wait_for_url(f"**{home}")
        page.goto(f"{page.url}{stack.name}/{QUESTION}/{group_of(stack, 'bob').name}")
        assert "bob" not in page.content() and page.get_by_label("Student 2").is_checked()
    context.close()
