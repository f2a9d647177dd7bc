"""One name for one concept, in all texts; `make lint` looks at their spelling."""

import re
import subprocess

from tests.chapters.contract import CHAPTERS

ROOT = CHAPTERS.parent
# What not to write, and what the book writes instead.
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


def test_one_concept_has_one_name():
    faults = []
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in listed.stdout.splitlines():
        prose = _NOT_PROSE.sub(" ", (ROOT / name).read_text(encoding="utf-8"))
        for wrong, instead in ONE_NAME.items():
            faults += [f"{name}: “{match[0]}”; write: {instead}" for match in re.finditer(wrong, prose)]
    assert not faults, "\n".join(["", *faults])
