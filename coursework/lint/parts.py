"""What every chapter has: prerequisites, key terms, a claim, fitting `needs`."""

import inspect
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from types import CodeType, FunctionType, ModuleType

import jupytext

import jingjinji
from coursework import headings, needs
from coursework.common import list_code
from coursework.lint.chapter import Chapter, Finding


def find_missing(chapter: Chapter) -> Iterator[Finding]:
    """Parts that other pages rely on."""
    if not re.search(rf"^\*\*{headings.YOU_NEED}[.。]\*\*", chapter.prose, re.MULTILINE):
        advice = f"Add a line at its head: **{headings.YOU_NEED}.** ..."
        yield chapter.note(None, "it does not say what to know first", advice)
    if not re.search(rf"^## {headings.KEY_TERMS}\n\n\*\*.+\n: ", chapter.prose, re.MULTILINE):
        advice = f"Add '## {headings.KEY_TERMS}', with a list of '**term**' and ': what it means'"
        yield chapter.note(None, "it has no key terms", advice)
    if not chapter.claims and "<claim-c" not in chapter.prose:
        advice = "Cite one as {ref}`C80 <claim-c80>`, or add the chapter to 'chapters' in claims.csv"
        yield chapter.note(None, "it neither files nor cites a claim", advice)


def find_needs(chapter: Chapter) -> Iterator[Finding]:
    """Front matter of chapter and exercises that asks for other extras than their code imports."""
    extras = needs.list_extras(chapter.root)
    for source in (chapter.source, chapter.root / "exercises" / chapter.source.name):
        if not source.exists():
            continue
        imported = list_imports("\n".join(list_code(jupytext.read(source, fmt="md:myst"))))
        wanted = [extra for extra, packages in extras.items() if packages & imported]
        if sorted(needs.read_extras(source)) != wanted:
            says = "its front matter asks for other packages than its code imports"
            advice = f"Write 'needs: [{', '.join(wanted)}]' there"
            yield Finding(f"{source.parent.name}/{source.name}", 1, says, advice)


def list_imports(code: str) -> set[str]:
    """Packages that code imports, also in functions of the library that it names with their module."""
    known, names = set[str](), _list_names(compile(code, "chapter", "exec"))
    while known != names:
        known = set(names)
        for module in _load_library():
            if known & {module.__name__, module.__name__.rpartition(".")[2]}:
                for name in known & vars(module).keys():
                    function = inspect.unwrap(vars(module)[name])
                    if isinstance(function, FunctionType) and function.__module__ == module.__name__:
                        names |= _list_names(function.__code__)
    return {name.partition(".")[0] for name in names}


@cache
def _load_library() -> list[ModuleType]:
    names = [module.name for module in pkgutil.walk_packages(jingjinji.__path__, "jingjinji.")]
    return [import_module(name) for name in names if not name.endswith("__main__")]


def _list_names(code: CodeType) -> set[str]:
    """Names and imported modules in code, with functions inside."""
    inner = (_list_names(constant) for constant in code.co_consts if isinstance(constant, CodeType))
    return set(code.co_names).union(*inner)
