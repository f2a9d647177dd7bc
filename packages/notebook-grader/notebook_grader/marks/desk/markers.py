"""Markers: their shares of the answers, and the signed links by which they reach the desk.

A share follows from names alone, so that it hardly moves when somebody hands in again, or a marker
joins or leaves: rendezvous hashing (Thaler and Ravishankar 1998), in which nobody gets more than an
even share.
"""

import hashlib
import json
import math
import os
import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

from tornado import web

from notebook_grader import files
from notebook_grader.marks.decisions import MACHINE

LONGEST_NAME = 60
SIGNED = (  # name of the signed value: no other cookie of the desk is accepted as an invitation
    "invitation"
)


@dataclass(frozen=True)
class Markers:
    """The markers by name, and the share of answers that two of them mark.

    Raises `ValueError` for an empty or repeated name, or where there is nobody to mark a second
    time.
    """

    names: tuple[str, ...] = ()
    twice: float = 0.0

    def __post_init__(self) -> None:
        if odd := [
            name for name in self.names if not name or name == MACHINE or len(name) > LONGEST_NAME
        ]:
            raise ValueError(f"{odd[0]!r} is not a name of a marker: name them as Li,Wang.")
        if len(set(self.names)) < len(self.names):
            raise ValueError("Two markers have the same name: their marks could not be told apart.")
        if not 0 <= self.twice <= 1:
            raise ValueError("--twice is from 0 to 100 per cent of the answers.")
        if self.twice and len(self.names) < 2:
            raise ValueError(
                "To mark answers twice there must be two markers or more: name them as Li,Wang."
            )

    def split(self, assignment: str, answers: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Assign each answer to one marker, or to two where it is in the sample that is marked
        twice.

        An answer of the same name to another question has the same markers if the other answers are
        the same.
        """
        drawn = sorted(answers, key=lambda answer: (_draw(assignment, answer), answer))
        most, again = (
            math.ceil(len(drawn) * share) for share in (1 / max(len(self.names), 1), self.twice)
        )
        load = Counter[str]()
        assigned = dict[str, tuple[str, ...]]()
        for place, answer in enumerate(drawn):
            ranked = sorted(self.names, key=lambda name: (_draw(assignment, answer, name), name))
            first = next(name for name in ranked if load[name] < most)
            load[first] += 1
            others = [name for name in ranked if name != first]
            assigned[answer] = (first, *others[: place < again])
        return assigned


def _draw(*words: str) -> float:
    """Draw a number from 0 to 1 that follows from these words."""
    text = json.dumps(words).encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:7], "big") / 256**7


def read_secret(folder: Path) -> str:
    """Secret that signs invitation links. Stored with the keys so that links survive a restart."""
    path = folder / "desk.json"
    if not (secret := files.read_kept(path).get("secret")):
        secret = secrets.token_urlsafe(32)
        files.write(path, json.dumps({"secret": secret}) + "\n")
    os.chmod(path, 0o600)
    return str(secret)


@dataclass
class Invitations:
    """Links for markers, signed with `secret` and valid for some days; `address` is where markers
    reach the desk, empty on its own machine.

    Raises `ValueError` for anything but a plain address, or an address to which nobody is invited.
    """

    markers: Markers = Markers()
    address: str = ""
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    days: float = 14.0

    def __post_init__(self) -> None:
        if self.address:
            self.address = _read_address(self.address)
            if not self.markers.names:
                raise ValueError(
                    "At --address the desk answers invited markers only: name them as Li,Wang."
                )

    def sign(self, name: str) -> str:
        """The query of a marker's link, valid from now on."""
        return f"key={quote(web.create_signed_value(self.secret, SIGNED, name).decode())}"

    def read(self, token: str) -> str | None:
        """The marker whom a link was made for; None if it is forged or expired, or the marker has
        left."""
        signed = web.decode_signed_value(self.secret, SIGNED, token, max_age_days=self.days)
        name = signed.decode() if signed else None
        return name if name in self.markers.names else None


def _read_address(text: str) -> str:
    """An address as browsers send it: in small letters, without a default port."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.path in ("", "/")
        usable = usable and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(
            f"{text!r} is not an address such as https://desk.example.org or http://lab7:8000"
        )
    default_port = {"http": ":80", "https": ":443"}[parts.scheme]
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(default_port)}"
