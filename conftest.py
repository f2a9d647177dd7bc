"""Notebooks are run again on an older processor than what is stored, in a kernel that several share.

One run so finds what does not come out again and what depends on the processor. What is stored came from a
kernel for each notebook alone: where a name or an option of another notebook makes a difference, it shows.
"""

import pytest
from nbval import plugin
from nbval.kernel import RunningKernel

from tests import processor

_running: list[RunningKernel] = []


def _share_kernel(kernel_name: str, cwd: str, startup_timeout: float) -> RunningKernel:
    """The kernel of the notebook before, which forgets every name; imports take longer than most cells."""
    if not _running or not _running[-1].is_alive():
        _running.append(RunningKernel(kernel_name, cwd, startup_timeout))
    kernel = _running[-1]
    message = kernel.execute_cell_input(f"%reset -f\n__import__('os').chdir({cwd!r})")
    kernel.await_reply(message, startup_timeout)
    kernel.await_idle(message, startup_timeout)
    return kernel


plugin.RunningKernel = _share_kernel
plugin.IPyNbFile.teardown = lambda self: None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    """Set what the book sets, and the processor, while a notebook's first cell starts the kernel."""
    with pytest.MonkeyPatch.context() as environment:
        if item.path.suffix == ".ipynb":
            for name, value in (processor.OLDER | {"JINGJINJI_BOOK": "1"}).items():
                environment.setenv(name, value)
        return (yield)


def pytest_sessionfinish():
    """End the kernel."""
    for kernel in _running:
        if kernel.is_alive():
            kernel.stop()
