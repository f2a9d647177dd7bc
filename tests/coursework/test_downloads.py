"""Each chapter's download installs from wheels alone, on every system and Python that its readme
names.

`uv` resolves what they require as on another machine, so this asks the registry; without a network
it is skipped.
"""

import os
import re
import subprocess
import sys
import zipfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pybtex.database import BibliographyData

from coursework import needs, products
from coursework.teach import computer, download

ROOT = Path(__file__).parents[2]
SYSTEMS = {
    "Linux": "x86_64-unknown-linux-gnu",
    "Linux on ARM": "aarch64-unknown-linux-gnu",
    "macOS": "aarch64-apple-darwin",
    "macOS on Intel": "x86_64-apple-darwin",
    "Windows": "x86_64-pc-windows-msvc",
}
OFFLINE = "Could not connect", "error sending request", "dns error"


def resolve(folder: Path, system: str, python: str) -> str:
    """Resolve a folder's requirements to wheels; returns uv's error, or an empty string."""
    options = (
        f"--quiet --only-binary :all: --python-platform {SYSTEMS[system]} --python-version {python}"
    )
    options += " --no-python-downloads"  # resolving needs no such Python here
    command = [
        Path(sys.executable).with_name("uv"),
        "pip",
        "compile",
        *options.split(),
        f"{python}.txt",
    ]
    env = os.environ | {"MACOSX_DEPLOYMENT_TARGET": "14.0"}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
    fault = f"on {system} with Python {python}: {' '.join(done.stderr.split())}"
    return fault if done.returncode else ""


@pytest.mark.slow
def test_every_download_installs_from_wheels(tmp_path):
    """The requirements of all chapters of a Python resolve together, and so those of each
    chapter."""
    asked = defaultdict(set)
    for source in sorted((ROOT / "chapters").glob("[0-9][0-9]_*.ipynb")):
        needed = needs.find_needs(ROOT, extras := needs.read_extras(source.with_suffix(".md")))
        with zipfile.ZipFile(ROOT / products.TAKE_ALONG / f"{source.stem}.zip") as bundle:
            required, readme, library = (
                bundle.read(f"{source.stem}/{name}")
                for name in ("requirements.txt", "README.txt", needs.name_wheel(ROOT))
            )
        assert (
            required.decode() == needed.requirements
            and f"Python {needed.pythons} " in readme.decode()
        )
        first, last = (int(python.partition(".")[2]) for python in needed.pythons.split(" to "))
        for minor in range(first, last + 1):
            asked[f"3.{minor}"] |= {*extras}
    (tmp_path / needs.name_wheel(ROOT)).write_bytes(library)
    for python, extras in asked.items():
        required = needs.find_needs(ROOT, extras).requirements
        (tmp_path / f"{python}.txt").write_text(required, encoding="utf-8")
    # A resolution waits for the registry most of its time.
    cases = [(tmp_path, system, python) for python in asked for system in SYSTEMS]
    with ThreadPoolExecutor(8) as pool:
        faults = [fault for fault in pool.map(resolve, *zip(*cases)) if fault]
    if any(sign in fault for fault in faults for sign in OFFLINE):
        pytest.skip(f"no registry answers: {faults[0]}")
    assert not faults, "\n".join(["", *faults])


def test_a_download_asks_for_its_extras_and_the_pythons_that_have_them():
    """Which extras a chapter imports, the linter's rule `needs` finds in each of them."""
    needed = needs.find_needs(ROOT, ["breaks"])
    assert needed.pythons == "3.11 to 3.13" and "ruptures==" in needed.requirements
    assert needs.find_needs(ROOT, []).pythons == "3.11 to 3.14"
    pins = needs.find_needs(ROOT, ["statistics"]).requirements.splitlines()
    markers = [pin.partition(" ; ")[2] for pin in pins if pin.startswith("scipy")]
    assert markers == ["python_full_version < '3.12'", "python_full_version >= '3.12'"]


LESSON = """:::{glance}
**You need.** A pen.
:::

:::{work}
The cell draws.
:::
After it.

:::{decides}
| what | answer |
|---|---|
| beds | common |
:::
Between.

:::{answer}
:not: that the plan did it.
Beds rose by {glue:text}`beds` %.
:::

"Stay," says he.

:::{key-ideas}
- Better than whom?
:::

```{doors}
```
"""
PLAIN = f"""**You need.** A pen.

**Time.** Soon.

The cell draws.
After it.

> **The choice that decides**
>
> | what | answer |
> |---|---|
> | beds | common |

Between.

> **What we can say**
>
> Beds rose by 31 %.
>
> **What we may not say**
>
> that the plan did it.

"Stay," says he.

> **Key ideas**
>
> - Better than whom?

{download.EXERCISES}
"""


def test_the_parts_of_a_lesson_read_well_in_any_notebook():
    plain = download.Plain({"beds": "31"}, {}, BibliographyData(), "Soon.")
    assert re.sub(r"\n{3,}", "\n\n", plain(LESSON)) == PLAIN


def test_the_page_on_your_computer_names_the_library_and_stands_before_all_notebooks():
    name = needs.name_wheel(ROOT)
    text = computer.format_page(ROOT, f"_build/assignments/{name}")
    assert text.count(f'"{name}[chapters]"') == 2 and f"</_build/assignments/{name}>" in text
    assert needs.find_needs(ROOT, needs.list_extras(ROOT)).pythons in text
    assert len(text.split()) < 500
    page = f"{computer.PAGE.removesuffix('.md')}"
    for path in (
        "index.md",
        "pages/syllabus_text.md",
        "exercises/teaching.md",
        "coursework/texts/page.md.j2",
    ):
        assert page in (ROOT / path).read_text(encoding="utf-8"), path
    for name in ("practice.md", "marked.md", "download.txt"):
        text = (ROOT / "coursework" / "texts" / f"{name}.j2").read_text(encoding="utf-8")
        assert "Your computer" in text, name
    first = (ROOT / "_toc.yml").read_text(encoding="utf-8").partition("- file: ")[2].split()[0]
    assert first == page
