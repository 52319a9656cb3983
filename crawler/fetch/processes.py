"""The processes of a browser, found by a mark in its command line: what they weigh, and their end. Nothing is found
where the system tells nothing of processes (`/proc`)."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

__all__ = ["end", "weight"]

_PROC = Path("/proc")


def _marked(mark: str) -> set[int]:
    """The processes with a mark, and all that these began."""
    begun_by, found = dict[int, int](), set[int]()
    for folder in _PROC.glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):
            number = int(folder.name)
            # Behind the name, which may hold anything: the state, and who began it.
            begun_by[number] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if mark.encode() in (folder / "cmdline").read_bytes():
                found.add(number)
    while more := {number for number, parent in begun_by.items() if parent in found} - found:
        found |= more
    return found - {os.getpid()}


def weight(mark: str) -> int:
    """Bytes of memory that the processes have for themselves."""
    pages = 0
    for number in _marked(mark):
        with suppress(OSError, ValueError):
            _, resident, shared, *_ = map(int, (_PROC / str(number) / "statm").read_text().split())
            pages += resident - shared
    return pages * os.sysconf("SC_PAGE_SIZE")


def end(mark: str) -> None:
    """End them at once, those that hang too."""
    for number in _marked(mark):
        with suppress(OSError):
            os.kill(number, signal.SIGKILL)
