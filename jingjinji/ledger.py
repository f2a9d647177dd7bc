"""The ledger of your own article: functions for a capstone's notebook, and commands.

``python -m jingjinji.ledger`` is the command line of the package `sealed_readings`, which the
library's wheel contains.
"""

import signal
import sys

from sealed_readings.cards import VerdictTable, list_readings, make_verdict
from sealed_readings.folder import Folder

__all__ = ["Folder", "VerdictTable", "list_readings", "make_verdict"]

if __name__ == "__main__":
    from sealed_readings.__main__ import main

    signal.signal(
        getattr(signal, "SIGPIPE", signal.SIGTERM), signal.SIG_DFL
    )  # ends quietly before `head`
    sys.exit(main(prog="python -m jingjinji.ledger"))
