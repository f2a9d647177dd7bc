"""A ledger of an article's claims: create a folder, give coders their sheets, check it, build the
ledger."""

import argparse
import signal
import sys
from pathlib import Path

from sealed_readings import publish, results, sheets
from sealed_readings.check import find_problems
from sealed_readings.folder import ARTICLE, COLUMNS, Folder, FolderError
from sealed_readings.labels import count
from sealed_readings.records import make_record

TEMPLATE = Path(__file__).with_name("article_template.yml")
COMMANDS = {
    "new": "create a folder",
    "code": "write a blank sheet for a coder, check it, or seal it",
    "settle": "write readings.csv from a sealed sheet, if nobody else codes",
    "collect": "write what notebooks or scripts filed into results.csv",
    "check": "list problems",
    "build": "write the ledger as a text, as CSV and as JSON",
}


def begin(folder: Path) -> str:
    """Write `article.yml` and the headers of all tables; returns what to do next.

    Raises `FolderError` if a file would be overwritten.
    """
    if not str(folder).isprintable():  # as a name that is no UTF-8 is read
        raise FolderError(f"{str(folder)!r} is no UTF-8, or has signs that cannot be printed")
    files = {
        ARTICLE: TEMPLATE.read_text(encoding="utf-8").format(title=folder.name or "the article")
    }
    files |= {f"{name}.csv": ",".join(columns) + "\n" for name, columns in COLUMNS.items()}
    if existing := [name for name in files if (folder / name).exists()]:
        raise FolderError(f"{folder} has {existing[0]} already; nothing was written")
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return (
        f"{folder} is begun: fill in {ARTICLE} and claims.csv; `code` then gives a coder a sheet."
    )


def code(folder: Folder, arguments: argparse.Namespace) -> int:
    """Write a coder's blank sheet, check it, or seal it."""
    coder = arguments.coder
    sheets.check_coder(coder)
    sheet = folder.path / sheets.FOLDER / f"{coder}.csv"
    if not (arguments.check or arguments.seal):
        path = sheets.write_blank(folder, coder)
        claims = count(len(folder.claims), "claim")
        print(f"{path} has a row for each of {claims}; {sheets.NAMES} names the tables.")
    elif not sheet.is_file():
        raise FolderError(f"there is no {sheet}; `code {folder.path} {coder}` writes it")
    elif arguments.seal:
        print(
            sheets.seal(folder, sheet, arguments.coder_is, arguments.was_given, arguments.witness)
        )
    else:
        problems = sheets.find_problems(folder, sheet)
        print("\n".join(problems) or f"{sheet} has no problems.")
        return bool(problems)
    return 0


def run(arguments: argparse.Namespace) -> int:
    """Run one command; returns 1 if the folder has problems."""
    path = arguments.folder
    folder = Folder(path)
    if arguments.command == "new":
        print(begin(path))
    elif arguments.command == "code":
        return code(folder, arguments)
    elif arguments.command == "settle":
        readings = count(sheets.settle(folder, arguments.coder), "reading")
        print(f"readings.csv has {readings}; fill in sources, and who holds what.")
    elif arguments.command == "collect":
        print("".join(f"{line}\n" for line in results.write_results(folder)), end="")
    elif problems := find_problems(folder):
        print("\n".join(problems))
        return 1
    elif arguments.command == "check":
        print(f"{path} has no problems: {count(len(folder.claims), 'claim')}.")
    else:
        record = make_record(folder)
        target = arguments.to or path / "ledger"
        publish.write_downloads(record, target, publish.TEXT)
        text = target / publish.TEXT
        text.write_text(publish.format_text(record), encoding="utf-8")
        print(f"{text} is the ledger of {path}.")
    return 0


def main(arguments: list[str] | None = None, prog: str = "python -m sealed_readings") -> int:
    """Run the command line; returns 1 if the folder has problems, 2 if nothing could be done."""
    parser = argparse.ArgumentParser(prog=prog, description=__doc__)
    add = parser.add_subparsers(dest="command", required=True).add_parser
    parsers = {name: add(name, help=text, description=text) for name, text in COMMANDS.items()}
    for command in parsers.values():
        command.add_argument("folder", type=Path)
    for name in ("code", "settle"):
        parsers[name].add_argument("coder", help="the coder's name")
    parsers["code"].add_argument("--check", action="store_true", help="list problems of the sheet")
    parsers["code"].add_argument(
        "--seal", action="store_true", help="write the hash of the finished sheet"
    )
    parsers["code"].add_argument("--is", dest="coder_is", default="", help="what the coder is")
    parsers["code"].add_argument(
        "--given", dest="was_given", default="", help="what the coder was given"
    )
    parsers["code"].add_argument("--witness", default="", help="where hash or sheet was handed in")
    parsers["build"].add_argument("--to", type=Path, help="target folder (default: FOLDER/ledger)")
    try:
        return run(parser.parse_args(arguments))
    except FolderError as error:
        print(f"{error}.", file=sys.stderr)
    except OSError as error:
        print(f"{error.filename}: {error.strerror or error}.", file=sys.stderr)
    return 2


if __name__ == "__main__":
    signal.signal(
        getattr(signal, "SIGPIPE", signal.SIGTERM), signal.SIG_DFL
    )  # ends quietly before `head`
    sys.exit(main())
