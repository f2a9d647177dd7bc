"""The words of the whole project: spelling, and one name for one thing. Lists every fault at once."""

import re
import subprocess
import sys
from pathlib import Path

from pygments.lexers import JavascriptLexer
from pygments.token import String

from tests.chapters.contract import CHAPTERS

ROOT = CHAPTERS.parent
# What a reader or a contributor reads, comments in code included.
SPELLED = ("*.md", "*.py", "*.js", "*.css", "*.toml", "*.yml", "*.txt", "Makefile", ".ci/*")
# One concept, one name: what not to write, and what the book writes instead.
ONE_NAME = {
    r"Yangtze Delta": "Yangtze River Delta",
    r"Pearl Delta": "Pearl River Delta",
    r"\bper capita\b": "per head",
    r"high-speed (?:train|rail)": "fast train, fast line",
    r"urban agglomeration": "city cluster",
    r"\bJingjinji\b": "Jing-Jin-Ji",
    r"Xiong['’]an New District": "Xiong'an New Area",
    r"\bXiongan\b": "Xiong'an",
    r"Gini coefficient": "Gini index",
    r"\bimplicit deflator": "implied deflator",
    r"\bdata ?frames?\b": "table, or `DataFrame`",
    r"\bdatasets?\b": "table",
    r"\bhukou\b": "household registration",
    r"(?:beta|sigma)-convergence": "convergence of levels or of dispersion, by the symbol",
    r"\bspill-overs?\b": "spillover",
    r"\bsub-?center": "sub-centre",
    r"\b[a-z]+izations?\b": "-isation",
    r"\b(?:colou?rize|analyze|labor|behavior|neighbor|color|center|modeling)s?\b": "the British spelling",
}
# Prose only: code has names of its own, and a reference has its title.
_NOT_PROSE = re.compile(
    r"\A---\n.*?^---$|^(`{3,}).*?^\1`*$|`[^`\n]*`|\]\([^)]*\)|https?://\S+|\{[\w:-]+\}|^\|.*\|$",
    re.DOTALL | re.MULTILINE,
)

# What scripts tell a reader stands in a list at their head, or their package's; else two words are code.
_LIST = re.compile(r"^ *const (?:SAYS|SLIPS) = [{\[](?:.*[}\]];.*|\n(?:.*\n)*? *[}\]];)$", re.MULTILINE)
_TOLD = re.compile(r"(?:textContent *[:=]|aria-?[lL]abel\"? *[:,=]) *([\"`][^\"`$]*[A-Za-z]{2}.*)")
_WORD = re.compile(r"[“(]?[A-Za-z]+['’]?[a-z]*[.,:;!?)”]*")
_CODE = re.compile(
    r"[\[{<=_\\]|^(?:[.:]\w|(?:progress|cells|files|keys) of\b)|import|per cent|percentage point"
)


def _files(*patterns: str) -> list[str]:
    """Files of the project by pattern, those not committed yet included, those deleted not."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    return [name for name in listed if name and (ROOT / name).exists()]


def _spelling() -> list[str]:
    command = [Path(sys.executable).parent / "codespell", "--ignore-words", "tests/chapters/spelling.txt"]
    done = subprocess.run([*command, *_files(*SPELLED)], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.splitlines() + done.stderr.splitlines()


def _names() -> list[str]:
    prose = {name: _NOT_PROSE.sub(" ", (ROOT / name).read_text(encoding="utf-8")) for name in _files("*.md")}
    return [
        f"{name}: “{match[0]}”; write: {instead}"
        for name, text in prose.items()
        for wrong, instead in ONE_NAME.items()
        for match in re.finditer(wrong, text)
    ]


def _find_told(script: str) -> list[str]:
    """What a script tells a reader outside its list: texts of two words, and words given to an element."""
    script = re.sub(r"\$\{[^{}\"`]*\}", "0", _LIST.sub("", script))
    texts = [text.strip("\"'`") for kind, text in JavascriptLexer().get_tokens(script) if kind in String]
    many = [text for text in texts if sum(bool(_WORD.fullmatch(word)) for word in text.split()) > 1]
    return [text for text in many if not _CODE.search(text)] + _TOLD.findall(script)


def test_words():
    found = _spelling() + _names()
    for name in _files("book/**/*.js", "packages/*/*/**/*.js", ":!*/tests/*", ":!*/desk/*", ":!*/print/*"):
        told = _find_told((ROOT / name).read_text(encoding="utf-8"))
        found += [f"{name}: {text} stands outside the list SAYS, where translators look" for text in told]
    assert not found, "\n".join(["", *found])
    assert len(_find_told('const SAYS = { a: "Two words" };\nb.textContent = "Two"; c(`${d} is it`);')) == 2
