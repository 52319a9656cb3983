"""Whose process is this? What runs and locks are signed with, and what can be told from here of who signed.

A process number means something only in the table it stands in: on one kernel (its boot id) and in one namespace of
process numbers (a container has its own, whatever host name it was given). There a number and its start name one
process. Of any other nothing is known: it is alive for as long as it renews what it signed (`leases`). A machine that
was started again is such another, too: images and clones share their machine id.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

__all__ = ["lives", "shown", "this_process"]

_WORDS = 6


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _table() -> tuple[str, str, str]:
    """The table our process numbers stand in: kernel, namespace, machine; empty words where it cannot be told."""
    try:
        # `/proc` may be that of another namespace: then it speaks of other processes.
        if Path("/proc/self").readlink().name != str(os.getpid()):
            return "", "", ""
        namespace = Path("/proc/self/ns/pid").readlink().name
    except OSError:
        return "", "", ""
    return _read("/proc/sys/kernel/random/boot_id"), namespace, _read("/etc/machine-id")


def _started(pid: str) -> str:
    """When a process started, in clock ticks since boot: tells a process from a later one of the same number."""
    after_its_name = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return after_its_name[19] if len(after_its_name) > 19 else ""


def this_process() -> str:
    """The name of this process: host, boot id, number, start, namespace, machine id (`-` for what is not known)."""
    boot, namespace, machine = _table()
    started = _started("self") if boot else ""
    words = socket.gethostname(), boot, str(os.getpid()), started, namespace, machine
    return " ".join("".join(word.split()) or "-" for word in words)


def shown(process: str) -> str:
    """A process for people: its number and its host."""
    host, _, pid, *_ = [*process.split(" "), "?", "?", "?"]
    return f"process {pid} on {host}"


def lives(process: str) -> bool | None:
    """Whether a process (as `this_process` names it) is alive; None where that cannot be told from here."""
    if process == this_process():
        return True
    words = process.split(" ")
    if len(words) != _WORDS:
        return None
    _, boot, pid, started, namespace, machine = words
    table = _table()
    if not table[0] or (boot, namespace, machine) != tuple(word or "-" for word in table):
        return None
    return _runs(int(pid), started)


def _runs(pid: int, started: str) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's: it is there
    # What may not be looked at is not called another.
    return _started(str(pid)) in {started, ""}
