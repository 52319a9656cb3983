"""A log for machines: a line of JSON for each capture and each run, rotated, written by any number of processes.

Nothing in a line ends it: JSON escapes every control character, and all beyond ASCII, so that no page can forge one."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from archive.masking import masked

__all__ = ["Log"]

_LONGEST = 20_000_000
_KEPT = 5
"""Bytes after which a log is begun anew, and how many older ones are kept (`NAME.1` is the newest of them)."""

_WORDS = 2_000
"""Characters of one value: an address may be as long as a server likes."""


class Log:
    """The log of a path (empty: none). What cannot be written is told to `noted` once, and stops nothing."""

    def __init__(self, path: str, noted: Callable[[str], None], longest: int = _LONGEST) -> None:
        self._path, self._noted, self._longest = Path(path) if path else None, noted, longest
        self._fd = -1

    def line(self, event: str, **values: object) -> None:
        """Add a line about something that happened."""
        if self._path is None:
            return
        said = {name: masked(value[:_WORDS]) if isinstance(value, str) else value for name, value in values.items()}
        line = json.dumps({"event": event, **said}) + "\n"
        try:
            self._open(self._path)
            # One write to the end: lines of several processes do not mix.
            os.write(self._fd, line.encode("ascii"))
        except OSError as problem:
            self._noted(f"the log {self._path} is not written any more: {problem.strerror}")
            self._path = None

    def _open(self, path: Path) -> None:
        """Open it, where it is not, or where another process has begun it anew; begin it anew where it is long."""
        if self._fd >= 0 and not _is_at(self._fd, path):
            self.close()
        if self._fd < 0:
            self._fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
        if os.fstat(self._fd).st_size >= self._longest:
            fcntl.flock(self._fd, fcntl.LOCK_EX)
            if _is_at(self._fd, path):
                _rotate(path)
            self.close()
            self._open(path)

    def close(self) -> None:
        """Close it; another line opens it again."""
        if self._fd >= 0:
            os.close(self._fd)
        self._fd = -1


def _is_at(fd: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(fd), path.stat())
    except FileNotFoundError:
        return False


def _rotate(path: Path) -> None:
    for number in range(_KEPT - 1, -1, -1):
        older = path.with_name(f"{path.name}.{number}") if number else path
        with suppress(FileNotFoundError):
            older.replace(path.with_name(f"{path.name}.{number + 1}"))
