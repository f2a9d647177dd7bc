"""The check of a folder: each fault is reported in one sentence with file and row."""

import errno

import pytest
from sealed_readings.__main__ import main
from sealed_readings.check import find_problems
from sealed_readings.folder import Folder, reading

from conftest import read_faults


def change(folder: Folder, file: str, old: str, new: str) -> list[str]:
    """Change a text in a file; returns the problems of the folder."""
    path = folder.path / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{file} must have {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return find_problems(Folder(folder.path))


@pytest.mark.parametrize(("file", "old", "new", "sentence"), read_faults("faults.csv"))
def test_a_fault_is_reported_with_file_and_row(toy, file, old, new, sentence):
    problems = change(toy, file, old, new)
    assert sentence in "\n".join(problems)
    assert all("\n" not in problem and problem.endswith(".") for problem in problems)


@pytest.mark.parametrize(
    ("file", "data", "sentence"),
    [
        ("claims.csv", b"", "claims.csv is empty; its first row has the names of its columns."),
        (
            "claims.csv",
            b"claim_id\ncaf\xe9\n",
            "claims.csv is not UTF-8 text; save it as CSV UTF-8.",
        ),
        ("results.csv", b"", "results.csv is empty; its first row has the names of its columns."),
        ("trees.ipynb", b"[]", "trees.ipynb cannot be read (TypeError: "),
        ("coding/seals.csv", b"\xff", "seals.csv is not UTF-8 text; save it as CSV UTF-8."),
        (
            "figures.csv",
            b"title\ncaf\xe9\n",
            "figures.csv is not UTF-8 text; save it as CSV UTF-8.",
        ),
        (
            "places.csv",
            b"x" * 200_000,
            "places.csv is not a CSV table (field larger than field limit",
        ),
        ("article.yml", b"title: \xff", "article.yml is not UTF-8 text; save it as UTF-8."),
        (
            "article.yml",
            b"[" * 9000,
            "article.yml: this is not valid YAML; a line is `name: value`.",
        ),
    ],
    ids=lambda text: text[:30],
)
def test_a_file_that_cannot_be_read_is_reported(toy, file, data, sentence):
    (toy.path / file).write_bytes(data)
    assert sentence in "".join(find_problems(Folder(toy.path)))


def test_errors_of_the_machine_are_not_reported_as_the_folders():
    with pytest.raises(OSError), reading("a table", "fix it"):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_missing_seals_and_readings_are_reported(toy):
    (toy.path / "coding" / "seals.csv").unlink()
    assert "coding/ has no sealed sheet; coders write readings" in "".join(
        find_problems(Folder(toy.path))
    )
    (toy.path / "readings.csv").unlink()
    assert (
        f"{toy.path} has no readings.csv; its columns are claim_id"
        in find_problems(Folder(toy.path))[-1]
    )


def test_nothing_is_built_from_a_folder_with_problems(toy, capsys):
    assert main(["check", str(toy.path)]) == 0
    change(toy, "claims.csv", "T-2,trees", "T-1,trees")
    assert main(["build", str(toy.path)]) == 1
    assert "claims.csv, row 3: T-1 is already in row 2." in capsys.readouterr().out
    assert not (toy.path / "ledger").exists()
    assert main(["check", str(toy.path / "nowhere")]) == 1
    assert "has no article.yml" in capsys.readouterr().out
