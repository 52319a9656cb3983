"""Where the evidence lies: an archive has one folder of it, which all machines that work on it share.

The folder is known by `folder.txt` in it, whose second line is a name the database keeps. A run that finds another
folder refuses: it could not read what the archive holds, and would lay its own apart.
"""

from __future__ import annotations

import os
import re
import secrets
import socket
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, insert, select

from archive.errors import Mismatch
from archive.half_written import part_of
from archive.models import FolderRow, WarcFileRow
from archive.warc import cold

__all__ = ["MARK", "elsewhere", "name", "settle"]

MARK = "folder.txt"
"""The file by which a folder is known."""

_SAID = "This is the evidence of the archive whose database names this folder; leave this file where it is.\n{}\n"
_NAME = re.compile(r"^[0-9a-f]{32}$", re.MULTILINE)


def _marked(folder: Path) -> str:
    """The name of a folder; empty where it has none."""
    with suppress(OSError, UnicodeDecodeError):
        with (folder / MARK).open(encoding="utf-8") as file:
            found = _NAME.search(file.read(1000))
        return found[0] if found else ""
    return ""


def _mark(folder: Path, mark: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with part_of(folder / MARK) as part:
        with part.open("w", encoding="utf-8") as file:
            file.write(_SAID.format(mark))
            file.flush()
            os.fsync(file.fileno())
        part.replace(folder / MARK)


def _newest(connection: Connection) -> str | None:
    """The newest file that some row of the archive has been speaking of to its end."""
    closed = select(WarcFileRow.name).where(WarcFileRow.digest.is_not(None))
    return connection.execute(closed.order_by(WarcFileRow.id.desc()).limit(1)).scalar()


def settle(connection: Connection, folder: Path, now: datetime) -> None:
    """See that this is the archive's folder; that of an archive which has none yet becomes it. Raises Mismatch."""
    known = connection.execute(select(FolderRow.name, FolderRow.host, FolderRow.path)).first()
    if known is not None and _marked(folder) == known.name:
        return
    newest = _newest(connection)
    if newest is not None and not cold.is_there(folder / newest):
        where = f"in {known.path} on {known.host}" if known else "in another folder, perhaps on another machine"
        raise Mismatch(
            f"{folder} is not the folder of this archive's evidence: {newest} is not in it. That is {where}; let this "
            "machine see that folder as its own warc/ (a shared one, or a link to it)"
        )
    mark = known.name if known else _marked(folder) or secrets.token_hex(16)
    if _marked(folder) != mark:
        _mark(folder, mark)
    if known is None:
        row = {"name": mark, "host": socket.gethostname(), "path": str(folder.resolve()), "at": now}
        connection.execute(insert(FolderRow), row)


def name(connection: Connection) -> str:
    """What a folder that is settled is known by."""
    return str(connection.execute(select(FolderRow.name)).scalar_one())


def elsewhere(connection: Connection, folder: Path) -> str:
    """Where the archive's evidence is, in words, where this is another folder; empty where it is this one, or was."""
    known = connection.execute(select(FolderRow.name, FolderRow.host, FolderRow.path)).first()
    if known is None or _marked(folder) == known.name:
        return ""
    was_here = (known.host, known.path) == (socket.gethostname(), str(folder.resolve()))
    beside = connection.dialect.name == "sqlite" and _beside(connection, folder)
    return "" if was_here or beside else f"on another machine or in another folder: {known.path} on {known.host}"


def _beside(connection: Connection, folder: Path) -> bool:
    """Whether the database is a file beside the folder: then this is where its evidence was."""
    file = connection.engine.url.database or ""
    return Path(file.removeprefix("file:")).resolve().parent == folder.resolve().parent
