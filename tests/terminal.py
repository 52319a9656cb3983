"""A real terminal of a width, for what people see that programs do not."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from collections.abc import Iterator, Sequence
from pathlib import Path

from archive.home import Home
from tests.support import environment

__all__ = ["on_terminal", "plain"]

_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def on_terminal(words: Sequence[str | Path], width: int, home: Home | None = None, **more: str) -> str:
    """What a command shows on a terminal so many columns wide, with its codes. Whatever it ends with is fine."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    env = environment(home, TERM="xterm-256color", **more)
    for name in {"COLUMNS", "NO_COLOR"} - more.keys():
        del env[name]
    process = subprocess.Popen([*map(str, words)], env=env, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    with os.fdopen(ours, "rb", buffering=0) as seen:
        shown = b"".join(_until_closed(seen.fileno()))
    process.wait(60)
    return shown.decode().replace("\r\n", "\n")


def _until_closed(fd: int) -> Iterator[bytes]:
    try:
        while piece := os.read(fd, 65536):
            yield piece
    except OSError:  # Linux says so when the other end is closed
        return


def plain(shown: str) -> str:
    """What was shown without its codes."""
    return _CODES.sub("", shown)
