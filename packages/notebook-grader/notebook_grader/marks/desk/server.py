"""The desk's web server: access, pages and forms.

It answers only under the loopback's host names (so that DNS rebinding fails), and only with a key:
the lead has the one that the command prints, and each marker a signed invitation that names the
marker and expires. At an `--address` it answers invited markers only.

Browsers send a cookie to every port of a host. So the cookie holds a session and no key, and
belongs to a random path, which nobody else on this machine knows: all pages stand behind it. Every
form carries a token against forgery, which follows from the key that the session began with.
"""

import hmac
import re
import secrets
import socket
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlencode, urlsplit

from tornado import web
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets

from notebook_grader.files import StoreError
from notebook_grader.hand_in.people import find_same, fold
from notebook_grader.marks.decisions import MACHINE, Mark
from notebook_grader.marks.desk import pages
from notebook_grader.marks.desk.markers import LONGEST_NAME, Invitations, Markers
from notebook_grader.marks.desk.pages import Form, Preferences
from notebook_grader.marks.desk.stack import SAMPLES, Conflict, Group, Question, Stack
from notebook_grader.tables import TableError, format_number, read_points

HOST = "127.0.0.1"
NAMES = (HOST, "localhost")
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
LONGEST_COMMENT = 5000
LONGEST_BODY = 2**20  # bytes: a body is read before anybody's key is known
BODY_SECONDS = 30
UNUSABLE = (TableError, Conflict, StoreError)  # shown as they are
NO_KEY = (
    "Open the address that the command printed, with its key, or your invitation, which may have"
    " ended."
)
OTHER_PAGE = "This form was sent by another page than the desk's, so nothing was kept."
OTHER_KEY = "This page was opened with another key, so nothing was kept. Open the page again."
NOTHING = "There is nothing to mark at this address."
LEAD = ""  # in place of a marker's name: the user who started the desk, and sees everything


class _Answering(web.RequestHandler):
    """Base of all that the desk answers: host names, headers and errors."""

    home = "/"  # known to sessions only
    marker: str | None = None

    def initialize(self, desk: "Desk") -> None:
        self.desk = desk
        self.cookie = f"desk-{desk.port}"

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "no-store")

    def prepare(self) -> None:
        host = self.request.host
        desk = self.desk
        named = urlsplit(self.desk.invitations.address)
        if host not in filter(None, (*desk.hosts, named.netloc)):
            raise web.HTTPError(403, f"The desk answers at {named.netloc or desk.hosts[0]} only.")

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = kwargs["exc_info"][1]
        message = (
            getattr(error, "log_message", None) or "The desk could not do this; nothing was kept."
        )
        if isinstance(error, UNUSABLE):
            self.set_status(409)
            message = str(error)
        elif isinstance(error, OSError):
            message = (
                f"Something could not be read or written ({error.strerror}), so nothing was kept."
            )
        # Show the comment, so that it is not lost.
        self.finish(
            pages.render(
                "problem",
                message=message,
                comment=self.get_body_argument("comment", ""),
                home=self.home,
            )
        )

    def log_exception(
        self, kind: Any, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not isinstance(value, (*UNUSABLE, web.HTTPError)):
            super().log_exception(kind, value, trace)


class _Enter(_Answering):
    """The address that the command prints, or an invitation: it begins a session."""

    def get(self) -> None:
        key = self.get_query_argument("key", "")
        desk = self.desk
        host = self.request.host
        marker = desk.admit(key, host)
        if marker is None:
            raise web.HTTPError(403, NO_KEY)
        address = urlsplit(desk.invitations.address)
        secure = address.scheme == "https" and host == address.netloc
        session = desk.begin_session(key)
        path = desk.home
        self.set_cookie(
            self.cookie, session, path=path, secure=secure, httponly=True, samesite="Strict"
        )
        # Not a redirect: after a link in a mail, browsers would withhold the SameSite cookie.
        self.set_header("Refresh", f"0; url={desk.home}")
        self.finish(pages.render("enter", marker=marker, home=desk.home))


class _Page(_Answering):
    """Base of all pages: they belong to a session."""

    stacks: dict[str, Stack]

    def prepare(self) -> None:
        super().prepare()
        desk = self.desk
        # What the session began with is asked for again, as an invitation may have ended.
        key = desk.sessions.get(self.get_cookie(self.cookie, ""), "")
        marker = desk.admit(key, self.request.host)
        if marker is None:
            raise web.HTTPError(403, NO_KEY)
        self.marker = marker
        self.home = desk.home
        self.token = desk.make_token(key)
        if self.request.method == "POST":
            self._check_form()
        self.stacks = desk.stacks
        if marker != LEAD:
            markers = desk.invitations.markers
            self.stacks = {
                name: stack.share(marker, markers) for name, stack in desk.stacks.items()
            }

    def _check_form(self) -> None:
        # A browser that does not say where a form comes from still has to send its token.
        if self.request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            raise web.HTTPError(403, OTHER_PAGE)
        sent = self.get_body_argument("token", "")
        if not secrets.compare_digest(sent.encode(), self.token.encode()):
            raise web.HTTPError(403, OTHER_KEY)

    @property
    def look(self) -> Preferences:
        chosen = self.get_cookie(f"{self.cookie}-look", "keys").split(".")
        name = self.marker or (self.get_signed_cookie(f"{self.cookie}-name") or b"").decode()
        return Preferences(hidden="hidden" in chosen, keys="keys" in chosen, name=name)

    def get(self, *args: Any, **kwargs: Any) -> None:
        raise web.HTTPError(404, NOTHING)

    def find(self, assignment: str, question: str) -> tuple[Stack, Question]:
        stack = self.stacks.get(assignment)
        if stack:
            stack.refresh()
        if stack is None or question not in stack.questions:
            raise web.HTTPError(404, NOTHING)
        return stack, stack.questions[question]

    def show(self, name: str, **values: object) -> None:
        facts = {"look": self.look, "marker": self.marker}
        facts |= {"token": self.token, "home": self.home}
        self.finish(pages.render(name, **facts, **values))


class _Index(_Page):
    def get(self) -> None:
        for stack in self.stacks.values():
            stack.refresh()
        stacks = list(self.stacks.values())
        named = self.desk.invitations.markers if self.marker == LEAD else Markers()
        shares = [(name, stack.share(name, named)) for stack in stacks for name in named.names]
        missing = self.desk.missing if self.marker == LEAD else ()
        self.show("index", stacks=stacks, shares=shares, missing=missing)


class _Lead(_Page):
    """Base of pages that no marker sees."""

    def prepare(self) -> None:
        super().prepare()
        if not self._finished and self.marker != LEAD:
            raise web.HTTPError(404, NOTHING)
        for stack in self.stacks.values():
            stack.refresh()

    def read(self, *names: str) -> tuple[Stack, list[str]]:
        """Read a form: its assignment, its fields, and who sent it."""
        texts = [
            self.get_body_argument(name, "", strip=False).replace("\r\n", "\n") for name in names
        ]
        return self.stacks[self.get_body_argument("assignment")], [*texts, _sign(self.look.name)]


class _People(_Lead):
    def get(self) -> None:
        asked = self.get_query_argument("name", "", strip=False)
        stacks = self.stacks.values()
        everybody = sorted({student for stack in stacks for student in stack.list_students()})
        found = [student for student in everybody if asked and fold(asked.strip()) in fold(student)]
        one = asked if asked in everybody else found[0] if len(found) == 1 else ""
        # A platform's number of a person may differ between assignments.
        same = find_same(one, {stack.name: stack.list_students() for stack in stacks})
        self.show("people", asked=asked, found=found, one=one, same=same, stacks=stacks)

    def post(self) -> None:
        stack, form = self.read("name", "seen", "points", "comment")
        stack.give_whole(*form)
        self.redirect(f"{self.home}people?{urlencode({'name': form[0]})}", status=303)


class _Differ(_Lead):
    def get(self) -> None:
        self.show("differ", stacks=self.stacks.values())

    def post(self) -> None:
        stack, form = self.read("seen", "take", "points", "comment")
        stack.settle(*form)
        self.redirect(f"{self.home}differ", status=303)


class _SetPreferences(_Page):
    def post(self) -> None:
        chosen = [name for name in ("hidden", "keys") if self.get_body_argument(name, "")]
        # No secret, so that it holds for the whole port, also when the desk begins again.
        self.set_cookie(
            f"{self.cookie}-look", ".".join(chosen) or "none", samesite="Strict", httponly=True
        )
        if self.marker == LEAD:
            name = self.get_body_argument("name", "")[:LONGEST_NAME]
            cookie = f"{self.cookie}-name"
            path = self.home
            self.set_signed_cookie(cookie, name, path=path, httponly=True, samesite="Strict")
        self.redirect(self.home, status=303)


class _Question(_Page):
    def get(self, assignment: str, question: str) -> None:
        stack, asked = self.find(assignment, question)
        groups = stack.group_answers(question)
        self.show(
            "question", stack=stack, question=asked, waiting=pages.find_waiting(groups, len(groups))
        )


class _Answer(_Page):
    def get(self, assignment: str, question: str, name: str) -> None:
        stack, asked, group = self._find_group(assignment, question, name)
        kept = self.get_query_argument("kept", "") == "yes"
        points = group.mark.points
        status = (
            "Kept; no points yet." if points is None else f"Kept: {points:g} of {asked.out_of:g}."
        )
        status = "Kept; equal answers have different marks now." if group.differs else status
        self._show_group(stack, asked, group, kept=status if kept else "")

    def post(self, assignment: str, question: str, name: str) -> None:
        stack, asked, group = self._find_group(assignment, question, name)
        form = self._read_form(asked)
        students = list(group.marks)
        chosen = {
            students[number] for number in self._read_numbers("student", len(students), first=0)
        }
        try:
            if not chosen:
                raise TableError("Select the students whose answer you mark.")
            mark = _read_mark(asked, form, self.look.name)
            stack.give(question, name, self.get_body_argument("seen", ""), mark, chosen)
        except TableError as error:
            self.set_status(422)
            self._show_group(stack, asked, group, form, error=str(error))
        except Conflict as error:
            self.set_status(409)
            stack, asked, group = self._find_group(assignment, question, name)
            theirs = pages.describe(asked, group.mark)
            self._show_group(stack, asked, group, form, error=str(error), theirs=theirs)
        else:
            groups = stack.group_answers(question)
            onward = (
                pages.find_waiting(groups, [other.name for other in groups].index(name)) or "./"
            )
            stays = self.get_body_argument("go", "") == "stay"
            self.redirect(f"{name}?kept=yes" if stays else onward, status=303)

    def _show_group(
        self,
        stack: Stack,
        asked: Question,
        group: Group,
        form: Form | None = None,
        **values: object,
    ) -> None:
        groups = stack.group_answers(asked.name)
        place = groups.index(group)
        shown = {
            "stack": stack,
            "question": asked,
            "group": group,
            "groups": groups,
            "place": place + 1,
        }
        shown |= {"form": form or pages.fill(asked, group.mark), "samples": SAMPLES}
        shown["text"], shown["outputs"] = stack.show(asked.name, group)
        self.show("answer", waiting=pages.find_waiting(groups, place), **shown, **values)

    def _read_form(self, asked: Question) -> Form:
        go = self.get_body_argument("go", "")
        items = tuple(self._read_numbers("item", len(asked.items)))
        own = self.get_body_argument("own", "")
        if go == "full":
            items = tuple(range(1, len(asked.items) + 1))
            own = "" if items else format_number(asked.out_of)
        elif go == "none":
            items = ()
            own = "0"
        comment = self.get_body_argument("comment", "").replace("\r\n", "\n")
        comment = " ".join(part for part in (comment, self.get_body_argument("again", "")) if part)
        if len(comment) > LONGEST_COMMENT:
            much = f"The comment has {len(comment)} characters"
            raise web.HTTPError(422, f"{much}; at most {LONGEST_COMMENT} are kept, so nothing was.")
        return Form(items, own, comment)

    def _read_numbers(self, name: str, count: int, first: int = 1) -> list[int]:
        texts = [
            text for text in self.get_body_arguments(name) if text.isdecimal() and len(text) < 5
        ]
        return sorted({*map(int, texts)} & {*range(first, first + count)})

    def _find_group(
        self, assignment: str, question: str, name: str
    ) -> tuple[Stack, Question, Group]:
        stack, asked = self.find(assignment, question)
        return stack, asked, stack.find(question, name)


class _File(_Page):
    def get(self, name: str) -> None:
        self.set_header("Content-Type", "text/css" if name.endswith("css") else "text/javascript")
        self.finish(Path(__file__).with_name(name).read_bytes())


def _read_mark(asked: Question, form: Form, by: str) -> Mark:
    points = read_points(form.own, asked.out_of)
    if points is None and form.items:
        points = asked.sum(form.items)
    items = form.items if points is not None else ()
    return Mark(points, form.comment, "", items, _sign(by))


def _sign(name: str) -> str:
    return "marker" if name in ("", MACHINE) else name


class Desk:
    """A desk that listens on a port of this machine; 0 takes any that is free.

    `bind` is the address that it listens on: loopback by default, all interfaces in a container
    whose port is forwarded, or where markers reach it from elsewhere. `missing` says which
    assignments are not here. Raises `ValueError` if the port cannot be opened.
    """

    def __init__(
        self,
        stacks: list[Stack],
        port: int = 0,
        bind: str = HOST,
        invitations: Invitations | None = None,
        missing: Sequence[str] = (),
    ) -> None:
        try:
            sockets = bind_sockets(port, bind, family=socket.AF_INET)
        except (OSError, OverflowError):
            fault = f"Port {port} is in use or not allowed; choose another, such as {port + 1}"
            raise ValueError(fault) from None
        self.port = sockets[0].getsockname()[1]
        self.key = secrets.token_urlsafe(16)
        self.hosts = [f"{name}:{self.port}" for name in NAMES]  # accepted from this machine only
        self.address = f"http://{HOST}:{self.port}/?key={self.key}"
        self.stacks = {stack.name: stack for stack in stacks}
        self.missing = missing
        self.invitations = invitations or Invitations()
        self.home = f"/{secrets.token_urlsafe(16)}/"
        self.sessions = dict[str, str]()
        # Read here, so that a body is limited before any handler is chosen.
        limits = {"max_body_size": LONGEST_BODY, "body_timeout": BODY_SECONDS}
        HTTPServer(self._make_application(), **limits).add_sockets(sockets)

    def _make_application(self) -> web.Application:
        home = re.escape(self.home)
        shared = {"desk": self}
        part = r"([^/]+)"
        return web.Application(
            [
                (r"/", _Enter, shared),
                (home, _Index, shared),
                (rf"{home}look", _SetPreferences, shared),
                (rf"{home}people", _People, shared),
                (rf"{home}differ", _Differ, shared),
                (rf"{home}(desk\.css|desk\.js)", _File, shared),
                (rf"{home}{part}/{part}/", _Question, shared),
                (rf"{home}{part}/{part}/{part}", _Answer, shared),
            ],
            default_handler_class=_Page,
            default_handler_args=shared,
            cookie_secret=self.key,
            log_function=lambda handler: None,
        )

    def begin_session(self, key: str) -> str:
        """Begin a session with a key or an invitation; returns what its cookie holds."""
        name = secrets.token_urlsafe(16)
        self.sessions[name] = key
        return name

    def make_token(self, key: str) -> str:
        """The token of the forms of all sessions that began with this key or invitation."""
        return hmac.digest(self.key.encode(), key.encode(), "sha256").hex()

    def admit(self, token: str, host: str) -> str | None:
        """The user with this key or invitation: `LEAD`, a marker's name, or None."""
        if host in self.hosts and secrets.compare_digest(token.encode(), self.key.encode()):
            return LEAD
        return self.invitations.read(token)

    def invite(self, name: str) -> str:
        """The link by which a marker reaches the desk, valid from now on."""
        address = self.invitations.address or f"http://{HOST}:{self.port}"
        return f"{address}/?{self.invitations.sign(name)}"

    def serve(self) -> None:
        """Answer until Ctrl-C."""
        IOLoop.current().start()
