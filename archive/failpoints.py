"""Places where a test may make the program fail, to prove that what was promised survives it.

The environment variable `FAILPOINT` holds `name:action[:nth]`: the name is one of `POINTS`, the action one of `kill`
(SIGKILL to this process), `enospc` (an OSError as of a full disk) or `raise` (a RuntimeError), and it happens the nth
time the place is reached (default 1). Unset, a place costs one comparison. For tests only.
"""

from __future__ import annotations

import errno
import os
import signal
from itertools import count

from archive.errors import UsageError

__all__ = ["POINTS", "reach"]

POINTS = ("evidence-written", "evidence-synced", "rows-written", "rows-committed", "run-sealing")
"""Every name there is, in the order in which one capture passes them."""

_ACTIONS = ("kill", "enospc", "raise")
_WANTED = os.environ.get("FAILPOINT", "")
_reached = count(1)


def reach(name: str) -> None:
    """Say that this place was reached; fails as `FAILPOINT` asks. Raises UsageError where that is not understood."""
    if _WANTED:
        _consider(name, *_understood(_WANTED))


def _understood(wanted: str) -> tuple[str, str, int]:
    name, _, rest = wanted.partition(":")
    action, _, nth = rest.partition(":")
    if name not in POINTS or action not in _ACTIONS or not (nth or "1").isdecimal():
        raise UsageError(f"FAILPOINT={wanted!r} is not name:action[:nth] with a name of {', '.join(POINTS)}")
    return name, action, int(nth or "1")


def _consider(name: str, wanted: str, action: str, nth: int) -> None:
    if name == wanted and next(_reached) == nth:
        _fail(name, action)


def _fail(name: str, action: str) -> None:
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if action == "enospc":
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    raise RuntimeError(f"failpoint {name}")
