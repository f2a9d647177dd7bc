"""Words of the whole project: spelling, and one name for one concept. Lists every fault at once."""

import re
import subprocess
import sys
from pathlib import Path

from tests.chapters.contract import CHAPTERS

ROOT = CHAPTERS.parent
# Files for readers and contributors, comments in code included.
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


def _files(*patterns: str) -> list[str]:
    """Files of the project by pattern, those not committed yet included, those deleted not."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    return [name for name in listed if name and (ROOT / name).exists()]


def test_words():
    command = [Path(sys.executable).parent / "codespell", "--ignore-words", "tests/chapters/spelling.txt"]
    spelling = subprocess.run([*command, *_files(*SPELLED)], cwd=ROOT, capture_output=True, text=True)
    faults = spelling.stdout.splitlines() + spelling.stderr.splitlines()
    for name in _files("*.md"):
        prose = _NOT_PROSE.sub(" ", (ROOT / name).read_text(encoding="utf-8"))
        for wrong, instead in ONE_NAME.items():
            faults += [f"{name}: “{match[0]}”; write: {instead}" for match in re.finditer(wrong, prose)]
    assert not faults, "\n".join(["", *faults])
