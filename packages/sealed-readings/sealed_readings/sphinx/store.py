"""The ledgers that pages show: read from their JSON, and a page anew when what it shows of them changes."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

_KEY = "claims ledger"  # of a page's metadata, which Sphinx keeps from build to build


def read_ledgers(app: Sphinx) -> dict[str, dict[str, Any]]:
    """Every ledger that `records.make_record` made, by the page that shows it; the first is the main one."""
    paths = {page: Path(app.srcdir, file) for page, file in app.config.sealed_readings_ledgers.items()}
    for path in paths.values():
        if not path.is_file():
            raise ExtensionError(
                f"sealed_readings_ledgers: there is no {path}; write it with sealed_readings.records first"
            )
    return {page: _read(path, path.stat().st_mtime_ns) for page, path in paths.items()}


@lru_cache(maxsize=8)
def _read(path: Path, changed: int) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return record | {"claims": {claim["claim_id"]: claim for claim in record["claims"]}}


def _get(app: Sphinx, page: str, part: str) -> Any:
    """A part of a ledger; of a claim, whichever ledger has it."""
    ledgers = read_ledgers(app)
    if page:
        return ledgers[page][part]
    return next((ledger["claims"][part] for ledger in ledgers.values() if part in ledger["claims"]), None)


def _digest(app: Sphinx, page: str, part: str) -> str:
    try:
        found = _get(app, page, part)
    except (ExtensionError, KeyError):  # the page that is read again says what is missing
        return ""
    return hashlib.sha256(json.dumps(found, ensure_ascii=False).encode()).hexdigest()


def take(env: Any, page: str, part: str) -> Any:
    """A part of a page's ledger, which the page that is being read shows: claims, agreement, figures ..."""
    env.metadata[env.docname].setdefault(_KEY, {})[page, part] = _digest(env.app, page, part)
    return _get(env.app, page, part)


def take_claim(env: Any, name: str) -> dict[str, Any] | None:
    """One claim of any ledger, which the page that is being read shows; None where none has it.

    Where another ledger than the main one has a claim of this id too, a page that files on it shows that.
    """
    for page, ledger in [*read_ledgers(env.app).items()][1:]:
        if env.docname in ledger["claims"].get(name, {"pages": ()})["pages"]:
            return take(env, page, "claims")[name]
    return take(env, "", name)


def find_outdated(app: Sphinx, env: Any, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
    """The pages that show something else than they were read with."""
    held = {page: about[_KEY] for page, about in env.metadata.items() if _KEY in about}
    now = {kind: _digest(app, *kind) for kind in {kind for kinds in held.values() for kind in kinds}}
    return [page for page, kinds in held.items() if any(now[kind] != seen for kind, seen in kinds.items())]
