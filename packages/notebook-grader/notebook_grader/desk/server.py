"""The desk on a port of this machine: who may see it, and what becomes of a form.

Only the loopback is listened on (in a container, what its port is forwarded from), and only under its own
names, so that no page from elsewhere reaches the desk by a name of its own. Whoever shares the machine needs
the key that the command prints. Every form carries a token.
"""

import secrets
import socket

from tornado import web
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets

from notebook_grader.decisions import MACHINE, ManualError, Mark, format_number, read_points
from notebook_grader.desk import pages
from notebook_grader.desk.pages import Form, Preferences
from notebook_grader.desk.stack import Conflict, Group, Question, Stack
from notebook_grader.store import StoreError

HOST = "127.0.0.1"
NAMES = (HOST, "localhost")
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
LONGEST_COMMENT, LONGEST_NAME = 5000, 60
UNUSABLE = (ManualError, Conflict, StoreError)  # what stands in the way, told as it is
_WRONG_KEY = "Open the address that the command printed, with its key."


class DeskError(ValueError):
    """The desk cannot be opened; the message says why."""


class _Page(web.RequestHandler):
    """What all pages share: who may see them, and how a problem is told."""

    stacks: dict[str, Stack]

    def initialize(self, stacks: dict[str, Stack], port: int) -> None:
        self.stacks, self.cookie = stacks, f"desk-{port}"
        self.hosts = [f"{name}:{port}" for name in NAMES]

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "no-store")

    def prepare(self) -> None:
        if self.request.host not in self.hosts:
            raise web.HTTPError(403, f"The desk answers at {self.hosts[0]} only.")
        key = self.settings["cookie_secret"]
        if secrets.compare_digest(self.get_query_argument("key", "").encode(), key.encode()):
            self.set_signed_cookie(self.cookie, "open", expires_days=None, httponly=True, samesite="Strict")
            self.redirect(self.request.path)
        elif self.get_signed_cookie(self.cookie) != b"open":
            raise web.HTTPError(403, _WRONG_KEY)

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
        name = (self.get_signed_cookie(f"{self.cookie}-name") or b"").decode()
        return Preferences(hidden="hidden" in told, keys="keys" in told, name=name)

    @property
    def token(self) -> str:
        return self.xsrf_token.decode()

    def find(self, assignment: str, question: str) -> tuple[Stack, Question]:
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
        stacks = list(self.stacks.values())
        self.finish(pages.render("index", stacks=stacks, look=self.look, token=self.token))


class _SetPreferences(_Page):
    def post(self) -> None:
        told = [name for name in ("hidden", "keys") if self.get_body_argument(name, "")]
        self.set_cookie(f"{self.cookie}-look", ".".join(told) or "none", samesite="Strict", httponly=True)
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

    def _go_on(self, stack: Stack, asked: Question, name: str) -> None:
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

    def _find_group(self, assignment: str, question: str, name: str) -> tuple[Stack, Question, Group]:
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


class Desk:
    """A desk that listens on a port of this machine; 0 takes any that is free.

    In a container, `bind` is an address from which the port is forwarded: ``0.0.0.0``.
    """

    def __init__(self, stacks: list[Stack], port: int = 0, bind: str = HOST) -> None:
        try:
            sockets = bind_sockets(port, bind, family=socket.AF_INET)
        except (OSError, OverflowError):
            raise DeskError(
                f"Port {port} is in use or not allowed; choose another, such as {port + 1}"
            ) from None
        self.port, key = sockets[0].getsockname()[1], secrets.token_urlsafe(16)
        self.address = f"http://{HOST}:{self.port}/?key={key}"
        shared = {"stacks": {stack.name: stack for stack in stacks}, "port": self.port}
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

    def serve(self) -> None:
        """Answer until Ctrl-C."""
        IOLoop.current().start()
