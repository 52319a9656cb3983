"""Names to write under until something is whole, and what killed processes have left under such names.

Whoever writes holds a lock on a file beside the part. A lock ends with its process, whatever ended it, and in whatever
container it was; so what nobody holds is nobody's, and goes when the same thing is written next.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["part_of"]

_OLD = 86400.0
"""Seconds after which a part without any lock, as programs before this one wrote it, is nobody's."""


@contextmanager
def part_of(path: Path) -> Iterator[Path]:
    """Give a name beside a path to write under. What stands there at the end goes; what was left there by processes
    that are no more goes first."""
    for beside in _left(path):
        _forget(beside)
    part, lock = _locked(path)
    try:
        yield part
    finally:
        _forget(sorted(path.parent.glob(f"{part.name}*")))
        os.close(lock)


def _locked(path: Path) -> tuple[Path, int]:
    """A part nobody else has, and its lock."""
    while True:
        part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        file = part.with_name(f"{part.name}.lock")
        lock = os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600)
        with suppress(OSError):  # Where nothing can be locked, nothing is cleared either.
            fcntl.flock(lock, fcntl.LOCK_EX)
        if file.exists():
            return part, lock
        os.close(lock)  # Somebody cleared it before it was locked.


def _left(path: Path) -> Iterator[list[Path]]:
    """What processes that are no more left of the parts of a path: all of each."""
    ours = re.compile(rf"(\.{re.escape(path.name)}\.[0-9a-f]{{8}}\.part)(\.lock|-.*|\.tmp)?", re.DOTALL)
    parts: dict[str, list[Path]] = defaultdict(list)
    with suppress(OSError):
        for one in path.parent.iterdir():
            if (found := ours.fullmatch(one.name)) and one.lstat().st_uid == os.geteuid():
                parts[found[1]].append(one)
    for name, beside in sorted(parts.items()):
        if _is_nobodys(path.with_name(f"{name}.lock"), beside):
            yield beside


def _is_nobodys(lock: Path, beside: list[Path]) -> bool:
    try:
        held = os.open(lock, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        with suppress(OSError):
            return max(one.lstat().st_mtime for one in beside) < time.time() - _OLD
        return False
    except OSError:
        return False
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(held)
    return True


def _forget(beside: list[Path]) -> None:
    # The lock last: as long as it is there, what is left is found again.
    for one in sorted(beside, key=lambda one: one.suffix == ".lock"):
        if one.is_dir() and not one.is_symlink():
            shutil.rmtree(one, ignore_errors=True)
        else:
            with suppress(OSError):
                one.unlink()
