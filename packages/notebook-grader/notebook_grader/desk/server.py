"""The desk on a port of this machine: who may see it, and what becomes of a form.

It answers under the loopback's names alone, so that no page from elsewhere reaches it by a name of its own,
and to nobody without a key: whoever leads has the one that the command prints, and each marker an invitation,
which is signed, names the marker and ends. At an address of its own it answers invited markers only. Every
form carries a token.
"""

import secrets
import socket
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from tornado import web
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets

from notebook_grader.decisions import MACHINE, Mark
from notebook_grader.desk import pages
from notebook_grader.desk.markers import LONGEST_NAME, Invitations, Markers
from notebook_grader.desk.pages import Form, Preferences
from notebook_grader.desk.stack import SAMPLES, Conflict, Group, Question, Stack
from notebook_grader.store import StoreError
from notebook_grader.tables import TableError, format_number, read_points

HOST = "127.0.0.1"
NAMES = (HOST, "localhost")
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
LONGEST_COMMENT = 5000
UNUSABLE = (TableError, Conflict, StoreError)  # what stands in the way, told as it is
_WRONG_KEY = (
    "Open the address that the command printed, with its key, or your invitation, which may have ended."
)
LEAD = ""  # in place of a marker's name: who started the desk, and sees all


class _Page(web.RequestHandler):
    """What all pages share: who may see them, and how a problem is told."""

    stacks: dict[str, Stack]

    def initialize(self, desk: "Desk") -> None:
        self.desk, self.cookie = desk, f"desk-{desk.port}"

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "no-store")

    def prepare(self) -> None:
        host, desk, named = self.request.host, self.desk, urlsplit(self.desk.invitations.address)
        if host not in filter(None, (*desk.hosts, named.netloc)):
            raise web.HTTPError(403, f"The desk answers at {named.netloc or desk.hosts[0]} only.")
        given = self.get_query_argument("key", "")
        marker = desk.admit(given or self.get_cookie(self.cookie, ""), host)
        if marker is None:
            raise web.HTTPError(403, _WRONG_KEY)
        self.marker, self.stacks = marker, desk.stacks
        if marker != LEAD:
            self.stacks = {
                name: stack.share(marker, desk.invitations.markers) for name, stack in desk.stacks.items()
            }
        if given:
            secure = named.scheme == "https" and host == named.netloc
            self.set_cookie(self.cookie, given, secure=secure, httponly=True, samesite="Strict")
            # No redirect: after a link in a mail, browsers count it to the mail and keep the cookie back.
            self.set_header("Refresh", "0; url=/")
            self.finish(pages.render("enter", marker=marker))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = kwargs["exc_info"][1]
        says = getattr(error, "log_message", None) or "The desk could not do this; nothing was kept."
        if isinstance(error, UNUSABLE):
            self.set_status(409)
            says = str(error)
        elif isinstance(error, OSError):
            says = f"Something could not be read or written ({error.strerror}), so nothing was kept."
        # What somebody had written is shown, so that it is not lost.
        self.finish(pages.render("problem", says=says, written=self.get_body_argument("comment", "")))

    def log_exception(self, kind: Any, value: BaseException | None, trace: TracebackType | None) -> None:
        if not isinstance(value, (*UNUSABLE, web.HTTPError)):
            super().log_exception(kind, value, trace)

    @property
    def look(self) -> Preferences:
        told = self.get_cookie(f"{self.cookie}-look", "keys").split(".")
        name = self.marker or (self.get_signed_cookie(f"{self.cookie}-name") or b"").decode()
        return Preferences(hidden="hidden" in told, keys="keys" in told, name=name)

    def find(self, assignment: str, question: str) -> tuple[Stack, Question]:
        stack = self.stacks.get(assignment)
        if stack:
            stack.refresh()
        if stack is None or question not in stack.questions:
            raise web.HTTPError(404, "There is nothing to mark at this address.")
        return stack, stack.questions[question]

    def show(self, name: str, **told: object) -> None:
        self.finish(pages.render(name, look=self.look, token=self.xsrf_token.decode(), **told))


class _Index(_Page):
    def get(self) -> None:
        for stack in self.stacks.values():
            stack.refresh()
        stacks = list(self.stacks.values())
        named = self.desk.invitations.markers if self.marker == LEAD else Markers()
        shares = [(name, stack.share(name, named)) for stack in stacks for name in named.names]
        self.show("index", stacks=stacks, marker=self.marker, shares=shares)


class _SetPreferences(_Page):
    def post(self) -> None:
        told = [name for name in ("hidden", "keys") if self.get_body_argument(name, "")]
        self.set_cookie(f"{self.cookie}-look", ".".join(told) or "none", samesite="Strict", httponly=True)
        if self.marker == LEAD:
            name = self.get_body_argument("name", "")[:LONGEST_NAME]
            self.set_signed_cookie(f"{self.cookie}-name", name, samesite="Strict", httponly=True)
        self.redirect("/", status=303)


class _Question(_Page):
    def get(self, assignment: str, question: str) -> None:
        stack, asked = self.find(assignment, question)
        groups = stack.group_answers(question)
        self.show("question", stack=stack, question=asked, waiting=pages.find_waiting(groups, len(groups)))


class _Answer(_Page):
    def get(self, assignment: str, question: str, name: str) -> None:
        stack, asked, group = self._find_group(assignment, question, name)
        kept, points = self.get_query_argument("kept", "") == "yes", group.mark.points
        says = "Kept; no points yet." if points is None else f"Kept: {points:g} of {asked.out_of:g}."
        says = "Kept; equal answers have different marks now." if group.differs else says
        self._show_group(stack, asked, group, kept=says if kept else "")

    def post(self, assignment: str, question: str, name: str) -> None:
        stack, asked, group = self._find_group(assignment, question, name)
        given = self._read_given(asked)
        everybody = list(group.marks)
        chosen = {everybody[int(n)] for n in self._read_numbers("student", len(everybody), first=0)}
        try:
            if not chosen:
                raise TableError("Tick whose answer the mark is for.")
            mark = _read_mark(asked, given, self.look.name)
            stack.give(question, name, self.get_body_argument("seen", ""), mark, chosen)
        except TableError as error:
            self.set_status(422)
            self._show_group(stack, asked, group, given, says=str(error))
        except Conflict as error:
            self.set_status(409)
            stack, asked, group = self._find_group(assignment, question, name)
            theirs = pages.describe(asked, group.mark)
            self._show_group(stack, asked, group, given, says=str(error), theirs=theirs)
        else:
            groups = stack.group_answers(question)
            onward = pages.find_waiting(groups, [one.name for one in groups].index(name)) or "./"
            stays = self.get_body_argument("go", "") == "stay"
            self.redirect(f"{name}?kept=yes" if stays else onward, status=303)

    def _show_group(
        self, stack: Stack, asked: Question, group: Group, given: Form | None = None, **told: object
    ) -> None:
        groups = stack.group_answers(asked.name)
        place = groups.index(group)
        shown = {"stack": stack, "question": asked, "group": group, "groups": groups, "place": place + 1}
        shown |= {"given": given or pages.fill(asked, group.mark), "samples": SAMPLES}
        self.show("answer", waiting=pages.find_waiting(groups, place), **shown, **told)

    def _read_given(self, asked: Question) -> Form:
        go = self.get_body_argument("go", "")
        items = tuple(self._read_numbers("item", len(asked.items)))
        own = self.get_body_argument("own", "")
        if go == "full":
            items = tuple(range(1, len(asked.items) + 1))
            own = "" if items else format_number(asked.out_of)
        elif go == "none":
            items, own = (), "0"
        comment = self.get_body_argument("comment", "").replace("\r\n", "\n")
        comment = " ".join(part for part in (comment, self.get_body_argument("again", "")) if part)
        return Form(items, own, comment[:LONGEST_COMMENT])

    def _read_numbers(self, name: str, count: int, first: int = 1) -> list[int]:
        given = [int(text) for text in self.get_body_arguments(name) if text.isdecimal() and len(text) < 5]
        return sorted({number for number in given if first <= number < first + count})

    def _find_group(self, assignment: str, question: str, name: str) -> tuple[Stack, Question, Group]:
        stack, asked = self.find(assignment, question)
        return stack, asked, stack.find(question, name)


class _File(_Page):
    def get(self, name: str) -> None:
        self.set_header("Content-Type", "text/css" if name.endswith("css") else "text/javascript")
        self.finish(Path(__file__).with_name(name).read_bytes())


class _Nothing(_Page):
    def get(self) -> None:
        raise web.HTTPError(404, "There is nothing to mark at this address.")


def _read_mark(asked: Question, given: Form, by: str) -> Mark:
    points = read_points(given.own, asked.out_of)
    if points is None and given.items:
        points = asked.sum(given.items)
    items = given.items if points is not None else ()
    return Mark(points, given.comment, "", items, "marker" if by in ("", MACHINE) else by)


class Desk:
    """A desk that listens on a port of this machine; 0 takes any that is free.

    `bind` is the address that it listens on: loopback by default, all interfaces in a container whose port is
    forwarded, or where markers reach it from elsewhere. Raises `ValueError` if the port cannot be opened.
    """

    def __init__(
        self, stacks: list[Stack], port: int = 0, bind: str = HOST, invitations: Invitations | None = None
    ) -> None:
        try:
            sockets = bind_sockets(port, bind, family=socket.AF_INET)
        except (OSError, OverflowError):
            raise ValueError(
                f"Port {port} is in use or not allowed; choose another, such as {port + 1}"
            ) from None
        self.port, self.key = sockets[0].getsockname()[1], secrets.token_urlsafe(16)
        self.hosts = [f"{name}:{self.port}" for name in NAMES]  # accepted from this machine only
        self.address = f"http://{HOST}:{self.port}/?key={self.key}"
        self.stacks = {stack.name: stack for stack in stacks}
        self.invitations = invitations or Invitations()
        shared, part = {"desk": self}, r"([^/]+)"
        application = web.Application(
            [
                (r"/", _Index, shared),
                (r"/look", _SetPreferences, shared),
                (r"/(desk\.css|desk\.js)", _File, shared),
                (rf"/{part}/{part}/", _Question, shared),
                (rf"/{part}/{part}/{part}", _Answer, shared),
            ],
            default_handler_class=_Nothing,
            default_handler_args=shared,
            cookie_secret=self.key,
            xsrf_cookies=True,
            xsrf_cookie_name=f"desk-{self.port}-form",
            xsrf_cookie_kwargs={"httponly": True, "samesite": "Strict"},
            log_function=lambda handler: None,
        )
        HTTPServer(application).add_sockets(sockets)

    def admit(self, token: str, host: str) -> str | None:
        """The user with this key or invitation: `LEAD`, a marker's name, or None."""
        if host in self.hosts and secrets.compare_digest(token.encode(), self.key.encode()):
            return LEAD
        return self.invitations.read(token)

    def invite(self, name: str) -> str:
        """The link by which a marker reaches the desk, valid from now on."""
        return f"{self.invitations.address or f'http://{HOST}:{self.port}'}/?{self.invitations.sign(name)}"

    def serve(self) -> None:
        """Answer until Ctrl-C."""
        IOLoop.current().start()
