"""Where this machine is listened on, and whether others can reach that. Decided here and nowhere else."""

from __future__ import annotations

import ipaddress
import socket

from archive.errors import Busy, UsageError

__all__ = ["listening"]


def listening(port: int, host: str = "127.0.0.1", *, for_others: bool = False) -> socket.socket:
    """A socket that only this machine can reach (port 0: any that is free), or others, too. Raises UsageError for a
    host that others could reach where they must not; Busy where the port is taken."""
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        raise UsageError(f"--host {host!r} is no address of this machine: 127.0.0.1 or ::1") from None
    if not (for_others or address.is_loopback):
        todo = "serve on 127.0.0.1, behind a proxy with users, or make users first: `palimpsest users add NAME`"
        raise UsageError(f"--host {host} can be reached by others: {todo}")
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    try:
        return socket.create_server((str(address), port), family=family)
    except OSError as problem:
        raise Busy(f"port {port} cannot be had ({problem.strerror}): name another by --port") from None
