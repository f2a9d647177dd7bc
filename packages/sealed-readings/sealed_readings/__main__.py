"""A ledger of an article's claims: begin a folder, give coders their sheets, check it, build the ledger."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sealed_readings import publish, results, sheets
from sealed_readings.check import find_problems
from sealed_readings.folder import ARTICLE, COLUMNS, Folder, FolderError
from sealed_readings.labels import count
from sealed_readings.records import make_record

TEMPLATE = Path(__file__).with_name("article_template.yml")


def begin(folder: Path) -> str:
    """Write `article.yml` and the heads of all tables; returns what to do next.

    Raises `FolderError` where a file would be written over.
    """
    files = {ARTICLE: TEMPLATE.read_text(encoding="utf-8").format(title=folder.name or "the article")}
    files |= {f"{name}.csv": ",".join(columns) + "\n" for name, columns in COLUMNS.items()}
    if there := [name for name in files if (folder / name).exists()]:
        raise FolderError(f"{folder} has {there[0]} already; nothing was written")
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return f"{folder} is begun: fill in {ARTICLE} and claims.csv; `code` then gives a coder a sheet."


def code(folder: Folder, given: argparse.Namespace) -> int:
    """Write a coder's blank sheet, check it, or seal it."""
    sheet = folder.path / sheets.FOLDER / f"{given.coder}.csv"
    if not (given.check or given.seal):
        target = sheets.write_blank(folder, given.coder)
        has = f"has a row for each of {count(len(folder.claims), 'claim')}"
        print(f"{target} {has}; {sheets.NAMES} names the tables.")
    elif not sheet.is_file():
        raise FolderError(f"there is no {sheet}; `code {folder.path} {given.coder}` writes it")
    elif given.seal:
        print(sheets.seal(folder, sheet, given.seal, given.who, given.given))
    else:
        problems = sheets.find_problems(folder, sheet)
        print("\n".join(problems) or f"{sheet} is whole.")
        return bool(problems)
    return 0


def build(folder: Path, target: Path, address: str = "") -> None:
    """Write the ledger: `index.html`, and the files of `publish.DOWNLOADS`."""
    record = make_record(Folder(folder))
    publish.write_downloads(record, target, "index.html")
    (target / "index.html").write_text(publish.render_page(record, address), encoding="utf-8")


def main(arguments: list[str] | None = None, prog: str = "python -m sealed_readings") -> int:
    """The command line; returns 0, 1 where the folder is to be mended, 2 where nothing could be done."""
    parser = argparse.ArgumentParser(prog=prog, description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    told = {
        "new": "begin a folder",
        "code": "write a blank sheet for a coder, check it, or seal it",
        "settle": "write readings.csv from a sealed sheet, where nobody else codes",
        "collect": "write the numbers that notebooks filed into results.csv, and say what labels change",
        "check": "say what is to be mended",
        "build": "write the ledger as a page, as CSV and as JSON",
    }
    for name, said in told.items():
        one = commands.add_parser(name, help=said, description=said)
        one.add_argument("folder", type=Path)
        if name in ("code", "settle"):
            one.add_argument("coder", help="the coder's name")
        if name == "code":
            one.add_argument("--check", action="store_true", help="say what is missing in the sheet")
            one.add_argument("--seal", metavar="DATE", help="write the hash of the finished sheet")
            one.add_argument("--is", dest="who", default="", help="what the coder is")
            one.add_argument("--given", default="", help="what the coder was given")
        if name == "build":
            one.add_argument("--to", type=Path, help="where to (FOLDER/ledger)")
            one.add_argument("--address", default="", help="the address that the page will have")
    given = parser.parse_args(arguments)
    try:
        if given.command == "new":
            print(begin(given.folder))
        elif given.command == "code":
            return code(Folder(given.folder), given)
        elif given.command == "settle":
            number = sheets.settle(Folder(given.folder), given.coder)
            print(f"readings.csv has {count(number, 'reading')}; fill in sources, date, and who holds what.")
        elif given.command == "collect":
            print("".join(f"{line}\n" for line in results.write_results(Folder(given.folder))), end="")
        else:
            if problems := find_problems(Folder(given.folder)):
                print("\n".join(problems))
                return 1
            if given.command == "check":
                print(f"{given.folder} is whole: {count(len(Folder(given.folder).claims), 'claim')}.")
            else:
                build(given.folder, target := given.to or given.folder / "ledger", given.address)
                print(f"{target / 'index.html'} is the ledger of {given.folder}.")
    except FolderError as error:
        print(f"{error}.", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
