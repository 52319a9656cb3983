"""The head written where others see it: a line of a file, a mail, a commit."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from archive.errors import BadInput, Unreachable
from archive.home import Home
from archive.text import iso
from crawler.alarms import mail

__all__ = ["publish"]

_SECONDS = 120
_FILE = "heads.txt"
"""What the file in a git folder is called."""


def publish(home: Home, head: str, now: datetime, where: str) -> str:
    """Write a head to `mail:ADDRESS`, to `git:FOLDER` (committed, and pushed where it has a remote), or to the end of a
    file; what was done. Raises BadInput, Unreachable."""
    line = f"{iso(now)} {head}"
    kind, _, place = where.partition(":")
    try:
        if kind == "mail":
            words = f"{line}\n\nWhoever keeps this can tell later whether the archive was changed:\n"
            mail.send(
                replace(home, alarm_mail=place),
                f"Palimpsest: head {head}",
                f"{words}palimpsest verify --since {head}\n",
            )
            return f"sent to {place}"
        if kind == "git":
            return _committed(Path(place), line)
        _added(Path(where), line)
    except OSError as problem:
        raise Unreachable(f"{where}: {problem}") from None
    return f"added to {where}"


def _added(path: Path, line: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")


def _committed(folder: Path, line: str) -> str:
    if not (folder / ".git").exists():
        raise BadInput(f"{folder} is no folder of git: `git init` makes it one")
    _added(folder / _FILE, line)
    _git(folder, "add", "--", _FILE)
    _git(folder, "commit", "--quiet", "-m", f"Head {line}", "--", _FILE)
    if _git(folder, "remote"):
        _git(folder, "push", "--quiet")
        return f"committed to {folder}, and pushed"
    return f"committed to {folder}"


def _git(folder: Path, *words: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *words],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=120,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unreachable(f"{folder}: `git {words[0]}` does not end") from None
    if done.returncode:
        raise Unreachable(f"{folder}: `git {words[0]}` says {done.stderr.strip()[:300]}")
    return done.stdout.strip()
