"""The sheet of readings: written blank, checked, sealed; and the numbers that a notebook filed for
them."""

from pathlib import Path

from sealed_readings import results, sheets
from sealed_readings.folder import Folder, FolderError
from sealed_readings.labels import count

AUTHOR = "me"  # the name of the sheet, and of whoever fills it


def find(folder: Path) -> Path:
    """Return the path of a capstone's sheet."""
    return folder / sheets.FOLDER / f"{AUTHOR}.csv"


def find_problems(folder: Path) -> list[str]:
    """List what is missing in the sheet, one sentence each; write a blank sheet if there is
    none."""
    if find(folder).is_file():
        return sheets.find_problems(Folder(folder), find(folder))
    return [write_blank(folder)]


def write_blank(folder: Path) -> str:
    """Write the blank sheet and the list of tables; returns the next step as a sentence."""
    sheets.write_blank(Folder(folder), AUTHOR)
    return (
        f"fill in {find(folder)}; {sheets.NAMES} beside it lists the tables and the years that they"
        " cover."
    )


def seal(folder: Path, seen: str) -> str:
    """Seal the sheet and make `readings.csv` of it; returns what to hand in.

    Raises `FolderError` if the sheet is missing, has problems or is sealed already.
    """
    if not find(folder).is_file():
        raise FolderError(
            f"there is no {find(folder)}; `python -m jingjinji.capstone sheet` writes it"
        )
    digest = sheets.seal(Folder(folder), find(folder), "the author of the capstone", seen, "")
    readings = count(sheets.settle(Folder(folder), AUTHOR), "reading")
    return f"readings.csv has {readings}. Hand in this hash before you look at a number:\n{digest}"


def find_hash(folder: Path) -> str:
    """Return the hash in the folder's seals; empty if there is none."""
    seals = sheets.read_seals(Folder(folder))
    return seals[-1]["sha256"] if seals else ""


def collect(folder: Path) -> None:
    """Write the numbers that the saved notebook filed into `results.csv`."""
    if any(True for _ in results.list_filed(Folder(folder))):
        results.write_results(Folder(folder))
