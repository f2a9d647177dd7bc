"""Patches of private parts of other packages, with reason and version.

`WRITTEN_FOR` has the versions that were read; ``tests/test_compat.py`` fails if another one is
installed, or a patch no longer applies. Then read the new version, and remove the patch or set the
version here.
"""

from collections.abc import Callable
from typing import Any

from jupyter_client.session import Session

WRITTEN_FOR = {"jupyter-client": "8.10.0"}


def read_messages(session: Session, read: Callable[[bytes, Callable[[bytes], Any]], Any]) -> None:
    """Parse parts of messages by `read`, which gets the part and jupyter_client's own parser.

    jupyter_client parses a message of any size, and a list of empty lists grows a hundredfold by
    that.
    """
    unpack = session.unpack
    session.unpack = lambda part: read(part, unpack)
