"""Places where a test may make the program fail, to prove that what was promised survives it.

The environment variable `FAILPOINT` holds `name:action[:nth]`: the name is in `POINTS` or `ELSEWHERE`, the action one
of `kill` (SIGKILL to this process), `enospc` (an OSError as of a full disk) or `raise` (a RuntimeError), and it happens
the nth time the place is reached (default 1). Unset, a place costs one comparison. For tests only.
"""

from __future__ import annotations

import errno
import os
import signal
from itertools import count

from archive.errors import UsageError

__all__ = ["ELSEWHERE", "POINTS", "reach"]

POINTS = ("evidence-written", "evidence-synced", "rows-written", "rows-committed", "run-sealing")
"""The names on the way of a capture, in the order in which it passes them."""

ELSEWHERE = (
    *("file-renaming", "rows-copied", "backup-database", "backup-copied", "restore-copied", "file-packed"),
    *("withdrawal-planned", "withdrawal-open", "withdrawal-emptied", "tombstones-written", "withdrawal-expunged"),
)
"""The names where an archive is exported, published, moved, copied or packed, and where something is withdrawn."""

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
    if name not in (*POINTS, *ELSEWHERE) or action not in _ACTIONS or not (nth or "1").isdecimal():
        raise UsageError(
            f"FAILPOINT={wanted!r} is not name:action[:nth] with a name of {', '.join((*POINTS, *ELSEWHERE))}"
        )
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
