"""Fetch, compile and pack the laboratory, as far as no browser is needed."""

import hashlib
import sys
import zipfile

import pytest
from live_cells import artefact, browser, compiler, fetch, make, zips


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Keep laboratories in a temporary folder."""
    monkeypatch.setattr(artefact, "KEPT", tmp_path)
    return tmp_path


def test_another_file_under_a_name_is_one_sentence(tmp_path, monkeypatch):
    (file,) = (file for file in artefact.read_manifest().file if file.name.startswith("six-"))
    monkeypatch.setattr(fetch, "_get", lambda place: b"another")
    wrong = hashlib.sha256(b"another").hexdigest()
    message = rf"six-.* could not be had .* \(sha256 {wrong}, not {file.sha256}\)"
    with pytest.raises(fetch.Unobtainable, match=message):
        fetch.fetch([file], tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_host_that_is_out_of_reach_is_asked_once(monkeypatch):
    asked = []
    monkeypatch.setattr(fetch, "_unreachable", set())

    def refuse(address: str, timeout: int) -> None:
        asked.append(address)
        raise OSError("no route")

    monkeypatch.setattr(fetch.urllib.request, "urlopen", refuse)
    for name in ("a", "b"):
        with pytest.raises(OSError):
            fetch._get(f"https://host.invalid/{name}")
    assert asked == ["https://host.invalid/a"]


def test_where_nothing_drives_a_browser_making_ends_in_a_sentence(kept, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    monkeypatch.setattr(sys, "argv", ["make"])
    assert make.main() == 1
    assert capsys.readouterr().err == (
        "The laboratory was not made. Playwright, which drives the browser, is not installed; "
        "run 'pip install playwright'.\n"
    )
    monkeypatch.undo()
    monkeypatch.setattr(browser.shutil, "which", lambda name: None)
    monkeypatch.setattr(browser.Path, "exists", lambda path: False)
    driver = type("Driver", (), {"chromium": type("Chromium", (), {"executable_path": "nowhere"})})
    with pytest.raises(browser.NoBrowser, match="No browser: none of chromium-headless-shell"):
        browser._find(driver)


def test_modules_are_compiled_without_their_manuals(tmp_path, monkeypatch):
    source = b'"""A manual."""\ndef f():\n    "What it does."\n    return __name__\n'
    archive = zips.pack([("small/__init__.py", source), ("small/data.csv", b"x")])
    made = compiler.compile_all(archive, "/lib/")
    assert made == compiler.compile_all(archive, "/lib/")
    (tmp_path / "made.zip").write_bytes(made)
    assert zipfile.ZipFile(tmp_path / "made.zip").namelist() == [
        "small/__init__.pyc",
        "small/data.csv",
    ]
    monkeypatch.syspath_prepend(str(tmp_path / "made.zip"))
    import small

    assert small.f() == "small" and small.__doc__ == small.f.__doc__ == "See the manual."


def test_a_laboratory_goes_to_another_machine_as_one_file_with_one_checksum(
    kept, monkeypatch, capsys
):
    part = kept / "part"
    made = kept / "made"
    zipped = kept / "lab.zip"
    part.mkdir()
    (part / "pyodide.js").write_text("export const x = 1;")
    (part / "packages.zip").write_bytes(zips.pack([("a.py", b"")]))
    artefact.finish(part, made)
    sizes = artefact.read_sizes(made)
    assert sizes["pyodide.js"][1] == 19 and sizes["packages.zip"][0] == sizes["packages.zip"][1]
    checksum = artefact.pack(made, zipped)
    assert checksum == artefact.pack(made, kept / "again.zip")
    monkeypatch.setattr(sys, "argv", ["make", "--take", str(zipped)])
    assert make.main() == 1
    message = f"lab.zip is not the laboratory of this manifest: its sha256 is {checksum}"
    assert message in capsys.readouterr().err
    manifest = artefact.Manifest(5, checksum, {}, [])
    with pytest.raises(artefact.Unusable, match="There is no file"):
        artefact.unpack(kept / "none.zip", manifest)
    monkeypatch.setattr(artefact, "read_manifest", lambda: manifest)
    assert make.main() == 0
    assert (manifest.folder / "pyodide.js").read_bytes() == (made / "pyodide.js").read_bytes()
    assert artefact.read_sizes(manifest.folder) == sizes
