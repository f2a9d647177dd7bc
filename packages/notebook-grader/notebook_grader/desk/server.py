"""The desk on a port of this machine: who may see it, and what becomes of a form.

It answers under the loopback's names alone, so that no page from elsewhere reaches it by a name of its own,
and to nobody without a key: whoever leads has the one that the command prints, and each marker an invitation,
which is signed, names the marker and ends. At an address of its own it answers invited markers only. Every
form carries a token.
"""

import secrets
import socket
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from tornado import web
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets

from notebook_grader.decisions import MACHINE, ManualError, Mark, format_number, read_points
from notebook_grader.desk import markers, pages
from notebook_grader.desk.markers import DAYS, LONGEST_NAME, Markers
from notebook_grader.desk.pages import Form, Preferences
from notebook_grader.desk.share import Share
from notebook_grader.desk.stack import Conflict, Group, Question, Stack
from notebook_grader.store import StoreError

HOST = "127.0.0.1"
NAMES = (HOST, "localhost")
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
LONGEST_COMMENT = 5000
UNUSABLE = (ManualError, Conflict, StoreError)  # what stands in the way, told as it is
_WRONG_KEY = (
    "Open the address that the command printed, with its key, or your invitation, which may have ended."
)
LEAD = ""  # in place of a marker's name: who started the desk, and sees all


class DeskError(ValueError):
    """The desk cannot be opened; the message says why."""


@dataclass(frozen=True)
class Door:
    """Who is let in: at which names, with which key, and whose invitations hold how long."""

    port: int
    address: str
    key: str
    secret: str
    markers: Markers
    days: float

    @property
    def hosts(self) -> list[str]:
        """The names of this machine, for itself alone."""
        return [f"{name}:{self.port}" for name in NAMES]

    def admit(self, token: str, host: str) -> str | None:
        """Who has this key or invitation; None if nobody is let in by it."""
        if host in self.hosts and secrets.compare_digest(token.encode(), self.key.encode()):
            return LEAD
        name = markers.read_name(self.secret, token, self.days)
        return name if name in self.markers.names else None


class _Page(web.RequestHandler):
    """What all pages share: who may see them, and how a problem is told."""

    stacks: dict[str, Stack | Share]

    def initialize(self, stacks: dict[str, Stack], door: Door) -> None:
        self.all_stacks, self.door, self.cookie = stacks, door, f"desk-{door.port}"
        self.named = urlsplit(door.address)

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "no-store")

    def prepare(self) -> None:
        host = self.request.host
        if host not in filter(None, (*self.door.hosts, self.named.netloc)):
            raise web.HTTPError(403, f"The desk answers at {self.named.netloc or self.door.hosts[0]} only.")
        given = self.get_query_argument("key", "")
        marker = self.door.admit(given or self.get_cookie(self.cookie, ""), host)
        if marker is None:
            raise web.HTTPError(403, _WRONG_KEY)
        self.marker, shares = marker, self.all_stacks
        if marker != LEAD:
            shares = {name: Share(stack, marker, self.door.markers) for name, stack in shares.items()}
        self.stacks = shares
        if given:
            secure = self.named.scheme == "https" and host == self.named.netloc
            self.set_cookie(self.cookie, given, secure=secure, httponly=True, samesite="Strict")
            # No redirect: after a link in a mail, browsers count it to the mail and keep the cookie back.
            self.set_header("Refresh", "0; url=/")
            self.finish(pages.render("enter", marker=marker))

    def write_error(self, status_code: int, **kwargs: object) -> None:
        error = kwargs["exc_info"][1]
        says = getattr(error, "log_message", None) or "The desk could not do this; nothing was kept."
        if isinstance(error, UNUSABLE):
            self.set_status(409)
            says = str(error)
        elif isinstance(error, OSError):
            says = f"Something could not be read or written ({error.strerror}), so nothing was kept."
        if self.wants_data:
            self.finish({"says": says})
        else:
            # What somebody had written is shown, so that it is not lost.
            self.finish(pages.render("problem", says=says, written=self.get_body_argument("comment", "")))

    def log_exception(self, kind: type | None, value: BaseException | None, trace: object) -> None:
        if not isinstance(value, (*UNUSABLE, web.HTTPError)):
            super().log_exception(kind, value, trace)

    @property
    def wants_data(self) -> bool:
        return "application/json" in self.request.headers.get("Accept", "")

    @property
    def look(self) -> Preferences:
        told = self.get_cookie(f"{self.cookie}-look", "keys").split(".")
        name = self.marker or (self.get_signed_cookie(f"{self.cookie}-name") or b"").decode()
        return Preferences(hidden="hidden" in told, keys="keys" in told, name=name)

    @property
    def token(self) -> str:
        return self.xsrf_token.decode()

    def find(self, assignment: str, question: str) -> tuple[Stack | Share, Question]:
        stack = self.stacks.get(assignment)
        if stack:
            stack.refresh()
        if stack is None or question not in stack.questions:
            raise web.HTTPError(404, "There is nothing to mark at this address.")
        return stack, stack.questions[question]


class _Index(_Page):
    def get(self) -> None:
        for stack in self.stacks.values():
            stack.refresh()
        stacks, shares = list(self.stacks.values()), []
        if self.marker == LEAD:
            named = self.door.markers.names
            shares = [(name, Share(stack, name, self.door.markers)) for stack in stacks for name in named]
        told = {"look": self.look, "token": self.token, "marker": self.marker, "shares": shares}
        self.finish(pages.render("index", stacks=stacks, **told))


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
        waiting = pages.find_waiting(groups, len(groups))
        self.finish(pages.render("question", stack=stack, question=asked, waiting=waiting))


class _Answer(_Page):
    def get(self, assignment: str, question: str, name: str) -> None:
        stack, asked, group = self._find_group(assignment, question, name)
        kept = self.get_query_argument("kept", "") == "yes"
        self.finish(pages.render_answer(stack, asked, group, self.look, self.token, kept=kept))

    def post(self, assignment: str, question: str, name: str) -> None:
        stack, asked, group = self._find_group(assignment, question, name)
        given = self._read_given(asked)
        everybody = list(group.marks)
        chosen = {everybody[int(n)] for n in self._read_numbers("student", len(everybody), first=0)}
        try:
            if not chosen:
                raise ManualError("Tick whose answer the mark is for.")
            mark = _read_mark(asked, given, self.look.name)
            stack.give(question, name, self.get_body_argument("seen", ""), mark, chosen)
        except ManualError as error:
            self._show_again(stack, asked, group, given, 422, says=str(error))
        except Conflict as error:
            stack, asked, group = self._find_group(assignment, question, name)
            theirs = pages.describe(asked, group.mark)
            self._show_again(stack, asked, group, given, 409, says=str(error), theirs=theirs)
        else:
            self._go_on(stack, asked, name)

    def _show_again(self, stack, asked, group, given, status, **told: str) -> None:
        self.set_status(status)
        if self.wants_data:
            self.finish({"says": told["says"]})
        else:
            self.finish(pages.render_answer(stack, asked, group, self.look, self.token, given, **told))

    def _go_on(self, stack: Stack | Share, asked: Question, name: str) -> None:
        groups = stack.group_answers(asked.name)
        place = pages.find_place(groups, name)
        onward = pages.find_waiting(groups, place) or "./"
        done, whole = stack.count_marked(asked.name)
        if self.wants_data:
            points, progress = groups[place].mark.points, f"{done} of {whole} answers are marked"
            says = "Kept; no points yet." if points is None else f"Kept: {points:g} of {asked.out_of:g}."
            told = {"says": says, "seen": groups[place].seen, "onward": onward}
            self.finish(told | {"progress": progress, "done": done})
        else:
            stays = self.get_body_argument("go", "") == "stay"
            self.redirect(f"{name}?kept=yes" if stays else onward, status=303)

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

    def _find_group(self, assignment: str, question: str, name: str) -> tuple[Stack | Share, Question, Group]:
        stack, asked = self.find(assignment, question)
        return stack, asked, stack.find(question, name)


class _File(_Page):
    def get(self, name: str) -> None:
        self.set_header("Content-Type", "text/css" if name.endswith("css") else "text/javascript")
        self.finish((pages.FOLDER / name).read_bytes())


class _Nothing(_Page):
    def get(self) -> None:
        raise web.HTTPError(404, "There is nothing to mark at this address.")


def _read_mark(asked: Question, given: Form, by: str) -> Mark:
    points = read_points(given.own, asked.out_of)
    if points is None and given.items:
        points = asked.sum(given.items)
    return Mark(
        points,
        given.comment,
        "",
        given.items if points is not None else (),
        by if by not in ("", MACHINE) else "marker",
    )


def read_address(text: str, named: Markers) -> str:
    """The address at which markers reach the desk. Raises `DeskError` if it is none, or nobody is named."""
    try:
        found = urlsplit(text)
        port = found.port
    except ValueError:
        found, port = urlsplit(""), None
    if (
        found.scheme not in ("http", "https")
        or not found.hostname
        or found.path not in ("", "/")
        or port == 0
    ):
        raise DeskError(f"{text!r} is no address such as https://desk.example.org or http://lab7:8000")
    if not named.names:
        raise DeskError(
            "At an address of its own the desk answers invited markers only: name them as Li,Wang."
        )
    return f"{found.scheme}://{found.netloc.lower()}"  # as browsers name it


class Desk:
    """A desk that listens on a port of this machine; 0 takes any that is free.

    `bind` is what is listened on: not the loopback's in a container, whose port is forwarded, or where there
    is an `address` at which markers reach it, who are `named`. `secret` signs their invitations, which hold
    so many `days`. Raises `DeskError`.
    """

    def __init__(
        self,
        stacks: list[Stack],
        port: int = 0,
        bind: str = HOST,
        address: str = "",
        named: Markers = Markers(),  # noqa: B008 (it cannot be changed)
        secret: str = "",
        days: float = DAYS,
    ) -> None:
        address = read_address(address, named) if address else ""
        try:
            sockets = bind_sockets(port, bind, family=socket.AF_INET)
        except (OSError, OverflowError):
            raise DeskError(
                f"Port {port} is in use or not allowed; choose another, such as {port + 1}"
            ) from None
        self.port, key = sockets[0].getsockname()[1], secrets.token_urlsafe(16)
        self._home = f"http://{HOST}:{self.port}"
        self.address = f"{self._home}/?key={key}"
        self.door = Door(self.port, address, key, secret or secrets.token_urlsafe(32), named, days)
        shared = {"stacks": {stack.name: stack for stack in stacks}, "door": self.door}
        part = r"([^/]+)"
        self._server = HTTPServer(
            web.Application(
                [
                    (r"/", _Index, shared),
                    (r"/look", _SetPreferences, shared),
                    (r"/(desk\.css|desk\.js)", _File, shared),
                    (rf"/{part}/{part}/", _Question, shared),
                    (rf"/{part}/{part}/{part}", _Answer, shared),
                ],
                default_handler_class=_Nothing,
                default_handler_args=shared,
                cookie_secret=key,
                xsrf_cookies=True,
                xsrf_cookie_name=f"desk-{self.port}-form",
                xsrf_cookie_kwargs={"httponly": True, "samesite": "Strict"},
                log_function=lambda handler: None,
            )
        )
        self._server.add_sockets(sockets)

    def invite(self, name: str) -> str:
        """The link by which a marker comes in, from now on."""
        return f"{self.door.address or self._home}/?key={quote(markers.sign(self.door.secret, name))}"

    def serve(self) -> None:
        """Answer until Ctrl-C."""
        IOLoop.current().start()
