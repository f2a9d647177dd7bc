"""Who marks which answers, and by which link they come in.

The split follows from names alone, so that it hardly moves when somebody hands in again, or a marker joins or
leaves: rendezvous hashing (Thaler and Ravishankar 1998), in which nobody gets more than an even share.
"""

import hashlib
import json
import math
import os
import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tornado import web

from notebook_grader import store
from notebook_grader.decisions import MACHINE

DAYS = 14.0
LONGEST_NAME = 60
SIGNED = "invitation"  # what a signature is for: no other cookie of the desk is taken for one


@dataclass(frozen=True)
class Markers:
    """The markers by name, and the share of answers that two of them mark.

    Raises `ValueError` where a name is none, or is given twice, or nobody could mark a second time.
    """

    names: tuple[str, ...] = ()
    twice: float = 0.0

    def __post_init__(self) -> None:
        if odd := [name for name in self.names if not name or name == MACHINE or len(name) > LONGEST_NAME]:
            raise ValueError(f"{odd[0]!r} is no name of a marker: name them as Li,Wang.")
        if len(set(self.names)) < len(self.names):
            raise ValueError("Two markers have one name: their marks could not be told apart.")
        if not 0 <= self.twice <= 1:
            raise ValueError("What is marked twice is from 0 to 100 per cent of the answers.")
        if self.twice and len(self.names) < 2:
            raise ValueError("To mark answers twice there must be two markers or more: name them as Li,Wang.")

    def split(self, assignment: str, answers: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Who marks each answer: one, or two where it is in the sample that is marked twice, the first first.

        An answer of the same name to another question has the same markers, if the others have, too.
        """
        drawn = sorted(answers, key=lambda answer: (_draw(assignment, answer), answer))
        most, again = (math.ceil(len(drawn) * share) for share in (1 / max(len(self.names), 1), self.twice))
        load, found = Counter[str](), dict[str, tuple[str, ...]]()
        for place, answer in enumerate(drawn):
            ranked = sorted(self.names, key=lambda name: (_draw(assignment, answer, name), name))
            first = next(name for name in ranked if load[name] < most)
            load[first] += 1
            others = [name for name in ranked if name != first]
            found[answer] = (first, *others[: place < again])
        return found


def _draw(*words: str) -> float:
    """A number from 0 to 1 that follows from these words."""
    text = json.dumps(words).encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:7], "big") / 256**7


def read_secret(folder: Path) -> str:
    """What signs the invitations; kept in the folder of keys, so that they hold when the desk begins anew."""
    path = folder / "desk.json"
    if not (secret := store.read_kept(path).get("secret")):
        secret = secrets.token_urlsafe(32)
        store.write(path, json.dumps({"secret": secret}) + "\n")
    os.chmod(path, 0o600)
    return str(secret)


def sign(secret: str, name: str) -> str:
    """An invitation for a marker, from now on."""
    return web.create_signed_value(secret, SIGNED, name).decode()


def read_name(secret: str, token: str, days: float) -> str | None:
    """Whose invitation it is; None if it is forged, or older than so many days."""
    found = web.decode_signed_value(secret, SIGNED, token, max_age_days=days)
    return found.decode() if found else None
