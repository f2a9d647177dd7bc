"""Run notebooks again with settings of an older processor, in a kernel that several notebooks
share.

So one run finds outputs that cannot be reproduced and outputs that depend on the processor. Stored
outputs come from a kernel for each notebook, so names and options that leak from another notebook
make a difference.
"""

import pytest
from nbval import plugin
from nbval.kernel import RunningKernel

from tests import processor

_running: list[RunningKernel] = []


def _share_kernel(kernel_name: str, cwd: str, startup_timeout: float) -> RunningKernel:
    """Reset and reuse the kernel of the previous notebook, as imports take longer than most
    cells."""
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
    """Set the variables of the book and of the processor while a notebook's first cell starts the
    kernel."""
    with pytest.MonkeyPatch.context() as environment:
        if item.path.suffix == ".ipynb":
            for name, value in (processor.OLDER | {"JINGJINJI_BOOK": "1"}).items():
                environment.setenv(name, value)
        return (yield)


def pytest_sessionfinish():
    """Shut the kernel down."""
    for kernel in _running:
        if kernel.is_alive():
            kernel.stop()
